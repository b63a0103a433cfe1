"""``archspec git``, with git itself."""

from __future__ import annotations

import subprocess
from pathlib import Path

import pytest

from tests.commands.running import ROOT, run
from tests.repositories import SMALL, Repository


@pytest.fixture
def repository(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Repository:
    """Make a repository with the driver installed, and stand in it."""
    found = Repository.made(tmp_path / "a folder")
    monkeypatch.chdir(found.root)
    monkeypatch.setenv("PYTHONPATH", str(ROOT))
    assert run("git", "install").exit_code == 0
    found.commit("Show architecture")
    return found


def test_installing_writes_attributes_and_configuration_once(repository: Repository) -> None:
    file = repository.root / ".gitattributes"
    assert file.read_text("utf-8") == "specs/*.yaml diff=archspec\n"
    assert "(as before)" in run("git", "install").stdout
    assert file.read_text("utf-8") == "specs/*.yaml diff=archspec\n"
    run("git", "install", "more/**/*.yaml")
    assert "more/**/*.yaml diff=archspec\n" in file.read_text("utf-8")
    assert "git listing" in repository.git("config", "diff.archspec.textconv")


def test_uninstalling_leaves_what_others_wrote(repository: Repository) -> None:
    repository.write(".gitattributes", "*.png binary\nspecs/*.yaml diff=archspec\n")
    assert run("git", "uninstall").exit_code == 0
    assert (repository.root / ".gitattributes").read_text("utf-8") == "*.png binary\n"
    assert "archspec" not in repository.git("config", "--list", "--local")
    assert run("git", "uninstall").exit_code == 0


def test_git_diff_shows_architecture_and_a_patch_that_applies(repository: Repository) -> None:
    repository.change("specs/small.yaml", "dense 10", "dense 20")
    found = repository.git("diff")
    assert "  ~ dense units: 10 -> 20\n" in found
    assert "b/specs/small.yaml:8: logits" in found
    assert "checkpoints do not load (2 of 6 tensors); computes otherwise\n" in found
    assert "-  - dense 10 as logits\n+  - dense 20 as logits\n" in found
    patch = repository.write("change.patch", found)
    repository.git("checkout", "--", "specs")
    repository.git("apply", str(patch))
    text = (repository.root / "specs/small.yaml").read_text("utf-8")
    assert text == SMALL.replace("dense 10", "dense 20")


def test_a_patch_tells_of_renames_and_modes_as_git_does(repository: Repository) -> None:
    repository.git("mv", "specs/small.yaml", "specs/other.yaml")
    (repository.root / "specs/other.yaml").chmod(0o755)
    repository.change("specs/other.yaml", "dense 10", "dense 20")
    repository.git("add", "--all")
    patch = repository.write("change.patch", repository.git("diff", "--cached", "-M"))
    repository.git("reset", "--quiet", "--hard")
    repository.git("apply", "--index", str(patch))
    assert repository.git("ls-files", "--stage", "specs").startswith("100755")
    assert "R" in repository.git("status", "--short")
    assert "dense 20" in (repository.root / "specs/other.yaml").read_text("utf-8")


def test_leaving_the_pager_early_is_no_failure(repository: Repository) -> None:
    repository.write("specs/small.yaml", SMALL + "".join(f"# {at}\n" for at in range(20_000)))
    command = ["sh", "-c", "git diff | head -1"]
    done = subprocess.run(command, cwd=repository.root, capture_output=True, text=True, check=False)
    assert (done.stdout, done.stderr) == ("identical: the text changed, the network did not\n", "")


def test_git_log_shows_architecture(repository: Repository) -> None:
    repository.change("specs/small.yaml", "dense 10", "dense 20")
    repository.commit("Twice the classes")
    found = repository.git("log", "-p", "-1", "--format=%s")
    assert "-  logits: dense 10 -> 10  90 parameters, 80 MACs\n" in found
    assert "+  logits: dense 20 -> 20  180 parameters, 160 MACs\n" in found
    assert "\n   conv 3x3 8 -> 8x8x8  584 parameters, 36,864 MACs\n" in found


def test_an_inserted_step_is_one_line_of_a_log(repository: Repository) -> None:
    repository.change("specs/small.yaml", "network:\n", "network:\n  - conv 1x1 4\n")
    repository.commit("Begin with another convolution")
    lines = repository.git("log", "-p", "-1", "--format=%s").splitlines()
    changed = [line for line in lines if line.startswith(("+ ", "- "))]
    assert changed == ["+  conv 1x1 4 -> 8x8x4  20 parameters, 1,024 MACs"]


def test_imports_of_an_old_version_are_those_of_its_time(repository: Repository) -> None:
    repository.write("specs/parts.yaml", "archspec: 1\nparts: {body: [conv 3x3 8]}\n")
    text = SMALL.replace("network:", "import: {parts.yaml: [body]}\nnetwork:\n  - body")
    repository.write("specs/small.yaml", text)
    repository.commit("Use a part")
    repository.write("specs/parts.yaml", "archspec: 1\nparts: {body: [conv 5x5 8]}\n")
    repository.change("specs/small.yaml", "dense 10", "dense 20")
    repository.commit("Change both")
    found = repository.git("diff", "HEAD~1", "--", "specs/small.yaml")
    assert "conv kernel: 3x3 -> 5x5" in found
    assert "dense units: 10 -> 20" in found


def test_a_renamed_file_is_found_in_its_history(repository: Repository) -> None:
    repository.git("mv", "specs/small.yaml", "specs/tiny.yaml")
    repository.change("specs/tiny.yaml", "dense 10", "dense 20")
    repository.commit("Rename it")
    found = repository.git("log", "-p", "-1", "-M20", "--format=%s")
    assert "rename to specs/tiny.yaml" in found
    assert "+  logits: dense 20" in found
    assert "dense units: 10 -> 20" in repository.git("diff", "-M20", "HEAD~1")


def test_a_file_that_comes_or_goes_is_told(repository: Repository) -> None:
    repository.write("specs/other.yaml", SMALL.replace("name: small", "name: other"))
    repository.git("add", "--intent-to-add", "specs/other.yaml")
    assert "inserted: the network other" in repository.git("diff")
    (repository.root / "specs/small.yaml").unlink()
    assert "removed: the network small" in repository.git("diff", "--no-renames")


def test_a_broken_spec_is_told_with_its_diagnostics(repository: Repository) -> None:
    repository.change("specs/small.yaml", "dense 10", "danse 10")
    found = repository.git("diff")
    assert "archspec: b/specs/small.yaml is broken" in found
    assert "error[word/unknown]" in found
    repository.commit("Break it")
    assert "+error[word/unknown]" in repository.git("log", "-p", "-1")


def test_a_file_that_is_no_spec_is_shown_as_it_is(repository: Repository) -> None:
    repository.write("specs/notes.yaml", "just: notes\n")
    repository.commit("Take notes")
    repository.write("specs/notes.yaml", "just: more notes")
    assert repository.git("diff").endswith(
        "@@ -1 +1 @@\n-just: notes\n+just: more notes\n\\ No newline at end of file\n"
    )
    assert "+just: notes\n" in repository.git("log", "-p", "-1")


def test_a_pager_gets_colours(repository: Repository) -> None:
    repository.change("specs/small.yaml", "dense 10", "dense 20")
    assert "\x1b[33m~\x1b[0m dense units" in repository.git("diff", GIT_PAGER_IN_USE="true")
    plain = repository.git("diff", GIT_PAGER_IN_USE="true", NO_COLOR="1")
    assert "\x1b" not in plain


def test_a_conflict_is_left_to_git(repository: Repository) -> None:
    repository.git("checkout", "--quiet", "-b", "side")
    repository.change("specs/small.yaml", "dense 10", "dense 20")
    repository.commit("Twenty")
    repository.git("checkout", "--quiet", "main")
    repository.change("specs/small.yaml", "dense 10", "dense 30")
    repository.commit("Thirty")
    command = ["git", "-C", str(repository.root), "merge", "--quiet", "side"]
    assert subprocess.run(command, check=False, capture_output=True).returncode == 1
    assert repository.git("diff")


def test_outside_of_a_repository_nothing_is_installed(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    found = run("git", "install")
    assert found.exit_code == 2
    assert "is not in a git repository" in found.stderr


def test_without_a_spec_patterns_are_asked_for(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    Repository.made(tmp_path, notes="just: notes\n")
    monkeypatch.chdir(tmp_path)
    found = run("git", "install")
    assert found.exit_code == 2
    assert "name patterns" in found.stderr
