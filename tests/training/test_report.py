"""The report of a training says what came of it, and nothing in it is obeyed by a browser."""

from __future__ import annotations

import json
import re
from collections.abc import Mapping
from dataclasses import replace
from html.parser import HTMLParser
from pathlib import Path
from typing import Any

import pytest

from archspec import api
from archspec.standalone.recipe import SGD, OneCycle, Recipe
from archspec.training.outcome import Outcome, outcome
from archspec.training.report import Judged, Mistake, Subject, page
from tests.training import networks

HOSTILE = "<script>alert(1)</script>\x1b[31m"
TEST = {"loss": 0.25, "top1": 0.93, "top5": 0.999}
PIXEL = b'<svg xmlns="http://www.w3.org/2000/svg" width="1" height="1"/>'
EMBEDDED = "data:image/svg+xml;base64,"


class Reader(HTMLParser):
    """Gathers the elements of a page, what they are given, and its text."""

    def __init__(self, text: str) -> None:
        super().__init__()
        self.elements: list[tuple[str, Mapping[str, str | None]]] = []
        self.open: list[str] = []
        self.texts: list[str] = []
        self.feed(text)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.elements.append((tag, dict(attrs)))
        if tag not in ("meta", "img"):
            self.open.append(tag)

    def handle_endtag(self, tag: str) -> None:
        assert self.open.pop() == tag

    def handle_data(self, data: str) -> None:
        self.texts.append(data)


@pytest.fixture
def subject(tmp_path: Path) -> Subject:
    """Make a training of the small network whose names are those of a stranger."""
    facts = {"data": HOSTILE, "framework": "torch 2.9", "archspec": "1.0", "digest": "ab"}
    recipe = Recipe(name="small", optimizer=SGD(rate=0.2), batch=8, epochs=2, schedule=OneCycle())
    mistake = Mistake(HOSTILE, images=50, share=0.8, taken_for="cat", taken=7)
    return Subject(
        graph=api.load(networks.write(tmp_path)[0]),
        recipe=recipe,
        facts={**facts, "params": {"classes": 10}},
        sources={"spec/tiny.yaml": f"name: tiny # {HOSTILE}\n"},
        run=tmp_path / "a run",
        again="archspec train tiny.yaml",
        curves=PIXEL,
        judged=Judged(PIXEL, [mistake], {HOSTILE: "it is no image"}),
    )


def come(tmp_path: Path, epochs: int, **times: Any) -> Outcome:
    """Write and read the log of a training that has come to some epoch."""
    lines = [{"step": 5, "broken": f"train/{HOSTILE}.png"}]
    for epoch in range(1, epochs + 1):
        lines.append({"step": 10 * epoch, "epoch": epoch, "rate": 0.1, "loss": 1.0, "top1": 0.5})
        lines.append({"step": 10 * epoch, "epoch": epoch, "test": TEST})
    (tmp_path / "log.jsonl").write_text("".join(f"{json.dumps(each)}\n" for each in lines))
    return outcome(tmp_path)


def test_a_report_tells_scores_recipe_sheet_and_worst_classes(
    subject: Subject, tmp_path: Path
) -> None:
    text = " ".join(" ".join(Reader(page(subject, come(tmp_path, 2))).texts).split())
    for told in (
        "tiny, trained by the recipe small finished, after step 20",
        "7.00 % top-1 error 0.10 % top-5 error 0.2500 test loss 2 of 2 epochs",
        "optimizer sgd rate=0.2 momentum=0.9 nesterov=false",
        "input 12x12x1; 1,930 parameters",
        "cat 7 50 80.00 %",
        "1 of those learned from and 1 held out cannot be decoded",
        "archspec evaluate '",
    ):
        assert told in text, told


def test_a_report_on_the_way_says_how_to_go_on_and_one_at_the_end_does_not(
    subject: Subject, tmp_path: Path
) -> None:
    pages = [page(subject, come(tmp_path, epochs)) for epochs in (1, 2)]
    assert ["--resume" in each for each in pages] == [True, False]
    assert ["under way" in each for each in pages] == [True, False]


def test_nothing_that_strangers_write_is_obeyed(subject: Subject, tmp_path: Path) -> None:
    text = page(replace(subject, again=HOSTILE), come(tmp_path, 1))
    read = Reader(text)
    assert "script" not in {tag for tag, _ in read.elements}
    assert "\x1b" not in text
    assert text.count("&lt;script&gt;alert(1)&lt;/script&gt;") == 8
    policy = next(given["content"] for _, given in read.elements if "http-equiv" in given)
    assert str(policy).startswith("default-src 'none'; img-src data:")


def test_a_report_needs_nothing_but_itself(subject: Subject, tmp_path: Path) -> None:
    read = Reader(page(subject, come(tmp_path, 1)))
    assert read.open == []
    sources = [str(given["src"]) for _, given in read.elements if "src" in given]
    assert len(sources) == 2
    assert all(each.startswith(EMBEDDED) for each in sources)
    assert not [tag for tag, given in read.elements if {"href", "onload"} & given.keys()]


def test_a_report_before_the_first_test_has_no_scores(subject: Subject, tmp_path: Path) -> None:
    text = page(replace(subject, judged=None), come(tmp_path, 0))
    assert "images/s" not in text
    assert "top-1 error" not in re.sub(r"<details>.*?</details>", "", text, flags=re.DOTALL)


def test_the_time_of_a_training_leaves_out_where_it_was_stopped(tmp_path: Path) -> None:
    (tmp_path / "times.jsonl").write_text(
        '{"start": 0, "place": "cpu", "processes": 1}\n'
        '{"step": 5, "images_per_second": 90.0, "seconds": 7}\n'
        '{"step": 10, "images_per_second": 100.0, "seconds": 14}\n'
        '{"start": 5, "place": "gpu", "processes": 2}\n'
        '{"step": 10, "images_per_second": 800.0, "seconds": 3}\n'
    )
    found = outcome(tmp_path)
    assert (found.seconds, found.images_per_second) == (17, 100)
    assert (found.place, found.processes) == ("gpu", 2)
