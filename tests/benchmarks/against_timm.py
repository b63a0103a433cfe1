"""Whether a built torch model is made, runs and trains as fast as timm's: one interleaved run."""

from __future__ import annotations

import argparse
import importlib.util
import sys
from collections.abc import Callable
from pathlib import Path
from types import ModuleType

import timm
import torch
from measure import alternating
from torch import Tensor, nn

ROUNDS = 9


def main() -> None:
    """Print seconds of both and their ratio, for making, a forward pass and a training step."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("folder", type=Path, help="what `archspec build` wrote")
    parser.add_argument("model", help="timm's name of the same network")
    parser.add_argument("--size", type=int, default=299)
    parser.add_argument("--batch", type=int, default=4)
    arguments = parser.parse_args()
    torch.manual_seed(0)
    source = _module(arguments.folder / "model.py")
    weights = str(arguments.folder / "weights.safetensors")
    _report(
        "make",
        {
            "archspec": lambda: _filled(source, weights),
            "timm": lambda: timm.create_model(arguments.model, pretrained=False),
        },
    )
    models = {
        "archspec": _filled(source, weights),
        "timm": timm.create_model(arguments.model, pretrained=False),
    }
    x = torch.randn(arguments.batch, 3, arguments.size, arguments.size)
    for layout in (torch.contiguous_format, torch.channels_last):
        shown = str(layout).removeprefix("torch.")
        given = x.to(memory_format=layout)
        placed = {name: model.to(memory_format=layout) for name, model in models.items()}
        _report(f"forward, {shown}", {n: _forward(m, given) for n, m in placed.items()})
        _report(f"training step, {shown}", {n: _step(m, given) for n, m in placed.items()})


def _module(path: Path) -> ModuleType:
    spec = importlib.util.spec_from_file_location("built_model", path)
    if spec is None or spec.loader is None:
        raise SystemExit(f"{path} is no Python file")
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


def _filled(source: ModuleType, weights: str) -> nn.Module:
    made = source.build(weights)
    if not isinstance(made, nn.Module):
        raise SystemExit("build() made no module")
    return made


def _forward(model: nn.Module, x: Tensor) -> Callable[[], object]:
    def run() -> None:
        model.eval()
        with torch.inference_mode():
            model(x)

    return run


def _step(model: nn.Module, x: Tensor) -> Callable[[], object]:
    def run() -> None:
        model.train()
        model.zero_grad(set_to_none=True)
        model(x).square().mean().backward()

    return run


def _report(what: str, actions: dict[str, Callable[[], object]]) -> None:
    seconds = alternating(actions, ROUNDS)
    ratio = seconds["archspec"] / seconds["timm"]
    shown = ", ".join(f"{name} {each:.3f} s" for name, each in seconds.items())
    sys.stdout.write(f"{what}: {shown}; ratio {ratio:.3f}\n")


if __name__ == "__main__":
    main()
