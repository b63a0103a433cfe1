"""The texts of documents outside of steps: params, defaults, inputs and auxiliary heads."""

from __future__ import annotations

from collections.abc import Iterator

from archspec.attributes import show
from archspec.graph import Written
from archspec.language.document.spec import Spec

Fact = tuple[tuple[str, str], Written]


def facts(spec: Spec) -> dict[tuple[str, str], Written]:
    """Collect the texts of a document and of those that it imports from.

    A key is the name of a file and a dotted key: ``params.classes``, ``inputs.data``,
    ``defaults.batch_norm.epsilon``, ``auxiliary.logits``.
    """
    return dict(fact for each in _documents(spec, set()) for fact in _facts(each))


def _documents(spec: Spec, seen: set[str]) -> Iterator[Spec]:
    if spec.source.name in seen:
        return
    seen.add(spec.source.name)
    yield spec
    for module in spec.imported.values():
        yield from _documents(module.spec, seen)


def _facts(spec: Spec) -> Iterator[Fact]:
    file = spec.source.name
    for name, param in spec.params.items():
        yield (file, f"params.{name}"), Written(show(param.value), param.span)
    for name, declared in spec.inputs.items():
        yield (file, f"inputs.{name}"), Written(str(declared.given.type), declared.span)
    for head in spec.auxiliary:
        yield (file, f"auxiliary.{head.name.text}"), Written(head.source.text, head.name.span)
    for word, arguments in spec.defaults.items():
        for name, argument in arguments.items():
            operand = argument.operand
            yield (file, f"defaults.{word}.{name}"), Written(operand.text, operand.span)
