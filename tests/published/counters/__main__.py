"""Run counting tools on emitted models, and write what they say into ``figures.json``.

``python -m tests.published.counters TOOL...`` needs the tools, each in the version that is wanted,
and torch; to count onnx-tool's figures onnx and onnxscript as well. ``thop`` and ``ultralytics``
need different environments, since both packages install a module ``thop``.
"""

from __future__ import annotations

import json
import re
import sys
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from importlib.metadata import version
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any, NamedTuple

import torch
from torch import Tensor, nn

from archspec import checked
from archspec.backend import Export, told
from archspec.graph import Graph
from archspec.weights.initial import example
from archspec_torch import backend
from archspec_torch.exporting import arranged, export
from tests.published.counters import FIGURES, digest_of, zoo
from tests.published.counters.steps import single_steps

Figure = tuple[int, int]
"""MACs and parameters, or what the tool calls so."""


class Model(NamedTuple):
    """An emitted model of a network, and a batch of one example."""

    graph: Graph
    module: nn.Module
    inputs: tuple[Tensor, ...]


def emitted(graph: Graph) -> Model:
    """Make a model without storage, which is enough to count."""
    module = backend.runtime().model(backend.emit(graph), graph.name).eval()
    given = [each[:1].to("meta") for each in arranged(module, example(graph))]
    return Model(graph, module, tuple(given))


def filled(model: Model) -> Model:
    """Give a model storage, with weights unlike those in the beginning, of which many are zero."""
    module = model.module.to_empty(device="cpu")
    for tensor in (*module.parameters(), *module.buffers()):
        if tensor.is_floating_point():
            tensor.data.uniform_(0.5, 1.5)
    inputs = tuple(torch.zeros(each.shape) for each in model.inputs)
    return Model(model.graph, module, inputs)


def fvcore(model: Model) -> Figure:
    """Take the flops, as fvcore calls multiply-accumulates, of a trace."""
    from fvcore.nn import FlopCountAnalysis, parameter_count

    model = filled(model)
    analysis = FlopCountAnalysis(model.module, model.inputs)
    analysis.unsupported_ops_warnings(enabled=False).uncalled_modules_warnings(enabled=False)
    return int(analysis.total()), parameter_count(model.module)[""]


def thop(model: Model) -> Figure:
    """Take what ``profile`` returns."""
    from thop import profile

    macs, parameters = profile(model.module, inputs=model.inputs, verbose=False)
    return int(macs), int(parameters)


def ultralytics(model: Model) -> Figure:
    """Take two for each of what its own ``profile`` returns, as ``get_flops`` does on an image."""
    from thop import profile

    proxy = {"stride": 32} if model.inputs[0].dim() == 4 and len(model.inputs) == 1 else {}
    macs, parameters = profile(model.module, inputs=model.inputs, verbose=False, **proxy)
    return int(2 * macs), int(parameters)


def ptflops(model: Model, engine: str = "pytorch") -> Figure:
    """Take the MACs of the engine that is its default; without storage, torch calls others."""
    from ptflops import get_model_complexity_info

    model = filled(model)
    size = tuple(model.inputs[0].shape[1:])
    macs, parameters = get_model_complexity_info(
        model.module, size, backend=engine, as_strings=False, print_per_layer_stat=False
    )
    return int(macs), int(parameters)


def ptflops_aten(model: Model) -> Figure:
    """Take the MACs of the other engine."""
    return ptflops(model, "aten")


def torchinfo(model: Model) -> Figure:
    """Take the total of mult-adds."""
    from torchinfo import summary

    found = summary(model.module, input_data=list(model.inputs), device="meta", verbose=0)
    return found.total_mult_adds, found.total_params


def onnx_tool(model: Model) -> Figure:
    """Take the forward MACs of an exported file; the exporter leaves out biases that are zero."""
    from onnx_tool import Model as Profiled

    model = filled(model)
    with TemporaryDirectory() as folder:
        file = Path(folder) / "model.onnx"
        export(model.module, model.graph, Export("onnx"), file)
        profiled = Profiled(str(file)).graph
    names = zip(model.graph.inputs, model.inputs, strict=True)
    profiled.shape_infer({name: given.numpy() for name, given in names})
    profiled.profile()
    return round(profiled.macs[0]), int(profiled.params)


class Tool(NamedTuple):
    """A tool: the package that it is in, how to ask it, and other packages that matter."""

    package: str
    ask: Callable[[Model], Figure]
    beside: tuple[str, ...] = ("torch",)


TOOLS: Mapping[str, Tool] = {
    "fvcore": Tool("fvcore", fvcore),
    "thop": Tool("thop", thop),
    "ultralytics": Tool("ultralytics-thop", ultralytics),
    "ptflops": Tool("ptflops", ptflops),
    "ptflops-aten": Tool("ptflops", ptflops_aten),
    "torchinfo": Tool("torchinfo", torchinfo),
    "onnx-tool": Tool("onnx-tool", onnx_tool, ("torch", "onnx", "onnxscript")),
}


@dataclass
class Asking:
    """A tool is asked of each network whose model has no figure yet; ``kept`` are its answers."""

    tool: Tool
    kept: Mapping[str, Any]
    models: dict[str, str] = field(default_factory=dict)

    def figures(self, kind: str, graphs: Iterator[tuple[str, Graph]]) -> dict[str, Any]:
        """Collect answers; where the tool fails, the first line of what it raises stands."""
        found: dict[str, Any] = {}
        for name, graph in graphs:
            self.models[name] = digest_of(graph)
            is_known = self.kept.get("models", {}).get(name) == self.models[name]
            found[name] = self.kept[kind][name] if is_known else self.answer(graph)
            sys.stderr.write(f"{name}: {found[name]}\n")
        return found

    def answer(self, graph: Graph) -> Any:
        """Ask the tool of one network."""
        try:
            return self.tool.ask(emitted(graph))
        except Exception as error:  # noqa: BLE001 - tools may raise anything
            return told(error)


def asked(name: str, kept: Mapping[str, Any]) -> dict[str, Any]:
    """Run a tool on single steps and on the zoo; other versions than before are asked anew."""
    tool = TOOLS[name]
    versions = {each: version(each).partition("+")[0] for each in (tool.package, *tool.beside)}
    asking = Asking(tool, kept if kept.get("versions") == versions else {})
    with TemporaryDirectory() as folder:
        steps = asking.figures("steps", single_steps(Path(folder)))
    graphs = ((each, checked.load(file).without_heads()) for each, file in zoo())
    networks = asking.figures("networks", graphs)
    return {"versions": versions, "models": asking.models, "steps": steps, "networks": networks}


_PAIR = re.compile(r"\[\s+(\d+),\s+(\d+)\s+\]")
"""A figure, which is written on one line."""


def main(names: list[str]) -> None:
    """Run tools, and keep the figures of the others."""
    kept = json.loads(FIGURES.read_text("utf-8")) if FIGURES.exists() else {}
    for name in names or TOOLS:
        kept[name] = asked(name, kept.get(name, {}))
        written = json.dumps(kept, indent=1, sort_keys=True)
        FIGURES.write_text(_PAIR.sub(r"[\1, \2]", written) + "\n", "utf-8")


if __name__ == "__main__":
    main(sys.argv[1:])
