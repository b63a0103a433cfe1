"""What git knows of a file: its commits, its earlier names, and where a stored content belongs."""

from __future__ import annotations

import os
from collections.abc import Iterator
from dataclasses import dataclass, field
from functools import cached_property
from pathlib import Path, PurePosixPath
from typing import NamedTuple

from archspec.source import Folder, Revision, Source, Tree, Unreadable, git

_FORMAT = "--format=%H%x00%h%x00%cs%x00%s"
"""The four parts of a commit, none of which can hold what stands between them."""

_FOUND = "commit "
_LITERAL = "--literal-pathspecs"

WORKING = "0" * 40
"""The hash that git gives to a file of the working tree."""


class Commit(NamedTuple):
    """A commit: its hash, the short one, its date, its subject."""

    hash: str
    short: str
    date: str
    subject: str


def toplevel(folder: Path) -> Path:
    """Find the working tree that a folder lies in; raise ``Unreadable`` where there is none."""
    try:
        return Path(os.fsdecode(git(folder, "rev-parse", "--show-toplevel")).removesuffix("\n"))
    except Unreadable as error:
        if error.kind == "no-git":
            raise
        raise Unreadable("no-repository", f"{folder} lies in no git repository") from None


def is_shallow(root: Path) -> bool:
    """Whether a clone lacks older commits."""
    return git(root, "rev-parse", "--is-shallow-repository").strip() == b"true"


def commits(root: Path, paths: list[str], revision: str = "HEAD") -> list[Commit]:
    """List the commits that changed any of some files, the newest first."""
    order = ("log", "-z", "--topo-order", _FORMAT, "--end-of-options", revision, "--", *paths)
    parts = git(root, _LITERAL, *order).decode(errors="replace").split("\0")
    fields = len(Commit._fields)
    entries = (parts[at : at + fields] for at in range(0, len(parts) - fields + 1, fields))
    return [Commit(*entry) for entry in entries]


def names(root: Path, path: str, revision: str = "HEAD") -> list[str]:
    """List the names that a file has had, the present one first."""
    order = (
        _LITERAL,
        "log",
        "-z",
        "--follow",
        "--name-only",
        "--format=",
        "--end-of-options",
        revision,
        "--",
        path,
    )
    listed = (name.lstrip("\n") for name in os.fsdecode(git(root, *order)).split("\0"))
    return list(dict.fromkeys([path, *filter(None, listed)]))


def touched(root: Path, commit: str) -> set[str]:
    """List the files that a commit changed, those that it moved by both names."""
    order = ("diff-tree", "-r", "-m", "-z", "--root", "--no-commit-id", "--name-only", commit)
    return set(os.fsdecode(git(root, *order)).split("\0"))


class Changed(NamedTuple):
    """A file before and after; empty where it was not there."""

    old: str
    new: str


def parting(root: Path, base: str) -> str:
    """Find the commit in which the history of HEAD parted from that of ``base``.

    In a shallow clone, whose history does not reach so far, it is ``base`` itself.
    """
    commit = Revision.resolve(root, base).commit
    try:
        return git(root, "merge-base", "HEAD", commit).decode().strip()
    except Unreadable:
        return commit


def changes(root: Path, base: str) -> list[Changed]:
    """List the files that differ between a commit and the working tree, renames followed."""
    order = ("diff", "--name-status", "-z", "-M", "--no-ext-diff", "--end-of-options", base, "--")
    parts = iter(os.fsdecode(git(root, *order)).split("\0"))
    found = []
    for status in parts:
        if status[:1] in ("R", "C"):
            found.append(Changed(next(parts), next(parts)))
        elif status:
            path = next(parts)
            found.append(Changed("" if status == "A" else path, "" if status == "D" else path))
    return found


class Holding(NamedTuple):
    """A commit that has a stored content, and the path that the content has there."""

    commit: str
    path: str


def holding(root: Path, blob: str, path: str = "") -> Holding | None:
    """Find where a stored content belongs: at HEAD, else in the history of a path, or of all."""
    try:
        if path and git(root, "rev-parse", "--verify", f"HEAD:./{path}").decode().strip() == blob:
            return Holding("HEAD", path)
        form = f"--format={_FOUND}%H"
        search = ("log", "--all", "--raw", "--no-abbrev", form, f"--find-object={blob}")
        text = git(root, *search, "--", *([path] if path else [])).decode(errors="replace")
    except Unreadable:
        return None
    return next(_holdings(text, blob), None)


def _holdings(text: str, blob: str) -> Iterator[Holding]:
    """List commits that brought a content, or the parents of those that replaced it."""
    commit = ""
    for line in text.split("\n"):
        if line.startswith(_FOUND):
            commit = line.removeprefix(_FOUND)
        elif line.startswith(":"):
            stored, *paths = line.split("\t")
            _, _, old, new, _ = stored.split()
            if new == blob:
                yield Holding(commit, paths[-1])
            elif old == blob:
                yield Holding(f"{commit}^", paths[0])


@dataclass(frozen=True)
class Stored:
    """A file with a content that git has stored; its imports come from a commit that has it too.

    ``name`` is what messages call it; ``blob`` is the content's hash, all zeros for a file of the
    working tree.
    """

    root: Path
    path: PurePosixPath
    name: str
    blob: str
    text: str = field(repr=False)

    @cached_property
    def others(self) -> Tree:
        """The files beside it."""
        if set(self.blob) != {"0"}:
            found = holding(self.root, self.blob, str(self.path))
            if found is not None:
                return Revision.resolve(self.root, found.commit)
        return Folder(self.root)

    def shown(self, path: PurePosixPath) -> str:
        """Name a file as messages show it."""
        return self.name if path == self.path else self.others.shown(path)

    def read(self, path: PurePosixPath) -> Source:
        """Read the file or one beside it."""
        return Source(self.name, self.text) if path == self.path else self.others.read(path)

    def specs(self, path: PurePosixPath) -> Iterator[PurePosixPath] | None:
        """Return None: it is no folder."""
        return None


@dataclass(frozen=True, eq=False)
class Recorded:
    """A tree that remembers which of its files were read."""

    tree: Tree
    paths: list[PurePosixPath] = field(default_factory=list)

    def shown(self, path: PurePosixPath) -> str:
        """Name a file as the tree does."""
        return self.tree.shown(path)

    def read(self, path: PurePosixPath) -> Source:
        """Read a file and remember it."""
        self.paths.append(path)
        return self.tree.read(path)

    def specs(self, path: PurePosixPath) -> Iterator[PurePosixPath] | None:
        """List the specs of a folder as the tree does."""
        return self.tree.specs(path)
