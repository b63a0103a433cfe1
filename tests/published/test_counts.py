"""What fvcore counts on emitted sources and on others' models, against our counts to the digit."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

fvcore = pytest.importorskip("fvcore.nn", reason="fvcore is not installed")

from archspec import checked  # noqa: E402
from archspec.analysis.count import ConventionalTotaller  # noqa: E402
from archspec.emission import building  # noqa: E402
from archspec.graph import Graph  # noqa: E402
from archspec.weights.initial import example  # noqa: E402
from archspec_torch import backend  # noqa: E402
from archspec_torch.counters import CONVENTIONS  # noqa: E402
from archspec_torch.exporting import arranged  # noqa: E402

Record = Callable[[str, object], None]

SPECS = Path(__file__).parents[2] / "specs"
ZOO = sorted(
    str(file.relative_to(SPECS).with_suffix(""))
    for file in SPECS.rglob("*.yaml")
    if file.parent.name != "as_printed"
)


def load(name: str) -> Graph:
    return checked.load(SPECS / f"{name}.yaml").without_heads()


def by_fvcore(model: Any, graph: Graph) -> int:
    """Count a model's flops, as fvcore calls multiply-accumulates, for one example."""
    analysis = fvcore.FlopCountAnalysis(model.eval(), tuple(arranged(model, example(graph))))
    analysis.unsupported_ops_warnings(False).uncalled_modules_warnings(False)
    return int(analysis.total())


def by_convention(graph: Graph) -> int:
    counted = ConventionalTotaller(CONVENTIONS["timm"].rules(graph))
    return counted.total(graph.nodes.values()).macs


@pytest.mark.parametrize("name", ZOO)
def test_fvcore_counts_on_an_emitted_source_what_is_counted_as_timm(
    name: str, record_property: Record
) -> None:
    graph = load(name)
    found = by_fvcore(building.build(graph, backend), graph)
    record_property(f"fvcore, {name}", f"{found:,}")
    assert found == by_convention(graph)


def timm() -> Any:
    models = pytest.importorskip("timm", reason="timm is not installed")
    return models.create_model("convnext_tiny", pretrained=False)


def torchvision() -> Any:
    models = pytest.importorskip("torchvision.models", reason="torchvision is not installed")
    return models.resnet50(weights=None)


@pytest.mark.parametrize(
    ("name", "make", "pooled"),
    [("convnext_tiny", timm, 7 * 7 * 768), ("resnet_50", torchvision, 7 * 7 * 2048)],
)
def test_fvcore_counts_the_last_pool_of_others_models_by_its_inputs_beside(
    name: str, make: Callable[[], Any], pooled: int, record_property: Record
) -> None:
    graph = load(name)
    found = by_fvcore(make(), graph)
    record_property(f"fvcore, {make.__name__}'s {name}", f"{found:,}")
    assert found == by_convention(graph) + pooled
