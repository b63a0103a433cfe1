"""Key maps: the keys that tensors had in another version of a spec."""

from __future__ import annotations

import json
from collections.abc import Collection, Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, NamedTuple

from archspec.diagnostic import Diagnostic, SpecError
from archspec.graph import Graph, last, parent
from archspec.source import Unreadable, content_of
from archspec.weights.expected import expected
from archspec.weights.names import KeyNaming, layout_of

VERSION = 1
"""The version of the format, stated as `archspec_map`; optional in maps written by hand."""
LARGEST = 2**26
"""The maximum size of a key map in bytes."""


class KeyMapSide(NamedTuple):
    """One of the two specs of a map: its name, and the digest of its text."""

    name: str
    digest: str


@dataclass(frozen=True)
class KeyMap:
    """The old key of each tensor that is taken over, by its new key.

    ``specs`` are the ``old`` and the ``new`` spec that the map was made for; optional in maps
    written by hand.
    """

    file: Path
    tensors: Mapping[str, str]
    specs: Mapping[str, KeyMapSide] = field(default_factory=dict)

    def naming(self, source: Mapping[str, Any], graph: Graph) -> KeyNaming:
        """Apply the map to the names of a file; raise ``SpecError`` for unknown new keys."""
        strange = [key for key in self.tensors if key not in expected(graph)]
        if strange:
            reason = f"`{strange[0]}` is no tensor of {graph.name}"
            raise SpecError((self._wrong(reason, "the keys are those of the new spec"),))
        layout = layout_of(source)
        spelt = {new: _spelt(old, source) for new, old in self.tensors.items()}
        return KeyNaming(spelt, layout, f"{self.file} has them")

    def check(self, graph: Graph, written: Mapping[str, Any]) -> None:
        """Raise ``SpecError`` if the map was made for other specs than those of graph and file.

        ``written`` is the metadata of the file, which files of other tools lack.
        """
        wrong = tuple(self._wrong_sides(graph, written))
        if wrong:
            raise SpecError(wrong)

    def _wrong_sides(self, graph: Graph, written: Mapping[str, Any]) -> Iterator[Diagnostic]:
        old, new = self.specs.get("old"), self.specs.get("new")
        again = "archspec diff OLD NEW --emit-map FILE writes one for these two"
        if new is not None and new.digest != graph.header.digest:
            reason = f"it leads to {_told(new, graph.name)}, and not to this"
            yield self._wrong(reason, again)
        if old is not None and written.get("digest", old.digest) != old.digest:
            reason = f"it comes from {_told(old, str(written.get('spec')))}, and the weights do not"
            yield self._wrong(reason, again)

    def _wrong(self, reason: str, help: str) -> Diagnostic:
        return Diagnostic("weights/map", f"{self.file} does not fit: {reason}", help=help)


def _told(side: KeyMapSide, other: str) -> str:
    return f"another version of {side.name}" if side.name == other else side.name


def _spelt(key: str, names: Collection[str]) -> str:
    """Return the name of a key in a file, where emitted Keras models use Keras's variable names."""
    path, parameter = parent(key), last(key)
    spelt = (f"{path}/{variable}" for variable in _KERAS.get(parameter, ()))
    return next((each for each in (key, *spelt) if each in names), key)


_KERAS = {
    "weight": ("kernel", "gamma"),
    "bias": ("bias", "beta"),
    "running_mean": ("moving_mean",),
    "running_var": ("moving_variance",),
}


def read(file: Path) -> KeyMap:
    """Read a key map; raise ``SpecError``."""
    try:
        said = json.loads(content_of(file, LARGEST))
        tensors = {str(new): str(old) for new, old in said["tensors"].items()}
        specs = {
            str(side): KeyMapSide(str(each["name"]), str(each["digest"]))
            for side, each in said.get("specs", {}).items()
        }
    except Unreadable as error:
        raise SpecError((_none(file, str(error)),)) from None
    except (ValueError, KeyError, TypeError, AttributeError, RecursionError):
        raise SpecError((_none(file, 'it has no `"tensors": {"new.key": "old.key"}`'),)) from None
    if said.get("archspec_map", VERSION) != VERSION:
        reason = f"its version is {json.dumps(said['archspec_map'])}, and {VERSION} is read here"
        raise SpecError((_none(file, reason),))
    return KeyMap(file, tensors, specs)


def _none(file: Path, reason: str) -> Diagnostic:
    help = "archspec diff OLD NEW --emit-map FILE writes one"
    return Diagnostic("weights/map", f"{file} is no key map: {reason}", help=help)
