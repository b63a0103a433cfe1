"""The functions that an emitted model takes along when it uses them; emitting copies their text."""

from __future__ import annotations

from torch import Tensor


def whole(value: float) -> int:
    """Return a whole number as one; refuse what is none."""
    if value != int(value):
        message = f"{value} should be a whole number"
        raise ValueError(message)
    return int(value)


def round_to(value: float, divisor: int) -> int:
    """Round to the nearest multiple, one more if over a tenth would be lost."""
    nearest = max(divisor, int(value + divisor / 2) // divisor * divisor)
    return nearest + divisor if nearest < 0.9 * value else nearest


def renamed(key: str, names: dict[str, str]) -> str:
    """Change names in the key of a tensor that mean something else to PyTorch."""
    return ".".join([names.get(each, each) for each in key.split(".")])


def attended(x: Tensor, score: Tensor) -> Tensor:
    """Average a map over its grid, cells weighted by the softmax of their scores."""
    return (x.flatten(2) * score.flatten(2).softmax(dim=2)).sum(dim=2)
