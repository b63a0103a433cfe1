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
from archspec.weights import giving, taking  # noqa: E402
from archspec.weights.file import load, save  # noqa: E402
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


def pyramid() -> Any:
    models = pytest.importorskip("torchvision", reason="torchvision is not installed").models
    backbone = models.detection.backbone_utils.resnet_fpn_backbone
    return backbone(backbone_name="resnet50", weights=None)


PUBLISHED: dict[tuple[str, str], Callable[[], Any]] = {
    ("facenet", "inception_resnet_v1"): facenet_model,
    ("timm", "convnext_tiny"): timm_model("convnext_tiny"),
    ("timm", "densenet121"): timm_model("densenet121"),
    ("timm", "efficientnet_b0"): timm_model("efficientnet_b0"),
    ("timm", "inception_resnet_v2"): timm_model("inception_resnet_v2"),
    ("timm", "inception_v3"): timm_model("inception_v3"),
    ("timm", "inception_v4"): timm_model("inception_v4"),
    ("timm", "mobilenetv2_100"): timm_model("mobilenetv2_100"),
    ("timm", "resnet_152"): timm_model("resnet152"),
    ("timm", "resnet_50"): timm_model("resnet50"),
    ("timm", "seresnet50"): timm_model("seresnet50"),
    ("timm", "vgg16"): timm_model("vgg16"),
    ("torchvision", "convnext_tiny"): torchvision_model("convnext_tiny"),
    ("torchvision", "densenet121"): torchvision_model("densenet121"),
    ("torchvision", "efficientnet_b0"): torchvision_model("efficientnet_b0"),
    ("torchvision", "inception_v3"): torchvision_model(
        "inception_v3", init_weights=False, aux_logits=False
    ),
    ("torchvision", "mobilenet_v2"): torchvision_model("mobilenet_v2"),
    ("torchvision", "resnet_152"): torchvision_model("resnet152"),
    ("torchvision", "resnet_50"): torchvision_model("resnet50"),
    ("torchvision", "resnet_fpn_backbone"): pyramid,
    ("torchvision", "shufflenet_v2_x1_0"): torchvision_model("shufflenet_v2_x1_0"),
    ("torchvision", "vgg16"): torchvision_model("vgg16"),
}


@pytest.mark.parametrize(
    "names",
    [each for each in maps() if (each.publisher, each.network) in PUBLISHED],
    ids=lambda each: f"{each.publisher} {each.network}",
)
def test_a_built_model_gives_the_publishers_outputs_and_its_weights_go_back(
    names: NameMap, tmp_path: Path
) -> None:
    torch.manual_seed(0)
    make = PUBLISHED[names.publisher, names.network]
    theirs = make()
    randomize(theirs)
    graph = api.load(SPECS / f"{names.spec}.yaml").without_heads()
    naming = names.naming(graph)
    source = {name: tensor.numpy() for name, tensor in theirs.state_dict().items()}
    taken = taking.take(source, naming, graph)
    assert taken.unexpected == taken.left == ()
    file = tmp_path / "weights.safetensors"
    save(file, taken.tensors, graph)

    ours = building.build(graph, backend, building.Filling(file))

    height, width, channels = next(iter(graph.inputs.values())).type.shape
    x = torch.randn(2, channels, height, width)
    compare(theirs, ours, x)
    given = giving.give(load(file, graph), naming, graph)
    again = make()
    again.load_state_dict({name: torch.from_numpy(array) for name, array in given.items()})
    compare(theirs, again, x)


def compare(theirs: Any, ours: Any, x: Any) -> None:
    """Compare outputs by their place; models of feature maps give several."""
    with torch.inference_mode():
        pairs = zip(outputs(theirs.eval()(x)), outputs(ours.eval()(x)), strict=True)
        for expected, found in pairs:
            assert float(expected.std()) > 0
            assert float((found - expected).abs().max()) <= CLOSE * float(expected.abs().max())


def outputs(left: Any) -> list[Any]:
    return list(left.values()) if isinstance(left, dict) else [left]


def randomize(model: Any) -> None:
    """Give norms statistics and scales that matter, near enough to one that nothing vanishes."""
    for module in model.modules():
        if getattr(module, "running_var", None) is not None:
            module.running_mean.normal_(0, 0.1)
            module.running_var.uniform_(0.8, 1.2)
    for name, parameter in model.named_parameters():
        parameter.requires_grad_(requires_grad=False)
        if name.endswith(("layer_scale", "gamma")):
            parameter.uniform_(0.1, 0.5)
        elif parameter.dim() == 1:
            parameter.add_(0.1 * torch.randn_like(parameter))
