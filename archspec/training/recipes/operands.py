"""Plain values of a recipe: numbers, perhaps calculated, words, and lists of these."""

from __future__ import annotations

from archspec.attributes import AttributeKind, Unfit, Value, read, show
from archspec.diagnostic import Diagnostic
from archspec.language.document.sections import wrong
from archspec.language.syntax.draft import shorten
from archspec.language.syntax.expressions import Expression, ExpressionError, Name
from archspec.language.syntax.syntax import Operand
from archspec.training.recipes import advice
from archspec.training.recipes.fields import Field

_PERCENT = 5
"""The value from which a fraction was probably meant in percent."""
_NO_NAMES = "write the number; values of a recipe are calculated from numbers only"


class Unusable(Exception):
    """A value that cannot be used, with the diagnostic that says why."""

    def __init__(self, diagnostic: Diagnostic) -> None:
        super().__init__(diagnostic.message)
        self.diagnostic = diagnostic


def value_of(field: Field, operand: Operand) -> Value | None:
    """Read what a field is told; None where it is optional and told none. Raise ``Unusable``."""
    assert field.kind is not None
    value = _evaluated(operand)
    if field.optional and value == "none":
        return None
    try:
        return read(field.kind, value)
    except Unfit:
        raise Unusable(_unfit(field, field.kind, operand, value)) from None


def _evaluated(operand: Operand) -> Value:
    content = operand.value
    if not isinstance(content, Expression):
        return tuple(map(_evaluated, content))
    if isinstance(content.root, Name):
        return content.root.name
    if content.names:
        message = f"`{operand.text}` contains a name"
        raise Unusable(wrong("recipe/value", message, operand.span, _NO_NAMES))
    try:
        return content.evaluate({})
    except ExpressionError as error:
        raise Unusable(operand.refusal(error)) from None


def _unfit(field: Field, kind: AttributeKind, operand: Operand, value: Value) -> Diagnostic:
    is_plain = isinstance(value, tuple) or operand.text == show(value)
    shown = operand.text if is_plain else f"{operand.text} = {show(value)}"
    wanted = f"{kind.name}, or none" if field.optional else kind.name
    message = f"`{field.name}` expects {wanted}, not {shown}"
    return wrong("recipe/value", shorten(message), operand.span, _way_to(field, kind, value))


def _way_to(field: Field, kind: AttributeKind, value: Value) -> str:
    has_most = "maximum" in kind.schema or "exclusiveMaximum" in kind.schema
    if near := _near(kind, value):
        return f"did you mean `{near}`?"
    if has_most and isinstance(value, int | float) and _PERCENT <= value < 100:
        return f"{show(value)} % is written {value / 100:g}"
    if field.required:
        return f"for example {advice.example_of(field)}"
    return f"leave it out for the default, {field.default_text}"


def _near(kind: AttributeKind, value: Value) -> str | None:
    """Find the word that was meant where a kind takes words, or a list of them."""
    schema = kind.schema.get("anyOf", [kind.schema])[0]
    words = schema.get("enum", ())
    given = value if isinstance(value, tuple) else (value,)
    return next((advice.meant(str(each), words) for each in given if each not in words), None)
