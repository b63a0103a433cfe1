"""Measuring modules of a model while it runs."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from time import perf_counter
from typing import Any

from torch import nn
from torch.utils.hooks import RemovableHandle


class Stopwatch:
    """Measures modules by hooks around them; ``wait`` ends when the device has nothing to do."""

    def __init__(self, wait: Callable[[], None]) -> None:
        self.wait = wait
        self.spent: dict[str, float] = {}

    @contextmanager
    def around(self, parts: Mapping[str, nn.Module]) -> Iterator[dict[str, float]]:
        """Sum the seconds of all calls of modules, by the names that are given."""
        hooks = [hook for name, part in parts.items() for hook in self._hooks(name, part)]
        try:
            yield self.spent
        finally:
            for hook in hooks:
                hook.remove()

    def _hooks(self, name: str, part: nn.Module) -> tuple[RemovableHandle, RemovableHandle]:
        starts: list[float] = []

        def begin(_module: nn.Module, _inputs: Any) -> None:
            self.wait()
            starts.append(perf_counter())

        def end(_module: nn.Module, _inputs: Any, _output: Any) -> None:
            self.wait()
            self.spent[name] = self.spent.get(name, 0.0) + perf_counter() - starts.pop()

        return part.register_forward_pre_hook(begin), part.register_forward_hook(end)
