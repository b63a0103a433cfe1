"""Built torch models against the publishers' own, with their tensors copied over by a name map.

Needs timm, torchvision or facenet-pytorch beside torch, which the project's own tests do not
install.
"""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

torch = pytest.importorskip("torch", reason="torch is not installed")

from archspec import api  # noqa: E402
from archspec.emission import building  # noqa: E402
from archspec.weights.names import NameMap, maps  # noqa: E402
from archspec_torch import backend  # noqa: E402

SPECS = Path(__file__).parents[2] / "specs"
CLOSE = 1e-5
"""Largest difference that is allowed, as a share of the largest output."""


def timm_model(name: str) -> Callable[[], Any]:
    def make() -> Any:
        timm = pytest.importorskip("timm", reason="timm is not installed")
        return timm.create_model(name, pretrained=False)

    return make


def torchvision_model(name: str, **options: Any) -> Callable[[], Any]:
    def make() -> Any:
        models = pytest.importorskip("torchvision", reason="torchvision is not installed").models
        return getattr(models, name)(weights=None, **options)

    return make


def facenet_model() -> Any:
    facenet = pytest.importorskip("facenet_pytorch", reason="facenet-pytorch is not installed")
    return facenet.InceptionResnetV1(pretrained=None, classify=False)


PUBLISHED: dict[tuple[str, str], Callable[[], Any]] = {
    ("timm", "inception_v3"): timm_model("inception_v3"),
    ("timm", "inception_v4"): timm_model("inception_v4"),
    ("timm", "inception_resnet_v2"): timm_model("inception_resnet_v2"),
    ("timm", "resnet_50"): timm_model("resnet50"),
    ("timm", "resnet_152"): timm_model("resnet152"),
    ("torchvision", "inception_v3"): torchvision_model(
        "inception_v3", init_weights=False, aux_logits=True
    ),
    ("torchvision", "resnet_50"): torchvision_model("resnet50"),
    ("torchvision", "resnet_152"): torchvision_model("resnet152"),
    ("facenet", "inception_resnet_v1"): facenet_model,
}


@pytest.mark.parametrize(
    "names",
    [each for each in maps() if (each.publisher, each.network) in PUBLISHED],
    ids=lambda each: f"{each.publisher} {each.network}",
)
def test_a_built_model_gives_the_publishers_outputs(names: NameMap) -> None:
    torch.manual_seed(0)
    theirs = PUBLISHED[names.publisher, names.network]()
    randomize_statistics(theirs)
    graph = api.load(SPECS / f"{names.spec}.yaml").without_heads()
    ours = building.build(graph, backend)
    source = theirs.state_dict()
    ours.load_state_dict({key: source[name] for key, name in names.keys(graph).items()})
    height, width, channels = next(iter(graph.inputs.values())).type.shape
    x = torch.randn(2, channels, height, width)

    with torch.inference_mode():
        expected, found = theirs.eval()(x), ours.eval()(x)

    assert float((found - expected).abs().max()) <= CLOSE * float(expected.abs().max())


def randomize_statistics(model: Any) -> None:
    """Give the norms statistics that matter, near enough to one that nothing vanishes."""
    for module in model.modules():
        if hasattr(module, "running_var"):
            module.running_mean.normal_(0, 0.1)
            module.running_var.uniform_(0.8, 1.2)
