"""What may stand at a place of a document that is being written."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Iterator, Mapping
from typing import NamedTuple

from archspec.attributes import show
from archspec.editor.cursor import Cursor, cursor
from archspec.editor.hover import words
from archspec.editor.reading import Reading
from archspec.editor.step_completion import Candidate, Known, names, of_step, of_word, values
from archspec.language.document.declaration import RECIPE, kind_of
from archspec.language.document.findings import Findings
from archspec.language.document.load import KEYS, load
from archspec.language.document.sections import PROMISES
from archspec.language.document.spec import Module, Param, Spec, Variant
from archspec.language.syntax.names import CLAUSES
from archspec.language.syntax.words import attributes_of, known_words
from archspec.source import VARIANT, Unreadable
from archspec.training.recipes.fields import KEYS as RECIPE_KEYS

_MODULE_KEYS = {
    "options": "what each use may set: [k, width=64]",
    "doc": "a text for readers",
    "source": "where it is from",
    "inputs": "names of several inputs",
    "outputs": "names of the steps whose values leave it",
    "steps": "what it consists of",
}
_SECTIONS: Mapping[str, Mapping[str, str]] = {
    "input": {
        "shape": "height x width x channels",
        "mean": "what is subtracted, per channel",
        "std": "what it is divided by, per channel",
        "range": "the least and the greatest value: [0, 255]",
        "order": "rgb or bgr",
    },
    "expect": {"parameters": "an exact number", "macs": 'a number, or "<= 12.3G"'},
}
_VARIANT_KEYS = {
    "title": "its name as figures write it: ResNet-50",
    "source": "where this variant is from",
    "doc": "a text for readers",
    "params": "the values of params that it sets",
    "input": "its input in place of the file's",
    "expect": "its totals",
}
_HEAD_KEYS = {"from": "the step that it starts from", "steps": "what it consists of"}
_RESIDUAL_KEYS = {
    "steps": "the body",
    "shortcut": "the steps of the shortcut",
    "scale": "what the body is multiplied by",
    "activation": "what follows the sum",
}


class Place(NamedTuple):
    """A cursor in a document: what surrounds it, what is known, and the text around it."""

    at: Cursor
    known: Known


def complete(reading: Reading, good: Reading | None, line: int, column: int) -> list[Candidate]:
    """List what may stand at a place; ``good`` is the last reading with a document."""
    lines = reading.source.lines
    at = cursor(lines, line, column)
    spec = reading.document or (good.document if good else None)
    known = Known(spec, at.keys, lines, line, _shapes(reading, line))
    begun = at.text.rpartition(" ")[2].rpartition("=")[2].rpartition(",")[2].lstrip("[\"'")
    start = column - len(begun)
    found = _at_top(reading, at) if not at.keys else _in_section(Place(at, known))
    return [each._replace(start=start) for each in found if _fits(each, begun)]


def _fits(candidate: Candidate, begun: str) -> bool:
    return candidate.text.startswith(begun) or begun in candidate.text


def _shapes(reading: Reading, line: int) -> tuple[str, ...]:
    """List the shapes of what the steps of a line yield."""
    found = (path for (_, at, _), path in reading.uses.paths.items() if at == line)
    uses = (reading.uses.use(each) for paths in found for each in paths)
    return tuple(dict.fromkeys(str(each) for use in uses for each in use.leaves))


def _keys(known: Mapping[str, str]) -> Iterator[Candidate]:
    return (Candidate(key, "key", detail, f"{key}: ") for key, detail in known.items())


def _at_top(reading: Reading, at: Cursor) -> Iterable[Candidate]:
    if at.in_list or not at.is_key:
        return ()
    written = {line.partition(":")[0] for line in reading.source.lines}
    return _keys({key: "" for key in _keys_of(reading) if key not in written})


def _keys_of(reading: Reading) -> tuple[str, ...]:
    """List the keys of the kind of document."""
    return RECIPE_KEYS if kind_of(reading.source.text) is RECIPE else KEYS


def _in_section(place: Place) -> Iterable[Candidate]:
    section = place.at.keys[0]
    if section in PROMISES:
        return _in_module(place)
    found = _READERS.get(section)
    if found is not None:
        return found(place)
    return _keys(_SECTIONS[section]) if section in _SECTIONS and place.at.is_key else ()


def _in_import(place: Place) -> Iterable[Candidate]:
    """Offer the modules of a file that is imported."""
    spec, at = place.known.spec, place.at
    if spec is None:
        return
    if len(at.keys) < 2:
        yield from _files(spec, at.text.lstrip("\"'"), _rest_of_key(place))
        return
    for module in _modules_of(spec, at.keys[1]):
        if module.template.name not in spec.imported:
            yield Candidate(module.template.name, "template", f"a {module.template.promise}")


_KEY_ENDS = re.compile(r"[\"']?\s*:|[\"']")
"""What ends a key that is written already."""


def _rest_of_key(place: Place) -> str:
    """Return what is written behind the name of a file, which may be in quotes."""
    at, known = place.at, place.known
    if _KEY_ENDS.match(known.lines[known.line - 1], at.column + len(at.text)):
        return ""
    quote = at.text[:1] if at.text[:1] in ("'", '"') else ""
    return f"{quote}: ["


def _files(spec: Spec, begun: str, rest: str) -> Iterator[Candidate]:
    """Offer the other specs of the folder, or the variants of one behind its name."""
    file, mark, _ = begun.rpartition(VARIANT)
    if not mark:
        yield from _files_beside(spec, rest)
        return
    for name, variant in _variants_of(spec, file).items():
        text = f"{file}{VARIANT}{name}"
        yield Candidate(text, "variant", variant.title or "a variant", f"{text}{rest}")


def _files_beside(spec: Spec, rest: str) -> Iterator[Candidate]:
    for path in spec.file.tree.specs(spec.file.path.parent) or ():
        if path != spec.file.path:
            yield Candidate(path.name, "key", "a file beside this one", f"{path.name}{rest}")


def _modules_of(spec: Spec, file: str) -> Iterable[Module]:
    """List the modules of a file as an import would find them."""
    found = _beside(spec, file)
    return found.modules.values() if found else ()


def _variants_of(spec: Spec, file: str) -> Mapping[str, Variant]:
    """Return the variants of a file as an import would find them."""
    found = _beside(spec, file)
    return found.variants if found else {}


def _beside(spec: Spec, file: str) -> Spec | None:
    try:
        return load(spec.file.beside(file), Findings())
    except Unreadable:
        return None


def _in_defaults(place: Place) -> Iterable[Candidate]:
    at = place.at
    if len(at.keys) == 1:
        return (Candidate(each, "word", _summary(each), f"{each}: ") for each in known_words())
    return _arguments(place, at.keys[1], at.keys[2:])


def _summary(word: str) -> str:
    return words()[word].summary if word in words() else ""


def _in_variants(place: Place) -> Iterable[Candidate]:
    """Offer what a variant may say; its params are those that the file declares."""
    at, spec = place.at, place.known.spec
    inside = at.keys[2:3]
    if len(at.keys) < 2 or not at.is_key:
        return ()
    if not inside:
        return _keys(_VARIANT_KEYS)
    if inside == ("params",):
        return _keys({name: f"{show(each.value)} here" for name, each in _params(spec).items()})
    return _keys(_SECTIONS.get(inside[0], {}))


def _params(spec: Spec | None) -> Mapping[str, Param]:
    return spec.params if spec else {}


def _in_outputs(place: Place) -> Iterable[Candidate]:
    return names(place.known)


def _in_heads(place: Place) -> Iterable[Candidate]:
    at = place.at
    if len(at.keys) == 2:
        return _keys(_HEAD_KEYS) if at.is_key else ()
    if at.keys[2:3] == ("from",):
        return names(place.known._replace(keys=("network",)))
    return _in_steps(place, at.keys[3:]) if at.keys[2:3] == ("steps",) else ()


def _in_module(place: Place) -> Iterable[Candidate]:
    at = place.at
    if len(at.keys) < 2:
        return ()
    part = at.keys[2:3]
    if not part:
        is_key = at.is_key and not at.in_list
        return _keys(_MODULE_KEYS) if is_key else _in_steps(place, ())
    if part[0] == "outputs":
        return names(place.known)
    if part[0] == "options":
        return values(None, place.known) if "=" in at.text else ()
    if part[0] in _MODULE_KEYS and part[0] != "steps":
        return ()
    return _in_steps(place, at.keys[3:] if part[0] == "steps" else at.keys[2:])


def _in_network(place: Place) -> Iterable[Candidate]:
    return _in_steps(place, place.at.keys[1:])


_READERS: Mapping[str, Callable[[Place], Iterable[Candidate]]] = {
    "auxiliary": _in_heads,
    "defaults": _in_defaults,
    "import": _in_import,
    "network": _in_network,
    "outputs": _in_outputs,
    "variants": _in_variants,
}


def _in_steps(place: Place, inner: tuple[str, ...]) -> Iterable[Candidate]:
    """Offer what may stand in steps; ``inner`` are the keys inside the list of steps."""
    at, known = place.at, place.known
    last = inner[-1] if inner else ""
    if last in CLAUSES:
        return _in_clause(last, known)
    word = next((each for each in inner[-2:] if known.takes_attributes(each)), None)
    if word is not None:
        return _arguments(place, word, inner[inner.index(word) + 1 :])
    if last == "residual" and at.is_key and not at.in_list:
        return _keys(_RESIDUAL_KEYS)
    if at.is_key and not at.in_list:
        clauses = _keys(dict.fromkeys(CLAUSES, "a clause of this step"))
        return (*clauses, *of_step(at.text, known))
    return of_step(at.text, known)


def _in_clause(clause: str, known: Known) -> Iterable[Candidate]:
    if clause == "from":
        return names(known)
    return values(None, known) if clause == "times" else ()


def _arguments(place: Place, word: str, inner: tuple[str, ...]) -> Iterable[Candidate]:
    """Offer attributes of a word, or the values of one of them."""
    at, known = place.at, place.known
    if inner:
        attribute = (attributes_of(word) or {}).get(inner[0])
        return values(attribute, known)
    if at.is_key:
        options = known.options_of(word)
        found = dict(options)
        for name, each in (attributes_of(word) or {}).items() if not options else ():
            found[name] = "" if each.required else f"{show(each.default)} by default"
        return _keys(found)
    return of_word(word, at.text, known)
