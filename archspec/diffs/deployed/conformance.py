"""How far a file that is deployed is what a spec says."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace
from functools import cached_property
from typing import NamedTuple

from archspec.diffs.comparison import Comparison, Conformance
from archspec.diffs.deployed.counterparts import Alignment, Keys, align
from archspec.diffs.deployed.cutting import as_cut
from archspec.diffs.deployed.hosting import hosted, needed
from archspec.diffs.deployed.inference import count_norms, folded, of_inference
from archspec.diffs.deployed.more_copies import with_copy
from archspec.diffs.difference import diff
from archspec.diffs.explain.edits import Difference
from archspec.graph import Graph, Kind, encloses, parent, upwards

SPEC, FILE = "as the spec", "as the other file"
ALL, SOME = "batch norms folded", "some batch norms folded"


class Side(NamedTuple):
    """A network and what it is called; ``is_file`` if its names and grouping do not count."""

    graph: Graph
    name: str
    is_file: bool


def conformance(old: Side, new: Side) -> Comparison:
    """Compare two networks of which at least one is that of a file that is deployed."""
    spec, file = (old, new) if new.is_file else (new, old)
    pair = _pair(spec.graph, file.graph)
    difference = as_cut(diff(pair.whole, pair.hosted()))
    told = Conformance(FILE if spec.is_file else SPEC, pair.told)
    sided = difference if new.is_file else _mirrored(difference)
    return Comparison(old.name, new.name, sided, conformance=told)


def _mirrored(difference: Difference) -> Difference:
    edits = tuple(each.mirrored() for each in difference.edits)
    return Difference(difference.new, difference.old, difference.matching.mirrored(), edits)


@dataclass(frozen=True)
class _Pair:
    """A spec and a file, both as files for inference are.

    ``mine`` is what of the ``whole`` spec is compared, perhaps up to one of its heads.
    """

    whole: Graph
    mine: Graph
    theirs: Graph
    told: str = ""

    @cached_property
    def alignment(self) -> Alignment:
        """Which node is which."""
        return align(self.mine, self.theirs)

    def hosted(self) -> Graph:
        """Write the file in the names of the spec, or as it is where its structure fits none."""
        host, found = self._extended()
        try:
            return hosted(host, self.theirs, found.partners)
        except ValueError:
            return self.theirs

    def _extended(self) -> tuple[Graph, Alignment]:
        """Give repeats of the spec the copies that the file has more."""
        whole, found = self.whole, self.alignment
        for node, keys in found.added():
            repeat = _ended_by(whole, node.path)
            copies = _copies(found, repeat, keys, whole)
            for _ in range(copies):
                whole = with_copy(whole, repeat) or whole
        if whole is self.whole:
            return whole, found
        return whole, align(_up_to(whole, *self.mine.outputs.items()), self.theirs)


def _ended_by(graph: Graph, path: str) -> str:
    """Return the innermost repeat of which a value is the result; empty if there is none."""
    for around in upwards(parent(path)):
        if graph.scopes[around].kind is Kind.REPEAT:
            return around if graph.boundary(around).outputs == (path,) else ""
    return ""


def _copies(found: Alignment, repeat: str, keys: Keys, graph: Graph) -> int:
    """Count the copies of a repeat that nodes with some keys are."""
    if not repeat:
        return 0
    last = graph.scopes[repeat].contents[-1]
    places = [at for at, node in enumerate(found.nodes[0]) if encloses(last, node.path)]
    one = [found.keys[0][at] for at in places]
    count, rest = divmod(len(keys), max(len(one), 1))
    return count if not rest and keys == one * count else 0


def _pair(spec: Graph, file: Graph) -> _Pair:
    """Choose how to compare: with norms folded, or up to a head, where that leaves less alone."""
    whole, theirs = needed(of_inference(spec)), needed(of_inference(file))
    pairs = [*_up_to_heads(_Pair(whole, whole, theirs))]
    if count_norms(whole) > count_norms(theirs):
        same, less = folded(whole), folded(theirs)
        told = ALL if len(less.nodes) == len(theirs.nodes) else SOME
        pairs += _up_to_heads(_Pair(same, same, less, told))
    return min(pairs, key=lambda pair: pair.alignment.differences)


def _up_to_heads(pair: _Pair) -> Iterator[_Pair]:
    """Yield a pair without the auxiliary heads of the spec, that with them, and one up to each."""
    mine = needed(pair.whole.without_heads())
    yield replace(pair, whole=mine, mine=mine)
    if len(pair.theirs.outputs) > len(mine.outputs):
        yield pair
    for head in pair.whole.heads.items():
        yield replace(pair, mine=_up_to(pair.whole, head))


def _up_to(graph: Graph, *outputs: tuple[str, str]) -> Graph:
    """Take other values for the outputs of a graph."""
    return replace(graph, outputs=dict(outputs), heads={})
