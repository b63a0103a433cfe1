"""Renaming the tensors of a file by regular expressions, in bounded time.

Python's ``re`` backtracks, which can take exponential time and cannot be interrupted, so the rules
run in a process of their own.
"""

from __future__ import annotations

import json
import re
import subprocess
import sys
from collections import Counter
from collections.abc import Mapping, Sequence
from shlex import quote
from typing import Any, NamedTuple

from archspec.diagnostic import Diagnostic, SpecError

SECONDS = 10
"""The time limit for all rules together."""

_CHILD = """
import json, re, sys
rules, names = json.load(sys.stdin)
changes = []
for pattern, replacement in rules:
    try:
        pairs = [re.subn(pattern, replacement, name) for name in names]
    except (re.error, IndexError, OverflowError, RecursionError) as error:
        sys.exit(f"`{pattern}` to `{replacement}`: {error}")
    names = [name for name, _ in pairs]
    if any(len(name) > 4096 for name in names):
        sys.exit(f"`{pattern}` to `{replacement}`: it makes names of more than 4096 characters")
    changes.append(sum(number for _, number in pairs))
json.dump([names, changes], sys.stdout)
"""


class RenameRule(NamedTuple):
    """A regular expression and its replacement, as for ``re.sub``."""

    pattern: str
    replacement: str


def rule(theirs: str, wanted: str, separator: str, beginning: str = "") -> str:
    """Return, quoted for the shell, the rule that renames a tensor and others of its layer.

    ``beginning`` is the prefix of both names in the file.
    """
    old, _, variable = theirs.rpartition(separator)
    new, _, wanted_variable = wanted.rpartition(separator)
    if not (old and new and variable == wanted_variable):
        return f"{quote(f'^{re.escape(beginning + theirs)}$')} {quote(beginning + wanted)}"
    before, after = (f"{beginning}{layer}{separator}" for layer in (old, new))
    return f"{quote(f'^{re.escape(before)}')} {quote(after)}"


def renamed(source: Mapping[str, Any], rules: Sequence[RenameRule]) -> dict[str, Any]:
    """Apply rules to the names of tensors in order; raise ``SpecError``.

    A rule that matches nothing and two tensors with one name are errors.
    """
    if not rules:
        return dict(source)
    names, changes = _run(rules, list(source))
    for rule, changed in zip(rules, changes, strict=True):
        if not changed:
            first = f"; the first is `{next(iter(source))}`" if source else ""
            raise SpecError((_wrong(f"`{rule.pattern}` matches no name of the file{first}"),))
    twice = [name for name, number in Counter(names).items() if number > 1]
    if twice:
        raise SpecError((_wrong(f"several tensors would be called `{twice[0]}`"),))
    return dict(zip(names, source.values(), strict=True))


def _run(rules: Sequence[RenameRule], names: list[str]) -> tuple[list[str], list[int]]:
    command = [sys.executable, "-I", "-S", "-c", _CHILD]
    given = json.dumps([rules, names])
    try:
        done = subprocess.run(
            command, input=given, capture_output=True, text=True, timeout=SECONDS, check=False
        )
    except subprocess.TimeoutExpired:
        reason = f"the rules take more than {SECONDS} seconds"
        help = "nested repetition, such as `(a*)*`, takes exponential time: write it without"
        raise SpecError((_wrong(reason, help),)) from None
    if done.returncode:
        raise SpecError((_wrong(done.stderr.strip()),))
    found, changes = json.loads(done.stdout)
    return found, changes


def _wrong(reason: str, help: str = "") -> Diagnostic:
    plain = r"a rule is a regular expression and its replacement: 'features\.(\d+)' 'stage.\1'"
    return Diagnostic("weights/rename", f"names cannot be changed: {reason}", help=help or plain)
