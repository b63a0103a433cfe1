"""Removal of what surrounds the weights in checkpoints: prefixes, wrappers, optimizer states."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Collection, Iterable, Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from archspec.weights.names import KeyNaming

DEEPEST = 8
"""The maximum number of parts of a name's prefix."""

_BESIDE = re.compile(
    r"(optimizers?|optimizer_states?|optimizer_state_dict|lr_schedulers?)\..*|"
    r"(.*[./])?(num_batches_tracked|n_averaged|global_step|beta[12]_power|save_counter)"
    r"|.*/(ExponentialMovingAverage|RMSProp\S*|Momentum|Adam\S*|Adagrad)"
)
"""Names in checkpoints that are not weights: counters and states of optimizers."""

_WRAPPERS = re.compile(
    r"(?:(?<=\.)|^)(?:_orig_mod|_fsdp_wrapped_module|_checkpoint_wrapped_module)\."
)
"""Parts that ``torch.compile`` and others insert into names."""

_PARALLEL = re.compile(r"(?:(?<=\.)|^)module\.")
"""The part that PyTorch inserts into names if a model, or a part of it, is data-parallel."""


@dataclass(frozen=True)
class Unwrapped:
    """The tensors under one prefix of names, which is removed.

    ``outside`` are the names without the prefix. ``again`` are other prefixes with as many known
    names, such as that of averaged weights.
    """

    tensors: Mapping[str, Any]
    beginning: str = ""
    outside: tuple[str, ...] = ()
    again: tuple[str, ...] = ()


def weights(source: Mapping[str, Any]) -> dict[str, Any]:
    """Filter out counters and the states of optimizers."""
    return {name: array for name, array in source.items() if not _BESIDE.fullmatch(name)}


def unwrapped(source: Mapping[str, Any], naming: KeyNaming) -> Unwrapped:
    """Find the weights in a file under the prefix that has the most known names.

    Parts that wrappers insert into names are removed if that makes more names known.
    """
    known = set(naming.keys.values())
    found = weights(source)
    plain = {_WRAPPERS.sub("", name): array for name, array in found.items()}
    single = {_PARALLEL.sub("", name): array for name, array in plain.items()}
    candidates = [each for each in (found, plain, single) if len(each) == len(found)]
    best = max(candidates, key=lambda each: max(_beginnings(each, known).values(), default=0))
    return _under(best, known)


def _under(source: Mapping[str, Any], known: Collection[str]) -> Unwrapped:
    counted = _beginnings(source, known)
    if not counted:
        return Unwrapped(source)
    most = max(counted.values())
    best, *again = sorted((each for each in counted if counted[each] == most), key=_is_average)
    inside = {name.removeprefix(best): source[name] for name in source if name.startswith(best)}
    outside = tuple(name for name in source if not name.startswith(best))
    return Unwrapped(inside, best, outside, tuple(again))


def _is_average(beginning: str) -> bool:
    return "ema" in beginning


def _beginnings(names: Iterable[str], known: Collection[str]) -> Counter[str]:
    """Count the known names under each prefix, in the order of the file."""
    return Counter(
        beginning for name in names for beginning, rest in _splits(name) if rest in known
    )


def _splits(name: str) -> Iterator[tuple[str, str]]:
    """Yield the splits of a name into a prefix up to a dot and the rest."""
    yield "", name
    place = -1
    for _ in range(DEEPEST):
        place = name.find(".", place + 1)
        if place < 0:
            return
        yield name[: place + 1], name[place + 1 :]
