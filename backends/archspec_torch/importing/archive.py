"""A ``.pt2`` file of a stranger as a network: data, of which nothing is unpickled."""

from __future__ import annotations

import json
import re
import zipfile
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from itertools import chain
from math import prod
from pathlib import Path
from typing import Any, NamedTuple

import torch
from torch import Tensor

from archspec.importing.imported import Network, Untranslatable
from archspec.weights.bounds import DENSEST, Allowance, size_of
from archspec.weights.zipped import Bounds, part
from archspec_torch.importing.deserialized import STRIDED, deserialized, sizes_of, type_of
from archspec_torch.importing.folding import Folding
from archspec_torch.importing.overwriting import rebind
from archspec_torch.importing.precision import precision_of
from archspec_torch.importing.program import Program
from archspec_torch.importing.translation import translated

_MODEL = re.compile("([^/]+)/models/([^/]+)[.]json")
_OLDER = re.compile("serialized_exported_program[.]json|[^/]+/data/weights/[^/]+[.]pt")
"""Parts of archives up to PyTorch 2.7, and of 2.8: pull request 161520 of PyTorch came with 2.9."""
_LONGEST = 1 << 26
"""The bytes of a description, 64 MiB; networks of 20,000 nodes have fewer."""
_REPETITIVE = 1000
_DAMAGED = (
    ArithmeticError, AttributeError, EOFError, LookupError, MemoryError, OSError, RuntimeError,
    TypeError, ValueError, zipfile.BadZipFile,
)  # fmt: skip
"""Raised for archives that are damaged, and by torch for what no tensor can be."""


def network(file: Path, inputs: Mapping[str, tuple[int, ...]], name: str) -> Network:
    """Translate a file, whose inputs have sizes of their own; raise ``Untranslatable``."""
    return translated(read(file), name)


def read(file: Path) -> Program:
    """Read a file as a program; raise ``Untranslatable``."""
    try:
        size = size_of(file)
        with zipfile.ZipFile(file) as archive:
            return _Archive(archive, Allowance(size), *_named(archive)).program()
    except Untranslatable:
        raise
    except _DAMAGED as error:
        reason = str(error).partition("\n")[0].strip("\"'")[:200] or type(error).__name__
        raise Untranslatable(
            f"it is no archive of torch.export, or a damaged one: {reason}"
        ) from None


def _named(archive: zipfile.ZipFile) -> tuple[str, str]:
    """Name the folder of an archive and its only model; raise ``Untranslatable``."""
    names = archive.namelist()
    found = [each.groups() for name in names if (each := _MODEL.fullmatch(name))]
    if any(map(_OLDER.fullmatch, names)):
        help = "if you trust it, load it with a newer torch, which unpickles it, and save it again"
        raise Untranslatable("it is of a torch before 2.9, which pickles weights", help=help)
    if len(found) != 1:
        raise Untranslatable(f"it is an archive of {len(found)} programs of torch.export, not one")
    folder, model = found[0]
    return folder, model


class _Told(NamedTuple):
    """A weight: its name, the part of the archive that holds it, and what is said of it."""

    name: str
    file: str
    said: Mapping[str, Any]


@dataclass
class _Archive:
    """An archive that is being read: ``held`` are the bytes of storages, which tensors share."""

    archive: zipfile.ZipFile
    allowance: Allowance
    folder: str
    model: str
    held: dict[str, bytearray] = field(default_factory=dict)

    def program(self) -> Program:
        """Read the program with its weights."""
        whole = self._json(f"models/{self.model}.json")["graph_module"]
        graph, values = deserialized(whole["graph"])
        signature, returned = whole["signature"], []
        for said, kind in zip(whole["graph"]["outputs"], signature["output_specs"], strict=True):
            if "user_output" in kind and "as_tensor" in said:
                returned.append(values[said["as_tensor"]["name"]])
        known = dict(chain(self._known("weights"), self._known("constants")))
        names = {values[name].name: key for name, key in _held(signature)}
        tensors = {name: self._tensor(known[key]) for name, key in names.items()}
        precision_of(tensors.values())
        output = graph.output(tuple(returned))
        rebind(graph)
        (left,) = output.args
        return Program(graph, tensors, names, left, Folding())

    def _known(self, kind: str) -> Iterator[tuple[str, _Told]]:
        """Yield what is said of each weight, by its name, with the folder of its data."""
        config = self._json(f"data/{kind}/{self.model}_{kind}_config.json")["config"]
        return (
            (name, _Told(name, f"data/{kind}/{said['path_name']}", said))
            for name, said in config.items()
        )

    def _tensor(self, told: _Told) -> Tensor:
        """View the bytes of a weight, which others may share."""
        if told.said["use_pickle"]:
            raise Untranslatable(f"the weight `{told.name[:40]}` is pickled, which could run code")
        meta = told.said["tensor_meta"]
        if meta["layout"] != STRIDED:
            raise Untranslatable(f"the weight `{told.name[:40]}` is sparse")
        storage, sizes = self._storage(told.file), sizes_of(meta["sizes"])
        (start,) = sizes_of([meta["storage_offset"]])
        if prod(sizes) > len(storage):
            raise ValueError(f"{told.name[:40]} claims {prod(sizes)} numbers")
        kind = type_of(meta["dtype"])
        flat = torch.frombuffer(storage, dtype=kind) if storage else torch.empty(0, dtype=kind)
        return flat.as_strided(sizes, sizes_of(meta["strides"]), start)

    def _storage(self, name: str) -> bytearray:
        if name not in self.held:
            found = self._part(name, Bounds("weights", self.allowance.bytes, DENSEST))
            self.allowance.take(name, len(found))
            self.held[name] = bytearray(found)
        return self.held[name]

    def _json(self, name: str) -> Any:
        return json.loads(self._part(name, Bounds("description", _LONGEST, _REPETITIVE)))

    def _part(self, name: str, bounds: Bounds) -> bytes:
        return part(self.archive, f"{self.folder}/{name}", bounds)


def _held(signature: Mapping[str, Any]) -> Iterator[tuple[str, str]]:
    """Yield the placeholders of weights and constants, each with its own name."""
    for said in signature["input_specs"]:
        ((kind, told),) = said.items()
        if kind in _WEIGHTS:
            yield told["arg"]["name"], told[f"{kind}_name"]
        elif kind != "user_input":
            raise Untranslatable(f"one of its inputs is a {kind[:20]}")


_WEIGHTS = ("parameter", "buffer", "tensor_constant")
