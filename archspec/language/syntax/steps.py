"""The parser of lists of steps, from both notations to one abstract syntax."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator

from archspec.diagnostic import Diagnostic, Label, Replacement, Report
from archspec.language.syntax.arguments import Piece, locator, open_brackets, read_operand, split
from archspec.language.syntax.draft import WORDS, Draft
from archspec.language.syntax.names import CLAUSES, is_name
from archspec.language.syntax.shorthand import read_line, read_rest
from archspec.language.syntax.syntax import (
    Argument,
    Branch,
    Contract,
    Form,
    Operand,
    Step,
    Text,
)
from archspec.language.yaml.values import Mapping, Scalar, Sequence, Value
from archspec.layer import ACTIVATION
from archspec.layers import residual
from archspec.source import Span

__all__ = [
    "Argument",
    "Branch",
    "Contract",
    "Form",
    "Operand",
    "Step",
    "Text",
    "parse_arguments",
    "parse_steps",
]

FormOf = Callable[[str], Form]

_LONE_NUMBER = re.compile(r"[-+]?[0-9.]+\)*\]*")


def parse_steps(value: Value, form: FormOf, report: Report) -> tuple[Step, ...]:
    """Parse a list of steps or a single step; report errors and continue with the next step.

    ``form`` maps a word to the form of its value. A step with errors is kept as ``broken``.
    """
    if not isinstance(value, Sequence):
        return (_step(value, form, report),)
    if not value.items:
        message, help = "an empty list of steps", "write `identity` to pass the value through"
        report(Diagnostic("syntax/no-steps", message, (Label(value.span),), help))
        return (Step(Text("", value.span), value.span, broken=True),)
    items = _rejoined(value.items, report) if value.flow else iter(value.items)
    return tuple(item if isinstance(item, Step) else _step(item, form, report) for item in items)


def parse_arguments(value: Value, word: Text, report: Report) -> tuple[Argument, ...]:
    """Parse attributes of a word that is no step: a mapping, or a string such as ``3x3 /2 V``."""
    draft = Draft(word, value.span, report)
    _read_attributes(draft, value)
    if draft.name or draft.sources or draft.shape:
        message, help = "this is not a step", "remove `as`, `from` and `->`"
        draft.refuse("syntax/clause", message, value.span, help)
    return tuple(draft.arguments)


def _step(value: Value, form: FormOf, report: Report) -> Step:
    if isinstance(value, Scalar):
        return _line(value, form, report)
    if isinstance(value, Mapping):
        return _mapping(value, form, report)
    from archspec.language.advice.misshapen import way_of_a_list

    message, help = "a list where a step should be", way_of_a_list(value)
    report(Diagnostic("syntax/nested-list", message, (Label(value.span),), help))
    return Step(Text("", value.span), value.span, broken=True)


def _line(scalar: Scalar, form: FormOf, report: Report) -> Step:
    draft = read_line(scalar, lambda word: form(word) is not Form.UNKNOWN, report)
    if not draft.broken and not draft.sources:
        _check_inner(draft, form(draft.word.text))
    return draft.finish()


def _check_inner(draft: Draft, form: Form) -> None:
    """Report a step that needs branches or steps and has none."""
    word = draft.word.text
    match form:
        case Form.BRANCHES:
            from archspec.language.advice.misshapen import sources_of

            names = sources_of(draft.arguments)
            help = f"list branches under it, or name steps: {word} from {names}"
        case Form.RESIDUAL:
            help = f"list the steps of its body under it: `{word}: [...]`"
        case Form.STEPS:
            help = f"list the steps under it: {{{word}: [...], times: 4}}; one step is `4 x word`"
        case _:
            return
    draft.refuse("syntax/no-steps", f"`{word}` has no steps", draft.word.span, help)


def _mapping(mapping: Mapping, form: FormOf, report: Report) -> Step:
    words = words_of(mapping, form)
    if len(words) != 1:
        return _refuse_words(mapping, words, report)
    key, value = words[0]
    draft = Draft(Text(key.text, key.span), key.span, report)
    draft.check_word()
    for clause, written in mapping.entries:
        if clause.text in CLAUSES:
            _CLAUSES[clause.text](draft, written)
        elif clause is not key:
            _read_attribute(draft, clause, written)
    _read_inner(draft, value, form)
    return draft.finish()


def words_of(mapping: Mapping, form: FormOf) -> list[tuple[Scalar, Value]]:
    """List the entries of a step that are no clauses, nor the activation beside a merge."""
    words = [entry for entry in mapping.entries if entry[0].text not in CLAUSES]
    others = [entry for entry in words if entry[0].text != ACTIVATION.name]
    is_merge = len(others) == 1 and form(others[0][0].text) is Form.BRANCHES
    return others if is_merge else words


def _refuse_words(mapping: Mapping, words: list[tuple[Scalar, Value]], report: Report) -> Step:
    draft = Draft(Text("", mapping.span), mapping.span, report)
    for clause, written in mapping.entries:
        if clause.text in CLAUSES:
            _CLAUSES[clause.text](draft, written)
    if not words:
        lone = mapping.entries[0][0].text if mapping.entries else ""
        message = f"`{lone}` and no word beside it" if lone else "a step without a word"
        help = "indent it as far as the word that it belongs to: {conv: 3x3 64, as: name}"
        draft.refuse("syntax/no-word", message, mapping.span, help if lone else WORDS)
    else:
        from archspec.language.advice.misshapen import way_of_two

        first, second = words[0][0], words[1][0]
        begins = Label(first.span, "the step begins here")
        message = f"two words in one step: `{first.text}` and `{second.text}`"
        draft.refuse("syntax/two-words", message, second.span, way_of_two(words), begins)
    return draft.finish()


def _read_inner(draft: Draft, value: Value, form: FormOf) -> None:
    match form(draft.word.text):
        case Form.ATTRIBUTES:
            _read_attributes(draft, value)
        case Form.BRANCHES:
            draft.branches.extend(_branches(draft, value, form))
        case Form.RESIDUAL:
            _read_residual(draft, value, form)
        case Form.STEPS:
            _read_repeat(draft, value, form)
        case Form.UNKNOWN if isinstance(value, Scalar):
            _refuse_named(draft, value, form)


def _refuse_named(draft: Draft, value: Scalar, form: FormOf) -> None:
    """Report a step whose name is written before it; other values of unknown words are not read."""
    word = value.text.split(maxsplit=1)[0] if value.text.strip() else ""
    if is_name(draft.word.text) and form(word) is not Form.UNKNOWN:
        message = f"two words in one step: `{draft.word.text}` and `{word}`"
        help = f"write the name at the end: `{value.text} as {draft.word.text}`"
        draft.refuse("syntax/two-words", message, draft.word.span, help)


def _read_attributes(draft: Draft, value: Value) -> None:
    if isinstance(value, Scalar):
        read_rest(draft, split(draft, value), locator(value))
    elif isinstance(value, Mapping):
        for key, written in value.entries:
            _read_attribute(draft, key, written)
    else:
        from archspec.language.advice.misshapen import texts_of

        help = f"write them in a row, `{draft.word.text}: {texts_of(value)}`, or by name"
        draft.refuse("syntax/argument", "a list where attributes should be", value.span, help)


def _read_attribute(draft: Draft, key: Scalar, value: Value) -> None:
    if key.text in CLAUSES:
        _refuse_depth(draft, key, value)
    elif not is_name(key.text):
        help = "write `name: value` for each attribute, or all in a row: `conv: 3x3 64`"
        draft.refuse("syntax/argument", f"`{key.text}` cannot name an attribute", key.span, help)
    else:
        operand = _operand(draft, value)
        if operand is not None:
            draft.take_argument(Argument(key.text, operand, key.span))


def _operand(draft: Draft, value: Value) -> Operand | None:
    if isinstance(value, Scalar) and not value.text.strip():
        draft.refuse("syntax/argument", "an empty text", value.span, "write a value, or `none`")
        return None
    if isinstance(value, Scalar):
        return read_operand(draft, Piece(value.text, 0, len(value.text)), locator(value))
    if isinstance(value, Sequence):
        items = [_operand(draft, item) for item in value.items]
        read = tuple(item for item in items if item is not None)
        text = f"[{', '.join(item.text for item in read)}]"
        return Operand(text, value.span, read) if len(read) == len(items) else None
    message, help = "a mapping where a value should be", "a value is a number, a word or a list"
    draft.refuse("syntax/argument", message, value.span, help)
    return None


def _branches(draft: Draft, value: Value, form: FormOf) -> Iterator[Branch]:
    if isinstance(value, Scalar) or not (
        value.items if isinstance(value, Sequence) else value.entries
    ):
        word = draft.word.text
        help = f"list its branches, or name steps: {word} from a b"
        draft.refuse("syntax/no-steps", f"`{word}` has no branches", value.span, help)
    elif isinstance(value, Sequence):
        if _refuse_named_items(draft, value, form):
            return
        for item in _rejoined(value.items, draft.report):
            steps = (item,) if isinstance(item, Step) else parse_steps(item, form, draft.report)
            yield Branch(None, steps, item.span)
    else:
        yield from _named_branches(draft, value, form)


def _refuse_named_items(draft: Draft, value: Sequence, form: FormOf) -> bool:
    """Report names of branches that are written as items of a list, in one diagnostic."""
    entries = [each for item in value.items if isinstance(item, Mapping) for each in item.entries]
    named = [key for key, _ in entries if key.text not in CLAUSES and is_name(key.text)]
    if len(named) != len(value.items) or any(form(key.text) is not Form.UNKNOWN for key in named):
        return False
    help = f"write names without dashes: {named[0].text}: ..., each on a line of its own"
    message = f"`{draft.word.text}` has names in a list of branches"
    draft.refuse("syntax/branches", message, named[0].span, help)
    return True


def _named_branches(draft: Draft, value: Mapping, form: FormOf) -> Iterator[Branch]:
    for key, steps in value.entries:
        if key.text in CLAUSES:
            _refuse_depth(draft, key, steps)
        elif draft.check_name(name := Text(key.text, key.span), "a branch"):
            yield Branch(name, parse_steps(steps, form, draft.report), key.span)


def _read_residual(draft: Draft, value: Value, form: FormOf) -> None:
    if not isinstance(value, Mapping):
        body = Text("body", draft.word.span)
        draft.branches.append(Branch(body, parse_steps(value, form, draft.report), body.span))
        return
    for key, written in value.entries:
        if key.text in _RESIDUAL:
            name = Text(_RESIDUAL[key.text], key.span)
            draft.branches.append(Branch(name, parse_steps(written, form, draft.report), key.span))
        elif key.text in CLAUSES or key.text in residual.ATTRIBUTES:
            _read_attribute(draft, key, written)
        else:
            message = f"a residual has no key `{key.text}`"
            about = (draft.word.text, key.text)
            draft.refuse("argument/unknown", message, key.span, _RESIDUAL_KEYS, about=about)
    if value.get("steps") is None and not draft.broken:
        help = "write the residual branch under `steps:`"
        draft.refuse("syntax/no-steps", "a residual without steps", draft.word.span, help)


_RESIDUAL = {"steps": "body", "shortcut": "shortcut"}
_RESIDUAL_KEYS = "its keys are `steps` for the body, `shortcut`, `scale` and `activation`"


def _read_repeat(draft: Draft, value: Value, form: FormOf) -> None:
    if isinstance(value, Mapping) and isinstance(value.get("steps"), Sequence):
        help = f"list them under `{draft.word.text}` itself: {{repeat: [...], times: 4}}"
        draft.refuse("syntax/argument", "a repeat has no key `steps`", value.span, help)
        return
    steps = parse_steps(value, form, draft.report)
    draft.branches.append(Branch(None, steps, value.span))
    draft.broken |= not all(step.word.text for step in steps)
    if draft.count is None and not draft.broken:
        help = f"write `times: 4` beside `{draft.word.text}`"
        draft.refuse("syntax/times", "a repeat without a count", draft.word.span, help)


def _refuse_depth(draft: Draft, key: Scalar, value: Value) -> None:
    """Report a clause among branches or attributes, but apply it: other steps may rely on it."""
    _CLAUSES[key.text](draft, value)
    draft.refuse(
        "syntax/too-deep",
        f"`{key.text}` is indented under `{draft.word.text}`, as if it were a part of it",
        key.span,
        f"indent `{key.text}` as far as `{draft.word.text}` itself",
        Label(draft.word.span, "it belongs beside this"),
    )


def _read_as(draft: Draft, value: Value) -> None:
    if isinstance(value, Scalar):
        draft.take_name(Text(value.text, value.span))
    else:
        draft.refuse("syntax/clause", "`as` takes one name", value.span)


def _read_from(draft: Draft, value: Value) -> None:
    items = value.items if isinstance(value, Sequence) else (value,)
    names = [name for item in items for name in _names(draft, item)]
    draft.take_sources(tuple(name for name in names if draft.check_source(name)))


def _names(draft: Draft, value: Value) -> Iterator[Text]:
    if not isinstance(value, Scalar):
        draft.refuse("syntax/clause", "`from` takes names", value.span, "write `from: [a, b]`")
        return
    at = locator(value)
    for piece in split(draft, value):
        yield Text(piece.text, at(piece.start, piece.end))


def _read_times(draft: Draft, value: Value) -> None:
    if isinstance(value, Scalar):
        draft.count = _operand(draft, value)
    else:
        draft.refuse("syntax/times", "`times` takes one number", value.span, "write `times: 4`")


def _read_shape(draft: Draft, value: Value) -> None:
    items = value.items if isinstance(value, Sequence) else (value,)
    texts = [item.text if isinstance(item, Scalar) else "?" for item in items]
    draft.take_shape("x".join(texts), value.span)


_CLAUSES: dict[str, Callable[[Draft, Value], None]] = {
    "as": _read_as,
    "from": _read_from,
    "times": _read_times,
    "shape": _read_shape,
}


def _rejoined(items: tuple[Value, ...], report: Report) -> Iterator[Value | Step]:
    """Replace the items of each step that YAML split at commas by a broken step, and report it."""
    index = 0
    while index < len(items):
        last = _cut_end(items, index)
        if last == index:
            yield items[index]
        else:
            yield _refuse_cut(items[index], items[last], report)
        index = last + 1


def _cut_end(items: tuple[Value, ...], start: int) -> int:
    """Return the index of the last item that belongs to the step beginning at ``start``."""
    opened, last = 0, start
    for index in range(start, len(items)):
        item = items[index]
        if not isinstance(item, Scalar) or not item.plain:
            break
        if index > start and opened <= 0 and not _LONE_NUMBER.fullmatch(item.text):
            break
        opened += open_brackets(item.text)
        last = index
    return last


def _refuse_cut(first: Value, last: Value, report: Report) -> Step:
    source, line, start, end = first.span
    span = Span(source, line, start, last.span.end if last.span.line == line else end)
    written = source.line(line)[start : span.end]
    right = f'"{written}"'
    help = f"quote the step: {right}"
    if isinstance(first, Scalar) and not open_brackets(first.text):
        right = written.replace(",", "")
        help = f"write arguments without commas: {right}"
    report(
        Diagnostic(
            "syntax/cut-at-comma",
            "YAML splits this step at a comma",
            (Label(span, "a comma ends an item of a list in brackets"),),
            help,
            fixes=(Replacement(span, right),),
        )
    )
    return Step(Text("", span), span, broken=True)
