"""Specs with bytes changed at random: every verb that reads them answers in words."""

from __future__ import annotations

import random
from pathlib import Path

import pytest

from tests.commands.running import ROOT, run

SEEDS = 40
TOKENS = (
    *"conv 3x3 /2 residual: concat: x - [ ] { } : , from in_channels * ( ) 1e400 -1".split(),
    *(
        "\t",
        "\r",
        "\0",
        "\x1b",
        "\u2028",
        "\x85",
        "!!python/object:os.system",
        "<<:",
        "---",
        "~",
        "&a",
        "*a",
    ),
)
ORDERS = (
    ("check", "--format", "text"),
    ("check", "--format", "json"),
    ("check", "--format", "github"),
    ("fmt", "--check"),
    ("fmt", "--diff"),
)


def mutated(text: bytes, chance: random.Random) -> bytes:
    """Change a few places: a byte, a stretch that goes or comes twice, a token that comes."""
    content = bytearray(text)
    for _ in range(chance.randint(1, 6)):
        start = chance.randrange(len(content) or 1)
        end = start + chance.choice((1, 2, 20))
        stretch = bytes(content[start:end])
        token = chance.choice(TOKENS).encode()
        byte = bytes([chance.randrange(256)])
        content[start:end] = chance.choice((b"", stretch * 2, token, token + stretch, byte))
    return bytes(content)


@pytest.mark.parametrize("seed", range(SEEDS))
def test_a_mutated_spec_is_refused_in_words_or_read(seed: int, tmp_path: Path) -> None:
    chance = random.Random(seed)  # noqa: S311  # the same mutations every time
    file = tmp_path / "net.yaml"
    spec = chance.choice(sorted((ROOT / "specs").glob("*.yaml")))
    head, _, rest = spec.read_bytes().partition(b"\n")
    file.write_bytes(head + b"\n" + mutated(rest, chance))
    for verb, *options in ORDERS:
        found = run(verb, file, *options)
        assert found.exit_code in (0, 1), found.output
        assert found.exception is None or isinstance(found.exception, SystemExit)
