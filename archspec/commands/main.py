"""The command line: a group of verbs, each imported only when it is invoked."""

from __future__ import annotations

import errno
import os
import sys
from collections.abc import Mapping
from importlib import import_module
from keyword import iskeyword
from pathlib import Path
from signal import SIG_DFL, SIGTERM, signal
from typing import NoReturn

import click

from archspec.commands.installation import foreign_installation
from archspec.commands.screen import is_forced
from archspec.installing import install
from archspec.version import __version__

VERBS: Mapping[str, str] = {
    "check": "Find everything that is wrong with specs.",
    "show": "Show a network as a table of its steps.",
    "count": "Count parameters, multiply-accumulates and activations.",
    "solve": "Find values of params at which a network keeps within limits.",
    "draw": "Draw a network or a module as a diagram.",
    "watch": "Show a network in the browser, and follow its file.",
    "diff": "Tell what changed between two specs, and what that means.",
    "log": "Print parameters and MACs along the history of a spec.",
    "git": "Let `git diff` and `git log -p` show architecture.",
    "emit": "Write the source of a model.",
    "build": "Write a model with its weights, and run it once.",
    "optimize": "Write a network that computes the same with less work.",
    "bench": "Measure how fast networks are, against each other.",
    "train": "Train a network by a recipe.",
    "curves": "Draw how trainings went, and compare them.",
    "import": "Write a model of other code as a spec with its weights.",
    "verify": "Prove that models compute what a spec means.",
    "evaluate": "Tell how often networks are right on images.",
    "weights": "Take over weights of publishers, and give them back.",
    "fmt": "Write specs in their short form.",
    "lsp": "Tell editors what specs mean as they are written.",
    "explain": "Explain a diagnostic.",
    "operators": "Print the reference of operators and layers.",
    "recipes": "Print the reference of recipes.",
    "backends": "List the backends and what they refuse.",
    "schema": "Print the JSON Schema of specs or recipes, for editors.",
    "completion": "Print a script that completes commands in a shell.",
}
_INTERRUPTED, _UNHEARD, _TERMINATED = 130, 141, 143
"""The exit statuses of shells for SIGINT, SIGPIPE and SIGTERM."""
_WEIGHTS = "weights need", f"pip install numpy safetensors, or {install('torch')}"
_IMAGES = "images and pictures need", install("train")
_EDITORS = "answering editors needs", install("lsp")
_LIBRARIES = {
    "grain": _IMAGES,
    "lsprotocol": _EDITORS,
    "matplotlib": _IMAGES,
    "numpy": _WEIGHTS,
    "PIL": _IMAGES,
    "pygls": _EDITORS,
    "ray": ("--on ray needs", install("ray")),
    "safetensors": _WEIGHTS,
}
"""What may be missing: who needs it, and how it is installed."""
_UNWRITTEN = (errno.ENOSPC, errno.EDQUOT, errno.EIO)


class Verbs(click.Group):
    """The group of verbs, which lists names and summaries without importing the verbs."""

    def list_commands(self, ctx: click.Context) -> list[str]:
        """List the verbs in the order of help."""
        return list(VERBS)

    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command | None:
        """Import a verb."""
        if cmd_name not in VERBS:
            return None
        folder = f"{cmd_name}_" if iskeyword(cmd_name) else cmd_name
        found = import_module(f"archspec.commands.{folder}.options").command
        return found if isinstance(found, click.Command) else None

    def resolve_command(
        self, ctx: click.Context, args: list[str]
    ) -> tuple[str | None, click.Command | None, list[str]]:
        """Find the verb; suggest the nearest for an unknown one."""
        if args[0] not in VERBS and not args[0].startswith("-") and not ctx.resilient_parsing:
            from archspec.commands.arguments import did_you_mean

            ctx.fail(f"there is no verb `{args[0]}`{did_you_mean(args[0], VERBS)}")
        return super().resolve_command(ctx, args)

    def format_commands(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:
        """List the verbs with their summaries."""
        with formatter.section("Verbs"):
            formatter.write_dl(list(VERBS.items()))

    def invoke(self, ctx: click.Context) -> object:
        """Run the verb; turn interrupts, broken pipes and full disks into exit statuses."""
        try:
            return super().invoke(ctx)
        except KeyboardInterrupt:
            ctx.exit(_INTERRUPTED)
        except click.ClickException as error:
            from archspec.rendering.excerpt import seen

            error.message = seen(error.message)  # type: ignore[misc]  # final for subclasses
            raise
        except BrokenPipeError:
            _fall_silent()
            ctx.exit(_UNHEARD)
        except OSError as error:
            if error.errno not in _UNWRITTEN:
                raise
            _misused(ctx, f"cannot write: {error.strerror}")
        except ModuleNotFoundError as error:
            library = (error.name or "").partition(".")[0]
            if library not in _LIBRARIES:
                raise
            who, help = _LIBRARIES[library]
            _misused(ctx, f"{who} {library}, which is not installed: {help}")


def _fall_silent() -> None:
    """Discard further output, since the reader of a pipe, such as `head`, has exited."""
    nowhere = os.open(os.devnull, os.O_WRONLY)
    for stream in (sys.stdout, sys.stderr):
        os.dup2(nowhere, stream.fileno())


def _misused(ctx: click.Context, message: str) -> NoReturn:
    from archspec.commands.output import MISUSED

    click.echo(f"Error: {message}", err=True)
    ctx.exit(MISUSED)


@click.group(cls=Verbs, context_settings={"help_option_names": ["-h", "--help"]})
@click.version_option(__version__, package_name="archspec-nn", message="archspec %(version)s")
@click.pass_context
def command(context: click.Context) -> None:
    """Check, count, show and build neural networks that are written as specs.

    A SPEC is a file, `-` for standard input, `zoo:NAME` for one that came with archspec, or
    REVISION:PATH for a file as it was in git; #NAME behind it is one of its variants. The exit
    status is 0 if all is well, 1 if a spec is wrong, 2 if the command is.
    """
    context.color = True if is_forced() else None


def main() -> None:
    """Run the command line and leave with its exit status."""
    signal(
        SIGTERM, lambda *_: sys.exit(_TERMINATED)
    )  # unwinds, so that half-written files are removed
    for name in ("stdout", "stderr"):
        if getattr(sys, name) is None:
            setattr(sys, name, Path(os.devnull).open("w"))  # noqa: SIM115  # as long as we run
    for stream in (sys.stdout, sys.stderr):
        stream.reconfigure(errors="backslashreplace")  # type: ignore[union-attr]
    notice = foreign_installation()
    if notice:
        click.echo(notice, err=True)
    try:
        command(prog_name="archspec")
    finally:
        signal(SIGTERM, SIG_DFL)  # nothing is left that could be half written
