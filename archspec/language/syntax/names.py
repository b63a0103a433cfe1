"""Names: what may be one, how one stands in a path, and which one was meant."""

from __future__ import annotations

import re
from collections.abc import Iterable

from archspec.language.syntax.owned_names import OWNED

RESERVED = frozenset("x V same valid symmetric linear as from none true false in_channels".split())
"""Words that mean something by themselves in a step string."""

CLAUSES = ("as", "from", "times", "shape")
"""Keys that stand beside the word of a step written as a mapping."""

COUNTED = re.compile(r"(\S+) +x +([a-z]\w*)")
"""How a count stands before a word in a step string; in a mapping it stands under ``times``."""

_NAME = re.compile(r"[a-z](?:[a-z0-9_]*[a-z0-9])?", re.ASCII)
_LONGEST = 64

NAMING = (
    f"a name has lower-case letters, digits and underscores (at most {_LONGEST}), begins with a "
    "letter and ends in no underscore"
)


def naming(text: str) -> str:
    """Say what a name looks like, and which name a text that is none comes near to."""
    near = text.lower().replace("-", "_").strip("_")
    return f"write `{near}`: {NAMING}" if is_name(near) and near not in RESERVED else NAMING


def is_name(text: str) -> bool:
    """Whether ``text`` is a lower-case identifier that does not end in an underscore."""
    return len(text) <= _LONGEST and _NAME.fullmatch(text) is not None


def owned(name: str) -> str:
    """Return ``name``, with one underscore at its end if it is one of those that have it."""
    return f"{name}_" if name in OWNED else name


def output_name(name: str) -> str:
    """Return the name of an output: a step's, or for ``step.output`` what stands behind the dot."""
    return name.rpartition(".")[2]


def nearest(word: str, candidates: Iterable[str], limit: int = 3) -> tuple[str, ...]:
    """List the candidates that ``word`` may have meant, the nearest first.

    What other tools call by this word is the only one. Else near is at most two slips (a letter
    added, lost, changed, or two swapped), one for a short word and none for a single letter; then a
    beginning in common with all of the shorter word; then the same parts among others, as
    ``global_pool`` in ``global_avg_pool``. Capitals and underscores do not count.
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
    """Rank how far a candidate is: its slips, or a rank behind them."""
    plain, target = _plain(word), _plain(other)
    allowed = min(2, (len(plain) + 1) // 3)
    slips = _slips(plain, target) if abs(len(plain) - len(target)) <= allowed else _REMOTE
    if slips <= allowed:
        return slips
    shorter = min(len(plain), len(target))
    if shorter >= _SHORTEST_PREFIX and plain[:shorter] == target[:shorter]:
        return _PREFIX
    parts = set(word.lower().split("_"))
    return _PARTS if parts < set(other.split("_")) else _REMOTE


def _plain(word: str) -> str:
    return word.lower().replace("_", "")


def _slips(word: str, other: str) -> int:
    """Count the slips between two words (Damerau and Levenshtein's optimal alignment)."""
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
