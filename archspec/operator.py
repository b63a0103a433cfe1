"""Operators: frozen records of attributes with pure rules, and the registry of all of them."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from math import gcd
from typing import Any, ClassVar, NamedTuple, Self, dataclass_transform

from archspec.attributes import AttributeKind, Value, kind_of, read, show, title
from archspec.cost import Cost
from archspec.field import CELL, Field
from archspec.tensor import TensorType

REQUIRED: Any = object()
"""The default of an attribute that must be written."""


class RuleError(ValueError):
    """A rule refuses its operands: why, the attribute or input to blame, and a suggested fix."""

    def __init__(self, blamed: str, message: str, fix: str = "") -> None:
        super().__init__(message)
        self.blamed = blamed
        self.fix = fix


def require(condition: object, blamed: str, message: str, fix: str = "") -> None:
    """Raise ``RuleError`` unless ``condition`` holds."""
    if not condition:
        raise RuleError(blamed, message, fix)


def require_groups(groups: int, count: int, counted: str) -> None:
    """Raise ``RuleError`` unless ``groups`` divides ``count``; ``counted`` names what it counts."""
    if count % groups:
        message = f"{groups} groups do not divide {count} {counted}"
        require(False, "groups", message, f"groups={gcd(groups, count)} would")


_NO_GRID = "put it before the step that turns the map into a vector"


def require_map(x: TensorType, fix: str = _NO_GRID) -> None:
    """Raise ``RuleError`` unless the input is a map."""
    if len(x.shape) != 3:
        require(False, "x", f"expects height x width x channels, got a vector of {x}", fix)


class Normal(NamedTuple):
    """Initial values drawn from a normal distribution with mean zero."""

    deviation: float


class Constant(NamedTuple):
    """Initial values that are all equal."""

    value: float


class Parameter(NamedTuple):
    """A tensor of an operator, in PyTorch's layout; if not trainable, it is a running statistic."""

    name: str
    shape: tuple[int, ...]
    init: Normal | Constant
    trainable: bool = True


class FigureLabel(NamedTuple):
    """The label of an operator in a figure: a name, and details that are put in brackets."""

    name: str
    details: tuple[str, ...] = ()


class Attribute(NamedTuple):
    """An attribute that an author may write: its kind and its default."""

    name: str
    kind: AttributeKind
    default: Value = REQUIRED

    @property
    def required(self) -> bool:
        """Whether an author must write it."""
        return self.default is REQUIRED


@dataclass_transform(frozen_default=True, kw_only_default=True, eq_default=True)
class Operator:
    """One kind of computation; a subclass declares its attributes as annotated fields.

    Class keywords: ``name`` is its word; ``main`` the attribute that may be written without its
    name; ``role`` makes the word a value of ``norm=`` or ``activation=``.
    A subclass without a name is a family: others inherit its attributes and rules.
    A subclass defines ``infer`` and ``cost``; the arguments of ``infer`` name the inputs.
    Traits are facts about a class, set in its body without an annotation: ``commutative = True``.
    Records are equal and hashable by value.
    """

    word: ClassVar[str]
    main: ClassVar[str | None]
    role: ClassVar[str]
    attributes: ClassVar[Mapping[str, Attribute]]
    inputs: ClassVar[tuple[str, ...]]
    variadic: ClassVar[bool]

    sets_channels: ClassVar[tuple[str, ...]] = ()
    """The attributes that alone determine the number of output channels."""
    symbolic: ClassVar[tuple[str, ...]] = ()
    """The attributes that emitted models may compute from params.

    None of them affects the grid or the choice of the framework's layer.
    """
    commutative: ClassVar[bool] = False
    """Whether the order of the inputs does not matter."""
    associative: ClassVar[bool] = False
    """Whether nested uses can be flattened: ``(a + b) + c = a + b + c``."""
    is_view: ClassVar[bool] = False
    """Whether the output shares the memory of the input, in inference."""
    training_only: ClassVar[tuple[str, ...]] = ()
    """The attributes that affect training or initialisation, but not inference."""
    concatenates: ClassVar[bool] = False
    """Whether the output holds the inputs side by side, each element once."""
    title: ClassVar[str] = ""
    """Its name in figures; if empty, its word and the attributes that differ from defaults."""
    usual_activation: ClassVar[str] = "none"
    """The activation that figures take for granted after it."""
    cancels_shifts: ClassVar[bool] = False
    """Whether a constant added to a channel of the input leaves the output unchanged."""

    _defaults: ClassVar[Mapping[str, Value]]

    def __init_subclass__(cls, *, name: str = "", main: str | None = None, role: str = "") -> None:
        if role == "activation" and cls.parameters is not Operator.parameters:
            raise TypeError(f"{cls.__name__} learns, so it cannot be an activation: leave out role")
        cls.word, cls.main, cls.role = name, main, role
        cls.attributes = getattr(cls, "attributes", {}) | declared_attributes(cls)
        cls._defaults = {
            each.name: REQUIRED if each.required else read(each.kind, each.default)
            for each in cls.attributes.values()
        }
        code = cls.infer.__code__
        cls.inputs = code.co_varnames[1 : code.co_argcount]
        cls.variadic = bool(code.co_flags & _VARIADIC)
        if name:
            register(name, cls)

    def __init__(self, **values: Value) -> None:
        record = self.__dict__
        record.update(self._defaults)
        for name, value in values.items():
            if name not in record:
                raise TypeError(f"{self.word} has no attribute {name}")
            record[name] = read(self.attributes[name].kind, value)
        if REQUIRED in record.values():
            missing = [name for name, value in record.items() if value is REQUIRED]
            raise TypeError(f"{self.word} needs {', '.join(missing)}")

    def __setattr__(self, name: str, value: object) -> None:
        raise AttributeError(f"{self.word} is frozen: make another with replace({name}=...)")

    def __delattr__(self, name: str) -> None:
        raise AttributeError(f"{self.word} is frozen")

    def __eq__(self, other: object) -> bool:
        return type(self) is type(other) and self.__dict__ == other.__dict__

    def __hash__(self) -> int:
        return hash((self.word, *self.__dict__.values()))

    def __repr__(self) -> str:
        values = ", ".join(f"{name}={value!r}" for name, value in self.__dict__.items())
        return f"{type(self).__name__}({values})"

    def replace(self, **values: Value) -> Self:
        """Return a copy with some attributes changed."""
        return type(self)(**(self.__dict__ | values))

    def infer(self, *inputs: Any) -> TensorType:
        """Compute the type of the output from those of the inputs; raise ``RuleError``."""
        raise NotImplementedError(f"{self.word} defines no infer")

    def output_channels(
        self, said: Mapping[str, Any], arriving: Sequence[Any], *inputs: TensorType
    ) -> Any:
        """Compute the number of output channels, from numbers or from symbolic expressions.

        ``said`` are the values of ``sets_channels``, ``arriving`` the channels of the inputs. Only
        overridden if the number is neither that of an attribute nor that of an input; else None.
        """

    def cost(self, out: TensorType, *inputs: Any) -> Cost:
        """Count the operations for one example."""
        raise NotImplementedError(f"{self.word} defines no cost")

    def fields(self, *inputs: Any) -> tuple[Field, Field] | None:
        """Return the receptive field of a cell in rows and columns: that cell, by default.

        None if it is the whole grid, as for all that turns a map into a vector.
        """
        return (CELL, CELL)

    def parameters(self, *inputs: Any) -> Iterator[Parameter]:
        """Yield the tensors of a use of the operator; none by default."""
        return iter(())

    def is_identity(self, *inputs: Any) -> bool:
        """Whether the output equals the input in inference, as a view of the same shape does."""
        return self.is_view and self.infer(*inputs) == inputs[0]

    def label(self, *inputs: Any) -> FigureLabel:
        """Return the label of a use in a figure."""
        if self.title:
            return FigureLabel(self.title)
        differing = (each for each in self.attributes.values() if self._differs(each))
        said = ((each.name, show(getattr(self, each.name))) for each in differing)
        details = tuple([text if name == self.main else f"{name}={text}" for name, text in said])
        return FigureLabel(title(self.word, " "), details)

    def _differs(self, attribute: Attribute) -> bool:
        return attribute.required or bool(getattr(self, attribute.name) != attribute.default)

    def lints(self, out: TensorType, *inputs: Any) -> Iterator[tuple[str, str, str]]:
        """Yield legal but suspicious facts as (kind, blamed, message); none by default."""
        return iter(())


_VARIADIC = 0x04
_table: dict[str, type[Operator]] = {}


def declared_attributes(cls: type) -> dict[str, Attribute]:
    """Read the annotated fields of a class body as attributes, in source order."""
    fields = {
        name: note for name, note in cls.__annotations__.items() if "ClassVar" not in str(note)
    }
    for name in fields:
        if hasattr(Operator, name):
            raise TypeError(f"{cls.__name__} has an attribute {name}, which is a trait or a rule")
    return {
        name: Attribute(name, kind_of(note), cls.__dict__.get(name, REQUIRED))
        for name, note in fields.items()
    }


def register(word: str, operator: type[Operator]) -> None:
    """Add an operator to the registry; raise ``TypeError`` if its word is taken."""
    if word in _table:
        raise TypeError(f"two operators are called {word}: {_table[word]!r} and {operator!r}")
    _table[word] = operator


def operators() -> Mapping[str, type[Operator]]:
    """Return the registry of operators, by word."""
    return _table


def words_with(role: str) -> tuple[str, ...]:
    """List the words of the operators with a role, such as ``activation``."""
    return tuple(word for word, operator in _table.items() if operator.role == role)
