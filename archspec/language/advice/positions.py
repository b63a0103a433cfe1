"""Suggestions for bare values that other tools distinguish by position: ``conv 64 3 2``."""

from __future__ import annotations

import re
from typing import NamedTuple

from archspec.language.syntax.syntax import Step
from archspec.language.syntax.words import attributes_of

_NUMBER = re.compile(r"[0-9]{1,9}")
_PRODUCT = re.compile(r"[0-9]+\*[0-9]+|\[[0-9]+, *[0-9]+\]")
_LARGEST_STRIDE = 4


class Bare(NamedTuple):
    """Two values of the same attribute, and the bare value after them, which may be ``""``."""

    first: str
    second: str
    third: str


def way_of(step: Step, name: str, bare: Bare, options: tuple[str, ...]) -> str | None:
    """Suggest how to write several bare values of the attribute ``name``; None if unclear.

    ``options`` are those of a module.
    """
    word, known = step.word.text, attributes_of(step.word.text)
    if known is None:
        return _way_of_options(step, name, bare.second, options)
    if name == "units":
        return _way_of_channels(word, bare, "numbers")
    if "kernel" not in known:
        return None
    if name != "kernel" and all(each.key != "kernel" for each in step.arguments):
        return _way_of_a_kernel(word, name, bare)
    if _is_stride(name, bare):
        return f"write a stride as `/{bare.second}`"
    if name == "kernel":
        return _way_of_no_channels(word, bare) if "filters" not in known else None
    return _way_of_channels(word, bare, "channels")


def _way_of_options(step: Step, name: str, value: str, options: tuple[str, ...]) -> str | None:
    given = {name, *(each.key for each in step.arguments)}
    other = next((each for each in options if each not in given), None)
    return other and f"only the first option may lack its name: write `{other}={value}`"


def _way_of_channels(word: str, bare: Bare, what: str) -> str | None:
    if not (is_number(bare.first) and is_number(bare.second)):
        return None
    return f"`{word}` infers the number of input {what}: leave `{bare.first}` out"


def _way_of_no_channels(word: str, bare: Bare) -> str | None:
    channels = next((each for each in (bare.second, bare.first) if is_number(each)), None)
    return channels and f"`{word}` keeps the number of channels: leave `{channels}` out"


def _is_stride(name: str, bare: Bare) -> bool:
    """Whether the second value is a stride: a small number after a kernel or after more filters."""
    if not is_number(bare.second) or int(bare.second) > _LARGEST_STRIDE:
        return False
    return name == "kernel" or (is_number(bare.first) and int(bare.first) > int(bare.second))


def _way_of_a_kernel(word: str, name: str, bare: Bare) -> str:
    first, second, third = bare
    if first == second and is_number(first) and is_number(third) and int(third) > int(first):
        return f"write a kernel as 3x3: `{word} {first}x{second} {third}`"
    kernel, rest = _kernel_first(first, second) if name == "filters" else (first, second)
    end, strides = (f" /{third}", ", a stride as /2") if is_number(third) else ("", "")
    return f"write a kernel as 3x3{strides}: `{word} {_kernel(kernel)} {rest}{end}`"


def _kernel_first(first: str, second: str) -> tuple[str, str]:
    """Order a kernel and a number of filters: the kernel is a product, a list or the smaller."""
    is_swapped = bool(_PRODUCT.fullmatch(second) and not _PRODUCT.fullmatch(first))
    if is_number(first) and is_number(second):
        is_swapped = int(second) < int(first)
    return (second, first) if is_swapped else (first, second)


def _kernel(text: str) -> str:
    sizes = _NUMBER.findall(text)
    if not sizes:
        return f"kernel={text}"
    return "x".join(sizes if len(sizes) == 2 else sizes * 2)


def is_number(text: str) -> bool:
    """Whether a text is a whole number."""
    return _NUMBER.fullmatch(text) is not None
