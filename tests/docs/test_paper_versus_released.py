"""The page on the two networks called Inception-ResNet-v2 shows what the diff says today."""

from __future__ import annotations

import re

import pytest

from tests.commands.running import ROOT, run
from tests.docs.pages import DOCS
from tests.golden_files import Golden

PAGE = DOCS / "paper-versus-released.md"
COMMAND = re.compile(r"`archspec (diff [^`]+)`")
BEGIN, END = "<!-- begin -->\n", "<!-- end -->\n"


def test_the_page_shows_what_the_command_prints(
    golden: Golden, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(ROOT)
    text = PAGE.read_text("utf-8")
    command = COMMAND.search(text)
    assert command is not None
    before, rest = text.split(BEGIN)
    _, after = rest.split(END)
    found = run(*command[1].split()).stdout
    golden.assert_kept(PAGE, f"{before}{BEGIN}{found}{END}{after}")


@pytest.mark.parametrize(
    "fact",
    [
        "count of inception_resnet_a: 5 -> 10",
        "count of inception_resnet_b: 10 -> 20",
        "count of inception_resnet_c: 5 -> 9",
        "inception_resnet_c scale=1 activation=none as last_block",
        "conv 1x1 1536",
        "auxiliary head: auxiliary_logits",
        "| parameters | 32,433,928 | 55,843,464 | +23,409,536 | +72.2 % |",
        "| MACs | 9,257,953,632 | 13,155,794,016 | +3,897,840,384 | +42.1 % |",
    ],
)
def test_the_page_has_what_the_release_is_known_to_differ_in(fact: str) -> None:
    # TF-slim's inception_resnet_v2.py beside Figures 15 to 20 and their totals.
    assert fact in PAGE.read_text("utf-8")
