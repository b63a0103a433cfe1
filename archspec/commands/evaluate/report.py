"""Reporting the accuracy of networks, as text and as JSON."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import Any, NamedTuple

from archspec.commands.table import NUMBER, Column, Table, draw
from archspec.diffs.report.wording import plural
from archspec.evaluation.excluded import Excluded
from archspec.evaluation.predicting import Broken, Look
from archspec.evaluation.predictions import Predictions
from archspec.evaluation.scores import Scores
from archspec.rendering.excerpt import visible
from archspec.rendering.json import record

_WORST = 5
_BROKEN = 3
_COLUMNS = (
    Column("network"),
    Column("top-1 error", NUMBER),
    Column("top-5 error", NUMBER),
    Column("top-1", NUMBER, 2),
    Column("top-5", NUMBER, 3),
    Column("images a second", NUMBER, 1),
)


class Means(NamedTuple):
    """The framework of a run, its throughput, and the images it could not decode."""

    framework: str
    device: str
    look: Look
    images_per_second: float
    broken: tuple[Broken, ...]


class Row(NamedTuple):
    """What a network predicts, what that is worth, and by what means, unless it was kept."""

    predictions: Predictions
    scores: Scores
    means: Means | None = None


class Report(NamedTuple):
    """The results of each network and of the ensemble, and the excluded images."""

    rows: Sequence[Row]
    excluded: Excluded
    together: Predictions
    scores: Scores

    @property
    def means(self) -> tuple[Means, ...]:
        """The frameworks of the networks."""
        return tuple(row.means for row in self.rows if row.means is not None)

    @property
    def broken(self) -> tuple[Broken, ...]:
        """The images that could not be decoded, which are the same for every network."""
        return self.means[0].broken if self.means else ()


def title(report: Report) -> str:
    """Describe the evaluation in one line."""
    crops = _crops(report)
    return (
        f"{report.together.source}{f', {crops}' if crops else ''}: top-1 error"
        f" {_error(report.scores.top1, report.scores)}, top-5 error"
        f" {_error(report.scores.top5, report.scores)}"
    )


def lines(report: Report) -> Iterator[str]:
    """Write what was found."""
    rows = [_cells(row.predictions.source, row.scores, row.means) for row in report.rows]
    if len(rows) > 1:
        rows.append(_cells(report.together.source, report.scores, None))
    yield draw(Table(_COLUMNS, rows))
    yield ""
    yield _images(report)
    yield from (f"  {visible(str(each))}" for each in report.broken[:_BROKEN])
    for means in dict.fromkeys(f"{each.framework} on {each.device}" for each in report.means):
        yield f"computed with {means}"
    yield from _worst(report)


def _cells(name: str, scores: Scores, means: Means | None) -> tuple[str, ...]:
    return (
        name,
        _error(scores.top1, scores),
        _error(scores.top5, scores),
        _share(scores.top1, scores),
        _share(scores.top5, scores),
        f"{means.images_per_second:,.1f}" if means else "",
    )


def _error(right: int, scores: Scores) -> str:
    return _share(scores.images - right, scores)


def _share(number: int, scores: Scores) -> str:
    return f"{100 * number / scores.images:.2f} %"


def _crops(report: Report) -> str:
    crops = sorted({means.look.crops for means in report.means})
    return ", ".join("1 crop" if each == 1 else f"{each} crops" for each in crops)


def _images(report: Report) -> str:
    """Describe how many images were predicted, skipped and excluded."""
    crops = _crops(report)
    classes = len(report.together.classes)
    told = [f"{plural(report.scores.images, 'image')} of {classes:,} classes"]
    told += [f"{crops} of each"] if crops else []
    told += [f"{len(report.excluded.names):,} left out"] if report.excluded.names else []
    told += [f"{len(report.broken):,} broken, which are skipped"] if report.broken else []
    return ", ".join(told)


def _worst(report: Report) -> Iterator[str]:
    classes, scores = report.together.classes, report.scores
    missed = [each for each in scores.classes if each.right < each.images][:_WORST]
    if missed:
        yield "recognised least:"
    for each in missed:
        found = scores.taken_for(each.label)
        assert found is not None
        yield (
            f"  {visible(classes[each.label])}: {100 * each.share:.1f} % of {each.images:,},"
            f" {found.images:,} taken for {visible(classes[found.taken_for])}"
        )


def as_json(report: Report) -> Mapping[str, Any]:
    """Return the whole result as JSON values, with all classes and confusions."""
    classes = report.together.classes
    warning = report.excluded.warning
    return {
        "ok": True,
        **_values(report.scores),
        "excluded": len(report.excluded.names),
        "broken": [each._asdict() for each in report.broken],
        "networks": [_network(row) for row in report.rows],
        "classes": [
            {"name": classes[label], "images": images, "right": right}
            for label, images, right in sorted(report.scores.classes)
        ],
        "confused": [
            {"class": classes[true], "taken_for": classes[other], "images": images}
            for true, other, images in report.scores.confused
        ],
        "diagnostics": [record(warning)] if warning else [],
    }


def _values(scores: Scores) -> dict[str, Any]:
    top1, top5 = scores.top1 / scores.images, scores.top5 / scores.images
    return {
        "images": scores.images,
        "top1": top1,
        "top5": top5,
        "top1_error": (scores.images - scores.top1) / scores.images,
        "top5_error": (scores.images - scores.top5) / scores.images,
    }


def _network(row: Row) -> dict[str, Any]:
    told: dict[str, Any] = {"name": row.predictions.source, **_values(row.scores)}
    if row.means is not None:
        means = row.means
        told |= {
            "framework": means.framework,
            "device": means.device,
            "crops": means.look.crops,
            "normalization": means.look.normalization,
            "images_per_second": means.images_per_second,
        }
    return told
