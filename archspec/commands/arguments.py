"""Arguments of verbs: specs, and overrides of their values."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from functools import update_wrapper
from pathlib import Path
from typing import Any, NamedTuple

import click
from click.shell_completion import CompletionItem

Verb = Callable[..., Any]
Shape = tuple[int, ...]
Constant = int | float | bool | str
LARGEST_SIZE = 8192


class Reading(NamedTuple):
    """How specs are read: overrides of params and inputs, the root of imports, and the variant."""

    params: Mapping[str, Constant]
    inputs: Mapping[str, Shape]
    root: Path | None
    variant: str = ""


def did_you_mean(word: str, known: Iterable[str]) -> str:
    """Suggest what ``word`` may mean, as the end of a sentence; empty without a near miss."""
    from archspec.language.syntax.names import nearest

    near = [f"`{each}`" for each in nearest(word, known)]
    return f": did you mean {' or '.join(near)}?" if near else ""


def complete_spec(
    _ctx: click.Context, _param: click.Parameter, incomplete: str
) -> list[CompletionItem]:
    """Complete specs of the zoo after ``zoo:``, variants after ``#``, else files."""
    from archspec.source import VARIANT

    spec, mark, begun = incomplete.rpartition(VARIANT)
    names = [each for each in _variants(spec) if each.startswith(begun)] if mark else []
    if names:
        return [CompletionItem(f"{spec}{mark}{each}") for each in names]
    return _offered("zoo:", incomplete)


def _variants(spec: str) -> tuple[str, ...]:
    from archspec.checked import variants_of
    from archspec.location import locate
    from archspec.source import Unreadable

    try:
        return variants_of(locate(spec, None))
    except Unreadable:
        return ()


def complete_recipe(
    _ctx: click.Context, _param: click.Parameter, incomplete: str
) -> list[CompletionItem]:
    """Offer the recipes that came along after ``recipe:``, else files."""
    return _offered("recipe:", incomplete)


def _offered(prefix: str, incomplete: str) -> list[CompletionItem]:
    if not incomplete.startswith(prefix):
        return [CompletionItem(incomplete, type="file"), CompletionItem(prefix)]
    from archspec.location import shipped_names

    offered = (f"{prefix}{name}" for name in shipped_names(prefix))
    return [CompletionItem(each) for each in offered if each.startswith(incomplete)]


def output_ending(*endings: str) -> Any:
    """Refuse a file of another ending, and one whose folder is not there, before long work."""

    def callback(_ctx: click.Context, _param: click.Parameter, file: Path | None) -> Path | None:
        if file is None:
            return None
        if file.suffix.lower() not in endings:
            raise click.BadParameter(f"{file} should end in {' or '.join(endings)}")
        if not file.parent.is_dir():
            raise click.BadParameter(f"there is no folder {file.parent}")
        return file

    return callback


def _setting(text: str) -> tuple[str, Constant]:
    """Read ``classes=10`` as a spec would: a number, true, false or a word."""
    from archspec.language.syntax.names import is_name
    from archspec.language.yaml.reader import Scalar
    from archspec.source import Source, Span

    name, equals, written = (part.strip() for part in text.partition("="))
    if not (name and equals and written):
        raise click.BadParameter(f"`{text}` is not NAME=VALUE, as in classes=10")
    value = Scalar(Span(Source("--set", written), 1, 0, len(written)), written, plain=True).value
    if value is None or (isinstance(value, str) and not is_name(value)):
        raise click.BadParameter(f"`{written}` is not a number, a word, true or false")
    return name, value


def _input(text: str) -> tuple[str, Shape]:
    """Read ``320x320x3`` or ``data=320x320x3``; without a name it is for the only input."""
    from archspec.language.document.inputs import shape

    name, _, written = text.rpartition("=")
    found = shape(written.strip())
    if found is None:
        raise click.BadParameter(
            f"`{written}` is not an input shape: height x width x channels, as in 320x320x3"
        )
    return name.strip(), found.shape


def _each(read: Callable[[str], tuple[str, Any]]) -> Callable[..., dict[str, Any]]:
    def callback(
        _ctx: click.Context, _param: click.Parameter, texts: tuple[str, ...]
    ) -> dict[str, Any]:
        return dict(map(read, texts))

    return callback


input_option = click.option(
    "--input",
    "inputs",
    multiple=True,
    metavar="[NAME=]HxWxC",
    callback=_each(_input),
    help="Give an input another shape: --input 320x320x3.",
)

_OPTIONS = (
    click.option(
        "--variant",
        default="",
        metavar="NAME",
        help="Read this variant of a spec that has several, as SPEC#NAME does.  "
        "[default: the first]",
    ),
    click.option(
        "--set",
        "params",
        multiple=True,
        metavar="NAME=VALUE",
        callback=_each(_setting),
        help="Give a param another value: --set classes=10.",
    ),
    input_option,
    click.option(
        "--root",
        type=click.Path(exists=True, file_okay=False, path_type=Path),
        help="The folder that imports may not leave.  "
        "[default: the git repository, else the spec's folder]",
    ),
)


def reads_specs(verb: Verb) -> Verb:
    """Add the options of reading specs to a verb, which gets them as ``reading``."""

    def reading(params: Any, inputs: Any, root: Any, variant: str, **rest: Any) -> Any:
        named = {key: _of_variant(rest[key], variant) for key in _SPECS if key in rest}
        return verb(reading=Reading(params, inputs, root, variant), **{**rest, **named})

    found: Verb = update_wrapper(reading, verb)
    for option in reversed(_OPTIONS):
        found = option(found)
    return found


_SPECS = ("spec", "specs")
"""The arguments of verbs that name specs."""


def _of_variant(named: str | tuple[str, ...], variant: str) -> str | tuple[str, ...]:
    """Name a variant of each spec that names none."""
    from archspec.location import with_variant

    if isinstance(named, str):
        return with_variant(named, variant)
    return tuple(with_variant(each, variant) for each in named)


def spec_argument(verb: Verb) -> Verb:
    """Add the argument ``spec`` to a verb."""
    argument: Verb = click.argument("spec", shell_complete=complete_spec)(verb)
    return argument


def backend_option(verb: Verb) -> Verb:
    """Add the option ``--backend`` to a verb."""
    option: Verb = click.option(
        "--backend",
        required=True,
        metavar="NAME",
        help="The framework to write for: torch; `archspec backends` lists them.",
    )(verb)
    return option


def device_option(help: str, default: str = "auto") -> Callable[[Verb], Verb]:
    """Give a verb the device that it computes on."""
    return click.option(
        "--device",
        type=click.Choice(("auto", "cpu", "cuda")),
        default=default,
        show_default=True,
        help=help,
    )


def format_option(*formats: str) -> Callable[[Verb], Verb]:
    """Add the option ``--format`` to a verb, the first format being the default."""
    return click.option(
        "--format",
        "form",
        type=click.Choice(formats),
        default=formats[0],
        show_default=True,
        help="For people, or for programs.",
    )


def size_range(_ctx: click.Context, _param: click.Parameter, text: str | None) -> range | None:
    """Read ``64..512`` as a range of sizes, both ends included."""
    if text is None:
        return None
    first, dots, last = text.partition("..")
    if not (dots and first.isdecimal() and last.isdecimal()):
        raise click.BadParameter(f"`{text}` is not FIRST..LAST, as in 64..512")
    if not 1 <= int(first) <= int(last) <= LARGEST_SIZE:
        raise click.BadParameter(f"sizes go upwards, from 1 to at most {LARGEST_SIZE}")
    return range(int(first), int(last) + 1)
