"""Whether a network as written, and optimized for TensorFlow, is faster there than Keras's own."""

from __future__ import annotations

import argparse
import sys
from collections.abc import Callable, Mapping
from time import perf_counter, process_time
from typing import Any

import keras
import numpy as np
import tensorflow
from measure import rounds, told

import archspec
from archspec.backend import backend
from archspec.weights.initial import draw


def main() -> None:
    """Print the median seconds of each model, and the median of the rounds' ratios to Keras's."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("spec", help="a spec, such as zoo:released/inception_resnet_v2")
    parser.add_argument("model", help="the name of the same network in keras.applications")
    parser.add_argument("--batch", type=int, default=8)
    parser.add_argument("--rounds", type=int, default=9)
    parser.add_argument("--threads", type=int, default=2)
    parser.add_argument("--processor-time", action="store_true", help="for a busy machine")
    arguments = parser.parse_args()
    tensorflow.config.threading.set_intra_op_parallelism_threads(arguments.threads)
    tensorflow.config.threading.set_inter_op_parallelism_threads(1)
    models, shape = _models(arguments.spec, arguments.model)
    images = np.random.default_rng(0).standard_normal((arguments.batch, *shape), np.float32)
    calls = {name: _calling(model, images) for name, model in models.items()}
    clock = process_time if arguments.processor_time else perf_counter
    versions = f"tensorflow {tensorflow.__version__}, keras {keras.__version__}"
    sys.stdout.write(f"{versions}, {arguments.threads} threads, batch {arguments.batch}\n")
    found = told(rounds(calls, arguments.rounds, clock), "keras.applications")
    sys.stdout.writelines(f"{line}\n" for line in found)


def _models(spec: str, peer: str) -> tuple[Mapping[str, Any], tuple[int, ...]]:
    graph = archspec.load(spec).without_heads()
    tensors = draw(graph)
    found = archspec.optimize(graph, tensors, "tensorflow")
    every = archspec.optimize(graph, tensors, "eager")
    theirs = getattr(keras.applications, peer)(weights=None, classifier_activation=None)
    (given,) = graph.inputs.values()
    models = {
        "keras.applications": theirs,
        "as written": _built(graph, tensors),
        "optimized": _built(found.graph, found.tensors),
        "with all passes": _built(every.graph, every.tensors),
    }
    return models, given.type.shape


def _built(graph: archspec.Graph, tensors: Mapping[str, Any]) -> Any:
    runtime = backend("tensorflow").runtime()
    return runtime.fill(runtime.model(archspec.emit(graph, "tensorflow"), graph.name), tensors)


def _calling(model: Any, images: Any) -> Callable[[], object]:
    """Run the graph of a model, as ``predict`` does."""
    traced = tensorflow.function(lambda x: model(x, training=False))
    given = tensorflow.constant(images)
    return lambda: traced(given).numpy()


if __name__ == "__main__":
    main()
