"""``archspec schema``: the JSON Schema of specs."""

from __future__ import annotations

import click


@click.command(epilog="Example: archspec schema > archspec-1.json")
def command() -> None:
    """Print the JSON Schema (draft-07) of specs, for editors.

    An editor that knows YAML's language server takes it from a comment in the spec:
    # yaml-language-server: $schema=archspec-1.json
    """
    from archspec.commands.output import print_json
    from archspec.language.schema.spec_schema import schema

    print_json(schema())
