"""Suggestions for steps of an invalid form: lists, and mappings with several words."""

from __future__ import annotations

from collections.abc import Iterable

from archspec.language.advice import porting
from archspec.language.syntax.names import CLAUSES, is_name, nearest
from archspec.language.syntax.syntax import Argument, Operand
from archspec.language.syntax.words import known_words
from archspec.language.yaml.values import Scalar, Sequence, Value

_YOLO_ROW = 4
_KEYS_OF_A_WORD = ("type", "layer", "op", "operator", "class", "class_name", "module", "kind", "fn")
_CLAUSES = {"name": "as", "count": "times", "n": "times", "repeats": "times", "inputs": "from"}
_KEYS_OF_A_RESIDUAL = ("steps", "shortcut", "scale", "activation")


def way_of_a_list(value: Sequence) -> str:
    """Suggest what a list among steps means: more steps, branches, or a row in YOLO's format."""
    texts = [item.text for item in value.items if isinstance(item, Scalar)]
    if len(value.items) == _YOLO_ROW and len(texts) == _YOLO_ROW - 1:
        hint = porting.hint(texts[2], known_words()) or "write its module as a step"
        return f"this is a row of YOLO's format, [from, number, module, args]; {hint}"
    names = " ".join(texts).split()
    if len(texts) == len(value.items) and len(names) > 1 and _are_names(names):
        return f"a step merges values by their names: concat from {' '.join(names)}"
    if len(texts) == len(value.items) == 1:
        return f"write the step without brackets: {texts[0]}"
    return "write its steps in the list around it; write branches as lists under `concat:`"


def _are_names(texts: list[str]) -> bool:
    """Whether texts can be names of steps, and none is a word."""
    return all(is_name(text) and text not in known_words() for text in texts)


def way_of_two(words: list[tuple[Scalar, Value]]) -> str:
    """Suggest what two words in one step mean: keys of another tool, or wrong indentation."""
    (first, value), (second, _) = words[:2]
    given = value.text if isinstance(value, Scalar) else "..."
    if first.text == "name":
        return f"write `as: {given}` beside the word"
    if first.text in _KEYS_OF_A_WORD:
        hint = porting.hint(given, known_words()) or f"write `{given}`"
        return f"the word itself is the key, with its attributes under it; {hint}"
    if first.text == "residual" and second.text in _KEYS_OF_A_RESIDUAL:
        return f"write `residual: {{steps: [...], {second.text}: ...}}`, both under the word"
    clause = None if second.text in known_words() else _clause(second.text)
    if clause:
        return f"did you mean `{clause}`?"
    return (
        f"indent `{second.text}` further if it belongs to `{first.text}`; begin it with a dash "
        "if it is the next step"
    )


def _clause(key: str) -> str | None:
    """Return the clause that a key stands for, if any."""
    meant = (_CLAUSES[key],) if key in _CLAUSES else nearest(key, CLAUSES)
    return next(iter(meant), None)


def sources_of(arguments: Iterable[Argument]) -> str:
    """Return the names that were written as arguments of a merge, or else an example."""
    names = [part.text for each in arguments for part in _parts(each.operand)]
    return " ".join(names) if len(names) > 1 and all(map(is_name, names)) else "a b"


def _parts(operand: Operand) -> tuple[Operand, ...]:
    return operand.value if isinstance(operand.value, tuple) else (operand,)


def texts_of(value: Sequence) -> str:
    """Join the texts of a list by blanks."""
    return " ".join(item.text for item in value.items if isinstance(item, Scalar)) or "..."
