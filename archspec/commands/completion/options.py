"""``archspec completion``: completing commands in a shell."""

from __future__ import annotations

import click
from click.shell_completion import ShellComplete, get_completion_class

_VARIABLE = "_ARCHSPEC_COMPLETE"


@click.command(epilog='Example: eval "$(archspec completion bash)"')
@click.argument("shell", type=click.Choice(("bash", "zsh", "fish")))
@click.pass_context
def command(context: click.Context, shell: str) -> None:
    """Print the script that completes verbs, options and specs in SHELL.

    Let a shell read it at its start: bash in ~/.bashrc, zsh in ~/.zshrc, and fish, which pipes it
    into `source`.
    """
    found = get_completion_class(shell)
    if found is None:
        raise click.UsageError(f"no completion for {shell}")
    completion = found(context.find_root().command, {}, "archspec", _VARIABLE)
    click.echo(ShellComplete.source(completion))
