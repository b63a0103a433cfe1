"""A recipe while it is being read: the values of fields as far as they are known."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any

from archspec.diagnostic import Diagnostic, Label, Report
from archspec.language.yaml.values import Scalar, Value
from archspec.source import Span
from archspec.standalone.recipe import Recipe
from archspec.training.recipes.fields import Field
from archspec.training.recipes.keys import Broken, read_key
from archspec.training.recipes.rules import Conflict, conflicts


@dataclass
class RecipeDraft:
    """Values by field, and where they are written; a field whose value was reported has none."""

    report: Report
    values: dict[str, Any]
    spans: dict[str, Span] = field(default_factory=dict)

    def take(self, wanted: Field, key: Scalar, value: Value) -> None:
        """Read the value of a key, or report it."""
        self.spans[wanted.attribute] = value.span
        try:
            self.values[wanted.attribute] = read_key(wanted, key, value, self.report)
        except Broken:
            self.values.pop(wanted.attribute, None)

    def check_rules(self) -> None:
        """Report values that contradict each other."""
        for conflict in conflicts(self.values):
            labels = tuple(self._labels(conflict))
            self.report(Diagnostic("recipe/conflict", conflict.message, labels, conflict.fix))

    def _labels(self, conflict: Conflict) -> Iterator[Label]:
        """Place what is to blame, and what it is held to."""
        for name in dict.fromkeys((conflict.blamed, conflict.beside)):
            if name in self.spans:
                yield Label(self.spans[name], "" if name == conflict.blamed else f"the {name}")

    def finish(self) -> Recipe:
        """Make the recipe, if nothing was reported."""
        return Recipe(**self.values)
