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
from archspec.graph import Graph  # noqa: E402
from archspec.verification import foreign_model  # noqa: E402
from archspec.verification.difference import difference  # noqa: E402
from archspec.verification.noise import examples  # noqa: E402
from archspec.verification.side import Trial  # noqa: E402
from archspec.weights import giving, taking  # noqa: E402
from archspec.weights.file import load, save  # noqa: E402
from archspec.weights.names import NameMap, maps  # noqa: E402
from archspec_torch import backend  # noqa: E402

SPECS = Path(__file__).parents[2] / "specs"
CLOSE = 1e-3
"""Largest difference that is allowed, as a share of how much an output varies.

With weights that let no error hide, rounding grows from layer to layer as errors do: to 1e-4 in the
deepest networks, where an error in one layer comes to one.
"""

Record = Callable[[str, object], None]


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
    ("timm", "dla34"): timm_model("dla34"),
    ("timm", "efficientnet_b0"): timm_model("efficientnet_b0"),
    ("timm", "hrnet_w18"): timm_model("hrnet_w18"),
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
    names: NameMap, tmp_path: Path, record_property: Record
) -> None:
    make = PUBLISHED[names.publisher, names.network]
    graph = api.load(SPECS / f"{names.spec}.yaml").without_heads()
    inputs = examples(graph)
    theirs = lent(make(), names, graph, inputs)
    naming = names.naming(graph)
    source = {name: tensor.numpy() for name, tensor in theirs.state_dict().items()}
    taken = taking.take(source, naming, graph)
    assert taken.unexpected == taken.left == ()
    file = tmp_path / "weights.safetensors"
    save(file, taken.tensors, graph)

    ours = building.build(graph, backend, building.Filling(file))

    found = apart(theirs, ours, inputs)
    record_property(f"{names.publisher} {names.network}, our model", f"{found:.1e}")
    given = giving.give(load(file, graph), naming, graph)
    again = make()
    again.load_state_dict({name: torch.from_numpy(array) for name, array in given.items()})
    assert apart(theirs, again, inputs) == 0


def lent(theirs: Any, names: NameMap, graph: Graph, inputs: dict[str, Any]) -> Any:
    """Give a model weights with which its outputs depend on its inputs."""
    runtime = backend.runtime()
    guest = runtime.guest(theirs)
    assert guest is not None
    foreign = foreign_model.ForeignModel(names.network, runtime, guest)
    foreign_model.lend(foreign, names.publisher, Trial(graph, {}, inputs), 0)
    return theirs


def apart(theirs: Any, ours: Any, inputs: dict[str, Any]) -> float:
    """Compare outputs, which must vary, by their place; models of feature maps give several."""
    runtime = backend.runtime()
    ran = [runtime.run(model, inputs, "cpu").outputs.values() for model in (theirs, ours)]
    gaps = [difference(a, b) for a, b in zip(*ran, strict=True)]
    assert all(gap.varies and gap.relative <= CLOSE for gap in gaps)
    return max(gap.relative for gap in gaps)
