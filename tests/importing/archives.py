"""Archives of torch.export, as torch saves them and as strangers would change them."""

from __future__ import annotations

import json
import zipfile
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any

import torch
from torch import Tensor, nn

MODEL, WEIGHTS = "net/models/model.json", "net/data/weights/model_weights_config.json"
Change = Callable[[Any], None]
"""Changes what a part of an archive says."""


class Small(nn.Module):
    """A convolution whose filters are scaled, and a sum."""

    def __init__(self) -> None:
        super().__init__()
        self.conv = nn.Conv2d(3, 3, 3, padding=1)
        self.gain = nn.Buffer(torch.full((3, 1, 1, 1), 2.0))

    def forward(self, x: Tensor) -> Tensor:
        """Convolve with filters that are computed."""
        filters = self.conv.weight * self.gain
        return torch.relu(nn.functional.conv2d(x, filters, self.conv.bias, padding=1)) + x


def saved(model: nn.Module, shape: tuple[int, ...], file: Path, **how: Any) -> Path:
    """Save a module in inference mode, traced on a batch of two."""
    return saved_as_is(model.eval(), shape, file, **how)


def saved_as_is(model: nn.Module, shape: tuple[int, ...], file: Path, **how: Any) -> Path:
    """Save a module in the mode that it is in."""
    height, width, channels = shape
    given = torch.zeros(2, channels, height, width, dtype=next(_types(model), torch.float32))
    program = torch.export.export(model, (given,), strict=False, **how)
    torch.export.save(program, file)
    return file


def _types(model: nn.Module) -> Any:
    return (each.dtype for each in model.parameters())


def changed(file: Path, target: Path, changes: Mapping[str, Change | bytes | None]) -> Path:
    """Copy an archive with some of its parts changed, replaced, added or, by None, left out."""
    with zipfile.ZipFile(file) as old, zipfile.ZipFile(target, "w") as new:
        parts = {name: old.read(name) for name in old.namelist()}
        for name, change in changes.items():
            parts[name] = _changed(parts.get(name, b""), change)
        for name, content in parts.items():
            if changes.get(name, b"") is not None:
                packed = zipfile.ZIP_DEFLATED if len(content) > 1 << 20 else zipfile.ZIP_STORED
                new.writestr(name, content, packed)
    return target


def _changed(content: bytes, change: Change | bytes | None) -> bytes:
    if not callable(change):
        return change or b""
    said = json.loads(content)
    change(said)
    return json.dumps(said).encode()
