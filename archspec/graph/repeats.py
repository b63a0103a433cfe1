"""Repeats whose copies follow one another, and those that are no more than their steps."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import replace
from itertools import chain

from archspec.graph.arrivals import Arrivals, Nested
from archspec.graph.path import encloses, last, parent
from archspec.graph.scope import Kind, Scope


def taken_apart(graph: Nested) -> Mapping[str, Scope]:
    """Make a list of steps of each repeat whose copies do not follow one another, by its path.

    Specs have none, but a pass may use the value of an inner copy outside of the repeat, or put
    nodes between copies.
    """
    arrivals = Arrivals(graph)
    repeats = [scope for scope in graph.scopes.values() if scope.kind is Kind.REPEAT]
    apart = [scope for scope in repeats if not _holds(arrivals, scope)]
    return {scope.path: _as_list(graph, scope) for scope in apart}


def _as_list(graph: Nested, repeat: Scope) -> Scope:
    """Return a repeat as a list of steps, which goes on with the list around it."""
    arriving = graph.scopes[parent(repeat.path)].arriving
    return replace(repeat, kind=Kind.BRANCH, arriving=arriving, gives={})


def _holds(arrivals: Arrivals, repeat: Scope) -> bool:
    """Whether each copy takes what the one before it gives and is read by the next alone."""
    strays = (_strays(arrivals.graph, repeat), _called_otherwise(arrivals, repeat))
    return next(chain(*strays), None) is None


def _strays(graph: Nested, repeat: Scope) -> Iterator[str]:
    """List the contents of a repeat that are no copies, and values read past the next copy."""
    width, before = max(len(repeat.gives), 1), ""
    for path in repeat.contents:
        copy = graph.scopes.get(path)
        takes, gives = (len(copy.takes), len(copy.gives)) if copy else (0, 0)
        if not last(path).isdecimal() or max(gives, 1) != width or width not in (1, takes):
            yield path
        known = _given(graph, before) if before else ()
        read = graph.boundary(path).inputs
        yield from (each for each in read if encloses(repeat.path, each) and each not in known)
        before = path
    final = _given(graph, repeat.contents[-1]) if repeat.contents else ()
    for value in graph.boundary(repeat.path).outputs:
        if encloses(repeat.path, value) and value not in final:
            yield value


def _called_otherwise(arrivals: Arrivals, repeat: Scope) -> Iterator[str]:
    """List the uses of a module among the copies that take other values than copies are given."""
    beside = arrivals.at(repeat.path)[len(arrivals.carried(repeat)) :]
    for path, arriving in arrivals.copies(repeat):
        copy = arrivals.graph.scopes.get(path)
        is_module = copy is not None and copy.kind is Kind.MODULE
        if is_module and arrivals.at(path) != (*arriving, *beside):
            yield path


def _given(graph: Nested, path: str) -> tuple[str, ...]:
    """List the outputs of a copy, with those that it only passes through."""
    scope = graph.scopes.get(path)
    handed = tuple(scope.gives.values()) if scope else ()
    return (*graph.boundary(path).outputs, *handed)
