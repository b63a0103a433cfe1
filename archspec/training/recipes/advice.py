"""Suggestions for unknown texts in a recipe: the words of other tools, and near misses."""

from __future__ import annotations

from collections.abc import Iterable, Mapping

from archspec.diagnostic import Diagnostic, Replacement, instead
from archspec.language.document.sections import wrong
from archspec.language.syntax.draft import shorten
from archspec.language.syntax.names import nearest
from archspec.language.syntax.syntax import Argument, Text
from archspec.language.yaml import reader
from archspec.language.yaml.values import Scalar, Sequence, Value
from archspec.source import Span
from archspec.training.recipes.fields import Field, fields_of

ELSEWHERE: Mapping[str, tuple[str, ...]] = {
    "adam": ("adamw",),
    "alpha": ("decay",),
    "amp": ("precision",),
    "base_lr": ("rate",),
    "batch_size": ("batch",),
    "betas": ("beta1",),
    "bf16": ("bfloat16",),
    "bn": ("norm",),
    "constant_lr": ("constant",),
    "cosine_annealing": ("cosine",),
    "dtype": ("precision",),
    "ema": ("averaging",),
    "ema_decay": ("averaging",),
    "eps": ("epsilon",),
    "eta_min": ("end",),
    "float16": ("bfloat16",),
    "fp16": ("bfloat16",),
    "fp32": ("float32",),
    "gamma": ("factor",),
    "grad_accum": ("accumulate",),
    "gradient_accumulation": ("accumulate",),
    "gradient_clipping": ("clip",),
    "half": ("bfloat16",),
    "hflip": ("mirror",),
    "label_smoothing": ("smoothing",),
    "learning_rate": ("rate",),
    "lr": ("rate",),
    "lr_scheduler": ("schedule",),
    "max_lr": ("rate",),
    "milestones": ("at",),
    "mixed": ("bfloat16",),
    "moving_average": ("averaging",),
    "multistep": ("steps",),
    "none": ("constant",),
    "num_epochs": ("epochs",),
    "params": ("set",),
    "pct_start": ("rise",),
    "polyak": ("averaging",),
    "pytorch": ("torch",),
    "random_seed": ("seed",),
    "rho": ("decay",),
    "scheduler": ("schedule",),
    "step_size": ("every",),
    "sync_bn": ("synchronized",),
    "tensorflow": ("tensorflow1",),
    "tf": ("tensorflow1",),
    "transforms": ("augmentation",),
    "wd": ("weight_decay",),
}
"""What other tools call keys, words and arguments: each stands for the first that is known."""

_INSIDE: Mapping[str, str] = {
    "decay": "write it after the optimizer: `optimizer: rmsprop 0.045 decay=0.9`",
    "learning_rate": "write it after the optimizer: `optimizer: sgd 0.1`",
    "lr": "write the learning rate after the optimizer: `optimizer: sgd 0.1`",
    "momentum": "write it after the optimizer: `optimizer: sgd 0.1 momentum=0.9`",
    "rate": "write it after the optimizer: `optimizer: sgd 0.1`",
}
"""What elsewhere is a key of its own, and where a recipe says it."""

_EXAMPLES = {
    "at": "[30,60,90]",
    "batch": "128",
    "epochs": "100",
    "factor": "0.94",
    "name": "mine",
    "optimizer": "rmsprop 0.045 decay=0.9",
    "rate": "0.1",
    "schedule": "exponential 0.94 every=2",
}


def meant(text: str, known: Iterable[str]) -> str | None:
    """Find what a text stands for among what is known; None for nothing."""
    candidates = tuple(known)
    plain = text.lower().replace("-", "_")
    found = [each for each in ELSEWHERE.get(plain, ()) if each in candidates]
    return next(iter((*found, *nearest(plain, candidates))), None)


def way_to(text: str, known: Iterable[str]) -> str:
    """Ask whether something near was meant, or list what is known."""
    candidates = tuple(known)
    near = meant(text, candidates)
    return f"did you mean `{near}`?" if near else f"known: {', '.join(candidates)}"


def _fixes(span: Span, text: str, known: Iterable[str]) -> tuple[Replacement, ...]:
    """Offer what a text stands for in its place."""
    near = meant(text, known)
    return instead(span, text, near) if near else ()


def example_of(field: Field) -> str:
    """Return an example of a value for a field."""
    return _EXAMPLES.get(field.name, "...")


def _wrong(
    code: str, message: str, span: Span, help: str, fixes: tuple[Replacement, ...] = ()
) -> Diagnostic:
    """Make an error of texts that may be as long as a file is."""
    return wrong(code, shorten(message), span, shorten(help), fixes=fixes)


def no_word(field: Field, value: Value) -> Diagnostic:
    """Report a value that is not one word with its arguments."""
    written = "a mapping of several" if isinstance(value, reader.Mapping) else "an empty text"
    written = "a list" if isinstance(value, Sequence) else written
    message = f"`{field.name}` takes one word with its arguments, not {written}"
    call = _call(field, value) or example_of(field)
    return _wrong("recipe/word", message, value.span, f"write `{field.name}: {call}`")


def _call(field: Field, value: Value) -> str | None:
    """Write what a mapping says that has a word among its keys or values; None where none is."""
    entries = value.entries if isinstance(value, reader.Mapping) else ()
    told = {key.text: each.text for key, each in entries if isinstance(each, Scalar)}
    word = next((text for pair in told.items() for text in pair if text in field.words), None)
    if word is None or len(told) != len(entries):
        return None
    known = fields_of(field.words[word])
    main = [told[word]] if word in told else []
    named = [
        f"{meant(key, known) or key}={text}"
        for key, text in told.items()
        if word not in (key, text)
    ]
    return " ".join([word, *main, *named])


def is_nested(value: Value) -> bool:
    """Whether a value is a word with a mapping of its arguments: ``{light: {padding: 2}}``."""
    entries = value.entries if isinstance(value, reader.Mapping) else ()
    return len(entries) == 1 and isinstance(entries[0][1], reader.Mapping)


def nested(field: Field, value: Value) -> Diagnostic:
    """Report a mapping inside the mapping of a key that has one set of arguments."""
    message = f"`{field.name}` takes all of its arguments at once, not some under another"
    given = _flat(value)
    help = f"write `{field.name}: {given}`" if given else "leave the inner mapping out"
    return _wrong("recipe/word", message, value.span, help)


def _flat(value: Value) -> str:
    """Write a word and the plain values under it as a call; empty where others are."""
    assert isinstance(value, reader.Mapping)
    ((word, under),) = value.entries
    assert isinstance(under, reader.Mapping)
    told = [f"{key.text}={each.text}" for key, each in under.entries if isinstance(each, Scalar)]
    return " ".join([word.text, *told]) if len(told) == len(under.entries) else ""


def unknown_word(field: Field, word: Text) -> Diagnostic:
    """Report an unknown word for a key."""
    message = f"`{word.text}` is not a known {field.name}"
    fixes = _fixes(word.span, word.text, field.words)
    return _wrong("recipe/word", message, word.span, way_to(word.text, field.words), fixes)


def unknown_key(key: Scalar, known: Iterable[str]) -> Diagnostic:
    """Report a key that a recipe does not have."""
    message = f"`{key.text}` is not a key of a recipe"
    inside = _INSIDE.get(key.text)
    fixes = () if inside else _fixes(key.span, key.text, known)
    return _wrong("recipe/key", message, key.span, inside or way_to(key.text, known), fixes)


def no_arguments(key: Scalar, field: Field) -> Diagnostic:
    """Report a change of an argument of a key that has none."""
    message = f"`{field.name}` is a plain value and has no arguments"
    return _wrong("recipe/key", message, key.span, f"write {field.name}=...")


def missing_key(field: Field, span: Span) -> Diagnostic:
    """Report a required key that is missing."""
    message = f"the recipe has no `{field.name}`"
    return _wrong("recipe/missing", message, span, f"write `{field.name}: {example_of(field)}`")


def missing_argument(word: Text, field: Field) -> Diagnostic:
    """Report a required argument that is missing."""
    message = f"`{word.text}` needs a `{field.name}`"
    return _wrong("recipe/missing", message, word.span, f"write `{field.name}={example_of(field)}`")


def unknown_argument(word: str, argument: Argument, fields: Mapping[str, Field]) -> Diagnostic:
    """Report an argument that a word does not take."""
    if argument.key is not None:
        return unknown_name(word, argument.key, argument.span, fields)
    message = f"`{word}` takes no `{argument.operand.text}`"
    return _wrong("argument/unknown", message, argument.span, _taken(word, fields))


def unknown_name(word: str, name: str, span: Span, fields: Mapping[str, Field]) -> Diagnostic:
    """Report an argument's name that a word does not have."""
    near = meant(name, fields)
    help = f"did you mean `{near}`?" if near else _taken(word, fields)
    fixes = instead(span, name, near) if near else ()
    return _wrong("argument/unknown", f"`{word}` has no `{name}`", span, help, fixes)


def _taken(word: str, fields: Mapping[str, Field]) -> str:
    return f"`{word}` takes {', '.join(fields) or 'nothing'}"


def way_of_two(name: str, second: Argument, fields: Mapping[str, Field]) -> str:
    """Say what to do with two values of one argument."""
    others = ", ".join(f"{each}=..." for each in fields if each != name)
    if second.key is not None or not others:
        return "keep one of them"
    return f"only `{name}` may be written without its name; the others are {others}"
