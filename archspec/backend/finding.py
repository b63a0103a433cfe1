"""Finding the backends of installed packages, by their entry points."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

from archspec.backend.rules import Backend, told
from archspec.diagnostic import Diagnostic, SpecError

GROUP = "archspec.backends"


@dataclass(frozen=True)
class Installed:
    """A backend of an installed package: loaded, or None with the reason in ``trouble``."""

    name: str
    package: str
    backend: Backend | None
    trouble: str = ""


def installed() -> tuple[Installed, ...]:
    """List the backends of installed packages; a broken one does not affect the others."""
    return tuple(sorted((_load(entry) for entry in _entries()), key=lambda each: each.name))


def backend(name: str) -> Backend:
    """Find a backend by its name; raise ``SpecError``."""
    entries = {entry.name: entry for entry in _entries()}
    if name not in entries:
        raise SpecError((_unknown(name, sorted(entries)),))
    found = _load(entries[name])
    if found.backend is None:
        raise SpecError((_broken(found),))
    return found.backend


def _entries() -> Iterable[Any]:
    from importlib.metadata import entry_points

    return entry_points(group=GROUP)


def _load(entry: Any) -> Installed:
    package = entry.value.partition(":")[0]
    try:
        found = entry.load()
    except (Exception, SystemExit) as error:  # noqa: BLE001 - third-party code may raise anything
        return Installed(entry.name, package, None, told(error))
    if not isinstance(found, Backend):
        return Installed(entry.name, package, None, f"{entry.value} is no archspec.backend.Backend")
    return Installed(entry.name, package, found)


def _unknown(name: str, known: list[str]) -> Diagnostic:
    listed = ", ".join(known) or "none"
    return Diagnostic(
        "backend/unknown",
        f"no backend is called `{name}`; installed: {listed}",
        help="`archspec backends` lists the backends and what they support",
    )


def _broken(found: Installed) -> Diagnostic:
    return Diagnostic(
        "backend/broken",
        f"the backend `{found.name}` cannot be loaded: {found.trouble}",
        help=f"repair or remove the package {found.package}",
    )
