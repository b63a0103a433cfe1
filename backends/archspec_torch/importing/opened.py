"""A program from a file, run operator by operator."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from operator import getitem
from pathlib import Path
from typing import Any

import torch
from torch import Tensor, nn
from torch.fx import Interpreter, Node

from archspec.importing.imported import Untranslatable
from archspec.importing.matching import Pattern
from archspec_torch.importing.archive import read
from archspec_torch.importing.folding import FOLDED
from archspec_torch.importing.program import Program, operator_name
from archspec_torch.importing.rules import IDIOMS, RULES


def opened(file: Path) -> Opened:
    """Open a file as a module; raise ``Untranslatable``.

    Only operators that import reads are run: others of ATen write files, or trust their input.
    """
    program = read(file)
    patterns = (word for pattern, _ in IDIOMS for word in _operators(pattern))
    known = {*RULES, *FOLDED, *patterns}
    for node in reversed(program.graph.nodes):
        is_known = node.target is getitem or operator_name(node.target) in known
        if node.op != "call_function" or is_known:
            continue
        if node.users:
            raise Untranslatable(f"{node.target} is not run, for import knows no such operator")
        program.graph.erase_node(node)
    return Opened(program)


def _operators(pattern: Pattern) -> Iterator[str]:
    if isinstance(pattern, tuple):
        yield pattern[0].rpartition("=")[2]
        for each in pattern[1:]:
            yield from _operators(each)


class Opened(nn.Module):
    """Runs a program in single precision, each example of a batch as the batch that was traced."""

    def __init__(self, program: Program) -> None:
        super().__init__()
        self.program = program
        self.tensors = {name: _single(each) for name, each in program.tensors.items()}

    @property
    def named(self) -> Mapping[str, Tensor]:
        """Its tensors by their names in the module that was traced."""
        return {key: self.tensors[name] for name, key in self.program.names.items()}

    def load_state_dict(
        self, state_dict: Mapping[str, Any], strict: bool = True, assign: bool = False
    ) -> Any:
        """Take tensors by their names in the module that was traced."""
        names = self.program.names.items()
        self.tensors |= {name: state_dict[key] for name, key in names if key in state_dict}

    def forward(self, *given: Tensor) -> tuple[Tensor, ...]:
        """Run example by example."""
        examples = zip(*(torch.split(each, 1) for each in given), strict=True)
        found = [self._of_one(example) for example in examples]
        return tuple(torch.cat(parts) for parts in zip(*found, strict=True))

    def _of_one(self, example: tuple[Tensor, ...]) -> list[Tensor]:
        program = self.program
        pairs = zip(program.inputs, example, strict=True)
        held = {**self.tensors, **{node.name: _batch(each, node) for node, each in pairs}}
        values = (held[node.name] for node in program.graph.find_nodes(op="placeholder"))
        left: Any = Interpreter(nn.Module(), graph=program.graph).run(*values)
        return [each[:1] for each in left]


def _batch(example: Tensor, traced: Node) -> Tensor:
    """Repeat an example as often as the batch that was traced had some."""
    return example.expand(len(traced.meta["val"]), *example.shape[1:]).contiguous()


def _single(tensor: Tensor) -> Tensor:
    """Return numbers in single precision, in which a spec computes, too."""
    return tensor.float() if tensor.is_floating_point() else tensor
