"""``archspec diff`` of families: which variants changed, and by how much."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.commands.running import run, run_json
from tests.repositories import FAMILY


def test_two_families_are_compared_variant_by_variant(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    Path("old.yaml").write_text(FAMILY)
    Path("new.yaml").write_text(FAMILY.replace("classes: 16", "classes: 26"))
    lines = run("diff", "old.yaml", "new.yaml").stdout.splitlines()
    assert lines[0] == "1 of 2 variants changed"
    assert lines[1].startswith("  wide: param classes 16→26: +8.8 % parameters")
    assert "old.yaml#wide -> new.yaml#wide: interface, cost" in lines
    assert run("diff", "old.yaml", "new.yaml", "--exit-code").exit_code == 1
    assert run("diff", "old.yaml", "new.yaml", "--variant", "narrow", "--exit-code").exit_code == 0
    found = run_json("diff", "old.yaml", "new.yaml")["variants"]
    assert [found[name]["identical"] for name in ("narrow", "wide")] == [True, False]


def test_a_variant_that_is_broken_now_is_trouble(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    Path("old.yaml").write_text(FAMILY)
    Path("new.yaml").write_text(FAMILY.replace("classes: 16", "classes: 0"))
    assert run("diff", "old.yaml", "new.yaml", "--exit-code").exit_code == 2
    assert run("diff", "old.yaml", "new.yaml").exit_code == 1


def test_variants_of_one_family_are_compared(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    Path("net.yaml").write_text(FAMILY)
    told = run("diff", "net.yaml#narrow", "net.yaml#wide").stdout
    assert told.startswith("param classes 10→16: +5.6 % parameters")
    assert "net.yaml#narrow -> net.yaml#wide: " in told


def test_a_picture_is_of_the_first_variant_that_changed(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    Path("old.yaml").write_text(FAMILY)
    Path("new.yaml").write_text(FAMILY.replace("classes: 16", "classes: 26"))
    page = run("diff", "old.yaml", "new.yaml", "--format", "html").stdout
    assert "old.yaml#wide" in page
    assert "old.yaml#narrow" not in page


def test_sizes_are_checked_of_each_variant(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    Path("net.yaml").write_text(FAMILY)
    told = run_json("check", "net.yaml", "--sizes", "8..16")["specs"]
    assert [each["spec"] for each in told] == ["net.yaml#narrow", "net.yaml#wide"]
    (one,) = run_json("check", "net.yaml#wide", "--sizes", "8..16")["specs"]
    assert one["spec"] == "net.yaml#wide"


def test_a_mark_without_a_variant_and_code_are_answered_with_help(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    Path("net.yaml").write_text(FAMILY)
    told = run("check", "net.yaml#").output
    assert "net.yaml# names no variant behind its `#`" in told
    assert "name one, or leave out the `#`" in told
    told = run("diff", "net.yaml", "models:net").output
    assert "`archspec import models:net` makes a spec of it" in told


def test_a_variant_that_came_and_one_that_went_are_told(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    Path("old.yaml").write_text(FAMILY)
    Path("new.yaml").write_text(FAMILY.replace("wide:", "broad:"))
    told = run("diff", "old.yaml", "new.yaml", "--format", "line").stdout.splitlines()
    assert told[1].startswith("broad: inserted: the network broad")
    assert told[2].startswith("wide: removed: the network wide")
