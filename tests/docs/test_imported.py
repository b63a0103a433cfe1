"""The page of imported models holds together, and holds what was promised."""

from __future__ import annotations

import pytest

from tests.docs.pages import DOCS, table

PAGE = DOCS / "imported.md"
LIBRARIES = ("torchvision", "timm", "keras.applications")


def models(library: str) -> list[list[str]]:
    return table(PAGE, f"## {library}")


@pytest.mark.parametrize("library", LIBRARIES)
def test_no_output_of_a_spec_differs_by_more_than_a_hundred_thousandth(library: str) -> None:
    assert not [row for row in models(library) if float(row[-1].partition(" ")[0]) > 1e-5]


@pytest.mark.parametrize("library", LIBRARIES)
def test_the_table_of_families_counts_the_rows_below(library: str) -> None:
    counted = {row[0]: row[1] for row in table(PAGE, "## Families")}
    assert counted[f"**{library}**"] == str(len(models(library)))


def test_no_model_is_both_imported_and_missing() -> None:
    missing = {(row[0], row[1]) for row in table(PAGE, "## What is missing")}
    imported = {(each, row[0]) for each in LIBRARIES for row in models(each)}
    assert not missing & imported
