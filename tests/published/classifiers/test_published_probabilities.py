"""Classifiers that somebody trained and published give their probabilities through import.

`probabilities.mjs` had them computed by their publisher's package, in TensorFlow.js.
"""

from __future__ import annotations

import json
import os
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from tests.commands.running import ROOT, run
from tests.published.classifiers import archives

if archives.VARIABLE not in os.environ:
    reason = f"{archives.VARIABLE} names no folder with classifiers: `make classifiers` does"
    pytest.skip(reason, allow_module_level=True)

from safetensors.numpy import load_file

import archspec
from archspec_tensorflow import backend as tensorflow
from archspec_torch import backend as torch
from tests.published.classifiers.nsfwjs import classifier
from tests.published.classifiers.photographs import photograph

FILE = Path(__file__).with_name("probabilities.json")
PUBLISHED = json.loads(FILE.read_text("utf-8"))["probabilities"]
TRAINED = {"inception_v3": 21_768_352, "mobilenet_v2": 2_223_872}
"""What Keras counts in the networks without their classifiers, less statistics of norms."""
HEAD = {"inception_v3": 2048, "mobilenet_v2": 1280}
"""Channels that arrive at the dense layers of 256, 128 and 5 units."""
CLOSE = 1e-5
"""The largest difference of probabilities."""
CLOSE_SHARE = 1e-4
"""The largest difference as a share of a probability, some of which are below a millionth."""
BACKENDS = {"torch": torch, "tensorflow": tensorflow}
WEIGHTS = "weights.safetensors"
CLASSIFIER = """\
  - dense 256 activation=relu as dense_1
  - dropout 0.5
  - dense 128 activation=relu as dense_2
  - dropout 0.25
  - dense 5 activation=softmax as dense_3
"""
"""What the publisher put in the place of the zoo's classifier."""
Record = Callable[[str, object], None]

pytestmark = [
    pytest.mark.slow,
    pytest.mark.filterwarnings(
        "ignore:__array__ implementation doesn't accept a copy keyword:DeprecationWarning"
    ),
]
"""TensorFlow's variables know nothing of numpy 2's keyword when Keras saves them."""


@pytest.fixture(autouse=True)
def _in_the_checkout(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(ROOT)


@pytest.fixture(scope="module", params=PUBLISHED)
def name(request: pytest.FixtureRequest) -> str:
    return str(request.param)


@pytest.fixture(scope="module")
def folder(name: str, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Save a classifier as a file of Keras, and import it."""
    folder = tmp_path_factory.mktemp(name)
    classifier(name).save(folder / f"{name}.keras")
    done = run("import", folder / f"{name}.keras", "-o", folder / "imported")
    assert done.exit_code == 0, done.output
    return folder


@pytest.mark.parametrize("backend", BACKENDS)
def test_what_is_imported_gives_the_probabilities_of_the_publishers_runtime(
    name: str, folder: Path, backend: str, record_property: Record
) -> None:
    spec, weights = (folder / f"imported/{each}" for each in (f"{name}.yaml", WEIGHTS))
    worst = furthest(name, spec, weights, backend)
    record_property(f"nsfwjs {name}, {backend}", f"{worst:.1e}")


def test_the_spec_has_the_parameters_of_keras_and_of_the_dense_layers(
    name: str, folder: Path, record_property: Record
) -> None:
    told = json.loads((folder / "imported/import.json").read_text("utf-8"))
    head = (HEAD[name] + 1) * 256 + (256 + 1) * 128 + (128 + 1) * 5
    assert told["parameters"] == TRAINED[name] + head
    record_property(f"lines of nsfwjs {name}", told["lines"])


def test_the_live_model_is_imported_as_its_file_is(name: str, folder: Path, tmp_path: Path) -> None:
    source = ("tests.published.classifiers.nsfwjs:classifier", "--arg", f"name={name}")
    done = run("import", *source, "--name", name, "-o", tmp_path / "live")
    assert done.exit_code == 0, done.output
    live, read = (each / f"{name}.yaml" for each in (tmp_path / "live", folder / "imported"))
    assert _without_source(live) == _without_source(read)
    given, wanted = (load_file(each.with_name(WEIGHTS)) for each in (live, read))
    assert given.keys() == wanted.keys()
    assert all((given[key] == each).all() for key, each in wanted.items())


@pytest.mark.parametrize("name", ["inception_v3"], indirect=True)
@pytest.mark.parametrize("backend", BACKENDS)
def test_the_zoos_network_gives_them_with_weights_by_the_names_of_keras(
    name: str, folder: Path, backend: str, tmp_path: Path, record_property: Record
) -> None:
    spec, weights = tmp_path / f"{name}.yaml", tmp_path / WEIGHTS
    text = (ROOT / f"specs/{name}.yaml").read_text("utf-8")
    before, _, _ = text.partition("  - dropout")
    spec.write_text(before.replace("params: {classes: 1000}\n", "") + CLASSIFIER, "utf-8")
    source = ("--from", "keras", "--partial", folder / f"{name}.keras")
    done = run("weights", "import", *source, "--spec", spec, "-o", weights)
    assert "382 tensors matched" in done.stdout, done.output
    worst = furthest(name, spec, weights, backend)
    record_property(f"nsfwjs {name} in the spec of the zoo, {backend}", f"{worst:.1e}")


def furthest(name: str, spec: Path, weights: Path, backend: str) -> float:
    """Hold a network to the published probabilities; return the largest difference."""
    graph = archspec.load(spec)
    (given,) = graph.inputs.values()
    side = given.type.shape[0]
    photographs = np.concatenate([photograph(each, side) for each in PUBLISHED[name]])
    ours = probabilities(archspec.build(graph, backend, weights), photographs, backend)
    theirs = np.array([*PUBLISHED[name].values()])
    np.testing.assert_allclose(ours, theirs, rtol=CLOSE_SHARE, atol=0)
    difference = float(np.abs(ours - theirs).max())
    assert difference <= CLOSE
    return difference


def probabilities(model: Any, images: Any, backend: str) -> Any:
    """Run a model on images, N x H x W x C, in single precision."""
    ran = BACKENDS[backend].runtime().run(model, {"input": images}, "cpu")
    (output,) = ran.outputs.values()
    return np.asarray(output)


def _without_source(spec: Path) -> list[str]:
    lines = spec.read_text("utf-8").splitlines()
    return [line for line in lines if not line.startswith("source:")]
