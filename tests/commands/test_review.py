"""``archspec git review``: all specs that changed since a commit."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from tests.commands.running import run
from tests.repositories import FAMILY, SMALL, Repository

WIDER = (
    "### dense units 10→20 at logits: +9.3 % parameters, +0.1 % MACs; "
    "checkpoints do not load (2 of 6 tensors); computes otherwise"
)
"""10 classes more of 8 weights and a bias, of 970 parameters and 55,376 MACs."""

PARTS = "archspec: 1\nparts: {body: [conv 3x3 8]}\n"
USER = SMALL.replace("network:", "import: {parts.yaml: [body]}\nnetwork:\n  - body")


@pytest.fixture
def repository(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Repository:
    """Make a repository with three specs, one of which imports another, and stand in it."""
    found = Repository.made(tmp_path, small=SMALL, parts=PARTS, user=USER)
    monkeypatch.chdir(found.root)
    return found


def heads(page: str) -> list[str]:
    return [line for line in page.splitlines() if line.startswith("### ")]


def test_only_specs_whose_network_changed_are_told(repository: Repository) -> None:
    repository.change("specs/small.yaml", "dense 10", "dense 20")
    repository.change("specs/user.yaml", "name: small", "name: small  # a remark")
    repository.write("notes.yaml", "just: notes\n")
    repository.commit("Twice the classes")
    page = run("git", "review", "HEAD~1").stdout
    assert heads(page) == [WIDER]
    assert "\n`specs/small.yaml`: interface, cost; 4 tensors kept, 2 reshaped.\n" in page
    assert "`dense units: 10 -> 20`" in page


def test_a_spec_whose_name_has_two_lines_is_compared_with_what_it_was(
    repository: Repository,
) -> None:
    repository.write("specs/two\nlines.yaml", SMALL)
    repository.commit("Add it")
    repository.change("specs/two\nlines.yaml", "dense 10", "dense 20")
    repository.commit("Twice the classes")
    assert heads(run("git", "review", "HEAD~1").stdout) == [WIDER]


def test_nothing_is_said_where_nothing_semantic_changed(repository: Repository) -> None:
    repository.change("specs/small.yaml", "name: small", "name: small  # a remark")
    repository.commit("Remark")
    found = run("git", "review", "HEAD~1")
    assert (found.exit_code, found.stdout) == (0, "")


@pytest.mark.parametrize("before", ["archspec: 1\nname: small\ninput: 8\nnetwork: [cnov]\n", PARTS])
def test_a_network_is_new_where_none_could_be_read_before(
    repository: Repository, before: str
) -> None:
    repository.write("specs/small.yaml", before)
    repository.commit("Break it")
    repository.write("specs/small.yaml", SMALL)
    repository.commit("Mend it")
    page = run("git", "review", "HEAD~1").stdout
    assert heads(page) == ["### inserted: the network small, 970 parameters, 55,376 MACs"]
    assert "\n`specs/small.yaml`" in page


def test_a_spec_changes_with_what_it_imports(repository: Repository) -> None:
    repository.change("specs/parts.yaml", "3x3", "5x5")
    page = run("git", "review", "HEAD").stdout
    # 16*4*8 = 512 weights more of 970 + 584 parameters; 64 times as many MACs of 55,376 + 36,864.
    (head,) = heads(page)
    assert head == (
        "### conv kernel 3x3→5x5 at body.conv: +32.9 % parameters, +35.5 % MACs; "
        "checkpoints do not load (1 of 8 tensors); computes otherwise"
    )
    assert "`specs/parts.yaml:2`" in page


def test_the_working_tree_is_compared_with_where_the_branch_began(repository: Repository) -> None:
    repository.git("checkout", "--quiet", "-b", "side")
    repository.change("specs/small.yaml", "dense 10", "dense 20")
    repository.commit("Twenty")
    repository.git("checkout", "--quiet", "main")
    repository.change("specs/user.yaml", "dense 10", "dense 30")
    repository.commit("Thirty")
    repository.git("checkout", "--quiet", "side")
    assert heads(run("git", "review", "main").stdout) == [WIDER]


def test_files_that_came_went_or_were_renamed(repository: Repository) -> None:
    repository.git("mv", "specs/small.yaml", "specs/tiny.yaml")
    repository.change("specs/tiny.yaml", "dense 10", "dense 20")
    repository.write("specs/other.yaml", "archspec: 1\nname: other\ninput: 4\nnetwork: [dense 2]\n")
    (repository.root / "specs/user.yaml").unlink()
    repository.commit("Much")
    page = run("git", "review", "HEAD~1").stdout
    assert heads(page) == [
        "### 3 specs: 1 inserted, 1 does not load, 1 removed",
        "### inserted: the network other, 10 parameters, 8 MACs",
        WIDER,
        "### removed: the network small, 1,554 parameters, 92,240 MACs",
    ]
    changed = (
        "dense units 10→20 at logits | +9.3 % | +0.1 % "
        "| checkpoints do not load (2 of 6 tensors); computes otherwise"
    )
    assert f"\n| `specs/tiny.yaml` | {changed} |\n" in page
    folded = re.findall("<summary><code>(.*)</code></summary>\n\n### ", page)
    assert folded == ["specs/other.yaml", "specs/tiny.yaml", "specs/user.yaml"]


def test_a_spec_that_is_newly_broken_is_told_once(repository: Repository) -> None:
    repository.change("specs/small.yaml", "dense 10", "danse 10")
    repository.commit("Break it")
    page = run("git", "review", "HEAD~1").stdout
    assert heads(page) == ["### `specs/small.yaml`: no network to compare"]
    assert "error[word/unknown]" in page
    repository.change("specs/small.yaml", "name: small", "name: tiny")
    assert run("git", "review", "HEAD").stdout == ""


def test_many_specs_share_the_room_of_one_comment(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    steps = "".join(f"  - conv 1x1 8 as {'a' * 40}_{at}\n" for at in range(20))
    text = f"archspec: 1\nname: long\ninput: 8x8x4\nnetwork:\n{steps}"
    files = {f"net_{at:03}": text for at in range(120)}
    repository = Repository.made(tmp_path, **files)
    for name in files:
        repository.write(f"specs/{name}.yaml", text.replace("1x1", "3x3"))
    monkeypatch.chdir(tmp_path)
    page = run("git", "review", "HEAD").stdout
    more = re.search(r"\.\.\. and (\d+) more specs changed: too long for a comment", page)
    assert more is not None
    assert heads(page)[0] == "### 120 specs: 120 do not load"
    assert len(heads(page)[1:]) + int(more[1]) == 120
    assert page.count("\n| parameters |") == len(heads(page)[1:]) > 30
    assert len(page) < 65_536


def test_a_folder_below_the_top_reviews_the_same(
    repository: Repository, monkeypatch: pytest.MonkeyPatch
) -> None:
    repository.change("specs/small.yaml", "dense 10", "dense 20")
    monkeypatch.chdir(repository.root / "specs")
    assert heads(run("git", "review", "HEAD").stdout) == [WIDER]


def test_a_base_that_is_not_there_is_a_wrong_command(repository: Repository) -> None:
    found = run("git", "review", "nowhere")
    assert found.exit_code == 2
    assert "no git revision `nowhere` here" in found.stderr


def test_a_family_has_a_row_for_each_variant_that_changed(repository: Repository) -> None:
    repository.write("specs/family.yaml", FAMILY)
    repository.commit("Add a family")
    page = run("git", "review", "HEAD~1").stdout
    assert "| `specs/family.yaml#narrow` | inserted: the network narrow, " in page
    assert "| `specs/family.yaml#wide` | inserted: the network wide, " in page
    repository.change("specs/family.yaml", "classes: 16", "classes: 26")
    repository.commit("More classes for the wide one")
    page = run("git", "review", "HEAD~1").stdout
    assert heads(page) == [
        (
            "### param classes 16→26: +8.8 % parameters, +0.1 % MACs; "
            "checkpoints do not load (2 of 6 tensors); computes otherwise"
        )
    ]
    assert "`specs/family.yaml#wide`" in page
