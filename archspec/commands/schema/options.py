"""``archspec schema``: the JSON Schema of specs, or of recipes."""

from __future__ import annotations

import click


@click.command(epilog="Example: archspec schema > archspec-1.json")
@click.argument("document", type=click.Choice(("spec", "recipe")), default="spec")
def command(document: str) -> None:
    """Print the JSON Schema (draft-07) of specs, or of recipes, for editors.

    An editor that knows YAML's language server takes it from a comment in the document:
    # yaml-language-server: $schema=archspec-1.json
    """
    from archspec.commands.output import print_json

    if document == "spec":
        from archspec.language.schema.spec_schema import schema
    else:
        from archspec.training.recipes.schema import schema
    print_json(schema())
