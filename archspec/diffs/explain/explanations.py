"""All explanations, and the edits that they come to together."""

from __future__ import annotations

from collections.abc import Iterable

from archspec.diffs.explain.attributes import changed_attributes
from archspec.diffs.explain.claims import Explanation
from archspec.diffs.explain.consequences import blamed_nodes, changed_types, taken_names
from archspec.diffs.explain.edit_builder import build
from archspec.diffs.explain.edits import Edit
from archspec.diffs.explain.interface import changed_ends, changed_inputs, changed_name
from archspec.diffs.explain.naming import changed_paths
from archspec.diffs.explain.order import changed_order
from archspec.diffs.explain.presence import added_parts, removed_parts
from archspec.diffs.explain.sources import changed_sources
from archspec.diffs.match.matching import Matching

EXPLANATIONS: tuple[Explanation, ...] = (
    removed_parts,
    added_parts,
    changed_attributes,
    changed_order,
    changed_paths,
    changed_sources,
    changed_types,
    taken_names,
    changed_name,
    changed_inputs,
    changed_ends,
    blamed_nodes,
)
"""Their order does not matter: each sees the matching alone."""


def explain(matching: Matching, explanations: Iterable[Explanation] = EXPLANATIONS) -> list[Edit]:
    """Explain every change between two graphs, one edit per cause, in no particular order."""
    return build(tuple(each for explanation in explanations for each in explanation(matching)))
