"""Resolution of a command-line argument: a path, ``REVISION:path``, ``zoo:NAME`` or ``-``.

Each may name a variant of its spec behind a ``#``.
"""

from __future__ import annotations

import sys
from collections.abc import Mapping
from dataclasses import dataclass, replace
from pathlib import Path, PurePosixPath
from typing import NamedTuple

from archspec.source import (
    MAXIMUM_BYTES,
    VARIANT,
    ZOO,
    File,
    Folder,
    Revision,
    Text,
    Unreadable,
    trouble_with,
)

RECIPES = "recipe:"
"""Prefix of the recipes that come with the package."""

_ENDING = ".yaml"


class _Place(NamedTuple):
    """Folders of documents that come with the package, in a wheel and in a checkout."""

    packaged: str
    unpackaged: str
    missing: str


_PLACES: Mapping[str, _Place] = {
    ZOO: _Place("zoo", "specs", "the zoo has no spec"),
    RECIPES: _Place("recipes", "recipes", "the package has no recipe"),
}


@dataclass(frozen=True)
class Shipped(Folder):
    """Documents that come with the package, shown with their prefix wherever they are installed."""

    prefix: str

    def shown(self, path: PurePosixPath) -> str:
        """Name a document as on a command line."""
        return f"{self.prefix}{path.with_suffix('')}"


def prefix_of(argument: str) -> str | None:
    """Return the prefix of a document that comes with the package; None for any other name."""
    return next((prefix for prefix in _PLACES if argument.startswith(prefix)), None)


def file_name(shown: str) -> str:
    """Return the base name of a file that messages call ``shown``; ``zoo:NAME`` is a file, too."""
    prefix = prefix_of(shown)
    name = PurePosixPath(shown.removeprefix(prefix or "")).name
    return f"{name}{_ENDING}" if prefix else name


def locate(argument: str, root: Path | None = None) -> File:
    """Resolve an argument: a path, ``-``, ``zoo:NAME``, ``recipe:NAME`` or ``REVISION:path``.

    ``#NAME`` behind it names a variant. The root is the folder given, or else the enclosing git
    repository. Raises ``Unreadable``.
    """
    name, variant = split(argument)
    return replace(_locate(name, root), variant=variant)


def split(argument: str) -> tuple[str, str]:
    """Split ``resnet.yaml#resnet_50`` into file and variant, which is empty where none is named.

    A file may have a ``#`` in its name; a variant has neither a dot nor a slash.
    """
    name, mark, variant = argument.rpartition(VARIANT)
    is_variant = mark and name and variant and not {".", "/"}.intersection(variant)
    return (name, variant) if is_variant and not _exists(argument) else (argument, "")


def with_variant(argument: str, variant: str) -> str:
    """Name a variant of a spec, unless its name has one already."""
    return f"{argument}{VARIANT}{variant}" if variant and not split(argument)[1] else argument


def _exists(argument: str) -> bool:
    with trouble_with(argument):
        return Path(argument).exists()


def _locate(argument: str, root: Path | None) -> File:
    if not argument:
        raise Unreadable("not-found", "a spec's name is empty", "name a file, or . for this folder")
    if argument == "-":
        return of_text(sys.stdin.buffer.read(MAXIMUM_BYTES + 1), "<stdin>")
    if "\n" in argument:
        message = "a text was given in place of the name of a spec"
        raise Unreadable("not-found", message, "in Python, pass it as text=...; else save it")
    if prefix := prefix_of(argument):
        return _locate_shipped(prefix, argument.removeprefix(prefix))
    revision, colon, path = argument.partition(":")
    with trouble_with(argument):
        if colon and revision and not Path(argument).exists():
            return _located_at(revision, path, root)
        if argument.endswith(VARIANT) and not Path(argument).exists():
            message = f"{argument} names no variant behind its `{VARIANT}`"
            raise Unreadable("not-found", message, f"name one, or leave out the `{VARIANT}`")
        return locate_path(Path(argument), root)


def _located_at(revision: str, path: str, root: Path | None) -> File:
    """Find a file at a revision of git; raise ``Unreadable``, with help for what may be code."""
    try:
        return _locate_revision(revision, Path(path), root)
    except Unreadable as error:
        if error.help or not path.isidentifier():
            raise
        help = (
            f"if {revision}:{path} is code, `archspec import {revision}:{path}` makes a spec of it"
        )
        raise Unreadable(error.kind, str(error), help) from None


def of_text(content: bytes, name: str = "<text>") -> File:
    """Wrap a text as a file without a folder, which cannot import anything."""
    return File(Text(name, content), PurePosixPath(name))


def derived(content: bytes, origin: Path) -> File:
    """Wrap a spec that was made from a file, by the name of which it is shown."""
    path = PurePosixPath(origin.as_posix())
    return File(Text(str(path), content, is_derived=True), path)


def shipped(prefix: str) -> Path:
    """Return the folder of the documents that come with the package."""
    here, place = Path(__file__).parent, _PLACES[prefix]
    packaged = here / place.packaged
    return packaged if packaged.is_dir() else here.parent / place.unpackaged


def shipped_names(prefix: str) -> list[str]:
    """List the documents that come with the package."""
    folder = shipped(prefix)
    files = (file.relative_to(folder) for file in sorted(folder.rglob(f"*{_ENDING}")))
    return [file.with_suffix("").as_posix() for file in files]


def _locate_shipped(prefix: str, name: str) -> File:
    names = shipped_names(prefix)
    if name not in names:
        message = f"{_PLACES[prefix].missing} `{name}`"
        raise Unreadable("not-found", message, _names_like(name, names))
    return File(Shipped(shipped(prefix), prefix), PurePosixPath(f"{name}{_ENDING}"))


def _names_like(name: str, names: list[str]) -> str:
    """Suggest the documents that are nearly called so, or list them all."""
    from difflib import get_close_matches

    near = [f"`{each}`" for each in get_close_matches(name, names, cutoff=0.8)]
    return f"did you mean {' or '.join(near)}?" if near else f"it has {', '.join(names)}"


def locate_path(path: Path, root: Path | None = None) -> File:
    """Find a file, which need not exist, below the root; raise ``Unreadable`` if it is not."""
    root = root or _repository(path.absolute().parent) or path.parent
    try:
        relative = path.resolve().relative_to(root.resolve())
    except ValueError:
        raise Unreadable(
            "outside-root", f"{path} lies outside the root folder {root}", "name another --root"
        ) from None
    return File(Folder(root), PurePosixPath(relative))


def _locate_revision(revision: str, path: Path, root: Path | None) -> File:
    repository = root or _repository(path.absolute().parent)
    if repository is None:
        raise Unreadable("no-repository", f"{path} is not in a git repository")
    place = path.parent.resolve() / path.name  # the file itself may be a link in either revision
    if not place.is_relative_to(repository.resolve()):
        raise Unreadable("outside-root", f"{path} lies outside the repository {repository}")
    here = PurePosixPath(place.relative_to(repository.resolve()))
    as_git_says = PurePosixPath(path)
    tree = Revision.resolve(repository, revision)
    from_the_top = here != as_git_says and not tree.has(here) and tree.has(as_git_says)
    return File(tree, as_git_says if from_the_top else here)


def _repository(folder: Path) -> Path | None:
    """Find the nearest folder that contains ``.git``, starting with this one."""
    return next((place for place in (folder, *folder.parents) if (place / ".git").exists()), None)
