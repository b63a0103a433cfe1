"""What Keras says of a model, as uses of its layers in order: data, and nothing is executed."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from collections.abc import Set as AbstractSet
from dataclasses import dataclass, field
from graphlib import CycleError, TopologicalSorter
from typing import Any

from archspec.backend.outputs import named_outputs
from archspec.importing.imported import Untranslatable

MOST_USES = 100_000
DEEPEST = 16
"""How many models may be nested in one another."""
INPUT = "InputLayer"
MODELS = ("Functional", "Model", "Sequential")
_FUNCTIONAL = ("Functional", "Model")
_OPERATIONS = "keras.src.ops."
_TENSOR = "__keras_tensor__"
DAMAGED = (AttributeError, IndexError, KeyError, RecursionError, TypeError, ValueError)

Path = tuple[str, ...]
"""The names of the models around a layer, outermost first, and its own."""
Reference = tuple[str, int, int]
"""A tensor of a model: its layer, which use of that it is of, and which output."""


@dataclass(frozen=True)
class Tensor:
    """What a use gives, or an input."""

    key: str


@dataclass(frozen=True)
class Use:
    """A use of a layer: its path, kind and configuration, and what it is called with.

    ``kind`` is the name of a class of Keras, with ``ops.`` before that of an operation, or empty
    for a class of one's own; ``word`` is the name of the class. ``operands`` are values, numbers,
    and lists of them. ``around`` are the uses of models that it is in, as ``path`` without the
    layer.
    """

    value: Tensor
    path: Path
    kind: str
    word: str
    config: Mapping[str, Any]
    operands: tuple[Any, ...]
    named: Mapping[str, Any]
    around: Path


@dataclass(frozen=True)
class Description:
    """A model: the shapes of its inputs in order, without the batch, its uses, what leaves it.

    ``called`` are the names of the outputs: keys of dicts, or numbers.
    """

    inputs: Mapping[Tensor, tuple[int | None, ...]]
    uses: tuple[Use, ...]
    outputs: tuple[Tensor, ...]
    called: tuple[str, ...]


def described(kind: str, config: Mapping[str, Any]) -> Description:
    """Read the configuration of a functional or sequential model; raise ``Untranslatable``."""
    reader = _Reader()
    try:
        model = _Model.of(kind, config)
        given = dict(zip(model.outputs, reader.model(model, (), ()), strict=True))
        called, left = _named(model.left)
        outputs = tuple(given[each] for each in left)
        taken = [Tensor(name) for name, *_ in _named(model.taken)[1]]
        inputs = {each: reader.inputs[each] for each in taken}
    except Untranslatable:
        raise
    except CycleError:
        raise Untranslatable("its layers take what they give: it has a cycle") from None
    except DAMAGED as error:
        raise Untranslatable(f"its description is damaged: {type(error).__name__}") from None
    return Description(inputs, tuple(reader.uses), outputs, called)


def tensors_in(operands: Any) -> Iterator[Tensor]:
    """Yield the values among operands, at any depth."""
    if isinstance(operands, Tensor):
        yield operands
    elif isinstance(operands, Mapping):
        yield from tensors_in(_flattened(operands))
    elif isinstance(operands, list | tuple):
        for each in operands:
            yield from tensors_in(each)


@dataclass(frozen=True)
class _Model:
    """A model that is described: its layers by name, and the calls of each.

    ``taken`` and ``left`` are its inputs and outputs as they are nested, ``inputs`` and ``outputs``
    the same as Keras numbers them.
    """

    layers: Mapping[str, Mapping[str, Any]]
    calls: Mapping[tuple[str, int], tuple[Any, Mapping[str, Any]]]
    taken: Any
    left: Any

    @property
    def inputs(self) -> list[str]:
        return [name for name, *_ in _references(self.taken)]

    @property
    def outputs(self) -> list[Reference]:
        return [*_references(self.left)]

    @classmethod
    def of(cls, kind: str, config: Mapping[str, Any]) -> _Model:
        if kind == "Sequential":
            return cls._in_a_row(config)
        layers = {name_of_layer(each): each for each in config["layers"]}
        calls = {
            (name, at): _called(call)
            for name, layer in layers.items()
            for at, call in enumerate(layer.get("inbound_nodes") or [{}])
        }
        nested = {name for name, each in layers.items() if each["class_name"] in _FUNCTIONAL}
        left = _from_zero(config["output_layers"], nested)
        return cls(layers, calls, config["input_layers"], left)

    @classmethod
    def _in_a_row(cls, config: Mapping[str, Any]) -> _Model:
        layers = [*config["layers"]]
        if not layers or layers[0]["class_name"] != INPUT:
            given = {"name": "input", "batch_shape": config.get("build_input_shape")}
            layers.insert(0, {"class_name": INPUT, "config": given})
        names = [*map(name_of_layer, layers)]
        before = [(), *(((name, 0, 0),) for name in names)]
        calls: dict[tuple[str, int], tuple[Any, Mapping[str, Any]]] = {
            (name, 0): (args, {}) for name, args in zip(names, before, strict=False)
        }
        first, last = ((names[at], 0, 0) for at in (0, -1))
        return cls(dict(zip(names, layers, strict=True)), calls, first, last)

    def order(self) -> Iterator[tuple[str, int]]:
        """Yield the calls after those whose tensors they take."""
        needed = {
            call: {(name, at) for name, at, _ in _references(given)}
            for call, given in self.calls.items()
        }
        return iter(TopologicalSorter(needed).static_order())


@dataclass
class _Reader:
    inputs: dict[Tensor, tuple[int | None, ...]] = field(default_factory=dict)
    uses: list[Use] = field(default_factory=list)

    def model(self, model: _Model, path: Path, around: Path, *given: Tensor) -> list[Tensor]:
        """Add the uses of a model, whose inputs are values unless it is the whole."""
        if len(path) > DEEPEST:
            raise Untranslatable(f"its models are nested more than {DEEPEST} deep")
        held: dict[Reference, Tensor] = {}
        if given:
            held.update(
                {(name, 0, 0): each for name, each in zip(model.inputs, given, strict=True)}
            )
        for name, at in model.order():
            if (name, at, 0) not in held:
                found = self._called(model, (name, at), held, (path, around))
                held.update({(name, at, place): each for place, each in enumerate(found)})
        return [held[each] for each in model.outputs]

    def _called(
        self,
        model: _Model,
        call: tuple[str, int],
        held: Mapping[Reference, Tensor],
        places: tuple[Path, Path],
    ) -> list[Tensor]:
        name, at = call
        layer, (args, kwargs) = model.layers[name], model.calls[call]
        path, around = ((*each, name) for each in places)
        kind, config = _kind(layer), layer["config"]
        if kind == INPUT:
            return [self._input(name, config)]
        operands, named = _resolved(args, held), _resolved(kwargs, held)
        if kind in MODELS:
            inner = (*places[1], f"{name}#{at}" if at else name)
            return self.model(_Model.of(kind, config), path, inner, *tensors_in((operands, named)))
        if len(self.uses) >= MOST_USES:
            raise Untranslatable(f"its layers are used more than {MOST_USES:,} times")
        value = Tensor("/".join(around) + (f"#{at}" if at else ""))
        word = str(layer["class_name"])
        self.uses.append(Use(value, path, kind, word, config, operands, named, places[1]))
        return [value]

    def _input(self, name: str, config: Mapping[str, Any]) -> Tensor:
        value = Tensor(name)
        _, *shape = config.get("batch_shape") or (None,)
        if not all(each is None or type(each) is int for each in shape):
            raise Untranslatable(f"its input `{name}` has no size that can be read")
        self.inputs[value] = tuple(shape)
        return value


def name_of_layer(layer: Mapping[str, Any]) -> str:
    """Return the name of a layer, which those of others may not tell in their configuration."""
    found = layer["config"].get("name") or layer.get("name")
    return str(layer["class_name"] if found is None else found)


def _kind(layer: Mapping[str, Any]) -> str:
    """Name the class of a layer if it is Keras's; those of Keras have a module of Keras."""
    name, home = str(layer["class_name"]), str(layer.get("module") or "keras")
    if home.startswith(_OPERATIONS):
        return f"ops.{name}"
    return name if home.split(".", maxsplit=1)[0] == "keras" else ""


def _called(call: Mapping[str, Any]) -> tuple[Any, Mapping[str, Any]]:
    return _read(call.get("args", ())), _read(call.get("kwargs", {}))


def _read(given: Any) -> Any:
    """Return what a layer is called with, references in the place of tensors."""
    if isinstance(given, dict):
        if given.get("class_name") != _TENSOR:
            return {str(name): _read(each) for name, each in given.items()}
        name, at, place = given["config"]["keras_history"]
        return (str(name), int(at), int(place))
    return [_read(each) for each in given] if isinstance(given, list | tuple) else given


def _is_reference(given: Any) -> bool:
    return isinstance(given, list | tuple) and [*map(type, given)] == [str, int, int]


def _references(given: Any) -> Iterator[Reference]:
    if _is_reference(given):
        yield tuple(given)
    elif isinstance(given, Mapping):
        yield from _references(_flattened(given))
    elif isinstance(given, list | tuple):
        for each in given:
            yield from _references(each)


def _from_zero(left: Any, nested: AbstractSet[str]) -> Any:
    """Renumber the uses of nested models: Keras counts their making where values leave."""
    if _is_reference(left):
        name, at, place = left
        return (name, at - (name in nested), place)
    if isinstance(left, Mapping):
        return {key: _from_zero(each, nested) for key, each in left.items()}
    return [_from_zero(each, nested) for each in left]


def _named(given: Any) -> tuple[tuple[str, ...], list[Reference]]:
    """Return names of references, as they are nested, and the references, in the order written."""
    found = [*named_outputs(given, _is_reference)]
    return tuple(name for name, _ in found), [next(_references(each)) for _, each in found]


def _flattened(given: Mapping[str, Any]) -> list[Any]:
    """List the values of a dict as Keras numbers them, by the order of their keys."""
    return [given[key] for key in sorted(given)]


def _resolved(given: Any, held: Mapping[Reference, Tensor]) -> Any:
    if _is_reference(given):
        return held[tuple(given)]
    if isinstance(given, Mapping):
        return {name: _resolved(each, held) for name, each in given.items()}
    if isinstance(given, list | tuple):
        return tuple(_resolved(each, held) for each in given)
    return given
