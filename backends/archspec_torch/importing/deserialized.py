"""The graph that an archive of torch.export describes in JSON, of which nothing is evaluated.

``torch.export.load`` evaluates the formulas of sizes and unpickles examples; here a size that is
open is the one that was traced.
Source: ``torch/_export/serde/schema.py`` of PyTorch, versions 5 to 8 of its schema.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from operator import getitem
from typing import Any

import torch
from torch import Tensor
from torch._ops import OpOverload
from torch.fx import Graph, Node

from archspec.importing.imported import Untranslatable

MOST_NODES = 100_000
LARGEST = 1 << 28
"""The numbers that a value may have."""
_ATEN = "torch.ops.aten."
STRIDED = 7
_TYPES: Mapping[int, torch.dtype] = {
    1: torch.uint8,
    2: torch.int8,
    3: torch.int16,
    4: torch.int32,
    5: torch.int64,
    6: torch.float16,
    7: torch.float32,
    8: torch.float64,
    12: torch.bool,
    13: torch.bfloat16,
}
_FORMATS: Mapping[int, torch.memory_format] = {
    1: torch.contiguous_format,
    2: torch.channels_last,
    3: torch.channels_last_3d,
    4: torch.preserve_format,
}


def deserialized(said: Mapping[str, Any]) -> tuple[Graph, dict[str, Node]]:
    """Make the graph that is described, and its values by name; raise ``Untranslatable``.

    A description that is damaged raises what its parts do: ``LookupError``, ``TypeError`` and such.
    """
    reader = _Reader(said)
    for each in said["inputs"]:
        reader.add_input(each["as_tensor"]["name"])
    if len(said["nodes"]) > MOST_NODES:
        raise Untranslatable(f"it has {len(said['nodes']):,} nodes, more than {MOST_NODES:,}")
    for each in said["nodes"]:
        reader.add(each)
    return reader.graph, reader.nodes


def sizes_of(said: Sequence[Mapping[str, Any]]) -> list[int]:
    """Read the sizes of a tensor; those that are open are as they were traced."""
    return [_number(each) for each in said]


def _number(said: Mapping[str, Any]) -> int:
    if "as_expr" not in said:
        return int(said["as_int"])
    hint = said["as_expr"].get("hint")
    if not hint:
        raise Untranslatable("it has sizes that are open: export it with those of an example")
    return int(hint["as_int"])


@dataclass
class _Reader:
    said: Mapping[str, Any]
    graph: Graph = field(default_factory=Graph)
    nodes: dict[str, Node] = field(default_factory=dict)

    def add_input(self, name: str) -> None:
        """Add a placeholder."""
        self._hold(name, self.graph.placeholder(name))

    def add(self, said: Mapping[str, Any]) -> None:
        """Add a node, and one for each of several results."""
        named = {each["name"]: self._argument(each["arg"]) for each in said["inputs"]}
        node = self.graph.call_function(_operator(str(said["target"])), (), named)
        node.meta["nn_module_stack"] = dict(_modules(said.get("metadata") or {}))
        names = [*_results(said["outputs"])]
        if [*said["outputs"][0]] == ["as_tensor"] and len(names) == 1:
            return self._hold(names[0], node)
        node.meta["val"] = [self._example(name) for name in names if name in self._sizes()]
        for at, name in enumerate(names):
            self._hold(name, self.graph.call_function(getitem, (node, at)))
        return None

    def _sizes(self) -> Mapping[str, Any]:
        found: Mapping[str, Any] = self.said["tensor_values"]
        return found

    def _hold(self, name: str, node: Node) -> None:
        if name in self.nodes:
            raise Untranslatable(f"two of its values are called `{name[:40]}`")
        self.nodes[name] = node
        if name in self._sizes():
            node.meta["val"] = self._example(name)

    def _example(self, name: str) -> Tensor:
        """Return a tensor without storage, of the size that a value is said to have."""
        told = self._sizes()[name]
        found = torch.empty(sizes_of(told["sizes"]), dtype=type_of(told["dtype"]), device="meta")
        if found.numel() > LARGEST:
            raise Untranslatable(f"`{name[:40]}` claims {found.numel():,} numbers")
        return found

    def _argument(self, said: Mapping[str, Any]) -> Any:
        ((kind, value),) = said.items()
        if kind == "as_tensor":
            return self._value(value)
        if kind == "as_tensors":
            return [self._value(each) for each in value]
        if kind == "as_optional_tensor":
            return self._argument(value)
        if kind in ("as_optional_tensors", "as_nested_tensors"):
            return [self._argument(each) for each in value]
        if kind in ("as_sym_int", "as_sym_ints"):
            return [*map(self._size, value)] if kind[-1] == "s" else self._size(value)
        if kind not in _PLAIN:
            raise Untranslatable(f"one of its operators takes a {kind.removeprefix('as_')[:20]}")
        return _PLAIN[kind](value)

    def _value(self, said: Mapping[str, Any]) -> Node:
        if said["name"] not in self.nodes:
            raise Untranslatable(f"nothing before gives `{str(said['name'])[:40]}`")
        return self.nodes[said["name"]]

    def _size(self, said: Mapping[str, Any]) -> int:
        if "as_int" in said:
            return int(said["as_int"])
        return _number(self.said["sym_int_values"][said["as_name"]])


def type_of(number: Any) -> torch.dtype:
    """Return the type that a number stands for; raise ``Untranslatable``."""
    if number not in _TYPES:
        raise Untranslatable(f"it holds numbers of a type that is not read, {str(number)[:20]}")
    return _TYPES[number]


_PLAIN: Mapping[str, Callable[[Any], Any]] = {
    "as_none": lambda _: None,
    "as_int": int,
    "as_float": float,
    "as_bool": bool,
    "as_string": str,
    "as_ints": lambda each: [*map(int, each)],
    "as_floats": lambda each: [*map(float, each)],
    "as_bools": lambda each: [*map(bool, each)],
    "as_scalar_type": type_of,
    "as_memory_format": lambda each: _FORMATS[each],
    "as_layout": lambda _: torch.strided,
    "as_device": lambda _: torch.device("cpu"),
}
"""How arguments that are no tensors are read, by their kinds; everything runs on the processor."""


def _operator(target: str) -> Any:
    """Find an operator of ATen; what is none is a function that no program can call."""
    name, _, overload = target.removeprefix(_ATEN).partition(".")
    packet = getattr(torch.ops.aten, name, None) if target.startswith(_ATEN) else None
    found = getattr(packet, overload, None) if name.isidentifier() else None
    if isinstance(found, OpOverload):
        return found

    def unknown(**_named: Any) -> None:
        raise NotImplementedError(target)

    unknown.__name__ = unknown.__qualname__ = target[:80]
    return unknown


def _results(said: Sequence[Mapping[str, Any]]) -> Iterator[str]:
    for each in said:
        ((_, value),) = each.items()
        for one in value if isinstance(value, list) else [value]:
            yield str(one["name"] if "name" in one else one["as_name"])


def _modules(said: Mapping[str, str]) -> Iterator[tuple[str, tuple[str, str]]]:
    """Yield the modules around a node, as torch writes them: ``key,path,class;...``."""
    for each in filter(None, str(said.get("nn_module_stack", "")).split(";")):
        key, path, *kind = each.split(",", 2)
        yield key, (path, kind[0] if kind else "")
