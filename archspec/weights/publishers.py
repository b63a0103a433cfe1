"""Selection of the name map that fits a graph or a file."""

from __future__ import annotations

from collections.abc import Collection, Iterator

from archspec.diagnostic import Diagnostic, SpecError
from archspec.graph import Graph
from archspec.weights.expected import expected
from archspec.weights.names import NameMap, maps


def find(publisher: str, graph: Graph, *, partial: bool = False) -> NameMap:
    """Find a publisher's names for a graph; raise ``SpecError`` if none fit.

    A map for another network fits if it has all paths, unless it uses numbers that Keras assigns,
    which would fit any graph. ``partial`` accepts names for some of the tensors.
    """
    wanted = expected(graph.without_heads()).keys()
    candidates = [each for each in maps() if each.publisher == publisher]
    named = [each for each in candidates if each.spec.rpartition("/")[2] == graph.name]
    others = [each for each in candidates if not each.automatic]
    for each in (*named, *others):
        if wanted <= each.keys(graph).keys():
            return each
    part = max(candidates, key=lambda each: _known(each, graph, wanted), default=None)
    if partial and part is not None and _known(part, graph, wanted):
        return part
    if named:
        raise SpecError((_uncovered(named[0], graph, wanted),))
    raise SpecError((_unknown(publisher, graph, candidates),))


def recognized(names: Collection[str]) -> NameMap | None:
    """Find the network that uses these names of tensors; None if there is none.

    Networks with names that Keras numbers cannot be recognized; auxiliary heads are optional.
    """
    prefixes = {name[:end] for name in names for end in _ends(name)}
    fitting = [each for each in maps() if not each.automatic and prefixes >= _needed(each)]
    return max(fitting, key=lambda each: len(each.names), default=None)


def _needed(names: NameMap) -> set[str]:
    return {theirs for theirs, ours in names.names.items() if not ours.startswith("auxiliary")}


def _ends(name: str) -> Iterator[int]:
    yield from (place for place, letter in enumerate(name) if letter in "./")
    yield len(name)


def _known(names: NameMap, graph: Graph, wanted: Collection[str]) -> int:
    return len(names.keys(graph).keys() & set(wanted))


def _uncovered(names: NameMap, graph: Graph, wanted: Collection[str]) -> Diagnostic:
    known = names.keys(graph)
    nameless = [key for key in wanted if key not in known]
    return Diagnostic(
        "weights/no-names",
        f"{names.publisher}'s {names.network} has no names for {len(nameless)} of the"
        f" {len(wanted)} tensors of this {graph.name}, such as `{nameless[0]}`",
        help="--partial takes the others over and draws these from a seed",
    )


def _unknown(publisher: str, graph: Graph, candidates: list[NameMap]) -> Diagnostic:
    known = ", ".join(sorted({each.spec for each in candidates}))
    publishers = ", ".join(sorted({each.publisher for each in maps()}))
    return Diagnostic(
        "weights/no-names",
        f"no names of {publisher} are known for {graph.name}",
        help=f"{publisher}'s are known for {known}; --by order, --rename and --names need none"
        if candidates
        else f"the publishers are {publishers}",
    )
