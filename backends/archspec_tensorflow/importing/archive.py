"""A ``.keras`` file of a stranger as a network: data, of which nothing is executed."""

from __future__ import annotations

import io
import json
import zipfile
import zlib
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path as File
from typing import Any

from archspec.importing.imported import Network, Untranslatable
from archspec.weights import archive
from archspec.weights.bounds import ROOM, Allowance, memory, size_of
from archspec.weights.expected import expected
from archspec.weights.hdf5 import has, member, numbers, open_file
from archspec_tensorflow.importing.description import (
    DAMAGED,
    DEEPEST,
    MODELS,
    Path,
    described,
    name_of_layer,
)
from archspec_tensorflow.importing.keras_names import snake_case
from archspec_tensorflow.importing.translation import Translation

_OPERATIONS = "keras.src.ops"
_FUNCTION = ("builtins", "function")
"""How Keras writes a function of its own, by name."""
_UNREADABLE = (*DAMAGED, EOFError, MemoryError, OSError, zipfile.BadZipFile, zlib.error)


def network(file: File, inputs: Mapping[str, tuple[int, ...]], name: str) -> Network:
    """Translate a file; raise ``Untranslatable``.

    ``inputs`` are sizes (height, width, channels) of those that the model leaves open.
    """
    try:
        size_of(file)
        model = json.loads(archive.description(file))
        kind, config = model["class_name"], model["config"]
    except _UNREADABLE as error:
        raise Untranslatable(f"it is no file of Keras, or a damaged one: {_line(error)}") from None
    if kind not in MODELS:
        raise Untranslatable(
            f"it holds a {kind}: only functional and sequential models say what they do"
        )
    description = described(kind, config)
    try:
        held = dict(_variables(file, config))
    except _UNREADABLE as error:
        raise Untranslatable(f"its weights cannot be read: {_line(error)}") from None
    found = Translation(description, lambda path: held.get(path, ()), inputs, name).network()
    _require_shapes(found)
    _require_plain(model)
    return found


def _line(error: BaseException) -> str:
    return str(error).partition("\n")[0] or type(error).__name__


def _variables(file: File, config: Mapping[str, Any]) -> Iterator[tuple[Path, Sequence[Any]]]:
    """Yield the variables of each layer as arrays, in the order in which Keras makes them."""
    content = archive.weights(file)
    allowance = Allowance(len(content))
    with open_file(io.BytesIO(content), "r") as opened, memory(ROOM + allowance.bytes):
        for path, group in _groups(config, (), ""):
            if has(opened, "layers"):
                yield path, [*_arrays(opened, f"{group}/vars", allowance)]


def _groups(config: Mapping[str, Any], around: Path, group: str) -> Iterator[tuple[Path, str]]:
    """Yield layers with the groups of their weights, which Keras names by class and number."""
    counts: Counter[str] = Counter()
    if len(around) > DEEPEST:
        raise ValueError("its models are nested too deeply")
    for layer in config["layers"]:
        if str(layer.get("module")).startswith(_OPERATIONS):
            continue
        word = snake_case(layer["class_name"])
        own = f"{group}/layers/{word}" + (f"_{counts[word]}" if counts[word] else "")
        counts[word] += 1
        path = (*around, name_of_layer(layer))
        yield path, own
        if layer["class_name"] in MODELS:
            yield from _groups(layer["config"], path, own)


def _arrays(opened: Any, group: str, allowance: Allowance) -> Iterator[Any]:
    here = opened
    for part in group.strip("/").split("/"):
        if not has(here, part):
            return
        here = member(here, part)
    for number in range(len(here)):
        yield numbers(member(here, str(number)), allowance)


def _require_shapes(network: Network) -> None:
    """Refuse weights of other shapes than the layers have."""
    for key, each in expected(network.graph).items():
        found = network.tensors[key].shape if key in network.tensors else ()
        if tuple(found) != each.shape:
            shapes = f"{tuple(found)}, not {each.shape}"
            raise Untranslatable(f"its weights are none of its layers': `{key}` is {shapes}")


def _require_plain(model: Any) -> None:
    """Refuse a description that names code of others, which Keras would look for in the proof."""
    waiting = [model]
    while waiting:
        each = waiting.pop()
        if isinstance(each, dict):
            home, kind = str(each.get("module") or "keras"), each.get("class_name", "")
            if kind and home.partition(".")[0] != "keras" and (home, kind) != _FUNCTION:
                raise Untranslatable(f"it names code that is not Keras's: {home}.{kind}")
            waiting.extend(each.values())
        elif isinstance(each, list):
            waiting.extend(each)
