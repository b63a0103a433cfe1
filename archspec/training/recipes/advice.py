"""What was meant by a text that means nothing in a recipe: other tools' words, and near misses."""

from __future__ import annotations

from collections.abc import Iterable, Mapping

from archspec.diagnostic import Diagnostic
from archspec.language.document.sections import wrong
from archspec.language.syntax.names import nearest
from archspec.language.syntax.syntax import Argument, Text
from archspec.language.yaml import reader
from archspec.language.yaml.values import Scalar, Sequence, Value
from archspec.source import Span
from archspec.training.recipes.fields import Field

ELSEWHERE: Mapping[str, tuple[str, ...]] = {
    "adam": ("adamw",),
    "alpha": ("decay",),
    "amp": ("precision",),
    "base_lr": ("rate",),
    "batch_size": ("batch",),
    "betas": ("beta1",),
    "constant_lr": ("constant",),
    "cosine_annealing": ("cosine",),
    "crop_padding": ("padding",),
    "dtype": ("precision",),
    "ema": ("averaging",),
    "ema_decay": ("averaging",),
    "eps": ("epsilon",),
    "eta_min": ("end",),
    "gamma": ("factor",),
    "grad_accum": ("accumulate",),
    "gradient_accumulation": ("accumulate",),
    "gradient_clipping": ("clip",),
    "hflip": ("mirror",),
    "label_smoothing": ("smoothing",),
    "learning_rate": ("rate", "optimizer"),
    "lr": ("rate", "optimizer"),
    "max_lr": ("rate",),
    "milestones": ("at",),
    "moving_average": ("averaging",),
    "multistep": ("steps",),
    "none": ("constant",),
    "num_epochs": ("epochs",),
    "params": ("set",),
    "pct_start": ("rise",),
    "polyak": ("averaging",),
    "random_seed": ("seed",),
    "rho": ("decay",),
    "scheduler": ("schedule",),
    "lr_scheduler": ("schedule",),
    "step_size": ("every",),
    "sync_bn": ("synchronized",),
    "transforms": ("augmentation",),
    "wd": ("weight_decay",),
}
"""What other tools call keys, words and arguments: each stands for the first that is known."""

_EXAMPLES = {"optimizer": "rmsprop 0.045 decay=0.9", "schedule": "exponential 0.94 every=2"}


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


def example_of(field: Field) -> str:
    """Show how a key is written that wants a word."""
    return f"write `{field.name}: {_EXAMPLES.get(field.name, next(iter(field.words), '...'))}`"


def no_word(field: Field, value: Value) -> Diagnostic:
    """Say that one word is wanted with what it is told."""
    written = "a mapping of several" if isinstance(value, reader.Mapping) else "an empty text"
    written = "a list" if isinstance(value, Sequence) else written
    message = f"`{field.name}` is one word and what it is told, and not {written}"
    return wrong("recipe/word", message, value.span, example_of(field))


def unknown_word(field: Field, word: Text) -> Diagnostic:
    """Say that a word means nothing under a key."""
    message = f"`{word.text}` is no word of `{field.name}`"
    return wrong("recipe/word", message, word.span, way_to(word.text, field.words))


def unknown_key(key: Scalar, known: Iterable[str]) -> Diagnostic:
    """Say that a recipe has no such key."""
    message = f"`{key.text}` is no key of a recipe"
    return wrong("recipe/key", message, key.span, way_to(key.text, known))


def missing_key(field: Field, span: Span) -> Diagnostic:
    """Say that a recipe lacks a key."""
    message = f"a recipe without `{field.name}`"
    return wrong("recipe/missing", message, span, f"write `{field.name}: ...`")


def missing_argument(word: Text, field: Field) -> Diagnostic:
    """Say that a word was not told what it must be."""
    message = f"`{word.text}` needs its `{field.name}`"
    return wrong("recipe/missing", message, word.span, f"write `{field.name}=...`")


def unknown_argument(word: Text, argument: Argument, fields: Mapping[str, Field]) -> Diagnostic:
    """Say that a word takes no such argument."""
    takes = f"`{word.text}` takes {', '.join(fields) or 'nothing'}"
    if argument.key is None:
        message = f"`{word.text}` takes no `{argument.operand.text}`"
        return wrong("argument/unknown", message, argument.span, takes)
    near = meant(argument.key, fields)
    message = f"`{word.text}` has no `{argument.key}`"
    help = f"did you mean `{near}`?" if near else takes
    return wrong("argument/unknown", message, argument.span, help)


def way_of_two(name: str, argument: Argument, fields: Mapping[str, Field]) -> str:
    """Say what to do with two values of one argument."""
    if argument.key is not None:
        return "keep one of them"
    others = [each for each in fields if each != name]
    listed = ", ".join(f"{each}=..." for each in others)
    return f"only `{name}` may be written without its name; the others are {listed}"
