"""Who takes part in a comparison, and what becomes of those that cannot."""

from __future__ import annotations

from dataclasses import replace

import pytest

pytest.importorskip("torch", reason="torch is not installed")

from archspec.backend import Backend, Runtime
from archspec.cost import Cost
from archspec.diagnostic import SpecError
from archspec.graph import Graph
from archspec.interpreter.interpret import interpret
from archspec.operator import Operator
from archspec.operators.activation import Relu
from archspec.tensor import TensorType
from archspec.verification.drawn import tensors
from archspec.verification.noise import examples
from archspec.verification.party import Emitted, Interpreter, Party
from archspec.verification.side import Trial
from archspec.verification.verdict import Demand, verify
from archspec_torch import backend as torch
from tests.conformance.small import single
from tests.conformance.specs import graph_of
from tests.verify.crooked import party, trial

SMALL = graph_of("network: [conv 3x3 4 activation=relu, global_avg_pool, dense 3]\n")


class Strange(Operator):
    """An operator of a package that brings no rule."""

    def infer(self, x: TensorType) -> TensorType:
        return x

    def cost(self, out: TensorType, x: TensorType) -> Cost:
        return Cost()


Strange.word = "strange"


def unusable(name: str) -> Emitted:
    """Make a backend whose framework is not installed."""

    def start() -> Runtime:
        raise ModuleNotFoundError(f"No module named '{name}'")

    return Emitted(replace(torch, name=name, framework=name.title(), start=start))


def refusal(parties: list[Party], *, chosen: bool = True) -> SpecError:
    with pytest.raises(SpecError) as caught:
        verify(trial(SMALL), Demand(parties, chosen=chosen))
    return caught.value


def test_the_interpreter_is_what_others_are_compared_with_wherever_it_stands() -> None:
    found = verify(trial(SMALL), Demand([party("one"), Interpreter()]))
    assert found.versions[0].startswith("interpreter (float32")
    assert len(found.differences) == len(SMALL.nodes)


def test_without_any_framework_one_diagnostic_says_what_would_help() -> None:
    error = refusal([Interpreter(), unusable("one"), unusable("two")], chosen=False)
    (diagnostic,) = error.diagnostics
    assert diagnostic.code == "command/backends"
    assert diagnostic.message.startswith("no framework is installed that could be compared with")
    assert [note[:29] for note in diagnostic.notes] == [
        "running a model with one need", "running a model with two need"
    ]  # fmt: skip
    assert diagnostic.help is not None
    assert "pip install" in diagnostic.help


def test_one_framework_is_enough_and_the_other_is_left_out() -> None:
    parties: list[Party] = [Interpreter(), unusable("one"), party("two")]
    found = verify(trial(SMALL), Demand(parties, chosen=False))
    assert found.agree
    assert [each.code for each in found.left_out] == ["backend/no-framework"]


def test_double_precision_leaves_less_to_rounding() -> None:
    given = trial(SMALL)
    single_, double = (
        verify(given, Demand([Interpreter(each), party("one")])).worst
        for each in ("float32", "float64")
    )
    assert single_ is not None
    assert double is not None
    assert 0 < double.relative < 1e-5
    assert double.relative != single_.relative


def lowered() -> Backend:
    """Make a backend that writes the strange operator as a ReLU."""
    rules = {**torch.rules, Strange: torch.rules[Relu]}
    return replace(torch, name="lowered", rules=rules)


def test_an_operator_without_a_rule_is_named_and_can_be_compared_without_the_interpreter() -> None:
    graph: Graph = single(Strange(), (TensorType((4, 4, 2)),))
    inputs = examples(graph)
    with pytest.raises(SpecError, match="the interpreter has no rule for `strange`"):
        interpret(graph, {}, inputs)
    given = Trial(graph, tensors(graph, 0, inputs), inputs)
    with pytest.raises(SpecError, match="the interpreter has no rule for `strange`"):
        verify(given, Demand([Interpreter(), Emitted(lowered())]))
    assert verify(given, Demand([Emitted(lowered()), Emitted(lowered())])).agree
