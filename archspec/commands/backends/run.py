"""Listing the backends."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import click

from archspec.backend import Backend, Installed, installed
from archspec.commands.output import print_json
from archspec.commands.screen import wrapped
from archspec.installing import install
from archspec.language.syntax.words import REGISTERED
from archspec.operator import Operator, operators


def tell(form: str) -> None:
    """Print the backends."""
    found = installed()
    if form == "json":
        print_json({"backends": [_record(each) for each in found]})
    elif form == "markdown":
        click.echo(_INTRODUCTION + "\n".join(_table(found)))
    elif found:
        click.echo("\n\n".join("\n".join(_lines(each)) for each in found))
    else:
        click.echo(f"no backend is installed: {install('torch')}")


_INTRODUCTION = """# Backends

What each backend writes of the operators; a dash stands for what it refuses.
This page is made by `archspec backends --format markdown`.

"""


def _table(found: tuple[Installed, ...]) -> Iterator[str]:
    """Write a row for each operator, and a column for each backend."""
    assert REGISTERED
    backends = [each.backend for each in found if each.backend is not None]
    yield f"| operator | {' | '.join(each.framework for each in backends)} |"
    yield f"|---|{'---|' * len(backends)}"
    for word, operator in operators().items():
        cells = [_cell(each, operator) for each in backends]
        yield f"| `{word}` | {' | '.join(cells)} |"


def _cell(backend: Backend, operator: type[Operator]) -> str:
    reason, limit = backend.reason(operator), backend.limit(operator)
    if reason is not None:
        return f"- {reason}"
    return f"in part: {limit}" if limit else "yes"


def _limited(backend: Backend) -> dict[str, str]:
    """Name the operators that a backend writes in part, with what it leaves out."""
    assert REGISTERED
    limits = ((word, backend.limit(operator)) for word, operator in operators().items())
    return {word: limit for word, limit in limits if limit is not None}


def _refused(backend: Backend) -> dict[str, str]:
    """Name the operators that a backend cannot write, with its reasons."""
    assert REGISTERED
    reasons = ((word, backend.reason(operator)) for word, operator in operators().items())
    return {word: reason for word, reason in reasons if reason is not None}


def _lines(found: Installed) -> Iterator[str]:
    if found.backend is None:
        yield f"{found.name}: broken: {found.trouble}"
        return
    refused, total = _refused(found.backend), len(operators())
    written = f"writes {total - len(refused)} of {total} operators"
    yield f"{found.name}: {found.backend.framework}, {written}"
    for word, reason in refused.items():
        yield wrapped(f"  {word}: {reason}", 4)
    for word, limit in _limited(found.backend).items():
        yield wrapped(f"  {word}, in part: {limit}", 4)


def _record(found: Installed) -> dict[str, Any]:
    ok = found.backend is not None
    return {
        "name": found.name,
        "package": found.package,
        "framework": found.backend.framework if found.backend else None,
        "ok": ok,
        "trouble": found.trouble or None,
        "operators": len(operators()) if ok else None,
        "refused": _refused(found.backend) if found.backend else {},
        "limited": _limited(found.backend) if found.backend else {},
    }
