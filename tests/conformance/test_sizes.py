"""Models at other sizes of input than their own: right, or said to be exact for their own alone."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from itertools import product

import numpy as np
import pytest

from archspec.backend import backend
from archspec.emission.describe import same_pads
from archspec.graph import Graph, Node
from archspec.interpreter.interpret import interpret
from archspec_tensorflow.padding import pads_by_size
from tests.conformance.running import Running, start
from tests.conformance.small import Array
from tests.conformance.specs import graph_of

CLAIM = "Exact for this size of input alone"
OWN = (7, 8)
SIZES = [OWN, (8, 9), (9, 10)]
"""Grids on which every stride up to 3 ends at each of its cells, in both directions."""

PADS_BY_SIZE: dict[str, Callable[[Graph], Callable[[Node], bool]]] = {
    "torch": lambda _: same_pads,
    "tensorflow": pads_by_size,
}
"""Which nodes make a backend say that a source is exact for its own size alone."""

PADDINGS = ("same", "symmetric", "V", "[1,0,1,0]", "[0,1,0,1]", "[1,1,0,0]", "[2,1,0,2]")
POOLS = ("max_pool", "avg_pool", "avg_pool count_padding=true")


def windows() -> Iterator[str]:
    """Write every window that is to be tried."""
    for kernel, stride, padding in product((2, 3, 4), (1, 2, 3), PADDINGS):
        window = f"{kernel}x{kernel} /{stride} padding={padding}"
        if "2" not in padding or kernel > 2:
            yield from (f"{word} {window}{ceil}" for word in POOLS for ceil in ("", " ceil=true"))
        yield f"conv {window} filters=1 bias=false"
        yield f"conv_transpose {window} filters=1 bias=false"
    yield from ("upsample 2 mode=bilinear", "pad [1,0,2,1]")


def graph(size: tuple[int, int]) -> Graph:
    """Load one network in which every window has an output of its own.

    One map that is a single cell at the first size is laid out as a vector.
    """
    steps = [f"{step} from input as out_{place}" for place, step in enumerate(windows())]
    steps += ["conv 7x8 2 V bias=false from input as cell", "flatten as laid_out"]
    outputs = [step.rpartition(" ")[2] for step in steps if not step.endswith("cell")]
    height, width = size
    return graph_of(
        f"archspec: 1\nname: small\ninput: {height}x{width}x1\n"
        + "".join(["network:\n", *(f"  - {step}\n" for step in steps)])
        + f"outputs: [{', '.join(outputs)}]\n"
    )


@pytest.fixture(scope="module", params=PADS_BY_SIZE)
def running(request: pytest.FixtureRequest) -> Running:
    """Find a backend and what runs its models."""
    return start(request.param)


def test_a_window_is_right_at_every_size_unless_its_source_is_said_to_be_exact_for_one(
    running: Running,
) -> None:
    found, runtime = running
    generator = np.random.default_rng(0)
    network = graph(OWN)
    weights = {
        f"{node.path}.{each.name}": generator.standard_normal(each.shape).astype("float32")
        for node in network.nodes.values()
        for each in node.op.parameters(*node.inputs)
    }
    source = found.emit(network).replace("keras.Input((7, 8, 1)", "keras.Input((None, None, 1)")
    model = runtime.fill(runtime.model(source, network.name), weights)
    wrong = set[str]()
    for size in SIZES:
        batch = generator.standard_normal((2, *size, 1)).astype("float32")
        batch[1] -= 9
        outputs = runtime.run(model, {"input": batch}, "cpu").outputs
        other = graph(size)
        wanted = interpret(other, weights, {"input": batch}, dtype="float64")
        wrong |= {
            name for name, path in other.outputs.items() if not alike(outputs[name], wanted[path])
        }
        assert wrong == set() or size != OWN
    by_size = PADS_BY_SIZE[found.name](network)
    told = {name for name, path in network.outputs.items() if by_size(network.nodes[path])}
    assert wrong - told == set()
    assert len(told) < len(network.outputs) / 2


def alike(found: Array, wanted: Array) -> bool:
    return found.shape == wanted.shape and np.allclose(found, wanted, 1e-4, 1e-4)


@pytest.mark.parametrize(
    ("step", "exact_for_one"),
    [
        ("max_pool 2x2 /2 padding=[1,0,1,0]", ()),
        ("avg_pool 3x3 /2 ceil=true padding=1", ()),
        ("conv 3x3 1 /2 padding=[1,0,1,0]", ()),
        ("max_pool 3x3 /2", ("torch",)),
        ("conv 3x3 1 /2", ("torch",)),
        ("avg_pool 3x3 /2 count_padding=true", ("torch", "tensorflow")),
        ("max_pool 3x3 /2 ceil=true V", ("tensorflow",)),
        ("max_pool 3x3", ()),
    ],
)
def test_a_source_tells_whether_it_is_exact_for_its_own_size_alone(
    step: str, exact_for_one: tuple[str, ...]
) -> None:
    network = graph_of(f"archspec: 1\nname: small\ninput: 8x8x1\nnetwork:\n  - {step}\n")
    told = [name for name in PADS_BY_SIZE if CLAIM in backend(name).emit(network)]
    assert tuple(told) == exact_for_one


def test_a_pool_is_padded_by_size_where_another_use_of_its_module_is_padded_beforehand() -> None:
    network = graph_of("""
parts: {unit: {options: [p], steps: [max_pool 3x3 /2 padding=p]}}
network: [unit p=same, unit p=1]
""")
    assert CLAIM in backend("tensorflow").emit(network)
