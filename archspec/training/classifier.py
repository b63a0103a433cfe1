"""Whether a network can be trained as an image classifier."""

from __future__ import annotations

from archspec.analysis.count import count
from archspec.diagnostic import Diagnostic
from archspec.graph import Graph
from archspec.standalone.job import Shape, Task


def task(graph: Graph) -> Task:
    """Describe the task of a network for which ``refusal`` returns None."""
    parameters = count(graph).parameters
    return Task(graph.name, parameters, shape_of(graph), classes_of(graph))


def shape_of(graph: Graph) -> Shape:
    """Return height, width and channels of the input of a network without a ``refusal``."""
    (given,) = graph.inputs.values()
    height, width, channels = given.type.shape
    return height, width, channels


def classes_of(graph: Graph) -> int:
    """Return the number of classes of a network without a ``refusal``."""
    return graph.type_of(next(iter(graph.outputs.values()))).channels


def refusal(graph: Graph) -> Diagnostic | None:
    """Return why a network is no image classifier; None if it is one."""
    if len(graph.inputs) != 1 or len(next(iter(graph.inputs.values())).type.shape) != 3:
        shown = ", ".join(f"{name} {each.type}" for name, each in graph.inputs.items())
        message = f"{graph.name} takes {shown}; training gives one image, height x width x channels"
        return Diagnostic("train/inputs", message, help="train a network of one input")
    classes = graph.type_of(next(iter(graph.outputs.values()))).shape[-1]
    ends = {**dict(list(graph.outputs.items())[:1]), **graph.heads}
    for name, path in ends.items():
        if graph.type_of(path).shape != (classes,):
            return _no_classes(graph, name, path, classes)
        if path in graph.nodes and graph.nodes[path].op.word == "softmax":
            return _probabilities(graph, name)
    return None


def _probabilities(graph: Graph, name: str) -> Diagnostic:
    return Diagnostic(
        "train/probabilities",
        f"`{name}` of {graph.name} is what a softmax gives; the loss takes logits",
        help="end the network before its softmax",
    )


def _no_classes(graph: Graph, name: str, path: str, classes: int) -> Diagnostic:
    return Diagnostic(
        "train/classes",
        f"`{name}` of {graph.name} is {graph.type_of(path)}; training takes a value for each class",
        help=f"end it with {classes} values, as `dense classes` gives them",
    )


def misfit(graph: Graph, classes: int) -> Diagnostic | None:
    """Describe a mismatch between the classes of a network and those of a data set."""
    own = classes_of(graph)
    if own == classes:
        return None
    given = "classes" in graph.header.params
    return Diagnostic(
        "train/classes",
        f"{graph.name} tells {own:,} classes apart; the data has {classes:,}",
        help=f"--set classes={classes}" if given else f"let the network give {classes} values",
    )
