"""Files that no spec may show or wait for: git's own, secrets, pipes, devices, links to them."""

from __future__ import annotations

import os
from collections.abc import Callable
from pathlib import Path

import pytest

from tests.commands.running import run
from tests.repositories import SMALL, Repository

SECRET = "ghp_0123456789"  # noqa: S105  # what must not be shown
ENVIRONMENT = f"TOKEN={SECRET}\nkey: [{SECRET}\n"
FORMATS = ("text", "json", "github")


def importing(path: str) -> str:
    return SMALL.replace("network:", f'import: {{"{path}": [unit]}}\nnetwork:\n  - unit')


@pytest.fixture
def repository(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Repository:
    """Make a clone that knows a token, in its configuration and in a file, and stand in it."""
    found = Repository.made(tmp_path / "clone")
    found.git("config", "http.extraheader", f"AUTHORIZATION: basic {SECRET}")
    found.write(".env", ENVIRONMENT)
    monkeypatch.chdir(found.root)
    return found


def worktree(repository: Repository) -> None:
    """Let ``.git`` be a file, as it is in a worktree and in a submodule."""
    repository.git("worktree", "add", "--quiet", "../tree")
    os.chdir("../tree")


def link(name: str, target: str) -> Callable[[Repository], None]:
    return lambda repository: (repository.root / name).symlink_to(target)


def submodule(repository: Repository) -> None:
    repository.write("specs/inner/.git/config", f"[core]\n{SECRET}\n")


@pytest.mark.parametrize(
    ("path", "prepare"),
    [
        ("../.git/config", None),
        ("./../.git/./config", None),
        ("../specs/../.git/config", None),
        ("../.GIT/config", None),
        ("../.git./config", None),
        ("../git~1/config", None),
        ("../.g\u200cit/config", None),
        ("../.git", worktree),
        ("link.yaml", link("specs/link.yaml", "../.git/config")),
        ("folder/config", link("specs/folder", "../.git")),
        ("inner/.git/config", submodule),
    ],
)
def test_nothing_of_gits_own_folder_is_read(
    path: str, prepare: Callable[[Repository], None] | None, repository: Repository
) -> None:
    if prepare is not None:
        prepare(repository)
    Path("specs/net.yaml").write_text(importing(path), "utf-8")
    for form in FORMATS:
        found = run("check", "specs/net.yaml", "--format", form)
        assert found.exit_code == 1
        assert "file/outside-root" in found.stdout or "file/not-found" in found.stdout
        assert "git's own" in found.stdout or "does not exist" in found.stdout
        assert SECRET not in found.output
        assert "repositoryformatversion" not in found.output


SECRETS = {
    ".env": ENVIRONMENT,
    "broken.yaml": f"password: {SECRET}\n  worse: {SECRET}\n",
    "tabbed": f"password: {SECRET}\n\t- {SECRET}\n",
    "list.yaml": f"- {SECRET}\n",
    "text.yaml": f"{SECRET}\n",
    "workflow.yml": f"jobs:\n  archspec: 1\n  token: {SECRET}\n",
    "commented.yaml": f"# archspec: 1\ntoken: {SECRET}\n",
    "folded.yaml": f"{SECRET}: |\n  text\narchspecs: 1\n",
}


@pytest.mark.parametrize("name", SECRETS)
def test_no_line_of_a_file_that_is_no_spec_is_shown(name: str, repository: Repository) -> None:
    repository.write(f"specs/{name}", SECRETS[name])
    repository.write("specs/net.yaml", importing(name))
    for form in FORMATS:
        for argument in ("specs/net.yaml", f"specs/{name}"):
            found = run("check", argument, "--format", form)
            assert found.exit_code == 1
            assert "spec/version" in found.stdout
            assert SECRET not in found.output
    assert SECRET not in run("fmt", "--check", f"specs/{name}").output
    repository.git("add", "specs/net.yaml")
    review = run("git", "review", "HEAD")
    assert "spec/version" in review.stdout
    assert SECRET not in review.output


@pytest.mark.parametrize(
    "text",
    [
        '"archspec": 1\n',
        "# first\n\n---\narchspec: 1\n",
        "  archspec: 1\n  name: net\n",
        '{"archspec": 1}\n',
        "archspec : 1\r\n",
        "name: net\narchspec: 1\n",
    ],
)
def test_every_spelling_of_a_spec_is_known_as_one(text: str, tmp_path: Path) -> None:
    file = tmp_path / "net.yaml"
    file.write_bytes(text.encode())
    assert "does not say that it is a spec" not in run("check", file).stdout


def fifo(place: Path) -> None:
    os.mkfifo(place)


def zero(place: Path) -> None:
    place.symlink_to("/dev/zero")


@pytest.mark.parametrize("make", [fifo, zero])
def test_a_pipe_or_a_device_is_refused_at_once(
    make: Callable[[Path], None], repository: Repository
) -> None:
    make(repository.root / "specs/odd.yaml")
    repository.write("specs/net.yaml", importing("odd.yaml"))
    for argument in ("specs/odd.yaml", "specs/net.yaml", "specs"):
        found = run("check", argument)
        assert found.exit_code in (1, 2)
        assert "is a pipe or a device" in found.stdout or "outside the root" in found.stdout
    assert run("fmt", "specs/odd.yaml").exit_code == 2
    repository.git("add", "specs/net.yaml")
    assert run("git", "review", "HEAD").exit_code == 0
    assert run("git", "install").exit_code == 0
    assert run("draw", "specs/small.yaml", "--check", "specs/odd.yaml").exit_code == 2


def test_a_link_of_a_revision_is_followed_inside_and_refused_where_it_leads_out(
    repository: Repository,
) -> None:
    (repository.root / "specs/in.yaml").symlink_to("small.yaml")
    (repository.root / "specs/out.yaml").symlink_to("../../secret.yaml")
    repository.commit("Link")
    assert run("check", "HEAD:specs/in.yaml").exit_code == 0
    assert "leads out of the repository" in run("check", "HEAD:specs/out.yaml").stdout


def test_a_spec_that_is_a_bomb_in_git_is_not_unpacked(repository: Repository) -> None:
    repository.write("specs/big.yaml", "archspec: 1\n" + "#" * 9_000_000)
    repository.commit("Grow")
    assert "file/too-large" in run("check", "HEAD:specs/big.yaml").stdout


def test_a_name_that_looks_like_an_argument_is_a_path_in_a_review(repository: Repository) -> None:
    for name in ("zoo:vgg_16.yaml", "HEAD:specs", "-", "-.yaml"):
        repository.write(f"odd/{name}/{name}.yaml", SMALL)
    repository.commit("Add odd names")
    for name in ("zoo:vgg_16.yaml", "HEAD:specs", "-", "-.yaml"):
        repository.change(f"odd/{name}/{name}.yaml", "dense 10", "dense 20")
    page = run("git", "review", "HEAD").stdout
    assert page.count("`dense units: 10 -> 20`") == 4


@pytest.mark.parametrize(
    ("content", "told"),
    [
        (b"\x00\x01\xff\xfe" * 20, "file/encoding"),
        ("archspec: 1\nname: größe\n".encode("latin-1"), "file/encoding"),
        (b"just: notes\n", "spec/version"),
        (b"", "yaml/empty"),
        (b"archspec: 1\nblocks: {unit: [relu]}\n", "holds modules and no network"),
    ],
)
def test_a_spec_that_became_something_else_is_told_of(
    content: bytes, told: str, repository: Repository
) -> None:
    (repository.root / "specs/small.yaml").write_bytes(content)
    assert told in run("git", "review", "HEAD").stdout


def test_an_import_changes_its_spec_whatever_its_ending(repository: Repository) -> None:
    repository.write("specs/unit.txt", "archspec: 1\nblocks: {unit: [conv 3x3 4]}\n")
    repository.write("specs/net.yaml", importing("unit.txt"))
    repository.commit("Import a text")
    repository.change("specs/unit.txt", "3x3", "5x5")
    assert "3x3 -> 5x5" in run("git", "review", "HEAD").stdout
    repository.git("rm", "--quiet", "-f", "specs/unit.txt")
    assert "file/not-found" in run("git", "review", "HEAD").stdout
