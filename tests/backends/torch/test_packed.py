"""Convolutions of models for inference, whose weights stay packed in oneDNN's order."""

from __future__ import annotations

import copy
import io
from collections.abc import Callable
from typing import Any

import numpy as np
import pytest

import archspec
from archspec.backend import Workload
from archspec.weights.initial import draw
from tests.conformance.specs import graph_of

torch: Any = pytest.importorskip("torch")

from archspec_torch import backend  # noqa: E402
from archspec_torch.inference import InferenceConv2d  # noqa: E402 - it needs torch

if not torch.backends.mkldnn.is_available():
    pytest.skip("this build of PyTorch has no oneDNN", allow_module_level=True)

SCRIPTED = pytest.mark.filterwarnings("ignore:`torch.jit:DeprecationWarning")

SHAPES: dict[str, tuple[tuple[Any, ...], dict[str, Any]]] = {
    "square": ((8, 16, 3), {"padding": 1}),
    "point": ((8, 16, 1), {"stride": 2}),
    "depthwise": ((8, 8, 3), {"groups": 8, "padding": 1}),
    "groups": ((8, 12, 3), {"groups": 4, "dilation": 2}),
    "flat": ((8, 16, (1, 5)), {"padding": (0, 2), "bias": False}),
    "odd channels": ((3, 5, 3), {"stride": 2}),
}


def pair(*sizes: Any, **options: Any) -> tuple[Any, Any]:
    """Make a convolution of the framework and one for inference, with the same weights."""
    torch.manual_seed(0)
    theirs = torch.nn.Conv2d(*sizes, **options)
    ours = InferenceConv2d(*sizes, relu=True, **options)
    ours.load_state_dict(theirs.state_dict())
    return theirs, ours


def drawn(*shape: int) -> Any:
    """Draw a batch of maps with channels last."""
    values = torch.randn(shape, generator=torch.Generator().manual_seed(1))
    return values.contiguous(memory_format=torch.channels_last)


X = drawn(2, 4, 9, 9)


@pytest.mark.parametrize("dtype", ["float32", "bfloat16"])
@pytest.mark.parametrize("name", SHAPES)
def test_it_computes_the_convolution_and_the_relu_at_any_size(name: str, dtype: str) -> None:
    """Also at other sizes than that for which the weight was packed."""
    sizes, options = SHAPES[name]
    kind = getattr(torch, dtype)
    theirs, ours = (each.to(kind) for each in pair(*sizes, **options))
    close = {"float32": 1e-5, "bfloat16": 2.0**-7}[dtype]
    with torch.inference_mode():
        for batch, size in ((2, 9), (1, 14), (0, 9), (3, 7)):
            x = drawn(batch, sizes[0], size, size).to(kind)
            wanted = theirs(x).relu()
            assert torch.allclose(ours(x), wanted, close, close)
            assert ours.packed is not None
            assert batch == 0 or 0 < wanted.count_nonzero() < wanted.numel()


def negated(layer: Any) -> dict[str, Any]:
    """Return the tensors of a layer, its weight with the sign changed."""
    return {**layer.state_dict(), "weight": -layer.weight.detach()}


def negative(layer: Any) -> Any:
    """Change the sign of a weight through ``.data``, of which PyTorch keeps no count."""
    layer.weight.data.mul_(-1)
    return layer


def stepped(layer: Any, **how: bool) -> None:
    """Take a step of training."""
    layer(X).sum().backward()
    torch.optim.SGD(layer.parameters(), 0.1, **how).step()


def turned(layer: Any) -> None:
    """Make the weight a view of its own memory."""
    layer.weight = torch.nn.Parameter(layer.weight.detach().transpose(2, 3))


CHANGES: dict[str, Callable[[Any], object]] = {
    "in place": lambda layer: layer.weight.detach().mul_(-1),
    "by an optimizer": stepped,
    "by one that counts no change": lambda layer: stepped(layer, fused=True),
    "by a view of it": turned,
    "by other tensors": lambda layer: layer.load_state_dict(negated(layer), assign=True),
    "from a file": lambda layer: layer.load_state_dict(negated(layer)),
    "by another type": lambda layer: negative(layer.double()).float(),
    "behind its back, and then made ready": lambda layer: negative(layer).eval(),
}


LAYOUTS: dict[str, Callable[[Any], Any]] = {
    "channels first": lambda x: x.contiguous(),
    "every other row and column": lambda x: x[:, :, ::2, ::2],
    "some channels of more": lambda x: torch.cat([x, x], dim=1)[:, 2:6],
    "one row for all": lambda x: x[:, :, :1].expand(-1, -1, 9, -1),
    "turned": lambda x: x.transpose(2, 3),
}


@pytest.mark.parametrize("arrange", LAYOUTS.values(), ids=LAYOUTS)
def test_maps_may_lie_in_memory_as_they_like(arrange: Callable[[Any], Any]) -> None:
    theirs, ours = pair(4, 4, 3)
    x = arrange(X)
    with torch.inference_mode():
        found = ours(x)
        assert torch.allclose(found, theirs(x).relu(), atol=1e-6)
    assert ours.packed is not None
    assert found.is_contiguous(memory_format=torch.channels_last)


@pytest.mark.parametrize("change", CHANGES.values(), ids=CHANGES)
def test_a_weight_that_changes_is_packed_anew(change: Callable[[Any], object]) -> None:
    theirs, ours = pair(4, 4, 3)
    with torch.inference_mode():
        before = ours(X)
    change(ours)
    theirs.load_state_dict(ours.state_dict())
    with torch.inference_mode():
        assert torch.allclose(ours(X), theirs(X).relu(), atol=1e-6)
        assert not torch.allclose(ours(X), before, atol=1e-2)


def test_a_bias_need_not_lie_in_one_piece() -> None:
    theirs, ours = pair(4, 4, 3)
    ours.bias = theirs.bias = torch.nn.Parameter(torch.arange(8.0)[::2])
    with torch.inference_mode():
        assert torch.allclose(ours(X), theirs(X).relu(), atol=1e-6)
    assert ours.packed is not None


def test_channels_that_do_not_fit_are_told_as_by_the_framework() -> None:
    _, ours = pair(4, 4, 3, groups=2)
    with torch.inference_mode(), pytest.raises(RuntimeError, match="to have 4 channels, but got 6"):
        ours(drawn(2, 6, 9, 9))


def reread(layer: Any) -> Any:
    """Write a whole layer and read it, as PyTorch pickles models."""
    file = io.BytesIO()
    torch.save(layer, file)
    file.seek(0)
    return torch.load(file, weights_only=False)


@SCRIPTED
def test_a_layer_that_ran_is_copied_pickled_and_scripted() -> None:
    theirs, ours = pair(4, 4, 3)
    with torch.inference_mode():
        wanted = ours(X)
        copies = copy.deepcopy(ours), reread(ours), torch.jit.script(ours)
        assert all(torch.equal(each(X), wanted) for each in copies)
    assert list(ours.state_dict()) == list(theirs.state_dict())


def autocast(layer: Any) -> Any:
    """Run a layer in mixed precision."""
    with torch.autocast("cpu", dtype=torch.bfloat16):
        found = layer(X)
    assert found.dtype is torch.bfloat16
    return found


def exported(layer: Any) -> Any:
    """Export a layer; what it is made of is the framework's own."""
    program = torch.export.export(layer, (X,))
    called = {str(node.target) for node in program.graph.nodes if node.op == "call_function"}
    assert called == {"aten.conv2d.default", "aten.relu_.default"}
    return program.module()


def without_onednn(layer: Any) -> Any:
    """Run a layer where the library is turned off."""
    with torch.backends.mkldnn.flags(enabled=False):
        return layer(X)


def of_another_kind(layer: Any) -> Any:
    """Give a layer a weight of another type."""
    kind = type("Kind", (torch.Tensor,), {})
    layer.weight = torch.nn.Parameter(layer.weight.detach().as_subclass(kind))
    return layer


ELSEWHERE: dict[str, Callable[[Any], Any]] = {
    "double precision": lambda layer: layer.double()(X.double()),
    "one example at a time": lambda layer: torch.stack([layer(each) for each in X]),
    "under vmap": lambda layer: torch.vmap(layer)(X[None]),
    "under autocast": autocast,
    "traced": lambda layer: torch.jit.trace(layer, X, check_trace=False)(X),
    "compiled": lambda layer: torch.compile(layer, backend="aot_eager", fullgraph=True)(X),
    "exported": lambda layer: exported(layer)(X),
    "without oneDNN": without_onednn,
    "with maps that oneDNN keeps": lambda layer: layer(X.to_mkldnn()).to_dense(),
    "with a weight of another type": lambda layer: of_another_kind(layer)(X),
    "with weights made there": lambda _: pair(4, 4, 3)[1](X),
}


@SCRIPTED
@pytest.mark.filterwarnings("ignore:TF32 acceleration")
@pytest.mark.parametrize("run", ELSEWHERE.values(), ids=ELSEWHERE)
def test_elsewhere_it_is_the_convolution_of_the_framework(run: Callable[[Any], Any]) -> None:
    theirs, ours = pair(4, 4, 3)
    with torch.inference_mode():
        wanted = theirs(X).relu()
        found = run(ours).float()
    assert torch.allclose(found, wanted.expand_as(found), 2e-2, 2e-2)
    assert ours.packed is None


def test_gradients_are_those_of_the_framework() -> None:
    theirs, ours = pair(4, 4, 3)
    theirs(X).relu().sum().backward()
    ours(X).sum().backward()
    assert ours.weight.grad.any()
    assert torch.equal(theirs.weight.grad, ours.weight.grad)


def test_its_operations_are_counted() -> None:
    """2 x 7 x 7 x 4 values of 4 x 3 x 3 products, of two operations each."""
    from torch.utils.flop_counter import FlopCounterMode

    _, ours = pair(4, 4, 3)
    with torch.inference_mode(), FlopCounterMode(display=False) as counter:
        ours(X)
    assert counter.get_total_flops() == 2 * 7 * 7 * 4 * 4 * 3 * 3 * 2


def test_infinity_stays_and_nan_stays_or_is_zero() -> None:
    """Of oneDNN's algorithms some compute a ReLU of NaN as zero, as in ``torch.compile``."""
    _, ours = pair(16, 32, 3, padding=1)
    x = drawn(2, 16, 9, 9)
    x[0, 0, 2, 2], x[1, 0, 2, 2] = float("nan"), float("inf")
    with torch.inference_mode():
        packed, plain = ours(x), ours.double()(x.double())
    assert plain[0, :, 2, 2].isnan().all()
    assert packed[0, :, 2, 2].nan_to_num(0).count_nonzero() == 0
    assert packed[1, :, 2, 2].isinf().any()
    assert torch.equal(packed[1, :, 2, 2].isinf(), plain[1, :, 2, 2].isinf())


@pytest.mark.parametrize(
    ("step", "written"),
    [
        ("conv 3x3 4 activation=relu", "InferenceConv2d(4, 4, 3, padding=1, relu=True)"),
        ("conv 3x3 4 activation=silu", "InferenceConv2d(4, 4, 3, padding=1)"),
        ("conv 3x3 4 norm=batch_norm activation=relu", "InferenceConv2d(4, 4, 3, padding=1, bias"),
        ("conv 3x3 4 /2 activation=relu", "PaddedConv2d("),
    ],
)
def test_a_relu_right_behind_a_convolution_is_computed_along(step: str, written: str) -> None:
    source = archspec.emit(graph_of(f"network: [{step}]"), "torch", for_inference=True)
    last = " ".join(source.split("class Small")[1].split()).replace("( ", "(")
    assert written in last
    assert ("relu=InferenceReLU" in last) is ("relu" in step and "relu=True" not in written)


def test_the_memory_that_is_measured_holds_packed_weights_too() -> None:
    """Weights twice, biases, the batch and two maps, of four bytes; oneDNN takes some more."""
    graph = graph_of("network: [conv 3x3 64 activation=relu, conv 3x3 64 activation=relu]")
    lowering = backend.for_inference
    runtime = lowering.runtime()
    model = runtime.fill(runtime.model(lowering.emit(graph), graph.name), draw(graph))
    inputs = {"input": np.ones((2, 8, 8, 4), np.float32)}
    measured = runtime.prepare(model, Workload(inputs, is_training=False))
    measured.run()
    weights, biases = (4 + 64) * 64 * 3 * 3, 64 + 64
    batch, maps = 2 * 8 * 8 * 4, 2 * (2 * 8 * 8 * 64)
    assert measured.memory() == pytest.approx(4 * (2 * weights + biases + batch + maps), rel=0.05)
