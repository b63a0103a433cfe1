"""Classifiers that the npm package nsfwjs holds, as the models of Keras that they were.

The package has them in the layers format of TensorFlow.js: Keras's description of a model, and
weights of a byte each with a scale and an offset for each tensor; both in modules of JavaScript.
"""

from __future__ import annotations

import base64
import json
import re
import tarfile
from collections.abc import Iterator
from math import prod
from typing import Any

import keras
import numpy as np

from tests.published.classifiers.archives import archive

EXPORTED = re.compile(r'\.exports=([{"].*)\},\{\}\]', re.DOTALL)
TOKEN = re.compile(
    r'(?P<text>"[^"]*")|!(?P<truth>[01])|(?P<key>\w+)(?=:)|(?<!\d)(?P<fraction>\.\d)'
)
"""What literals of JavaScript write otherwise than JSON; and texts, in which nothing is changed."""


def classifier(name: str) -> Any:
    """Make a model of Keras of the package, with its weights."""
    with tarfile.open(archive("nsfwjs")) as package:
        described = _exported(package, f"{name}/model")
        (manifest,) = described["weightsManifest"]
        shards = (_exported(package, f"{name}/{path}") for path in manifest["paths"])
        content = b"".join(map(base64.b64decode, shards))
    model = keras.Model.from_config(described["modelTopology"]["model_config"]["config"])
    tensors = dict(_tensors(manifest["weights"], content))
    for layer in model.layers:
        for weight in layer.weights:
            weight.assign(tensors.pop(f"{layer.name}/{weight.name}"))
    assert not tensors, f"no layer has {', '.join(tensors)}"
    return model


def _exported(package: tarfile.TarFile, path: str) -> Any:
    """Read what a module of JavaScript exports: an object or a text."""
    member = package.extractfile(f"package/dist/models/{path}.min.js")
    assert member
    found = EXPORTED.search(member.read().decode())
    assert found
    return json.loads(TOKEN.sub(_in_json, found[1]))


def _in_json(token: re.Match[str]) -> str:
    if token["truth"]:
        return "true" if token["truth"] == "0" else "false"
    if token["key"]:
        return f'"{token["key"]}"'
    return f"0{token['fraction']}" if token["fraction"] else token[0]


def _tensors(entries: list[dict[str, Any]], content: bytes) -> Iterator[tuple[str, Any]]:
    """Read tensors that lie one behind the other."""
    begin = 0
    for entry in entries:
        coded = entry["quantization"]
        assert coded["dtype"] == "uint8"
        levels = np.frombuffer(content, np.uint8, prod(entry["shape"]), begin)
        values = levels * coded["scale"] + coded["min"]
        name = entry["name"].replace("/depthwise_kernel", "/kernel")
        yield name, values.astype(np.float32).reshape(entry["shape"])
        begin += levels.size
    assert begin == len(content)
