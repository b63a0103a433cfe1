"""The first line of a review: what changed, what it costs, whether checkpoints load and compute.

The ten changes that reviews see most; numbers are derived by hand from the network below.
"""

from __future__ import annotations

import re
from xml.etree.ElementTree import fromstring

import pytest

from archspec.diffs.comparison import Comparison, compare
from archspec.diffs.report import drawn, markdown, record, review_page, text
from archspec.diffs.report.headline import headline
from tests.commands.running import ROOT
from tests.diff.reading import graphs_of, load

SVG = "http://www.w3.org/2000/svg"
SPEC = """\
archspec: 1
name: small
input: 16x16x3
parts:
  block:
    options: [k]
    steps:
      - concat:
          narrow: conv 1x1 k
          wide: [conv 1x1 4, conv 3x3 k]
network:
  - conv 3x3 8 /2 norm=batch_norm activation=relu as first
  - block k=8
  - max_pool 2x2 /2
  - global_avg_pool
  - dense 10 as logits
"""
"""Parameters: first 9*3*8 + 2*8 = 232; block 8*8+8 + 8*4+4 + 9*4*8+8 = 404; logits 170; 806 in all.

MACs: first 64*216 = 13,824; block 64*(64 + 32 + 288) = 24,576; logits 160; 38,560 in all.
Tensors: first 5 (weight, and a norm's four), block 6, logits 2; 13 in all.
"""

GATE = """\
  gate:
    steps:
      - multiply:
          features: identity
          gate: [global_avg_pool, dense 4 activation=relu, dense 16 activation=sigmoid]
network:
"""

MAPPED = "checkpoints do not load; with a map they load and compute the same"
SCENARIOS = {
    # narrow and wide get 4 filters more: 4*9 + 4*37 = 184; logits take 8 channels more: 80.
    # MACs: 64*4*(8 + 36) = 11,264, and 80. Five tensors are touched: 2 + 2, and the logits' weight.
    "widen k": (
        [("k=8", "k=12")],
        (
            "block k 8→12",
            "+32.8 % parameters, +29.4 % MACs",
            "checkpoints do not load (5 of 13 tensors); computes otherwise",
        ),
    ),
    # 9*16*16 + 16 = 2,320 parameters at 8x8: 64*2,304 = 147,456 MACs; 2 tensors more.
    "insert": (
        [("  - max_pool", "  - conv 3x3 16 as more\n  - max_pool")],
        (
            "conv 3x3 16 as more inserted",
            "+287.8 % parameters, +382.4 % MACs",
            "checkpoints do not load (2 of 15 tensors); computes otherwise",
        ),
    ),
    # 404 parameters and six tensors go, and logits take 8 channels less: 80.
    "delete": (
        [("  - block k=8\n", "")],
        (
            "block k=8 removed",
            "-60.0 % parameters, -63.9 % MACs",
            "checkpoints do not load (1 of 7 tensors); computes otherwise",
        ),
    ),
    "reorder": (
        [
            ("          narrow: conv 1x1 k\n", ""),
            ("conv 3x3 k]\n", "conv 3x3 k]\n          narrow: conv 1x1 k\n"),
        ],
        (
            "order of concat narrow, wide → wide, narrow",
            "costs the same",
            "checkpoints load but compute otherwise",
        ),
    ),
    # A quarter of the grid: 3,456 and 6,144 MACs in place of 13,824 and 24,576.
    "stride": (
        [("3x3 8 /2", "3x3 8 /4")],
        ("conv stride 2→4 at first", "-74.7 % MACs", "checkpoints load but compute otherwise"),
    ),
    "rename": (
        [("as logits", "as classes")],
        (
            "name of dense logits→classes",
            "costs the same",
            f"{MAPPED} (2 moved of 13 tensors)",
        ),
    ),
    "extract a module": (
        [
            (
                "network:\n",
                "  entry:\n    steps: [conv 3x3 8 /2 norm=batch_norm activation=relu]\nnetwork:\n",
            ),
            ("  - conv 3x3 8 /2 norm=batch_norm activation=relu as first\n", "  - entry\n"),
        ],
        (
            "grouping written out → module entry",
            "costs the same",
            f"{MAPPED} (5 moved of 13 tensors)",
        ),
    ),
    "activation": (
        [("activation=relu", "activation=silu")],
        (
            "conv activation relu→silu at first",
            "costs the same",
            "checkpoints load but compute otherwise",
        ),
    ),
    # Four times the cells: 3 * (13,824 + 24,576) MACs more.
    "input size": (
        [("16x16x3", "32x32x3")],
        ("input 16x16x3→32x32x3", "+298.8 % MACs", "checkpoints load"),
    ),
    # 16*4 + 4 and 4*16 + 16 = 148 parameters, 128 MACs, four tensors.
    "SE gate": (
        [("network:\n", GATE), ("  - max_pool", "  - gate\n  - max_pool")],
        (
            "gate inserted",
            "+18.4 % parameters, +0.3 % MACs",
            "checkpoints do not load (4 of 17 tensors); computes otherwise",
        ),
    ),
}


ANSWERS = {
    "widen k": ("no", "otherwise"),
    "insert": ("no", "otherwise"),
    "delete": ("no", "otherwise"),
    "reorder": ("yes", "otherwise"),  # the same channels stand elsewhere
    "stride": ("yes", "otherwise"),
    "rename": ("with a map", "the same"),
    "extract a module": ("with a map", "the same"),
    "activation": ("yes", "otherwise"),
    "input size": ("yes", "the same"),  # the same operators run on another grid
    "SE gate": ("no", "otherwise"),
}
"""Whether an old checkpoint loads, and what the network computes then."""


def changed(name: str) -> str:
    """Write the spec of a scenario."""
    edits, _ = SCENARIOS[name]
    new = SPEC
    for before, after in edits:
        assert before in new
        new = new.replace(before, after)
    return new


def compared(name: str) -> Comparison:
    return compare(load(SPEC), load(changed(name)))


def expected(name: str) -> str:
    changes, costs, checkpoints = SCENARIOS[name][1]
    return f"{changes}: {costs}; {checkpoints}"


@pytest.mark.parametrize("name", SCENARIOS)
def test_the_first_line_says_what_a_reviewer_asks(name: str) -> None:
    assert str(headline(compared(name))) == expected(name)


@pytest.mark.parametrize("name", SCENARIOS)
def test_the_first_line_says_whether_checkpoints_load_and_it_computes_otherwise(name: str) -> None:
    line = str(headline(compared(name)))
    loads = "no" if "do not load" in line else "yes"
    loads = "with a map" if "with a map they load" in line else loads
    assert (loads, "otherwise" if "otherwise" in line else "the same") == ANSWERS[name]


def test_a_wider_reduction_of_inception_v4_is_said_as_the_readme_has_it() -> None:
    # 64 filters more of 384 weights and two numbers of a norm, and 224 filters that take them
    # through 9 weights each: 64*(384 + 2) + 9*64*224 of 42,679,816, at 35x35 of 12,253,974,624.
    assert 64 * (384 + 2) + 9 * 64 * 224 == 153_728
    assert 35 * 35 * (64 * 384 + 9 * 64 * 224) == 188_160_000
    script = {"spec": "inception_v4", "edits": [{"old": "k=192", "new": "k=256"}]}
    line = str(headline(compare(*graphs_of(script))))
    assert line == (
        "reduction_a k 192→256: +0.4 % parameters, +1.5 % MACs; "
        "checkpoints do not load (6 of 747 tensors); computes otherwise"
    )
    assert f"\n{line}\n" in (ROOT / "README.md").read_text("utf-8")


@pytest.mark.parametrize("name", SCENARIOS)
def test_every_format_begins_with_the_headline(name: str) -> None:
    comparison, line = compared(name), expected(name)
    assert text.render(comparison).splitlines()[0] == line
    assert text.line(comparison) == line
    assert markdown.render(comparison).splitlines()[0] == f"### {line}"
    found = record.record(comparison)
    assert list(found)[:2] == ["verdict", "headline"]
    assert (found["verdict"], found["headline"]) == (str(comparison.judgement.verdict), line)
    assert drawn.mermaid(comparison).splitlines()[1] == f'title: "{line}"'
    assert drawn.dot(comparison).splitlines()[0] == f'digraph "{line}" {{'
    picture = drawn.svg(comparison)
    assert f"<title>{line}</title>".encode() in picture
    seen = (text.text for text in fromstring(picture).iter(f"{{{SVG}}}text"))  # noqa: S314
    assert " ".join(filter(None, seen)).startswith(line)
    page = review_page.html(comparison).decode()
    assert f"<title>{line}</title>" in page
    heading = page.partition('<h1 id="headline">')[2].partition("</h1>")[0]
    assert re.sub("<[^>]*>", "", heading) == line
