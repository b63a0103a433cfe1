"""Names: their syntax, their form in paths, and suggestions for misspelt ones."""

from __future__ import annotations

import re
from collections.abc import Iterable

from archspec.language.syntax.owned_names import OWNED

RESERVED = frozenset("x V same valid symmetric linear as from none true false in_channels".split())
"""Words with a meaning of their own in a step string."""

CLAUSES = ("as", "from", "times", "shape")
"""Keys beside the word of a step written as a mapping."""

COUNTED = re.compile(r"(\S+) +x +([a-z]\w*)")
"""A count before a word in a step string; in a mapping it is the value of ``times``."""

_NAME = re.compile(r"[a-z](?:[a-z0-9_]*[a-z0-9])?", re.ASCII)
_LONGEST = 64

NAMING = (
    f"a name has lower-case letters, digits and underscores (at most {_LONGEST}), begins with a "
    "letter and ends in no underscore"
)


def naming(text: str) -> str:
    """Describe the syntax of names, with a correction of ``text`` if there is an obvious one."""
    return "".join(f"write `{near}`: " for near in corrected(text)) + NAMING


def corrected(text: str) -> tuple[str, ...]:
    """Return the name that a text obviously stands for; nothing where there is none."""
    near = text.lower().replace("-", "_").strip("_")
    return (near,) if is_name(near) and near not in RESERVED else ()


def is_name(text: str) -> bool:
    """Whether ``text`` is a lower-case identifier that does not end in an underscore."""
    return len(text) <= _LONGEST and _NAME.fullmatch(text) is not None


def owned(name: str) -> str:
    """Return ``name`` as it appears in paths: with a trailing underscore if it is in ``OWNED``."""
    return f"{name}_" if name in OWNED else name


def output_name(name: str) -> str:
    """Return the name of an output: that of the step, or the last part of ``step.output``."""
    return name.rpartition(".")[2]


def nearest(word: str, candidates: Iterable[str], limit: int = 3) -> tuple[str, ...]:
    """List the candidates that ``word`` may stand for, the most similar first.

    The equivalent of another tool's word is the only suggestion. Otherwise candidates are ranked by
    edit distance up to two, or less for short words; then those of which one is a prefix of the
    other; then those that contain all parts of the word, as ``global_avg_pool`` does of
    ``global_pool``. Case and underscores are ignored.
    """
    from archspec.language.advice import porting

    known = set(candidates)
    meant = [each for each in porting.elsewhere(word[:_LONGEST]) if each in known]
    if meant:
        return (meant[0],)
    ranked = sorted((_remoteness(word[:_LONGEST], each), each) for each in known)
    return tuple(each for remoteness, each in ranked if remoteness <= _PARTS)[:limit]


_PREFIX, _PARTS, _REMOTE = 3, 4, 5
_SHORTEST_PREFIX = 3


def _remoteness(word: str, other: str) -> int:
    """Rank a candidate: its edit distance if that is small, or else a larger rank."""
    plain, target = _plain(word), _plain(other)
    allowed = min(2, (len(plain) + 1) // 3)
    distance = _distance(plain, target) if abs(len(plain) - len(target)) <= allowed else _REMOTE
    if distance <= allowed:
        return distance
    shorter = min(len(plain), len(target))
    if shorter >= _SHORTEST_PREFIX and plain[:shorter] == target[:shorter]:
        return _PREFIX
    parts = set(word.lower().split("_"))
    return _PARTS if parts < set(other.split("_")) else _REMOTE


def _plain(word: str) -> str:
    return word.lower().replace("_", "")


def _distance(word: str, other: str) -> int:
    """Compute the optimal string alignment distance (Damerau 1964, Levenshtein 1966)."""
    rows = [list(range(len(other) + 1))]
    for i, letter in enumerate(word, 1):
        row = [i]
        for j, target in enumerate(other, 1):
            changed = rows[-1][j - 1] + (letter != target)
            row.append(min(rows[-1][j] + 1, row[-1] + 1, changed))
            if i > 1 and j > 1 and letter == other[j - 2] and word[i - 2] == target:
                row[-1] = min(row[-1], rows[-2][j - 2] + 1)
        rows.append(row)
    return rows[-1][-1]
