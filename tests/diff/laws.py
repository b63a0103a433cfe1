"""What holds for any two graphs."""

from __future__ import annotations

from archspec.diffs.checkpoint import checkpoint
from archspec.diffs.cost import MEASURES, Costs
from archspec.diffs.difference import diff
from archspec.diffs.edits import Change, Difference, Edit, apply, apply_ends, ends_of
from archspec.graph import Graph


def keeps_the_laws(old: Graph, new: Graph) -> None:
    """Assert all of them."""
    difference = diff(old, new)
    edits_turn_the_old_graph_into_the_new_one(difference)
    the_way_back_is_the_mirror(difference)
    costs_of_edits_and_of_steps_add_up(difference)
    tensors_are_counted_once(difference)
    assert diff(old, old).edits == ()
    assert diff(new, new).edits == ()


def edits_turn_the_old_graph_into_the_new_one(difference: Difference) -> None:
    old, new, edits = difference.old, difference.new, difference.edits
    assert apply(edits, old) == dict(new.nodes)
    assert apply_ends(edits, old) == ends_of(new)


def the_way_back_is_the_mirror(difference: Difference) -> None:
    back = diff(difference.new, difference.old)
    assert {described(edit.mirrored()) for edit in back.edits} == set(
        map(described, difference.edits)
    )


def described(edit: Edit) -> tuple[object, ...]:
    changes = frozenset(map(paths, (*edit.changes, *edit.follows)))
    return edit.kind, edit.category, edit.cause.key, frozenset(edit.parts), changes


def paths(change: Change) -> tuple[str, str]:
    return change.old.path if change.old else "", change.new.path if change.new else ""


def costs_of_edits_and_of_steps_add_up(difference: Difference) -> None:
    costs = Costs(difference)
    for measure in MEASURES:
        blamed = sum(blame.whole.of(measure).change for blame in costs.by_edit())
        change = costs.total().of(measure).change
        assert blamed == change
        steps = (part for part in costs.by_part() if "." not in part.path)
        assert sum(part.delta.of(measure).change for part in steps) == change


def tensors_are_counted_once(difference: Difference) -> None:
    verdict = checkpoint(difference)
    counts = verdict.counts()
    shared = counts["kept"] + counts["moved"] + counts["reshaped"]
    assert shared + counts["dropped"] == tensors(difference.old)
    assert shared + counts["new"] == tensors(difference.new)


def tensors(graph: Graph) -> int:
    nodes = graph.without_heads().nodes.values()
    return sum(1 for node in nodes for _ in node.op.parameters(*node.inputs))
