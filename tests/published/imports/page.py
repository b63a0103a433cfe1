"""The tables of the page of imported models, made from the results of a sweep.

``python -m tests.published.imports.page RESULTS PAGE`` writes the tables below the headings of the
page anew; what is said around them stays.
"""

from __future__ import annotations

import re
import sys
from collections.abc import Iterable, Iterator
from pathlib import Path

from tests.published.imports.results import Row, emitted, is_imported, library, read

LIBRARIES = ("torchvision", "timm", "keras.applications")
TITLES = ("model", "input", "lines", "modules", "parameters", "MACs", "largest difference")


def main(results: Path, page: Path) -> None:
    """Write the tables of a page."""
    text = page.read_text("utf-8")
    for heading, lines in tables(read(results), read(emitted(results))).items():
        text = with_table(text, heading, lines)
    page.write_text(text, "utf-8")


def with_table(text: str, heading: str, lines: Iterable[str]) -> str:
    """Replace the first table below a heading."""
    below = re.compile(rf"(^## {re.escape(heading)}\n(?:(?!\|).*\n)*)(?:\|.*\n)*", re.MULTILINE)
    table = "".join(f"{line}\n" for line in lines)
    return below.sub(lambda found: found[1] + table, text, count=1)


def tables(rows: list[Row], others: list[Row]) -> dict[str, list[str]]:
    """Make the lines of all tables by their headings."""
    ordered = sorted(rows, key=lambda row: (row["family"], row["model"]))
    found = {"Families": [*_families(ordered, others)]}
    for each in LIBRARIES:
        imported = (row for row in ordered if library(row) == each and is_imported(row))
        found[each] = [*_models(imported)]
    found["What is missing"] = [*_missing(row for row in ordered if not is_imported(row))]
    return found


def _families(rows: list[Row], others: list[Row]) -> Iterator[str]:
    yield from _head("family", "imported", "of", "largest difference", "on TensorFlow")
    compared = {(library(row), row["family"]): row for row in others if row["agree"]}
    for each in LIBRARIES:
        own = [row for row in rows if library(row) == each]
        yield _line(f"**{each}**", *_counted(own), "")
        for family in dict.fromkeys(row["family"] for row in own):
            other = compared.get((each, family), {}).get("difference")
            yield _line(family, *_counted(r for r in own if r["family"] == family), _share(other))


def _counted(rows: Iterable[Row]) -> tuple[str, str, str]:
    """Tell how many of some models are imported, of how many, and the largest difference."""
    tried = [*rows]
    imported = [row for row in tried if is_imported(row)]
    worst = max((row["difference"] for row in imported), default=None)
    return str(len(imported)), str(len(tried)), _share(worst)


def _share(number: float | None) -> str:
    return "" if number is None else f"{number:.1e}" if number else "0"


def _models(rows: Iterable[Row]) -> Iterator[str]:
    yield from _head(*TITLES)
    for row in rows:
        height, width = row["size"]
        counted = (str(row["lines"]), str(row["modules"]))
        totals = (_total(row, "parameters"), _total(row, "macs"))
        size = f"{height}x{width}"
        difference = _share(row["difference"])
        is_double = row.get("precision") == "double"
        yield _line(_name(row), size, *counted, *totals, f"{difference}{' in double' * is_double}")


def _total(row: Row, name: str) -> str:
    """Tell a total of the spec, and that of the model where it is another."""
    ours, theirs = row[name], row["theirs"][name]
    return f"{ours:,}" if ours == theirs else f"{ours:,} (the model: {theirs:,})"


def _missing(rows: Iterable[Row]) -> Iterator[str]:
    yield from _head("library", "model", "what has no word, or why not")
    for row in rows:
        reason = row.get("refused") or row["failed"]
        told = re.sub(r"^\S+: (\d+ operators? (?:have|has) no word: )?", "", reason)
        yield _line(library(row), _name(row), told.replace("|", "\\|").replace("\n", " "))


def _name(row: Row) -> str:
    return f"`{row['model'].partition(':')[2]}`"


def _head(*titles: str) -> tuple[str, str]:
    return _line(*titles), f"|{'---|' * len(titles)}"


def _line(*cells: str) -> str:
    return f"| {' | '.join(cells)} |"


if __name__ == "__main__":
    main(*map(Path, sys.argv[1:]))
