"""Which params decide what in a graph: the results of the dependence analysis.

A param can be an argument of a model where formulas express all that depends on it: channels,
factors, rates, counts of equal copies. A param that decides windows, and with them grids and pads,
or which operators there are, is static: its value is fixed when the source is written.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cached_property
from typing import NamedTuple

from archspec.emission.names import IN_CHANNELS, argument_name
from archspec.graph import Graph, Scope, Template, Written
from archspec.graph.arrivals import Arrivals
from archspec.language.syntax.expressions import parse
from archspec.language.syntax.terms import Binary, Call, ExpressionError, Name, Number, Term, Unary

Params = frozenset[str]

NONE: Params = frozenset()

_NAMES = re.compile(r"\b[A-Za-z_]\w*")


class Known(NamedTuple):
    """What is known of a name: the params that decide it, and whether it is a whole number.

    ``param`` is the param that the name is an alias of, if it is one.
    """

    params: Params = NONE
    is_whole: bool = False
    param: str = ""


Names = Mapping[str, Known]


@dataclass(frozen=True, eq=False)
class Dependence:
    """What depends on the ``live`` params, which are to be arguments of the model.

    ``static`` are those that cannot be. ``channels`` holds the params that decide the channels of
    each value, ``names`` the names in scope in each use of a module, by its path.
    """

    graph: Graph
    arrivals: Arrivals
    live: Params
    static: Params
    channels: Mapping[str, Params]
    names: Mapping[str, Names]

    @cached_property
    def defaults(self) -> Mapping[Written, bool]:
        """The texts of the documents' defaults, and whether they may name the network's params."""
        return default_texts(self.graph)

    def fractions(self, template: Template | None) -> frozenset[str]:
        """List the variables of a module that need not be whole numbers in all of its uses."""
        known = self._variables[template].items()
        return frozenset(name for name, each in known if not each.is_whole)

    def given(self, template: Template | None) -> Mapping[str, Params]:
        """List the variables of a module that params decide in some use, with these params."""
        known = self._variables[template].items()
        return {name: each.params for name, each in known if each.params}

    @cached_property
    def _variables(self) -> Mapping[Template | None, Mapping[str, Known]]:
        """Find what is known of the variables of each module over all of its uses."""
        found: dict[Template | None, dict[str, Known]] = {}
        for path, names in self.names.items():
            known = found.setdefault(self.graph.scopes[path].template, {})
            for name, each in names.items():
                before = known.get(argument_name(name), each)
                whole = before.is_whole and each.is_whole
                known[argument_name(name)] = Known(before.params | each.params, whole)
        return found


def default_texts(graph: Graph) -> Mapping[Written, bool]:
    """List the texts of all ``defaults`` with whether they are in the network's own file."""
    file, facts = graph.header.file, graph.header.written.items()
    return {text: at == file for (at, name), text in facts if name.startswith("defaults.")}


def channel_arguments(graph: Graph, arrivals: Arrivals, scope: Scope) -> dict[str, str]:
    """List the values that enter a use of a module, by the arguments for their channels."""
    if len(scope.takes) < 2:
        return {IN_CHANNELS: arrivals.at(scope.path)[0]}
    params = graph.header.params
    names = {argument_name(each) for each in (*params, *scope.arguments)}
    told = {name: f"{name}_channels" for name in scope.takes}
    return {
        f"{told[name]}_" if told[name] in names else told[name]: path
        for name, path in scope.takes.items()
    }


def names_in(text: str) -> list[str]:
    """List the names in a text, which need not be an expression."""
    return _NAMES.findall(text)


def is_whole(written: Written, names: Names) -> bool:
    """Whether a text is whole for all values of its names, if the whole ones among them are."""
    try:
        return _stays_whole(parse(written.text).root, names)
    except ExpressionError:
        return False


def _stays_whole(term: Term, names: Names) -> bool:
    if isinstance(term, Number):
        return isinstance(term.value, int)
    if isinstance(term, Name):
        return term.name in names and names[term.name].is_whole
    if isinstance(term, Call) and term.function in ("ceil", "floor", "round_to"):
        return True
    if isinstance(term, Binary) and term.operator == "/":
        return False
    return isinstance(term, Binary | Call | Unary) and all(
        _stays_whole(child, names) for child in term.children()
    )
