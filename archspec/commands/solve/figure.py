"""Candidates as a picture: parameters over MACs."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from html import escape
from math import floor, log10
from typing import NamedTuple

from archspec.commands.table import short
from archspec.rendering.excerpt import seen
from archspec.solving.family import Amounts
from archspec.solving.solve import Solution, written

_WIDE, _HIGH, _LEFT, _TOP = 640, 420, 80, 50
_BESIDE, _BELOW = 30, 60
_ALL, _BEST, _OWN, _BOUND = "#BBBBBB", "#4477AA", "#EE6677", "#228833"
"""Of Paul Tol's scheme "bright"."""
_MOST_DOTS = 600
_TICKS = 5


class Scale(NamedTuple):
    """A straight scale from amounts to a length of the picture."""

    least: float
    most: float
    start: float
    end: float

    def at(self, amount: float) -> float:
        """Return the place of an amount."""
        share = (amount - self.least) / ((self.most - self.least) or 1)
        return self.start + share * (self.end - self.start)

    def ticks(self) -> Iterator[int]:
        """List round amounts, about as many as there is room for."""
        rough = max((self.most - self.least) / _TICKS, 1)
        unit = 10 ** floor(log10(rough))
        step = int(next(each for each in (1, 2, 5, 10) if each * unit >= rough) * unit)
        first = -int(-self.least // step) * step
        yield from range(first, int(self.most) + 1, step)


class Axes(NamedTuple):
    """The scales of MACs and of parameters."""

    macs: Scale
    parameters: Scale

    def spot(self, amounts: Amounts) -> str:
        """Return the place of a network."""
        x, y = self.macs.at(amounts.macs), self.parameters.at(amounts.parameters)
        return f'cx="{x:.1f}" cy="{y:.1f}"'


def figure(found: Solution) -> str:
    """Draw the candidates, thinned out, the answers, the spec itself and the limits."""
    family = found.space.family
    shown = _thinned(found)
    answers = [each.amounts for each in found.answers]
    axes = _axes([*shown, *answers, family.amounts])
    box = f'viewBox="0 0 {_WIDE} {_HIGH}" font-family="sans-serif" font-size="11"'
    title = escape(seen(f"{family.graph.name}: parameters over MACs"))
    lines = [
        f'<svg xmlns="http://www.w3.org/2000/svg" {box}>',
        f"<title>{title}</title>",
        f'<rect width="{_WIDE}" height="{_HIGH}" fill="white"/>',
        f'<text x="{_LEFT}" y="24" font-size="14">{title}</text>',
        *_frame(axes),
        *(f'<circle {axes.spot(each)} r="1.5" fill="{_ALL}"/>' for each in shown),
        *_limits(found, axes),
        *_answers(found, axes),
        _own(found, axes),
        *_legend(found),
        "</svg>",
    ]
    return "\n".join(lines) + "\n"


def _thinned(found: Solution) -> list[Amounts]:
    """Take every so many-th candidate, by a number that shares no factor with usual steps."""
    rows = found.costs.rows
    every = max(-(-len(rows) // _MOST_DOTS), 1) | 1
    return [amounts for _, amounts in rows[::every]]


def _axes(shown: Sequence[Amounts]) -> Axes:
    macs, parameters = [each.macs for each in shown], [each.parameters for each in shown]
    bottom = _HIGH - _BELOW
    return Axes(
        Scale(min(macs), max(macs), _LEFT, _WIDE - _BESIDE),
        Scale(min(parameters), max(parameters), bottom, _TOP),
    )


def _frame(axes: Axes) -> Iterator[str]:
    bottom, right = _HIGH - _BELOW, _WIDE - _BESIDE
    yield f'<path d="M{_LEFT} {_TOP}V{bottom}H{right}" fill="none" stroke="#555555"/>'
    for tick in axes.macs.ticks():
        x = axes.macs.at(tick)
        yield f'<path d="M{x:.1f} {bottom}v4" stroke="#555555"/>'
        yield f'<text x="{x:.1f}" y="{bottom + 16}" text-anchor="middle">{short(tick)}</text>'
    for tick in axes.parameters.ticks():
        y = axes.parameters.at(tick)
        yield f'<path d="M{_LEFT} {y:.1f}h-4" stroke="#555555"/>'
        yield f'<text x="{_LEFT - 7}" y="{y + 4:.1f}" text-anchor="end">{short(tick)}</text>'


def _limits(found: Solution, axes: Axes) -> Iterator[str]:
    """Draw each limit that lies within the picture."""
    bottom, right = _HIGH - _BELOW, _WIDE - _BESIDE
    for key, bound in found.goal.limits:
        scale = getattr(axes, key)
        at = scale.at(bound.number)
        if scale.least <= bound.number <= scale.most:
            line = f"M{at:.1f} {_TOP}V{bottom}" if key == "macs" else f"M{_LEFT} {at:.1f}H{right}"
            yield f'<path d="{line}" stroke="{_BOUND}" stroke-dasharray="5 3"/>'


def _answers(found: Solution, axes: Axes) -> Iterator[str]:
    for answer in found.answers:
        costs = f"{answer.amounts.parameters:,} parameters, {answer.amounts.macs:,} MACs"
        said = escape(seen(f"{written(answer.values)}: {costs}"))
        spot = f'{axes.spot(answer.amounts)} r="4" fill="{_BEST}"'
        yield f"<circle {spot}><title>{said}</title></circle>"


def _own(found: Solution, axes: Axes) -> str:
    spot = axes.spot(found.space.family.amounts)
    return f'<circle {spot} r="5" fill="none" stroke="{_OWN}" stroke-width="2"/>'


def _legend(found: Solution) -> Iterator[str]:
    limits = " and ".join(map(str, found.goal.limits))
    entries = [
        (_ALL, "candidates"),
        (_BEST, "answers"),
        (_OWN, "the spec"),
        *([(_BOUND, limits)] if limits else []),
    ]
    for at, (colour, name) in enumerate(entries):
        x = _LEFT + at * 110
        yield f'<circle cx="{x}" cy="{_HIGH - 16}" r="4" fill="{colour}"/>'
        yield f'<text x="{x + 9}" y="{_HIGH - 12}">{escape(seen(name))}</text>'
