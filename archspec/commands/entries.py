"""Telling entries of a reference: one word whole, a list of all, or a page."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import click

from archspec.commands.arguments import did_you_mean
from archspec.commands.output import print_json
from archspec.commands.screen import wrapped
from archspec.views.entries import Entry, markdown, text


def tell_entries(
    entries: Mapping[str, Entry], word: str | None, form: str, introduction: str
) -> None:
    """Print the entry of a word, or the list of all words, or all entries whole."""
    if word is not None and word not in entries:
        raise click.UsageError(f"there is no word `{word}`{did_you_mean(word, entries)}")
    chosen = entries if word is None else {word: entries[word]}
    if form == "json":
        print_json({name: _record(entry) for name, entry in chosen.items()})
    elif form == "markdown":
        click.echo(("" if word else introduction) + markdown(chosen))
    else:
        click.echo(text(entries[word]) if word else _listed(entries))


def _record(entry: Entry) -> dict[str, Any]:
    return {**entry._asdict(), "attributes": [each._asdict() for each in entry.attributes]}


def _listed(entries: Mapping[str, Entry]) -> str:
    wide = max(map(len, entries))
    groups: dict[str, list[str]] = {}
    for word, entry in entries.items():
        groups.setdefault(entry.group, []).append(
            wrapped(f"  {word:<{wide}}  {entry.summary}", wide + 4)
        )
    return "\n\n".join("\n".join([group, *lines]) for group, lines in groups.items())
