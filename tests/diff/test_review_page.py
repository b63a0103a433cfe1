"""The review page as HTML: what it says without a script, and what its script is given."""

from __future__ import annotations

import json
from html.parser import HTMLParser

from archspec.diffs.comparison import Comparison, compare
from archspec.diffs.report import review_page
from archspec.diffs.report.review_items import listed
from archspec.diffs.report.union import union
from archspec.views.options import Options
from tests.diff.reading import load
from tests.diff.test_headlines import ANSWERS, SCENARIOS, compared, expected

HEAD = "archspec: 1\nname: small\ninput: 8x8x4\n"


class Told(HTMLParser):
    """What a page says before its program: the text of each element that has an id."""

    def __init__(self, page: bytes) -> None:
        super().__init__()
        self.open: list[str] = []
        self.texts: dict[str, str] = {}
        self.scripts = 0
        self.feed(page.decode())

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        """Enter an element."""
        self.scripts += tag == "script"
        if tag not in ("meta", "input", "br"):
            self.open.append(dict(attrs).get("id") or "")

    def handle_endtag(self, tag: str) -> None:
        """Leave an element."""
        self.open.pop()

    def handle_data(self, data: str) -> None:
        """Add to the elements around."""
        for name in filter(None, self.open):
            self.texts[name] = self.texts.get(name, "") + data


def between(old: str, new: str) -> Comparison:
    return compare(load(f"{HEAD}{old}"), load(f"{HEAD}{new}"))


def labels(comparison: Comparison) -> list[str]:
    return [each.item.label for each in listed(union(comparison.difference), Options())]


def test_the_headline_the_answers_and_the_edits_are_there_without_a_script() -> None:
    told = Told(review_page.html(compared("widen k"))).texts
    assert told["headline"] == expected("widen k")
    assert "parameters: 806 → 1,070 (+264, +32.8 %)" in told["review"]
    assert "it computes otherwise" in told["review"]
    assert "spec.yaml:13 → spec.yaml:13" in told["edits"]
    assert "block +184+11,264logits+80+80".replace(" ", "") in told["edits"]


def test_whether_it_computes_otherwise_is_said_apart_from_what_loads() -> None:
    said = {name: Told(review_page.html(compared(name))).texts["review"] for name in SCENARIOS}
    same = {name for name, text in said.items() if "it computes the same" in text}
    assert same == {name for name, (_, computes) in ANSWERS.items() if computes == "the same"}


def test_a_script_finds_the_boxes_of_each_edit() -> None:
    told = Told(review_page.html(compared("SE gate"))).texts
    changes, record = json.loads(told["changes"]), json.loads(told["data"])
    ((box,),) = changes["edits"]
    assert record["texts"][record["items"][box][2]] == "+ Gate"


def test_values_before_and_after_are_given_by_side() -> None:
    told = Told(review_page.html(between("network: [conv 1x1 4]", "network: [conv 1x1 8]"))).texts
    texts = [label for label, _ in json.loads(told["changes"])["labels"].values()]
    assert [["~ 1x1 conv (", ""], ["4", "old"], ["8", "new"], [" Linear)", ""]] in texts


def test_what_a_label_does_not_say_stands_beside_the_type() -> None:
    comparison = between("network: [batch_norm]", "network: [batch_norm epsilon=0.01]")
    box = listed(union(comparison.difference), Options())[-1].item
    assert (box.label, box.shape) == ("~ Batch norm", "8x8x4; epsilon 0.001 → 0.01")


def test_runs_of_unchanged_steps_are_one_box() -> None:
    old = "network: [relu, conv 1x1 4, relu, max_pool 2x2, conv 3x3 4, relu, relu, relu]"
    found = labels(between(old, old.replace("3x3 4", "3x3 8")))
    assert [each for each in found if "steps" in each] == [
        "4 steps unchanged",
        "3 steps that follow",
    ]


def test_of_equal_copies_that_changed_one_is_open() -> None:
    old = "parts: {two: [conv 1x1 4, conv 3x3 4]}\nnetwork: [5 x two]"
    both = union(between(old, old.replace("3x3 4]", "5x5 4]")).difference)
    found = {each.path: each.item for each in listed(both, Options())}
    copies = [found[f"two.{at}"].is_open for at in range(5)]
    assert copies == [True, False, False, False, False]


def test_what_a_spec_says_is_no_markup() -> None:
    nasty = "<b>'</script><script>document.title=1</script>"
    old = load(f'archspec: 1\nname: small\nsource: "{nasty}"\ninput: 8\nnetwork: [dense 4]')
    new = load(f'{HEAD.replace("8x8x4", "8")}doc: "{nasty}"\nnetwork: [dense 5]  # {nasty}')
    page = review_page.html(compare(old, new))
    assert Told(page).scripts == 4  # what changed, the record, the libraries, the program
    assert nasty.encode() not in page


def test_long_lists_end_with_a_count() -> None:
    old, new = (
        ", ".join(f"conv 1x1 {4 + more + at} as s{at}" for at in range(300)) for more in (0, 1)
    )
    told = Told(review_page.html(between(f"network: [{old}]", f"network: [{new}]"))).texts["edits"]
    assert "300 edits" in told
    assert "... and 100 more edits" in told
    assert "600 reshaped" in told  # a weight and a bias each
    assert "... and 590 more" in told
