"""Which published models are imported, and how each is made."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass
from importlib import import_module
from typing import Any

TORCHVISION = (
    *("alexnet", "vgg11", "vgg11_bn", "vgg13", "vgg13_bn", "vgg16", "vgg16_bn", "vgg19"),
    *("vgg19_bn", "resnet18", "resnet34", "resnet50", "resnet101", "resnet152"),
    *("resnext50_32x4d", "resnext101_32x8d", "resnext101_64x4d"),
    *("wide_resnet50_2", "wide_resnet101_2", "squeezenet1_0", "squeezenet1_1"),
    *("densenet121", "densenet161", "densenet169", "densenet201"),
    *("inception_v3", "googlenet", "mobilenet_v2", "mobilenet_v3_large", "mobilenet_v3_small"),
    *(f"shufflenet_v2_x{width}" for width in ("0_5", "1_0", "1_5", "2_0")),
    *(f"mnasnet{width}" for width in ("0_5", "0_75", "1_0", "1_3")),
    *(f"efficientnet_b{number}" for number in range(8)),
    *("efficientnet_v2_s", "efficientnet_v2_m", "efficientnet_v2_l"),
    *(
        f"regnet_{kind}_{size}"
        for size in ("400mf", "800mf", "1_6gf", "3_2gf", "8gf", "16gf", "32gf", "128gf")
        for kind in "xy"
        if (kind, size) != ("x", "128gf")
    ),
    *("convnext_tiny", "convnext_small", "convnext_base", "convnext_large"),
)
SEGMENTATION = (
    *("deeplabv3_mobilenet_v3_large", "deeplabv3_resnet50", "deeplabv3_resnet101"),
    *("fcn_resnet50", "fcn_resnet101", "lraspp_mobilenet_v3_large"),
)
_OWN_SIZES = {"inception_v3": (299, 299)}
_ARGUMENTS: Mapping[str, Mapping[str, Any]] = {
    "inception_v3": {"aux_logits": False, "init_weights": False},
    "googlenet": {"aux_logits": False, "init_weights": False},
    **{name: {"weights_backbone": None, "aux_loss": False} for name in SEGMENTATION},
    "lraspp_mobilenet_v3_large": {"weights_backbone": None},
}
CONVOLUTIONAL = (
    *("resnet", "senet", "resnetv2", "resnest", "res2net", "sknet", "densenet", "dpn", "vgg"),
    *("inception_v3", "inception_v4", "inception_resnet_v2", "xception", "xception_aligned"),
    *("nasnet", "pnasnet", "dla", "hrnet", "regnet", "cspnet", "cspnext", "vovnet", "selecsls"),
    *("efficientnet", "mobilenetv3", "hardcorenas", "ghostnet", "rexnet", "repghost", "lcnetv2"),
    *("byobnet", "tresnet", "hgnet", "nfnet", "convnext", "convmixer", "inception_next"),
    *("mambaout", "fasternet", "starnet", "rdnet", "repvit", "metaformer", "focalnet"),
    *("fastvit", "edgenext", "mobilenetv5"),
)
"""The modules of timm whose models are convolutional, most of them."""
LARGE = 100_000_000
"""Parameters of models that come last."""


@dataclass(frozen=True)
class Published:
    """A model of a library: ``torchvision`` or ``timm``."""

    library: str
    function: str
    family: str

    @property
    def name(self) -> str:
        """The name of the network."""
        return self.function.replace(".", "_")

    @property
    def key(self) -> str:
        """The library and the function, as one word."""
        return f"{self.library}:{self.function}"

    def make(self) -> Any:
        """Make the model, without weights of a training."""
        if self.library == "timm":
            return import_module("timm").create_model(self.function)
        segmentation = self.function in SEGMENTATION
        module = import_module(f"torchvision.models{'.segmentation' * segmentation}")
        arguments = {"weights": None, **_ARGUMENTS.get(self.function, {})}
        return getattr(module, self.function)(**arguments)

    def size(self, model: Any) -> tuple[int, int]:
        """Return the height and width of images: the model's own up to 320, else 224."""
        own = getattr(model, "default_cfg", {}).get("input_size", (3, 224, 224))[1:]
        own = _OWN_SIZES.get(self.function, own)
        is_fixed = getattr(model, "default_cfg", {}).get("fixed_input_size", False)
        return tuple(own) if max(own) <= 320 or is_fixed else (224, 224)


def published() -> list[Published]:
    """List all models."""
    return [*_torchvision(), *_timm()]


def ordered(models: list[Published]) -> list[Published]:
    """Order models: of each family the smallest first, those beyond ``LARGE`` at the end."""
    import torch

    with torch.device("meta"):
        sizes = {each: _parameters(each) for each in models}
    ranks: dict[Published, int] = {}
    counts: Counter[tuple[str, str]] = Counter()
    for each in sorted(sizes, key=sizes.__getitem__):
        family = (each.library, each.family)
        ranks[each] = counts[family]
        counts[family] += 1
    return sorted(
        sizes, key=lambda each: (sizes[each] > LARGE, each.library == "timm", ranks[each])
    )


def _parameters(published: Published) -> int:
    try:
        return sum(each.numel() for each in published.make().parameters())
    except Exception:  # noqa: BLE001 - some models compute with their weights as they are made
        return 0


def _torchvision() -> list[Published]:
    names = (*TORCHVISION, *SEGMENTATION)
    return [Published("torchvision", each, _family(each)) for each in names]


def _family(name: str) -> str:
    family = name.partition("_")[0].rstrip("0123456789")
    return {"deeplabv": "deeplabv3", "wide": "wide_resnet"}.get(family, family)


def _timm() -> list[Published]:
    names = import_module("timm").list_models
    return [
        Published("timm", each, family) for family in CONVOLUTIONAL for each in names(module=family)
    ]
