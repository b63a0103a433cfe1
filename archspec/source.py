"""Source texts and places in them, read from a folder, a git revision or a string."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from functools import cached_property
from pathlib import Path, PurePath, PurePosixPath
from stat import S_ISDIR, S_ISREG
from typing import NamedTuple, Protocol
from unicodedata import category

MAXIMUM_BYTES = 8 * 2**20
ZOO = "zoo:"
"""The prefix of names of specs that come with the package."""
VARIANT = "#"
"""What stands between a file and the variant as which it is read: ``resnet.yaml#resnet_50``."""


class Unreadable(Exception):
    """A source cannot be read; the message says why, without a place.

    ``kind`` is the last part of the diagnostic's code (``file/<kind>``), ``help`` a suggested fix.
    """

    def __init__(self, kind: str, message: str, help: str | None = None) -> None:
        super().__init__(message)
        self.kind = kind
        self.help = help


@dataclass(frozen=True, eq=False)
class Source:
    """A text and the name under which messages show it.

    ``is_derived`` if it was made from the file of that name, so that nobody can look up its lines.
    """

    name: str
    text: str = field(repr=False)
    is_derived: bool = False

    @cached_property
    def lines(self) -> list[str]:
        """The lines of the text, as editors count them, without line feeds."""
        return self.text.split("\n")

    def line(self, number: int) -> str:
        """Return line ``number`` (from 1); empty past the end."""
        return self.lines[number - 1].rstrip("\r") if number <= len(self.lines) else ""


class Span(NamedTuple):
    """A range of columns in one line: ``line`` counts from 1, ``start`` and ``end`` from 0."""

    source: Source
    line: int
    start: int
    end: int

    @property
    def column(self) -> int:
        """The first column, counted from 1."""
        return self.start + 1

    @property
    def shown_line(self) -> int:
        """The line to name to a reader; 0 if nobody can look it up."""
        return 0 if self.source.is_derived else self.line

    @property
    def text(self) -> str:
        """What is written there."""
        return self.source.line(self.line)[self.start : self.end]

    def __str__(self) -> str:
        return f"{self.source.name}:{self.line}:{self.column}"


class Tree(Protocol):
    """Files that are read together: a folder, or a git revision of one."""

    def shown(self, path: PurePosixPath) -> str:
        """Name a file as messages show it."""

    def read(self, path: PurePosixPath) -> Source:
        """Read a file; raise ``Unreadable``."""

    def specs(self, path: PurePosixPath) -> Iterator[PurePosixPath] | None:
        """List the specs that lie directly in folder ``path``; None where it is no folder."""


@dataclass(frozen=True)
class Folder:
    """The files below ``root``; a link that leads out of it is refused."""

    root: Path

    def shown(self, path: PurePosixPath) -> str:
        """Name a file relative to the working directory where it lies below that."""
        return _shown(self.root / path)

    def read(self, path: PurePosixPath) -> Source:
        """Read a file below the root."""
        file = self.root / path
        shown = self.shown(path)
        with trouble_with(shown):
            if not file.resolve().is_relative_to(self.root.resolve()):
                raise Unreadable(
                    "outside-root",
                    f"{shown} lies outside the root folder {_shown(self.root)}",
                    "move the file below the root, or widen the root with --root",
                )
            if _is_gits(path) or _is_gits(file.resolve().relative_to(self.root.resolve())):
                raise Unreadable("outside-root", f"{shown} is part of git's own data")
            return Source(shown, _decode(content_of(file), shown))

    def specs(self, path: PurePosixPath) -> Iterator[PurePosixPath] | None:
        """List ``*.yaml`` directly in a folder, sorted."""
        folder = self.root / path
        with trouble_with(_shown(folder)):
            if not folder.is_dir():
                return None
        return (path / file.name for file in sorted(folder.glob("*.yaml")))


class _Stored(NamedTuple):
    """A blob in git's object database: its hash and its size in bytes."""

    blob: str
    size: int


@dataclass(frozen=True)
class Revision:
    """The files below ``root`` as they were at commit ``commit`` (resolved: a full hash)."""

    root: Path
    commit: str
    revision: str

    @classmethod
    def resolve(cls, root: Path, revision: str) -> Revision:
        """Find the commit that ``revision`` names in the repository at ``root``."""
        try:
            verify = ("rev-parse", "--verify", "--end-of-options", f"{revision}^{{commit}}")
            commit = git(root, *verify)
        except Unreadable as error:
            message = f"no git revision `{revision}` here"
            raise Unreadable("no-revision", message, error.help or _deepening(root)) from None
        return cls(root, commit.decode().strip(), revision)

    def has(self, path: PurePosixPath) -> bool:
        """Whether the commit has a file."""
        try:
            return self._stored(path) is not None
        except Unreadable:
            return False

    def _stored(self, path: PurePosixPath) -> _Stored | None:
        """Find the blob at a path, following links; raise ``Unreadable`` if one leads outside."""
        question = self._question(path)
        if question is None:
            return None
        asked = f"{question}\n".encode("utf-8", "surrogateescape")
        found = git(self.root, "cat-file", "--batch-check", "--follow-symlinks", stdin=asked)
        first = found.partition(b"\n")[0].decode(errors="replace")
        if first.startswith("symlink "):
            message = f"{self.shown(path)} is a link that leads out of the repository"
            raise Unreadable("outside-root", message)
        *_, blob, kind, size = f"- - {first}".split(" ")
        return _Stored(blob, int(size)) if kind == "blob" and size.isdecimal() else None

    def _question(self, path: PurePosixPath) -> str | None:
        """Return the object name to ask git for; None if there is no such file.

        ``cat-file --batch-check`` reads a name per line, so a path with a line feed is looked up by
        the hash of its blob, without following links.
        """
        if "\n" not in str(path):
            return f"{self.commit}:./{path}"
        listed = git(self.root, "ls-tree", "-z", self.commit, "--", str(path))
        facts = listed.partition(b"\t")[0].decode()
        mode, kind, blob = f"{facts} - -".split(" ")[:3]
        return blob if mode.startswith("100") and kind == "blob" else None

    def shown(self, path: PurePosixPath) -> str:
        """Name a file as git does."""
        return f"{self.revision}:{path}"

    def read(self, path: PurePosixPath) -> Source:
        """Read a file of that commit."""
        shown = self.shown(path)
        found = self._stored(path)
        if found is None:
            raise Unreadable("not-found", f"{shown} does not exist")
        if found.size > MAXIMUM_BYTES:
            raise _too_large(shown, MAXIMUM_BYTES)
        return Source(shown, _decode(git(self.root, "cat-file", "blob", found.blob), shown))

    def specs(self, path: PurePosixPath) -> Iterator[PurePosixPath] | None:
        """List ``*.yaml`` directly in a folder of that commit."""
        return None


@dataclass(frozen=True)
class Text:
    """A text without a folder, such as standard input, or one made from a file of that name."""

    name: str
    content: bytes
    is_derived: bool = False

    def shown(self, path: PurePosixPath) -> str:
        """Name the text."""
        return str(path)

    def read(self, path: PurePosixPath) -> Source:
        """Return the text; any other path does not exist."""
        if str(path) != self.name:
            raise Unreadable("not-found", f"{path} does not exist beside {self.name}")
        if len(self.content) > MAXIMUM_BYTES:
            raise _too_large(self.name, MAXIMUM_BYTES)
        return Source(self.name, _decode(self.content, self.name), self.is_derived)

    def specs(self, path: PurePosixPath) -> Iterator[PurePosixPath] | None:
        """Return None: a text is no folder."""
        return None


@dataclass(frozen=True)
class File:
    """One file of a tree, by its path from the tree's root, perhaps read as one of its variants."""

    tree: Tree
    path: PurePosixPath
    variant: str = ""

    @property
    def shown(self) -> str:
        """The name under which messages show it."""
        shown = self.tree.shown(self.path)
        return f"{shown}{VARIANT}{self.variant}" if self.variant else shown

    def read(self) -> Source:
        """Read it; raise ``Unreadable``."""
        return self.tree.read(self.path)

    def beside(self, relative: str) -> File:
        """Find the file that an import written in this one names; raise if it leaves the root."""
        if isinstance(self.tree, Text):
            message = f"{self.tree.name} has no folder to import `{relative}` from"
            raise Unreadable("not-found", message, "save the spec as a file")
        if relative.startswith(ZOO):
            message = f"`{relative}`: an import names a file, and no spec of the zoo"
            raise Unreadable("not-found", message, "copy that spec's file, and name the copy")
        name, _, variant = relative.partition(VARIANT)
        return File(self.tree, _inside(self.path.parent / name, relative), variant)


@contextmanager
def trouble_with(shown: str) -> Iterator[None]:
    """Turn errors of the operating system about a path into ``Unreadable``."""
    try:
        yield
    except FileNotFoundError:
        raise Unreadable("not-found", f"{shown} does not exist") from None
    except (OSError, RuntimeError, ValueError) as error:
        reason = getattr(error, "strerror", None) or error
        raise Unreadable("unreadable", f"{shown}: {reason}") from None


def _inside(path: PurePosixPath, written: str) -> PurePosixPath:
    parts: list[str] = []
    for part in path.parts:
        if part != "..":
            parts.append(part)
        elif parts:
            parts.pop()
        else:
            help = "name a folder that holds both files with --root"
            raise Unreadable("outside-root", f"`{written}` leads out of the root folder", help)
    if path.is_absolute():
        message = f"`{written}` is an absolute path"
        raise Unreadable("outside-root", message, "write it relative to this file")
    return PurePosixPath(*parts)


def _shown(path: Path) -> str:
    """Name a file relative to the working directory where it lies below that."""
    try:
        return str(path.absolute().relative_to(Path.cwd()))
    except ValueError:
        return str(path)


def content_of(file: Path, most: int = MAXIMUM_BYTES) -> bytes:
    """Read a regular file of at most ``most`` bytes; raise ``Unreadable``."""
    refuse_special(file)
    with trouble_with(_shown(file)), file.open("rb") as stream:
        content = stream.read(most + 1)
    if len(content) > most:
        raise _too_large(_shown(file), most)
    return content


def refuse_special(file: Path) -> None:
    """Raise ``Unreadable`` for anything but a regular file: reading a pipe may never end."""
    shown = _shown(file)
    with trouble_with(shown):
        mode = file.stat().st_mode
    if S_ISDIR(mode):
        raise Unreadable("folder", f"{shown} is a folder; a file is expected")
    if not S_ISREG(mode):
        raise Unreadable("unreadable", f"{shown} is a pipe or a device, not a file")


def _too_large(name: str, most: int) -> Unreadable:
    return Unreadable("too-large", f"{name} is larger than {most // 2**20} MiB, the most it may be")


def _is_gits(path: PurePath) -> bool:
    """Whether a path lies in ``.git``, in any spelling that some file system accepts for it."""
    return any(_plain(part) in _GITS for part in path.parts)


def _plain(part: str) -> str:
    """Normalise a name as file systems do that take several spellings for one.

    They ignore case, trailing blanks and dots, the name of an NTFS stream after a colon, and on
    HFS+ characters of category ``Cf``.
    """
    seen = "".join(each for each in part if category(each) != "Cf")
    return seen.casefold().partition(":")[0].rstrip(" .")


_GITS = (".git", "git~1")


def _decode(content: bytes, name: str) -> str:
    try:
        return content.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        raise Unreadable(
            "encoding", f"{name} is not UTF-8 text (byte {error.start})", "save the file as UTF-8"
        ) from None


def _deepening(root: Path) -> str | None:
    """Return advice on fetching the missing history if the clone is shallow."""
    if git(root, "rev-parse", "--is-shallow-repository").strip() != b"true":
        return None
    return "this clone is shallow: run `git fetch --unshallow` (actions/checkout: fetch-depth: 0)"


def git(folder: Path, *arguments: str, stdin: bytes = b"") -> bytes:
    """Run git in a folder and return its standard output; raise ``Unreadable`` with its error."""
    import subprocess

    order = ["git", "-C", str(folder), *arguments]
    try:
        done = subprocess.run(order, input=stdin, capture_output=True, check=False, timeout=60)
    except FileNotFoundError:
        help = "install git to read revisions"
        raise Unreadable("no-git", "git is not installed", help) from None
    except subprocess.TimeoutExpired:
        raise Unreadable("git", f"git {arguments[0]} took more than a minute") from None
    if done.returncode:
        raise Unreadable("git", done.stderr.decode(errors="replace").strip())
    return done.stdout
