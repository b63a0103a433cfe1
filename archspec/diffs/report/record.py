"""A comparison as plain data for programs."""

from __future__ import annotations

from archspec.diffs.comparison import Comparison
from archspec.diffs.explain.cause import SourceText
from archspec.diffs.explain.edits import Edit
from archspec.diffs.impact.checkpoint import Loads
from archspec.diffs.impact.cost import Blame, CostPair, Delta, PartDelta
from archspec.diffs.report.headline import headline
from archspec.diffs.report.wording import cause
from archspec.rendering.json import Record
from archspec.rendering.json import record as diagnostic_record

MEASURES = ("parameters", "macs", "flops", "activations")


def record(comparison: Comparison) -> Record:
    """Return the whole comparison as plain data."""
    difference, judgement = comparison.difference, comparison.judgement
    heads = difference.old.heads or difference.new.heads
    auxiliary = (
        {"parameters_with_auxiliary": _amount(comparison.costs.with_auxiliary().of("parameters"))}
        if heads
        else {}
    )
    told = comparison.conformance
    deployed = {"conforms": difference.identical, "norms": told.folded} if told else {}
    return {
        "verdict": str(judgement.verdict),
        "headline": str(headline(comparison)),
        "old": {"spec": comparison.old, "name": difference.old.name},
        "new": {"spec": comparison.new, "name": difference.new.name},
        "identical": difference.identical,
        "cosmetic": difference.is_cosmetic,
        "functional": not judgement.is_same,
        "categories": [str(each) for each in comparison.categories],
        "edits": [
            _edit(edit, blame)
            for edit, blame in zip(comparison.edits, comparison.by_edit, strict=True)
        ],
        "unchanged": len(difference.unchanged),
        "delta": {**_delta(comparison.total), **auxiliary},
        "modules": [_part(part) for part in comparison.parts],
        "checkpoint": {
            **comparison.checkpoint.counts(),
            "loads": str(Loads.NO if difference.is_of_file else comparison.checkpoint.loads),
            "loads_wrongly_without_map": comparison.checkpoint.loads_wrongly,
            "same_in_inference": judgement.is_same,
            "same_in_training": judgement.is_trained_alike,
        },
        "diagnostics": [diagnostic_record(each) for each in comparison.diagnostics],
        **({"deployed": deployed} if deployed else {}),
    }


def _edit(edit: Edit, blame: Blame) -> Record:
    return {
        "kind": str(edit.kind),
        "category": str(edit.category),
        "path": edit.path,
        "old_path": edit.old_path,
        "cause": cause(edit),
        "what": edit.cause.what,
        "before": _said(edit.cause.old),
        "after": _said(edit.cause.new),
        "paths": list(edit.paths),
        "nodes": len(edit.changes),
        "follow": len(edit.follows),
        "delta": _changes(blame.own),
        "follow_delta": _changes(blame.following),
    }


def _changes(delta: Delta) -> dict[str, int]:
    return {measure: delta.of(measure).change for measure in MEASURES}


def _said(said: SourceText) -> Record | None:
    if said.span is None:
        return (
            {"text": said.text, "file": None, "line": None, "column": None} if said.text else None
        )
    source, line = said.span.source.name, said.span.shown_line or None
    column = said.span.column if line else None
    return {"text": said.text, "file": source, "line": line, "column": column}


def _delta(delta: Delta) -> Record:
    return {measure: _amount(delta.of(measure)) for measure in MEASURES}


def _amount(amount: CostPair) -> Record:
    percent = None if amount.percent is None else round(amount.percent, 3)
    return {
        "before": amount.before,
        "after": amount.after,
        "change": amount.change,
        "percent": percent,
    }


def _part(part: PartDelta) -> Record:
    return {
        "path": part.path,
        "old_path": part.old,
        "template": part.word,
        **{measure: _amount(part.delta.of(measure)) for measure in MEASURES},
    }
