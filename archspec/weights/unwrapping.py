"""What stands around the weights in a file: containers, wrappers of models, states of training."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Collection, Iterable, Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from archspec.weights.names import KeyNaming

DEEPEST = 8
"""Parts of a name that may stand before the name that is known."""

_BESIDE = re.compile(
    r"(optimizers?|optimizer_states?|optimizer_state_dict|lr_schedulers?)\..*|"
    r"(.*[./])?(num_batches_tracked|n_averaged|global_step|beta[12]_power|save_counter)"
    r"|.*/(ExponentialMovingAverage|RMSProp\S*|Momentum|Adam\S*|Adagrad)"
)
"""What checkpoints hold beside weights: counters, and the state of an optimizer."""

_WRAPPERS = re.compile(
    r"(?:(?<=\.)|^)(?:_orig_mod|_fsdp_wrapped_module|_checkpoint_wrapped_module)\."
)
"""What ``torch.compile`` and others put into names, at the beginning or in the middle."""

_PARALLEL = re.compile(r"(?:(?<=\.)|^)module\.")
"""What PyTorch puts into names where a model, or a part of it, runs on several devices."""


@dataclass(frozen=True)
class Unwrapped:
    """The tensors under one beginning of names, which is taken away from them.

    ``outside`` are the names of other tensors. ``again`` are beginnings under which the file has
    just as many of the known names: the averages of weights beside the weights, say.
    """

    tensors: Mapping[str, Any]
    beginning: str = ""
    outside: tuple[str, ...] = ()
    again: tuple[str, ...] = ()


def weights(source: Mapping[str, Any]) -> dict[str, Any]:
    """Leave out counters and the states of optimizers."""
    return {name: array for name, array in source.items() if not _BESIDE.fullmatch(name)}


def unwrapped(source: Mapping[str, Any], naming: KeyNaming) -> Unwrapped:
    """Find the weights in a file: under the beginning that leaves the most known names.

    What wrappers put into names is taken away where that helps.
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
    """Count the known names under each beginning, in the order of the file."""
    return Counter(
        beginning for name in names for beginning, rest in _splits(name) if rest in known
    )


def _splits(name: str) -> Iterator[tuple[str, str]]:
    """List the ways to part a name after a dot."""
    yield "", name
    place = -1
    for _ in range(DEEPEST):
        place = name.find(".", place + 1)
        if place < 0:
            return
        yield name[: place + 1], name[place + 1 :]
