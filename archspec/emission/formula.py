"""Symbolic arithmetic in a normal form, sums of products, in which equal polynomials are equal."""

from __future__ import annotations

import operator
from collections.abc import Callable, Container, Iterator, Mapping
from dataclasses import dataclass
from functools import reduce
from itertools import chain

from archspec.language.syntax.terms import (
    FUNCTIONS,
    Binary,
    Call,
    Environment,
    Literal,
    Name,
    Number,
    Term,
    Unary,
)

Amount = int | float


class Inexpressible(Exception):
    """Raised for a text that is no arithmetic, or has a free variable without a formula."""


@dataclass(frozen=True, slots=True)
class Applied:
    """A factor that is no sum of products itself: a quotient, a remainder, ``min``, ``ceil`` ...

    ``even`` says that a quotient is exact, so that Python writes ``//`` for ``/``.
    """

    function: str
    arguments: tuple[Formula, ...]
    even: bool = False

    def __str__(self) -> str:
        if self.function == "if":
            index, first, rest = self.arguments
            return f"({_operand(first, 99)} if {index} == 0 else {rest})"
        if self.function.isidentifier():
            called = {"ceil": "math.ceil", "floor": "math.floor"}.get(self.function, self.function)
            return f"{called}({', '.join(map(str, self.arguments))})"
        left, right = self.arguments
        sign = "//" if self.even else self.function
        return f"{_operand(left, 99)} {sign} {_operand(right, 1)}"


Factor = str | Applied
Product = tuple[Factor, ...]


@dataclass(frozen=True, eq=False, slots=True)
class Formula:
    """A sum of products: the coefficient of each product of factors, in the order written.

    The empty product is that of the constant term. Equality ignores the order.
    """

    terms: Mapping[Product, Amount]

    def __eq__(self, other: object) -> bool:
        return isinstance(other, Formula) and self.terms == other.terms

    def __hash__(self) -> int:
        return hash(frozenset(self.terms.items()))

    @property
    def constant(self) -> Amount | None:
        """The value of a constant formula; None if it has free variables."""
        if not self.terms:
            return 0
        return self.terms.get(()) if len(self.terms) == 1 else None

    @property
    def names(self) -> frozenset[str]:
        """The free variables."""
        return frozenset(each for each in _factors(self) if isinstance(each, str))

    def is_whole(self, fractions: Container[str]) -> bool:
        """Whether its value is an ``int`` if those of all variables but ``fractions`` are."""
        amounts = all(isinstance(amount, int) for amount in self.terms.values())
        factors = {factor for product in self.terms for factor in product}
        return amounts and all(_is_whole(factor, fractions) for factor in factors)

    def __add__(self, other: Formula | Amount) -> Formula:
        terms = dict(self.terms)
        for product, amount in _formula(other).terms.items():
            terms[product] = terms.get(product, 0) + amount
        return Formula({product: amount for product, amount in terms.items() if amount})

    __radd__ = __add__

    def __sub__(self, other: Formula | Amount) -> Formula:
        return self + _formula(other) * -1

    def __mul__(self, other: Formula | Amount) -> Formula:
        found = number(0)
        for left, amount in self.terms.items():
            for right, factor in _formula(other).terms.items():
                product = tuple(sorted((*left, *right), key=str))
                found += Formula({product: amount * factor})
        return found

    __rmul__ = __mul__

    def __floordiv__(self, other: Formula | Amount) -> Formula:
        return apply("//", (self, _formula(other)))

    def substitute(self, formulas: Mapping[str, Formula]) -> Formula:
        """Substitute formulas for all free variables; raise ``Inexpressible`` for one without."""
        found = number(0)
        for product, amount in self.terms.items():
            parts = (_substitute(factor, formulas) for factor in product)
            found += reduce(operator.mul, parts, number(amount))
        return found

    def trusted(self, fractions: Container[str]) -> Formula:
        """Drop checks that another place makes, except where ``fractions`` may fail them."""
        found = number(0)
        for product, amount in self.terms.items():
            parts = (_trusted(factor, fractions) for factor in product)
            found += reduce(operator.mul, parts, number(amount))
        return found

    def __str__(self) -> str:
        """Write it as Python."""
        text = ""
        if (choice := _choice(self)) is not None:
            return str(choice)[1:-1]
        for product, amount in self.terms.items():
            written = _product(product, abs(amount))
            if text:
                text += f" {'-' if amount < 0 else '+'} {written}"
            elif amount < 0:
                text = f"-({written})" if any(map(_is_quotient, product)) else f"-{written}"
            else:
                text = written
        return text or "0"


def number(value: Amount) -> Formula:
    """Make the formula of a number."""
    return Formula({(): value} if value else {})


def _formula(value: Formula | Amount) -> Formula:
    return value if isinstance(value, Formula) else number(value)


def name(text: str) -> Formula:
    """Make the formula of a name."""
    return Formula({(text,): 1})


def apply(function: str, arguments: tuple[Formula, ...], *, even: bool = False) -> Formula:
    """Make the formula of a quotient, a remainder or a function, with constants folded."""
    constants = [each.constant for each in arguments]
    known = [each for each in constants if each is not None]
    if len(known) == len(constants):
        return number(_COMPUTED[function](*known))
    if function == "/":
        divided = _divide(arguments[0], constants[1])
        if divided is not None:
            return divided
    return Formula({(Applied(function, arguments, even),): 1})


def choose(index: Formula, first: Formula, rest: Formula) -> Formula:
    """Make the formula that is ``first`` where ``index`` is zero and ``rest`` elsewhere."""
    if first == rest:
        return first
    return Formula({(Applied("if", (index, first, rest)),): 1})


def read(term: Term, formulas: Mapping[str, Formula], values: Environment | None) -> Formula:
    """Turn a term into a formula, given one for each name; raise ``Inexpressible``.

    ``values`` of the names decide whether a division is exact; without them, it need not be.
    """
    if isinstance(term, Number):
        return number(term.value)
    if isinstance(term, Name):
        return _lookup(term.name, formulas)
    if isinstance(term, Literal):
        raise Inexpressible
    rounds = isinstance(term, Call) and term.function in ROUNDING
    known = None if rounds else values
    inner = tuple([read(child, formulas, known) for child in term.children()])
    if isinstance(term, Unary):
        return inner[0] * -1
    if isinstance(term, Call):
        return apply(term.function, inner)
    assert isinstance(term, Binary)
    if term.operator in _SUMS:
        return _SUMS[term.operator](inner[0], inner[1])
    even = term.operator == "/" and values is not None and isinstance(term.evaluate(values), int)
    return apply(term.operator, inner, even=even)


ROUNDING = frozenset(("ceil", "floor", "round_to"))
"""Functions whose values are whole numbers."""

WHOLE = "whole"
"""The function of emitted sources that turns a whole number into an ``int``, else raises."""

_SUMS: Mapping[str, Callable[[Formula, Formula], Formula]] = {
    "+": operator.add,
    "-": operator.sub,
    "*": operator.mul,
}


_COMPUTED: Mapping[str, Callable[..., Amount]] = {
    **{text: function.apply for text, function in FUNCTIONS.items()},
    "/": lambda left, right: left // right if left % right == 0 else left / right,
    "//": operator.floordiv,
    "%": operator.mod,
    WHOLE: int,
}


def _divide(left: Formula, divisor: Amount | None) -> Formula | None:
    """Divide all coefficients by a number; None where it does not divide one of them."""
    if not isinstance(divisor, int) or not divisor:
        return None
    if any(not isinstance(amount, int) or amount % divisor for amount in left.terms.values()):
        return None
    return Formula({product: amount // divisor for product, amount in left.terms.items()})


def _lookup(text: str, formulas: Mapping[str, Formula]) -> Formula:
    if text not in formulas:
        raise Inexpressible
    return formulas[text]


def _substitute(factor: Factor, formulas: Mapping[str, Formula]) -> Formula:
    if isinstance(factor, str):
        return _lookup(factor, formulas)
    inner = tuple([each.substitute(formulas) for each in factor.arguments])
    return apply(factor.function, inner, even=factor.even)


def _operand(formula: Formula, most: int) -> str:
    """Write an operand of a quotient, in parentheses if it has more than ``most`` factors."""
    text = str(formula)
    factors = [factor for product in formula.terms for factor in product]
    bare = len(formula.terms) <= 1 and text.count(" * ") < most and not text.startswith("-")
    is_bare = bare and not any(map(_is_quotient, factors)) and _choice(formula) is None
    return text if is_bare else f"({text})"


def _product(product: Product, amount: Amount) -> str:
    several = len(product) + (amount != 1) > 1
    factors = [f"({each})" if several and _is_quotient(each) else str(each) for each in product]
    return " * ".join(factors if product and amount == 1 else [repr(amount), *factors])


def _trusted(factor: Factor, fractions: Container[str]) -> Formula:
    if isinstance(factor, str):
        return name(factor)
    inner = tuple([each.trusted(fractions) for each in factor.arguments])
    if factor.function == WHOLE:
        checked = _even(inner[0])
        if checked.is_whole(fractions):
            return checked
    return apply(factor.function, inner, even=factor.even)


def _even(formula: Formula) -> Formula:
    """Mark a formula that is one quotient as exact; return any other unchanged."""
    if list(formula.terms.values()) != [1]:
        return formula
    (product,) = formula.terms
    only = product[0] if len(product) == 1 else ""
    if isinstance(only, str) or only.function != "/":
        return formula
    return apply("/", only.arguments, even=True)


def _choice(formula: Formula) -> Applied | None:
    """Return the choice by index that a formula consists of; None for any other."""
    if list(formula.terms.values()) != [1]:
        return None
    (product,) = formula.terms
    only = product[0] if len(product) == 1 else None
    return only if isinstance(only, Applied) and only.function == "if" else None


def _is_whole(factor: Factor, fractions: Container[str]) -> bool:
    if isinstance(factor, str):
        return factor not in fractions
    if factor.function in ROUNDING or factor.function == WHOLE:
        return True
    if factor.function == "/" and not factor.even:
        return False
    return all(each.is_whole(fractions) for each in factor.arguments)


def _is_quotient(factor: object) -> bool:
    return isinstance(factor, Applied) and not factor.function.isidentifier()


def _factors(formula: Formula) -> Iterator[Factor]:
    """List the factors of a formula, at any depth."""
    for factor in chain.from_iterable(formula.terms):
        yield factor
        for argument in factor.arguments if isinstance(factor, Applied) else ():
            yield from _factors(argument)
