"""An ONNX model as a network: node by node, weights folded, by the rules."""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from functools import cached_property
from itertools import chain, count
from pathlib import Path
from typing import Any

from archspec.backend import told
from archspec.graph import Wire
from archspec.importing.imported import (
    CellNeeded,
    Missing,
    Module,
    Network,
    NetworkBuilder,
    Untranslatable,
    Wordless,
)
from archspec.importing.leaving import whole_output
from archspec.importing.matching import Found, first_match, needed
from archspec.importing.onnx.call import Call, Rule
from archspec.importing.onnx.channels_last import (
    is_made_with_channels_last,
    is_read_with_channels_last,
)
from archspec.importing.onnx.folding import Folding
from archspec.importing.onnx.gathering import Gathered
from archspec.importing.onnx.reading import OWN_DOMAINS, attributes, initializers, opsets
from archspec.importing.onnx.rules import GATHERED, IDIOMS, RULES
from archspec.importing.onnx.sharing import shared_by
from archspec.importing.values import Form, Value
from archspec.operator import RuleError
from archspec.raising.naming import name_of

UNKNOWN = object()
"""What a node gives that has no word, and all that follows from it."""
_SCOPES, _CLASSES = "pkg.torch.onnx.name_scopes", "pkg.torch.onnx.class_hierarchy"
_COMMUTATIVE = frozenset(("Add", "Mul"))
_COMPUTED = (Value, Gathered)
_LEAVING = frozenset(Form) - {Form.PARTED}
_WORDLESS = "archspec has no word for it"
_PICKED_OUT = "it takes cells that were picked out of a map by their places"
_QUANTIZED = "it is quantized: import the file that it was made from, in float32"
_ADVICE = dict.fromkeys(
    (
        "ConvInteger", "DequantizeLinear", "DynamicQuantizeLinear", "MatMulInteger", "QLinearConv",
        "QLinearMatMul", "QuantizeLinear",
    ),
    _QUANTIZED,
)  # fmt: skip
"""What is said of operators that have no word, where more than that can be said."""
_UNREAD = "one of its results is read that has no word"
_MALFORMED = (ArithmeticError, AttributeError, LookupError, MemoryError, TypeError, ValueError)
"""What a rule raises that reads attributes or sizes which its operator cannot have."""

Shape = tuple[int, ...]


@dataclass
class Translation:
    """Translates a model; ``inputs`` are sizes for what the file leaves open, by name."""

    model: Any
    folder: Path
    name: str
    inputs: Mapping[str, Shape]
    values: dict[str, Any] = field(default_factory=lambda: {"": None})
    missing: dict[Missing, None] = field(default_factory=dict)
    cells: frozenset[str] = frozenset()
    makers: dict[str, Any] = field(default_factory=dict)
    idioms: dict[str, tuple[Rule, Found]] = field(default_factory=dict)
    """Those that end in a value: their rules, and the names of what they read."""
    others: set[tuple[str, Rule]] = field(default_factory=set)
    """What has the pattern of an idiom and is none."""

    @cached_property
    def opset(self) -> int:
        """The version of ONNX's own operators."""
        return opsets(self.model)[0]

    @cached_property
    def folding(self) -> Folding:
        """What computes constants, by the operators of that version."""
        return Folding(self.opset)

    def network(self) -> Network:
        """Translate, again where pools have to keep their cell, or idioms turn out to be none."""
        weights = initializers(self.model, self.folder)
        self.values.update(weights)
        while True:
            known = len(self.others)
            self._find_idioms()
            try:
                return self._translate(weights)
            except CellNeeded as needed:
                self.cells |= self.builder.pools_of(needed.wire)
            except Untranslatable:
                if len(self.others) == known:
                    raise

    def _translate(self, weights: Mapping[str, Any]) -> Network:
        """Translate what leads to an output; raise ``Untranslatable`` with all without a word."""
        self.builder = NetworkBuilder(self.name, cells=self.cells)
        self.missing.clear()
        graph = self.model.graph
        asked = [each for each in graph.input if each.name not in weights]
        for each in asked:
            self.values[each.name] = self._input(each, alone=len(asked) == 1)
        leading = needed((each.name for each in graph.output), self._sources)
        for node in graph.node:
            if not leading.isdisjoint(node.output):
                found = self._given(node)
                several = found if isinstance(found, tuple) else (found,)
                several = several if found is not UNKNOWN else (UNKNOWN,) * len(node.output)
                self.values.update(zip(node.output, several, strict=False))
        if self.missing:
            raise Untranslatable(f"{self.name} has operators without a word", self.missing)
        outputs: dict[str, Wire] = {}
        for name, wire in self._outputs():
            names = chain((name,), (f"{name}_{number}" for number in count(2)))
            outputs[next(each for each in names if each not in outputs)] = wire
        network = self.builder.network(outputs)
        return replace(network, shared=tuple(shared_by(network.tensors, weights)))

    def _input(self, given: Any, *, alone: bool) -> Value:
        _require_single(given)
        dims = [each.dim_value or None for each in given.type.tensor_type.shape.dim]
        if len(dims) not in (0, 2, 4):
            raise Untranslatable(
                f"its input `{given.name}` has {len(dims)} dimensions: it is no map, which has four"
                " with the batch, and no vector, which has two"
            )
        told = self.inputs.get(given.name) or (self.inputs.get("") if alone else None)
        is_last = is_read_with_channels_last(self.model.graph, given.name)
        shape = _shape(told, dims[1:], is_last=is_last)
        if shape is None:
            raise Untranslatable(
                f"the size of its input `{given.name}` is open: give it, --input 224x224x3"
            )
        wire = self.builder.input("input" if alone else name_of(given.name, "input"), shape)
        form_of_map = Form.LAST if is_last else Form.MAP
        return Value(wire, form_of_map if len(shape) == 3 else Form.VECTOR)

    def _find_idioms(self) -> None:
        self.makers = {name: node for node in self.model.graph.node for name in node.output}
        found = ((name, self._idiom(name, node)) for name, node in self.makers.items())
        self.idioms = {name: idiom for name, idiom in found if idiom is not None}

    def _idiom(self, value: str, node: Any) -> tuple[Rule, Found] | None:
        known = IDIOMS.get(node.op_type, ())
        patterns = (each for each in known if (value, each[1]) not in self.others)
        return first_match(patterns, value, self, _COMMUTATIVE)

    def _sources(self, value: str) -> Iterable[str]:
        """Return the values that the maker of a value reads, or an idiom that ends in it."""
        if value in self.idioms:
            return (each for name, each in self.idioms[value][1].items() if name[-1] != "=")
        return self.makers[value].input if value in self.makers else ()

    def made(self, value: Any) -> tuple[str, Sequence[str]] | None:
        """Return the operator that made a value and the names of its operands."""
        node = self.makers.get(value)
        if node is None:
            return None
        axes = () if len(node.input) != 1 else attributes(node).get("axes", ())
        return node.op_type, [*node.input, *([self._kept_axes(axes)] if axes else [])]

    def _kept_axes(self, axes: Sequence[int]) -> str:
        """Keep an attribute of earlier opsets as the constant that it is in later ones."""
        import numpy as np

        name = f"axes {[*axes]}"
        self.values.setdefault(name, np.asarray(axes, "int64"))
        return name

    def number(self, value: Any) -> float | None:
        """Return the number that a constant is."""
        known = self.values.get(value)
        if known is None and value in self.makers and self.makers[value].op_type == "Constant":
            known = self.folding.result(self.makers[value], [])
        if known is None or known is UNKNOWN or isinstance(known, _COMPUTED) or known.size != 1:
            return None
        return float(known.reshape(()))

    def _given(self, node: Any) -> Any:
        rule, found = self.idioms.get(node.output[0], (None, {}))
        told = dict(self._told(name, each) for name, each in found.items())
        absent = [] if rule else [name for name in node.input if name not in self.values]
        if absent:
            return self._lacking(self.makers[absent[0]], Wordless(_UNREAD))
        given = [*told.values()] if rule else [self.values[name] for name in node.input]
        if any(each is UNKNOWN for each in given):
            return UNKNOWN
        try:
            if rule is not None:
                return rule(self._call(node, (), told))
            if not any(isinstance(each, _COMPUTED) for each in given) and node.op_type != "Dropout":
                return self.folding.result(node, given)
            return self._translated(node, given)
        except (Wordless, *_MALFORMED) as error:
            if isinstance(error, CellNeeded) and self.builder.pools_of(error.wire) - self.cells:
                raise
            return self._lacking(node, error)

    def _lacking(self, node: Any, error: BaseException) -> object:
        if node.output[0] in self.idioms:
            self.others.add((node.output[0], self.idioms[node.output[0]][0]))
        is_said = isinstance(error, Wordless | RuleError)
        reason = str(error) if is_said else f"it is malformed: {told(error)}"
        place = node.name if node.name != node.op_type else ""
        self.missing[Missing(_full_name(node), place, reason)] = None
        return UNKNOWN

    def _told(self, name: str, value: str) -> tuple[str, Any]:
        """Return what a name of an idiom stands for: a value, or the attributes of a node."""
        if name[-1] == "=":
            return name[:-1], attributes(self.makers[value])
        return name, self.values[value]

    def _translated(self, node: Any, given: list[Any]) -> Any:
        is_gathered = any(isinstance(each, Gathered) for each in given)
        rules, reason = (GATHERED, _PICKED_OUT) if is_gathered else (RULES, _WORDLESS)
        if node.op_type not in rules or node.domain not in OWN_DOMAINS:
            raise Wordless(_ADVICE.get(node.op_type, reason))
        return rules[node.op_type](self._call(node, given, {}))

    def _call(self, node: Any, given: Sequence[Any], told: Mapping[str, Any]) -> Call:
        around, name = modules_of(node), node.name or node.op_type
        return Call(
            builder=self.builder,
            modules=around,
            name=name,
            operator=node.op_type,
            given=given,
            attributes=attributes(node),
            told=told,
            opset=self.opset,
            results=sum(map(bool, node.output)),
        )

    def _outputs(self) -> Iterator[tuple[str, Wire]]:
        for each in self.model.graph.output:
            value = self.values.get(each.name)
            if not isinstance(value, Value):
                raise Untranslatable(f"its output `{each.name}` does not follow from its input")
            self._require_order(value, each.name)
            yield _named(each.name), whole_output(self.builder, value, _LEAVING)

    def _require_order(self, value: Value, name: str) -> None:
        """Refuse a map whose channels are last though no transpose says so, or are not."""
        is_last = is_made_with_channels_last(self.model.graph, name)
        if value.form in (Form.MAP, Form.LAST) and (value.form is Form.LAST) != is_last:
            raise Untranslatable(
                f"its output `{name}` is a map whose dimensions change their order before the end",
                help="let a transpose put its channels last at the end, or leave it out",
            )


def _require_single(given: Any) -> None:
    """Refuse an input of half precision, in which neither a spec nor its proof computes."""
    from onnx import TensorProto

    if given.type.tensor_type.elem_type in (TensorProto.FLOAT16, TensorProto.BFLOAT16):
        reason = f"its input `{given.name}` is in half precision"
        raise Untranslatable(reason, help="import the file that it was made from, in float32")


def _shape(told: Shape | None, dims: list[int | None], *, is_last: bool) -> Shape | None:
    """Return a size with its channels last: what the file leaves open is what is told."""
    if len(dims) not in (1, 3):
        return told
    last = dims[1:] + dims[:1] if len(dims) == 3 and not is_last else dims
    given = told if told is not None and len(told) == len(last) else [None] * len(last)
    known = [own or other for own, other in zip(last, given, strict=True)]
    return None if None in known else tuple(each for each in known if each)


def modules_of(node: Any) -> tuple[Module, ...]:
    """Return the modules around a node: as its exporter says, else by the slashes of its name."""
    told = {each.key: each.value for each in node.metadata_props}
    if _SCOPES in told:
        scopes, classes = (_list(told.get(each, "[]")) for each in (_SCOPES, _CLASSES))
        return tuple(_scoped(scopes[:-1], classes))
    parts = [part for part in node.name.split("/")[:-1] if part]
    return tuple(Module(part.rpartition(".")[2], part.rpartition(".")[2]) for part in parts)


def _scoped(scopes: list[str], classes: list[str]) -> Iterator[Module]:
    around = ""
    for at, path in enumerate(scopes):
        if path:
            word = classes[at].rpartition(".")[2] if at < len(classes) else ""
            yield Module(path.removeprefix(f"{around}.") if around else path, word)
            around = path


def _list(text: str) -> list[str]:
    """Read a list of texts as Python writes it, without evaluating it."""
    try:
        found = json.loads(text.replace("'", '"'))
    except ValueError:
        return []
    return [str(each) for each in found] if isinstance(found, list) else []


def _full_name(node: Any) -> str:
    """Name an operator, with its domain if that is not ONNX's own."""
    is_own = node.domain in OWN_DOMAINS
    return str(node.op_type if is_own else f"{node.domain}.{node.op_type}")


def _named(text: str) -> str:
    return name_of(text, "output")
