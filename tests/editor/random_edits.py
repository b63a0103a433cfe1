"""Random edits of documents, and what must be true of the answers after each of them.

``python -m tests.editor.random_edits SPEC COUNT`` tries many.
"""

from __future__ import annotations

import re
import sys
from collections.abc import Iterator
from pathlib import Path
from random import Random
from typing import Any

from archspec.editor import renaming
from archspec.editor.completion import complete
from archspec.editor.hints import hints
from archspec.editor.hover import hover
from archspec.editor.outline import outline
from archspec.editor.reading import Reading
from archspec.editor.workspace import Workspace

BITS: tuple[str, ...] = (
    *"[]{}:,-#&*!|>'\"%@`=/ \n\t.0123456789xkV_",
    *(" as ", " from ", " -> ", "\n  - ", "\nnetwork:\n", "steps:", "options: [", "conv 3x3 64"),
    *("repeat: ", "residual:", "concat:", "import:", "params:", "9" * 30, "\u00e9", "\U0001f600"),
    *("\u2028", "\r\n", "in_channels", "archspec: 1\n", "<<: *a", "&a ", "*a", "\x00", "\ufeff"),
)


_WORD = re.compile(r"\w+")


def edits(text: str, random: Random) -> Iterator[str]:
    """Yield the text after each of endless edits, most of which an author could have made.

    Words and lines are changed, moved, written twice and removed, bits are inserted, ranges are
    removed; now and then an edit is undone, or all of them.
    """
    original, before = text, text
    while True:
        edit = random.choice((_word, _word, _word, _line, _line, _bit, _range))
        after = edit(text, random)[:20_000]
        chance = random.random()
        if chance < 0.4:
            after = original if chance < 0.2 else before
        before, text = text, after
        yield text


def _word(text: str, random: Random) -> str:
    """Replace a word by another of the text, or by a number."""
    found = list(_WORD.finditer(text))
    if not found:
        return text
    word, other = random.choice(found), random.choice(found)
    new = random.choice((other[0], str(random.randrange(9)), word[0][:-1], f"{word[0]}x"))
    return f"{text[: word.start()]}{new}{text[word.end() :]}"


def _line(text: str, random: Random) -> str:
    """Remove a line, write it twice, or move it."""
    lines = text.split("\n")
    line = lines.pop(random.randrange(len(lines)))
    for _ in range(random.randrange(3)):
        lines.insert(random.randrange(len(lines) + 1), line)
    return "\n".join(lines)


def _bit(text: str, random: Random) -> str:
    """Insert something."""
    start = random.randrange(len(text) + 1)
    return text[:start] + random.choice(BITS) + text[start:]


def _range(text: str, random: Random) -> str:
    """Remove a few characters."""
    start = random.randrange(len(text) + 1)
    return text[:start] + text[start + 1 + int(random.expovariate(0.2)) :]


def answers(workspace: Workspace, path: Path, line: int, column: int) -> dict[str, Any]:
    """Ask everything at a place."""
    reading = workspace.reading(path)
    return {
        "diagnostics": [str(each) for each in reading.diagnostics],
        "fixes": [fix.text for each in reading.diagnostics for fix in each.fixes],
        "hints": list(hints(reading, 1, 10_000)),
        "hover": hover(reading, line, column),
        "outline": [(each.name, each.detail, len(each.inside)) for each in outline(reading)],
        "names": [(each.span[1:], each.symbol) for each in reading.occurrences],
        "offered": complete(reading, None, line, column),
        "renamed": _renamed(workspace, reading, line, column),
    }


def _renamed(workspace: Workspace, reading: Reading, line: int, column: int) -> object:
    try:
        found = renaming.renameable(reading, line, column)
        edits = renaming.rename(workspace, reading, found.symbol, "another_name")
    except renaming.Refused as refused:
        return str(refused)
    return [(path.name, fix.span[1:], fix.text) for path, all_ in edits.items() for fix in all_]


def place(text: str, random: Random) -> tuple[int, int]:
    """Choose a place in a text, or slightly outside of it."""
    lines = text.split("\n")
    line = random.randrange(len(lines) + 1)
    width = len(lines[line]) if line < len(lines) else 0
    return line + 1, random.randrange(width + 2)


def stale(path: Path, text: str, seed: int, count: int) -> list[str]:
    """Edit a document, and list the answers that are not those of one that was just opened."""
    random = Random(seed)  # noqa: S311  # the same edits each time
    kept = Workspace((path.parent,))
    found: list[str] = []
    for number, edited in zip(range(count), edits(text, random), strict=False):
        kept.put(path, edited)
        fresh = Workspace((path.parent,), {path: edited})
        where = place(edited, random)
        mine, new = answers(kept, path, *where), answers(fresh, path, *where)
        found += [f"edit {number}: {each}" for each in mine if str(mine[each]) != str(new[each])]
    return found


def main(spec: str, count: str) -> None:
    """Edit a spec many times, a seed for each hundred edits, and print what was found."""
    path, found = Path(spec).resolve(), 0
    for seed in range(int(count) // 100):
        for each in stale(path, path.read_text(), seed, 100):
            found += 1
            sys.stdout.write(f"seed {seed}, {each}\n")
    sys.stdout.write(f"{count} edits, {found} stale answers\n")


if __name__ == "__main__":
    main(*sys.argv[1:])
