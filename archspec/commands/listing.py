"""Listing the backends."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import click

from archspec.backend import Backend, Installed, installed
from archspec.commands.output import print_json
from archspec.language.words import REGISTERED
from archspec.operator import operators


def tell(form: str) -> None:
    """Print the backends."""
    found = installed()
    if form == "json":
        print_json({"backends": [_record(each) for each in found]})
    elif found:
        click.echo("\n\n".join("\n".join(_lines(each)) for each in found))
    else:
        click.echo("no backend is installed: pip install 'archspec-nn[torch]'")


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
        yield f"  {word}: {reason}"


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
    }
