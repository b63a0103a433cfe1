"""``archspec log``."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from tests.commands.running import run, run_json
from tests.repositories import FAMILY, SMALL, Repository


@pytest.fixture
def history(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Repository:
    """Make a repository in which one spec has seen much, and stand in it."""
    found = Repository.made(tmp_path)
    found.change("specs/small.yaml", "dense 10", "dense 20")
    found.commit("Twice the classes")
    found.change("specs/small.yaml", "dense 20", "danse 20")
    found.commit("Break it")
    found.change("specs/small.yaml", "danse 20", "dense 20")
    found.git("mv", "specs/small.yaml", "specs/tiny.yaml")
    found.commit("Mend and rename it")
    found.write("README.md", "# About\n")
    found.commit("Write something else")
    monkeypatch.chdir(tmp_path)
    return found


def test_programs_get_a_row_for_every_commit_of_the_file(history: Repository) -> None:
    rows = run_json("log", "specs/tiny.yaml")["rows"]
    assert [(row["subject"], row["path"], row["parameters"]) for row in rows] == [
        ("Mend and rename it", "specs/tiny.yaml", 1060),
        ("Break it", "specs/small.yaml", None),
        ("Twice the classes", "specs/small.yaml", 1060),
        ("Add the specs", "specs/small.yaml", 970),
    ]
    assert "`danse` is not an operator" in rows[1]["trouble"]
    assert rows[0]["date"] == "2016-02-23"
    assert [row["macs"] for row in rows] == [55_456, None, 55_456, 55_376]


def test_people_get_a_table_and_bars_where_they_ask(history: Repository) -> None:
    found = run("log", "specs/tiny.yaml", "--plot").stdout.splitlines()
    assert found[0].split() == "commit date parameters change MACs change subject".split()
    # 970 of 1,060 parameters are 146 of the 160 eighths of a bar of 20 cells.
    assert [bars(line) for line in found[1:]] == [
        ["█" * 20, "█" * 20],
        [],
        ["█" * 20, "█" * 20],
        ["█" * 18 + "▎", "█" * 20],
    ]
    assert found[2].endswith(
        "Break it (broken: `danse` is not an operator, a layer or a module of t...)"
    )
    assert bars(run("log", "specs/tiny.yaml").stdout) == []


def bars(text: str) -> list[str]:
    return re.findall(r"[▏▎▍▌▋▊▉█]+", text)


def test_a_row_says_what_changed_since_the_last_that_was_counted(history: Repository) -> None:
    lines = run("log", "specs/tiny.yaml").stdout.splitlines()
    changes = [re.findall(r"[+-][\d.]+(?: %)?", line[10 + 10 :]) for line in lines[1:]]
    # 10 classes more of 8 weights and a bias: 90 of 970 parameters, 80 of 55,376 MACs.
    assert changes == [[], [], ["+9.3 %", "+0.1 %"], []]


@pytest.mark.parametrize("columns", [60, 80, 100, 160])
def test_a_narrow_screen_shortens_bars_and_keeps_subjects(
    history: Repository, monkeypatch: pytest.MonkeyPatch, columns: int
) -> None:
    monkeypatch.setenv("FORCE_COLOR", "1")
    monkeypatch.setenv("COLUMNS", str(columns))
    for _ in range(3):
        history.change("specs/tiny.yaml", "network:\n", "network:\n  - conv 3x3 64\n")
        history.commit("Widen the network by another convolution")
    for options in ((), ("--plot",)):
        shown = run("log", "specs/tiny.yaml", *options).stdout
        lines = re.sub(r"\x1b\[\d*m", "", shown).splitlines()
        assert all(len(line) <= columns for line in lines)
        assert "Widen the netwo" in lines[1]
        found = [bars(line) for line in lines[1:]]
        lengths = [len(each[0]) for each in found if each]
        assert lengths == sorted(lengths, reverse=True)
        assert len(set(lengths)) > 2 or not options


def test_a_change_of_an_imported_file_is_a_row(history: Repository) -> None:
    history.write("specs/parts.yaml", "archspec: 1\nparts: {body: [conv 3x3 4]}\n")
    text = SMALL.replace("network:", "import: {parts.yaml: [body]}\nnetwork:\n  - body")
    history.write("specs/tiny.yaml", text)
    history.commit("Use a part")
    history.change("specs/parts.yaml", "3x3", "1x1")
    history.commit("Change the part")
    rows = run_json("log", "specs/tiny.yaml", "--limit", "2")["rows"]
    assert [(row["subject"], row["parameters"]) for row in rows] == [
        ("Change the part", 970 + 4 * 4 + 4),
        ("Use a part", 970 + 9 * 4 * 4 + 4),
    ]


def test_an_imported_file_is_followed_to_its_older_names(history: Repository) -> None:
    history.write("specs/old.yaml", "archspec: 1\nparts: {body: [conv 3x3 4]}\n")
    history.commit("Write a part, which nothing uses yet")
    text = SMALL.replace("network:", "import: {old.yaml: [body]}\nnetwork:\n  - body")
    history.write("specs/tiny.yaml", text)
    history.commit("Use the part")
    history.change("specs/old.yaml", "3x3", "1x1")
    history.commit("Change the part")
    history.git("mv", "specs/old.yaml", "specs/größe new.yaml")
    history.change("specs/tiny.yaml", "old.yaml", "größe new.yaml")
    history.commit("Rename the part")
    history.change("specs/größe new.yaml", "1x1", "5x5")
    history.commit("Change it again")
    rows = run_json("log", "specs/tiny.yaml")["rows"]
    assert [(row["subject"], row["parameters"]) for row in rows[:4]] == [
        ("Change it again", 970 + 25 * 4 * 4 + 4),
        ("Rename the part", 970 + 4 * 4 + 4),
        ("Change the part", 970 + 4 * 4 + 4),
        ("Use the part", 970 + 9 * 4 * 4 + 4),
    ]
    assert rows[4]["subject"] == "Mend and rename it"


def test_what_was_imported_once_is_followed_as_long_as_it_was(history: Repository) -> None:
    for name in ("first", "second"):
        history.write(f"specs/{name}.yaml", "archspec: 1\nparts: {body: [conv 3x3 4]}\n")
    text = SMALL.replace("network:", "import: {first.yaml: [body]}\nnetwork:\n  - body")
    history.write("specs/tiny.yaml", text)
    history.commit("Use the first")
    history.change("specs/first.yaml", "3x3", "1x1")
    history.commit("Change the first")
    history.change("specs/tiny.yaml", "first.yaml", "second.yaml")
    history.commit("Use the second")
    history.change("specs/first.yaml", "1x1", "5x5")
    history.commit("Change the first, which nothing uses any more")
    rows = run_json("log", "specs/tiny.yaml", "-n", "3")["rows"]
    assert [row["subject"] for row in rows] == [
        "Use the second",
        "Change the first",
        "Use the first",
    ]


def test_a_subject_of_any_characters_is_one_subject(history: Repository) -> None:
    history.change("specs/tiny.yaml", "dense 20", "dense 30")
    history.commit("Odd \x1e subject \x1f of \x1e many")
    rows = run_json("log", "specs/tiny.yaml")["rows"]
    assert rows[0]["subject"] == "Odd \x1e subject \x1f of \x1e many"
    assert len(rows) == 5


def test_a_name_that_looks_like_a_pattern_is_a_name(history: Repository) -> None:
    history.write("specs/a.yaml", "archspec: 1\nname: a\ninput: 8x8x4\nnetwork: [relu]\n")
    history.commit("Add a name")
    history.write("specs/[a]*.yaml", f"archspec: 1\nname: b\ninput: 9x9\nnetwork: {[*'abc' * 9]}\n")
    history.commit("Add an odd name")
    rows = run_json("log", "specs/[a]*.yaml")["rows"]
    assert [row["subject"] for row in rows] == ["Add an odd name"]


def test_a_history_begins_where_a_revision_says(history: Repository) -> None:
    rows = run_json("log", "HEAD~3:specs/small.yaml")["rows"]
    assert [row["subject"] for row in rows] == ["Twice the classes", "Add the specs"]


def test_the_curves_are_a_picture(history: Repository) -> None:
    assert run("log", "specs/tiny.yaml", "-o", "curves.svg").exit_code == 0
    picture = Path("curves.svg").read_text("utf-8")
    assert picture.count("<circle") == 2 * 3
    assert "parameters, at most 1,060" in picture


def test_a_broken_promise_is_no_reason_not_to_count(history: Repository) -> None:
    history.write("specs/tiny.yaml", f"{SMALL}expect: {{parameters: 1}}\n")
    history.commit("Promise too little")
    assert run_json("log", "specs/tiny.yaml", "-n", "1")["rows"][0]["parameters"] == 970


@pytest.mark.parametrize(
    ("spec", "said"),
    [
        ("specs/new.yaml", "git has no commit of specs/new.yaml"),
        ("-", "is not in a git repository"),
        ("nowhere:specs/tiny.yaml", "no git revision `nowhere` here"),
        ("specs/nothing.yaml", "git has no commit of specs/nothing.yaml"),
    ],
)
def test_what_has_no_history_is_said(history: Repository, spec: str, said: str) -> None:
    history.write("specs/new.yaml", SMALL)
    found = run("log", spec)
    assert found.exit_code == 2
    assert said in found.stderr


def test_a_shallow_clone_says_what_it_lacks(history: Repository, tmp_path: Path) -> None:
    shallow = tmp_path / "shallow"
    history.git("clone", "--quiet", "--depth=1", f"file://{history.root}", str(shallow))
    found = run("log", str(shallow / "specs/tiny.yaml"))
    assert len(found.stdout.splitlines()) == 2
    assert "`git fetch --unshallow` brings older commits" in found.stderr


def test_a_picture_of_another_format_is_refused(history: Repository) -> None:
    found = run("log", "specs/tiny.yaml", "-o", "history.png")
    assert found.exit_code == 2
    assert "the picture is a file .svg, not history.png" in found.output
    assert not (history.root / "history.png").exists()


def test_each_variant_of_a_family_has_its_history(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    found = Repository.made(tmp_path, family=SMALL)
    found.write("specs/family.yaml", FAMILY)
    found.commit("Make it a family")
    monkeypatch.chdir(tmp_path)
    rows = run_json("log", "specs/family.yaml")["variants"]
    totals = {name: [row["parameters"] for row in each] for name, each in rows.items()}
    assert totals == {"narrow": [970, 970], "wide": [1024, 970]}
    assert run("log", "specs/family.yaml").stdout.startswith("narrow\ncommit ")
    assert "1,024" in run("log", "specs/family.yaml#wide").stdout
