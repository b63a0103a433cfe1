"""What an operator is: a frozen record of attributes with pure rules, and the table of all."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from math import gcd
from typing import Any, ClassVar, NamedTuple, Self, dataclass_transform

from archspec.attributes import AttributeKind, Value, kind_of, read, show, title
from archspec.cost import Cost
from archspec.tensor import TensorType

REQUIRED: Any = object()
"""Stands for the default of an attribute that has none."""


class RuleError(ValueError):
    """A rule's refusal: why, what is to blame (an attribute, an input or a property), a way out."""

    def __init__(self, blamed: str, message: str, fix: str = "") -> None:
        super().__init__(message)
        self.blamed = blamed
        self.fix = fix


def require(condition: object, blamed: str, message: str, fix: str = "") -> None:
    """Refuse, naming ``blamed``, unless ``condition`` holds; ``fix`` says what to write instead."""
    if not condition:
        raise RuleError(blamed, message, fix)


def require_groups(groups: int, count: int, counted: str) -> None:
    """Refuse groups that do not divide a number of channels."""
    if count % groups:
        message = f"{groups} groups do not divide {count} {counted}"
        require(False, "groups", message, f"groups={gcd(groups, count)} would")


_NO_GRID = "put it before what makes a vector of the map"


def require_map(x: TensorType, fix: str = _NO_GRID) -> None:
    """Refuse an input without a grid."""
    if len(x.shape) != 3:
        require(False, "x", f"expects height x width x channels, got a vector of {x}", fix)


class Normal(NamedTuple):
    """Initial values drawn from a normal distribution around zero."""

    deviation: float


class Constant(NamedTuple):
    """Initial values that are all the same."""

    value: float


class Parameter(NamedTuple):
    """A learned tensor, in PyTorch's layout; one that is not trainable is a running statistic."""

    name: str
    shape: tuple[int, ...]
    init: Normal | Constant
    trainable: bool = True


class FigureLabel(NamedTuple):
    """What a figure calls a use of an operator, and what it says of it in brackets."""

    name: str
    details: tuple[str, ...] = ()


class Attribute(NamedTuple):
    """What an author may write of an operator: its kind, and what holds if nothing is written."""

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
    """The attributes that alone decide how many channels leave."""
    symbolic: ClassVar[tuple[str, ...]] = ()
    """The attributes that frameworks pass on whatever they come to, so that params may give them.

    None of them decides a grid, or which layer a framework takes.
    """
    commutative: ClassVar[bool] = False
    """Whether the inputs may come in any order."""
    associative: ClassVar[bool] = False
    """Whether one of three inputs is two of two: ``(a + b) + c = a + b + c``."""
    is_view: ClassVar[bool] = False
    """Whether the numbers that arrive are handed on without a copy, in inference."""
    training_only: ClassVar[tuple[str, ...]] = ()
    """The attributes that play a part in training, or in drawing weights, and none in inference."""
    concatenates: ClassVar[bool] = False
    """Whether the inputs are laid beside each other, so that every number keeps its own place."""
    title: ClassVar[str] = ""
    """What figures call it; without one, its word and the attributes that are no defaults."""
    usual_activation: ClassVar[str] = "none"
    """The activation behind it that figures leave unsaid."""
    cancels_shifts: ClassVar[bool] = False
    """Whether a number added to a whole channel of the input changes nothing of the output."""

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
        """Make the same record with some attributes changed."""
        return type(self)(**(self.__dict__ | values))

    def infer(self, *inputs: Any) -> TensorType:
        """Compute the output's type from the inputs'; refuse with ``require``."""
        raise NotImplementedError(f"{self.word} defines no infer")

    def output_channels(
        self, said: Mapping[str, Any], arriving: Sequence[Any], *inputs: TensorType
    ) -> Any:
        """Compute how many channels leave, in numbers or in formulas, which reckon alike.

        ``said`` are the values of ``sets_channels``, ``arriving`` the channels of the inputs. To be
        defined where neither one attribute sets them nor an input has as many: then it is None.
        """

    def cost(self, out: TensorType, *inputs: Any) -> Cost:
        """Count the work for one example."""
        raise NotImplementedError(f"{self.word} defines no cost")

    def parameters(self, *inputs: Any) -> Iterator[Parameter]:
        """List the learned tensors; none unless an operator says otherwise."""
        return iter(())

    def is_identity(self, *inputs: Any) -> bool:
        """Whether what arrives is what leaves, in inference; a view that keeps the shape is one."""
        return self.is_view and self.infer(*inputs) == inputs[0]

    def label(self, *inputs: Any) -> FigureLabel:
        """Name a use as a figure does."""
        if self.title:
            return FigureLabel(self.title)
        differing = (each for each in self.attributes.values() if self._differs(each))
        said = ((each.name, show(getattr(self, each.name))) for each in differing)
        details = tuple([text if name == self.main else f"{name}={text}" for name, text in said])
        return FigureLabel(title(self.word, " "), details)

    def _differs(self, attribute: Attribute) -> bool:
        return attribute.required or bool(getattr(self, attribute.name) != attribute.default)

    def lints(self, out: TensorType, *inputs: Any) -> Iterator[tuple[str, str, str]]:
        """List what is legal but suspect, as (kind, blamed, message); nothing unless overridden."""
        return iter(())


_VARIADIC = 0x04
_table: dict[str, type[Operator]] = {}


def declared_attributes(cls: type) -> dict[str, Attribute]:
    """Read a class body's annotated fields as attributes, in the order written."""
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
    """Enter an operator into the table; a word taken twice is a mistake of the programmer."""
    if word in _table:
        raise TypeError(f"two operators are called {word}: {_table[word]!r} and {operator!r}")
    _table[word] = operator


def operators() -> Mapping[str, type[Operator]]:
    """Return the table of operators, by word."""
    return _table


def words_with(role: str) -> tuple[str, ...]:
    """List the words whose operators have a role, such as ``activation``."""
    return tuple(word for word, operator in _table.items() if operator.role == role)
