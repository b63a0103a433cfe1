"""What holds for any two graphs."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace
from random import Random

from archspec.diffs.comparison import Comparison
from archspec.diffs.difference import diff
from archspec.diffs.explain.edit_builder import build
from archspec.diffs.explain.edits import Change, Difference, Edit, End
from archspec.diffs.explain.explanations import EXPLANATIONS, explain
from archspec.diffs.explain.reading_order import in_reading_order
from archspec.diffs.impact.checkpoint import checkpoint
from archspec.diffs.impact.cost import MEASURES, Costs
from archspec.diffs.report import text
from archspec.graph import Graph, Input, Node


def assert_laws(old: Graph, new: Graph) -> None:
    """Assert all of them."""
    difference = diff(old, new)
    edits_turn_the_old_graph_into_the_new_one(difference)
    the_way_back_is_the_mirror(difference)
    costs_of_edits_and_of_steps_add_up(difference)
    tensors_are_counted_once(difference)
    the_order_of_explanations_does_not_matter(difference)
    assert diff(old, old).edits == ()
    assert diff(new, new).edits == ()


def edits_turn_the_old_graph_into_the_new_one(difference: Difference) -> None:
    old, new, edits = difference.old, difference.new, difference.edits
    assert nodes_after(edits, old) == dict(new.nodes)
    assert ends_after(edits, old) == ends_of(new)


def nodes_after(edits: Iterable[Edit], graph: Graph) -> dict[str, Node]:
    """Turn the old graph's nodes into the new one's, by path."""
    changes = [change for edit in edits for change in (*edit.changes, *edit.follows)]
    gone = {change.old.path for change in changes if change.old}
    kept = {path: node for path, node in graph.nodes.items() if path not in gone}
    return kept | {change.new.path: change.new for change in changes if change.new}


def ends_after(edits: Iterable[Edit], graph: Graph) -> dict[tuple[End, str], Input | str]:
    """Turn the old graph's inputs, outputs and heads into the new one's, by kind and name."""
    ends = ends_of(graph)
    changes = [change for edit in edits for change in edit.ends]
    for change in changes:
        if change.old:
            ends.pop((change.end, change.old[0]), None)
    return ends | {(each.end, each.new[0]): each.new[1] for each in changes if each.new}


def ends_of(graph: Graph) -> dict[tuple[End, str], Input | str]:
    """List what a graph shows to the outside, by kind and name."""
    found: dict[tuple[End, str], Input | str] = {(End.NAME, graph.name): ""}
    found |= {(End.INPUT, name): given for name, given in graph.inputs.items()}
    found |= {(End.OUTPUT, name): path for name, path in graph.outputs.items()}
    found |= {(End.HEAD, name): path for name, path in graph.heads.items()}
    return found


def the_way_back_is_the_mirror(difference: Difference) -> None:
    back = diff(difference.new, difference.old)
    assert {described(edit.mirrored()) for edit in back.edits} == set(
        map(described, difference.edits)
    )


def the_order_of_explanations_does_not_matter(difference: Difference) -> None:
    """Try them backwards and shuffled, and all that they say shuffled, too."""
    matching = difference.matching
    chance = Random(len(difference.new.nodes))  # noqa: S311 - no secrets are drawn
    expected = in_reading_order(matching, explain(matching))
    for order in (EXPLANATIONS[::-1], chance.sample(EXPLANATIONS, len(EXPLANATIONS))):
        assert in_reading_order(matching, explain(matching, order)) == expected
    findings = [each for explanation in EXPLANATIONS for each in explanation(matching)]
    chance.shuffle(findings)
    edits = in_reading_order(matching, build(tuple(findings)))
    assert edits == expected
    told = (Comparison("old", "new", replace(difference, edits=each)) for each in (edits, expected))
    assert len(set(map(text.render, told))) == 1


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
