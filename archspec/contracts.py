"""Contracts on the totals of a network: the section ``expect`` of a spec."""

from __future__ import annotations

from collections.abc import Iterator

from archspec.analysis.count import count
from archspec.diagnostic import Diagnostic, Label, Replacement
from archspec.graph import Graph
from archspec.language.document.spec import Expectation, Spec


def broken(spec: Spec, graph: Graph) -> Iterator[Diagnostic]:
    """Yield a diagnostic for each total that differs from the spec's expectation."""
    if not spec.expect:
        return
    totals = count(graph).totals
    for expectation in spec.expect:
        found = getattr(totals, expectation.quantity)
        if not expectation.bound.holds(found):
            yield _diagnostic(expectation, found)


def _diagnostic(expectation: Expectation, found: int) -> Diagnostic:
    quantity, bound = expectation.quantity, expectation.bound
    difference = f" ({found - bound.number:+,})" if bound.comparison == "==" else ""
    counted = quantity.replace("macs", "MACs")
    return Diagnostic(
        f"contract/{quantity}",
        f"the network has {found:,} {counted}, expected {bound.text}{difference}",
        (Label(expectation.span),),
        f"write {found} if that is what you mean, or use archspec count to see where they are",
        fixes=(Replacement(expectation.span, str(found)),),
    )
