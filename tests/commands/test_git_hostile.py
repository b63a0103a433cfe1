"""The driver of git with names, contents and files that are meant to break it."""

from __future__ import annotations

import os
import shlex
import subprocess
from pathlib import Path

import pytest

from tests.commands.running import ROOT, run
from tests.repositories import SMALL, Repository


@pytest.fixture
def repository(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Repository:
    """Make a repository with a spec, and stand in it."""
    found = Repository.made(tmp_path / "clone")
    monkeypatch.chdir(found.root)
    monkeypatch.setenv("PYTHONPATH", str(ROOT))
    return found


def installed(repository: Repository) -> Repository:
    found = run("git", "install")
    assert found.exit_code == 0, found.output
    repository.commit("Show architecture")
    return repository


ODD = {
    "bracket": "a[b]c",
    "backslash": "back\\slash",
    "hash": "#hash",
    "exclamation": "!not",
    "newline": "line\nbreak",
    "spaces": "two  words",
    "quotes": 'say "it"',
    "not ascii": "größe",
    "star": "st*r",
    "macro": "[attr]x",
    "escape": "\x1b[31mred",
    "tab": "ta\tb",
    "bytes": os.fsdecode(b"latin-\xe9"),
    "shell": "$(touch pwned)`touch pwned`",
}


@pytest.mark.parametrize("kind", ODD)
def test_a_folder_of_any_name_is_matched_by_what_is_written_for_it(
    kind: str, repository: Repository
) -> None:
    name = ODD[kind]
    repository.write(f"{name}/net.yaml", SMALL)
    repository.commit("Add a folder")
    found = run("git", "install")
    assert found.exit_code == 0
    assert "\x1b" not in found.output
    checked = repository.git("check-attr", "-z", "diff", "--", f"{name}/net.yaml", "other.yaml")
    assert [checked.split("\0")[at] for at in (2, 5)] == ["archspec", "unspecified"]
    lines = (repository.root / ".gitattributes").read_text("utf-8").splitlines()
    assert all(line.endswith(" diff=archspec") for line in lines)
    assert run("git", "uninstall").exit_code == 0
    assert not (repository.root / ".gitattributes").exists()


@pytest.mark.parametrize("kind", ["newline", "spaces", "quotes", "tab", "bytes"])
def test_the_patch_of_a_file_of_any_name_applies(kind: str, repository: Repository) -> None:
    name = f"specs/{ODD[kind]}.yaml"
    repository.write(name, SMALL)
    installed(repository)
    repository.change(name, "dense 10", "dense 20")
    assert patched(repository, name) == SMALL.replace("dense 10", "dense 20").encode()


def patched(repository: Repository, name: str) -> bytes:
    """Apply what `git diff` shows to what was there, and return the file."""
    order = ["git", "-C", str(repository.root), "diff"]
    shown = subprocess.run(order, capture_output=True, check=True).stdout
    own = subprocess.run([*order, "--no-ext-diff"], capture_output=True, check=True).stdout
    assert shown.endswith(own)
    repository.git("checkout", "--", ".")
    order = ["git", "-C", str(repository.root), "apply"]
    subprocess.run(order, input=shown, check=True)
    return (repository.root / name).read_bytes()


@pytest.mark.parametrize(
    "odd",
    [b"\x0c", "\x85".encode(), "\u2028".encode(), b"\r", b"\xe9", b"\x1c", b"\x0b", b"\r\n# x"],
    ids=["form feed", "NEL", "U+2028", "CR", "Latin-1", "FS", "VT", "CRLF"],
)
def test_a_patch_applies_whatever_ends_lines_elsewhere(odd: bytes, repository: Repository) -> None:
    installed(repository)
    file = repository.root / "specs/small.yaml"
    remark = b"# one" + odd + b"two\n"
    file.write_bytes(remark + SMALL.encode())
    repository.commit("Remark")
    changed = SMALL.encode().replace(b"dense 10", b"dense 20")
    file.write_bytes(remark + changed + remark.rstrip(b"\n"))
    wanted = file.read_bytes()
    assert patched(repository, "specs/small.yaml") == wanted


def test_a_patch_has_the_line_ends_that_git_stores(repository: Repository) -> None:
    installed(repository)
    repository.git("config", "core.autocrlf", "input")
    changed = SMALL.replace("dense 10", "dense 20").replace("\n", "\r\n")
    (repository.root / "specs/small.yaml").write_bytes(changed.encode())
    repository.write("specs/new.yaml", SMALL.replace("name: small", "name: new"))
    repository.git("add", "--intent-to-add", "specs/new.yaml")
    own = repository.git("diff", "--no-ext-diff", "specs/small.yaml")
    assert repository.git("diff", "specs/small.yaml").endswith(own)
    assert own.count("\n-") == 2
    own = repository.git("diff", "--no-ext-diff", "specs/new.yaml")
    assert repository.git("diff", "specs/new.yaml").endswith(own)


def test_what_blames_searches_and_shows_text_has_the_text(repository: Repository) -> None:
    installed(repository)
    repository.change("specs/small.yaml", "dense 10", "dense 20")
    text = repository.git("diff", "--no-ext-diff")
    assert "-  - dense 10 as logits\n+  - dense 20 as logits\n" in text
    assert "parameters" not in text
    repository.commit("Twenty")
    assert "  - dense 20 as logits\n" in repository.git("blame", "specs/small.yaml")
    assert "Twenty" in repository.git("log", "--format=%s", "-S", "- dense 20 as logits")
    assert "180 parameters" in repository.git("log", "-p", "-1")
    assert "180 parameters" in repository.git("show")
    repository.git("config", "alias.mine", "log -p -1")
    repository.git("config", "alias.whose", "blame")
    assert "180 parameters" in repository.git("--no-pager", "-c", "core.abbrev=9", "mine")
    assert "  - dense 20 as logits\n" in repository.git("whose", "specs/small.yaml")


def test_a_link_is_not_followed_out_of_the_clone(repository: Repository) -> None:
    outside = repository.root.parent / "bashrc"
    outside.write_text("before\n", "utf-8")
    (repository.root / ".gitattributes").symlink_to(outside)
    for verb in ("install", "uninstall"):
        found = run("git", verb)
        assert (found.exit_code, outside.read_text("utf-8")) == (2, "before\n")
        assert ".gitattributes is a link" in found.stderr
    assert "archspec" not in repository.git("config", "--list", "--local")


def test_attributes_that_cannot_be_read_are_told_in_words(repository: Repository) -> None:
    file = repository.root / ".gitattributes"
    file.write_bytes(b"*.txt caf\xe9\n")
    assert "is not UTF-8 text" in run("git", "install").stderr
    assert file.read_bytes() == b"*.txt caf\xe9\n"
    file.unlink()
    file.mkdir()
    assert "is a folder" in run("git", "install").stderr
    file.rmdir()
    os.mkfifo(file)
    assert "is a pipe" in run("git", "install").stderr


def test_a_locked_configuration_is_told_in_words(repository: Repository) -> None:
    lock = repository.write(".git/config.lock", "")
    found = run("git", "install")
    assert found.exit_code == 2
    assert "could not lock" in found.stderr
    assert not (repository.root / ".gitattributes").exists()
    lock.unlink()
    assert run("git", "install").exit_code == 0
    repository.write(".git/config.lock", "")
    assert run("git", "uninstall").exit_code == 2
    assert (repository.root / ".gitattributes").exists()


def test_other_lines_of_attributes_stay_byte_for_byte(repository: Repository) -> None:
    file = repository.root / ".gitattributes"
    kept = b"*.png binary\r\n# a\x0cb\xc2\x85c\n*.txt text"
    file.write_bytes(kept)
    assert run("git", "install").exit_code == 0
    assert file.read_bytes() == kept + b"\nspecs/*.yaml diff=archspec\n"
    assert run("git", "uninstall").exit_code == 0
    assert file.read_bytes() == kept + b"\n"


@pytest.mark.parametrize("kind", ODD)
def test_a_file_that_is_named_is_matched_whatever_its_name(
    kind: str, repository: Repository
) -> None:
    name = f"{ODD[kind]}.yaml"
    repository.write(name, SMALL)
    assert run("git", "install", "--", name).exit_code == 0
    checked = repository.git("check-attr", "-z", "diff", "--", name, "other.yaml")
    assert [checked.split("\0")[at] for at in (2, 5)] == ["archspec", "unspecified"]


@pytest.mark.parametrize("name", ["specs", "specs/"])
def test_a_folder_whose_attributes_git_would_not_read_is_refused(
    name: str, repository: Repository
) -> None:
    repository.write("specs/net.yaml", SMALL)
    found = run("git", "install", name)
    assert found.exit_code == 2
    assert "'specs/**/*.yaml'" in found.stderr
    assert not (repository.root / ".gitattributes").exists()


@pytest.mark.parametrize("pattern", ["!specs/*.yaml", "", "a" * 3000])
def test_a_pattern_that_git_would_not_read_is_refused(pattern: str, repository: Repository) -> None:
    assert run("git", "install", "--", pattern).exit_code == 2
    assert not (repository.root / ".gitattributes").exists()


def test_the_programs_of_the_configuration_are_quoted_for_the_shell(
    repository: Repository, monkeypatch: pytest.MonkeyPatch
) -> None:
    program = repository.write("it's $(touch pwned)/archspec", "")
    monkeypatch.setattr("sys.argv", [str(program)])
    assert run("git", "install").exit_code == 0
    for key, verb in (("textconv", "listing"), ("command", "difference")):
        value = repository.git("config", f"diff.archspec.{key}").rstrip("\n")
        assert shlex.split(value) == [str(program), "git", verb, "--"]


def test_nothing_in_the_clone_is_imported_by_the_driver(repository: Repository) -> None:
    installed(repository)
    repository.write("click.py", "from pathlib import Path\nPath('pwned').touch()\n")
    repository.change("specs/small.yaml", "dense 10", "dense 20")
    assert "dense units: 10 -> 20" in repository.git("diff")
    assert not (repository.root / "pwned").exists()
