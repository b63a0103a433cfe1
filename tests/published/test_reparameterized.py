"""Networks of branches, as imported from timm, against timm's own re-parameterization of them."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest

torch = pytest.importorskip("torch", reason="torch is not installed")
timm = pytest.importorskip("timm", reason="timm is not installed")

import archspec  # noqa: E402
from archspec.backend import backend  # noqa: E402
from tests.published.imports.record import noise, parameters, shaken  # noqa: E402

Record = Callable[[str, object], None]


@pytest.mark.parametrize("name", ["repvgg_a0", "repvgg_b1g4", "mobileone_s0", "mobileone_s1"])
def test_branches_become_the_convolutions_that_timm_makes_of_them(
    name: str, record_property: Record
) -> None:
    torch.manual_seed(0)
    model: Any = timm.create_model(name, pretrained=False).eval()
    shaken(model, (224, 224))
    given = archspec.import_model(model, (224, 224, 3), name=name)
    found = archspec.optimize(given.graph, given.tensors)
    theirs: Any = timm.utils.reparameterize_model(model)
    assert archspec.count(found.graph).parameters == parameters(theirs)
    assert not [node for node in found.graph.nodes.values() if node.op.word == "batch_norm"]
    runtime = backend("torch").runtime()
    source = archspec.emit(found.graph, "torch")
    ours = runtime.fill(runtime.model(source, name), found.tensors).eval()
    images = noise(2, (224, 224))
    with torch.inference_mode():
        wanted = model(images)
        differences = [float((each(images) - wanted).abs().max()) for each in (ours, theirs)]
    difference, own = (each / float(wanted.abs().max()) for each in differences)
    record_property(name, f"{parameters(theirs):,} parameters, {difference:.1e}, timm {own:.1e}")
    assert difference <= 1e-5
