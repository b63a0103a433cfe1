"""Deciding between explanations, in whatever order they come."""

from __future__ import annotations

from itertools import permutations

from archspec.diffs.explain.cause import Cause
from archspec.diffs.explain.claims import Aspect, Claim, Consequence, Finding, Subject
from archspec.diffs.explain.edits import Category, Change, EditKind
from archspec.diffs.explain.resolution import Resolution
from tests.conformance.specs import graph_of

NODES = graph_of("network: [relu as a, relu as b, relu as c]\n").nodes
A, B, C = (Subject(Aspect.NODE, path) for path in NODES)


def claim(what: str, category: Category, *explains: Subject) -> Claim:
    return Claim(Cause(what), EditKind.CHANGED, category, (what, what), explains=explains)


def following(because: Subject, *paths: str) -> Consequence:
    follows = tuple(Change(NODES[path], NODES[path]) for path in paths)
    return Consequence((because,), (C,), follows)


def causes(subject: Subject, *findings: Finding) -> set[Cause | None]:
    return {Resolution(each).cause(subject) for each in permutations(findings)}


def test_the_heavier_category_counts_among_claims() -> None:
    light, heavy = claim("padding", Category.NUMERICS, C), claim("filters", Category.ATTRIBUTE, C)
    assert causes(C, light, heavy) == {Cause("filters")}


def test_a_claim_counts_before_what_follows_from_another() -> None:
    first, own = claim("first", Category.TOPOLOGY, A), claim("own", Category.COSMETIC, C)
    assert causes(C, first, own, following(A, "a", "b")) == {Cause("own")}


def test_what_more_follows_from_counts_among_consequences() -> None:
    few, many = claim("few", Category.TOPOLOGY, A), claim("many", Category.TOPOLOGY, B)
    assert causes(C, few, many, following(A, "a"), following(B, "a", "b")) == {Cause("many")}
    assert causes(C, few, many, following(A, "a"), following(B, "b")) == {Cause("few")}


def test_what_nothing_explains_has_no_cause() -> None:
    assert causes(C, claim("other", Category.TOPOLOGY, A), following(B, "a")) == {None}
