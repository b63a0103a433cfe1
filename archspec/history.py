"""The history of files in git: commits, earlier names, and the commits that contain a blob."""

from __future__ import annotations

import os
from collections.abc import Iterator
from dataclasses import dataclass, field
from functools import cached_property
from pathlib import Path, PurePosixPath
from typing import NamedTuple

from archspec.source import Folder, Revision, Source, Tree, Unreadable, git

_FORMAT = "--format=%H%x00%h%x00%cs%x00%s"
"""The fields of a commit, separated by NUL, which none of them can contain."""

_FOUND = "commit "
_LITERAL = "--literal-pathspecs"

WORKING = "0" * 40
"""The hash that git reports for a file of the working tree."""


class Commit(NamedTuple):
    """A commit: its hash, the abbreviated hash, its date (``YYYY-MM-DD``) and its subject."""

    hash: str
    short: str
    date: str
    subject: str


def toplevel(folder: Path) -> Path:
    """Find the root of the working tree around a folder; raise ``Unreadable`` if there is none."""
    try:
        return Path(os.fsdecode(git(folder, "rev-parse", "--show-toplevel")).removesuffix("\n"))
    except Unreadable as error:
        if error.kind == "no-git":
            raise
        raise Unreadable("no-repository", f"{folder} is not in a git repository") from None


def is_shallow(root: Path) -> bool:
    """Whether a clone lacks part of its history."""
    return git(root, "rev-parse", "--is-shallow-repository").strip() == b"true"


def commits(root: Path, paths: list[str], revision: str = "HEAD") -> list[Commit]:
    """List the commits that changed any of the files, newest first."""
    order = ("log", "-z", "--topo-order", _FORMAT, "--end-of-options", revision, "--", *paths)
    parts = git(root, _LITERAL, *order).decode(errors="replace").split("\0")
    fields = len(Commit._fields)
    entries = (parts[at : at + fields] for at in range(0, len(parts) - fields + 1, fields))
    return [Commit(*entry) for entry in entries]


def names(root: Path, path: str, revision: str = "HEAD") -> list[str]:
    """List the names that a file has had, the current one first."""
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
    """List the files that a commit changed; a renamed file is listed under both names."""
    order = ("diff-tree", "-r", "-m", "-z", "--root", "--no-commit-id", "--name-only", commit)
    return set(os.fsdecode(git(root, *order)).split("\0"))


class Changed(NamedTuple):
    """The old and the new path of a file; empty where the file does not exist."""

    old: str
    new: str


def parting(root: Path, base: str) -> str:
    """Return the merge base of HEAD and ``base``, or ``base`` itself in a shallow clone."""
    commit = Revision.resolve(root, base).commit
    try:
        return git(root, "merge-base", "HEAD", commit).decode().strip()
    except Unreadable:
        return commit


def changes(root: Path, base: str) -> list[Changed]:
    """List the files that differ between a commit and the working tree, with renames detected."""
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
    """A commit that contains a blob, and the blob's path there."""

    commit: str
    path: str


def holding(root: Path, blob: str, path: str = "") -> Holding | None:
    """Find a commit with a blob: HEAD, or else one in the history of ``path``, or of all files."""
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
    """Yield the commits that added a blob, and the parents of those that replaced it."""
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
    """A file with the content of a blob; its imports are read from a commit that contains it.

    ``name`` is used in messages; ``blob`` is the hash, all zeros for a file of the working tree.
    """

    root: Path
    path: PurePosixPath
    name: str
    blob: str
    text: str = field(repr=False)

    @cached_property
    def others(self) -> Tree:
        """The tree that its imports are read from."""
        if set(self.blob) != {"0"}:
            found = holding(self.root, self.blob, str(self.path))
            if found is not None:
                return Revision.resolve(self.root, found.commit)
        return Folder(self.root)

    def shown(self, path: PurePosixPath) -> str:
        """Name a file as messages show it."""
        return self.name if path == self.path else self.others.shown(path)

    def read(self, path: PurePosixPath) -> Source:
        """Read the file itself or one of its imports."""
        return Source(self.name, self.text) if path == self.path else self.others.read(path)

    def specs(self, path: PurePosixPath) -> Iterator[PurePosixPath] | None:
        """Return None: it is not a folder."""
        return None


@dataclass(frozen=True, eq=False)
class Recorded:
    """A tree that records which of its files were read."""

    tree: Tree
    paths: list[PurePosixPath] = field(default_factory=list)

    def shown(self, path: PurePosixPath) -> str:
        """Name a file as the underlying tree does."""
        return self.tree.shown(path)

    def read(self, path: PurePosixPath) -> Source:
        """Read a file and record its path."""
        self.paths.append(path)
        return self.tree.read(path)

    def specs(self, path: PurePosixPath) -> Iterator[PurePosixPath] | None:
        """List the specs of a folder as the underlying tree does."""
        return self.tree.specs(path)
