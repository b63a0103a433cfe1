"""``archspec diff``."""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path
from xml.etree.ElementTree import fromstring

import pytest

from tests.commands.running import ROOT, process, run, run_json
from tests.repositories import SMALL, Repository

SPECS = ROOT / "specs"
PAPER, RELEASED = SPECS / "inception_resnet_v2.yaml", SPECS / "released/inception_resnet_v2.yaml"


@pytest.fixture
def repository(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Repository:
    """Make a repository with one small spec, and stand in it."""
    found = Repository.made(tmp_path)
    monkeypatch.chdir(found.root)
    return found


def test_programs_get_edits_costs_and_the_verdict() -> None:
    found = run_json("diff", PAPER, RELEASED)
    assert found["identical"] is False
    assert found["functional"] is True
    assert found["categories"] == ["interface", "topology", "cost"]
    assert found["delta"]["parameters"] == {
        "before": 32_433_928,
        "after": 55_843_464,
        "change": 23_409_536,
        "percent": 72.176,
    }
    assert found["delta"]["macs"]["change"] == 13_155_794_016 - 9_257_953_632
    assert found["checkpoint"]["loads"] == "no"
    for measure in ("parameters", "macs", "flops", "activations"):
        blamed = sum(
            edit[cost][measure] for edit in found["edits"] for cost in ("delta", "follow_delta")
        )
        assert blamed == found["delta"][measure]["change"]
    inserted = next(edit for edit in found["edits"] if edit["cause"] == "inception_a")
    # Five blocks behind it take and give 320 in place of 384 channels, and so on to the classifier.
    assert inserted["delta"]["parameters"] == 268_320
    assert inserted["follow_delta"]["parameters"] == -808_160 - 268_320
    keys = {"kind", "category", "path", "old_path", "cause", "before", "after", "delta"}
    assert all(keys <= edit.keys() for edit in found["edits"])
    counts = [each for each in found["edits"] if each["what"].startswith("count of")]
    assert [each["cause"].partition(": ")[2] for each in counts] == [
        "5 -> 10",
        "10 -> 20",
        "5 -> 9",
    ]


def test_a_cause_has_its_line_on_both_sides(repository: Repository) -> None:
    repository.change("specs/small.yaml", "dense 10", "dense 20")
    (edit,) = run_json("diff", "HEAD:specs/small.yaml", "specs/small.yaml")["edits"]
    assert edit["cause"] == "dense units: 10 -> 20"
    assert edit["before"] == {
        "text": "10",
        "file": "HEAD:specs/small.yaml",
        "line": 8,
        "column": 11,
    }
    assert edit["after"] == {"text": "20", "file": "specs/small.yaml", "line": 8, "column": 11}


def test_people_read_one_symbol_per_edit_and_totals_last(repository: Repository) -> None:
    repository.change("specs/small.yaml", "  - global", "  - conv 1x1 8\n  - global")
    lines = run("diff", "HEAD:specs/small.yaml", "specs/small.yaml").stdout.splitlines()
    inserted = (
        "conv 1x1 8 inserted at conv_2: +7.4 % parameters, +7.4 % MACs; "
        "checkpoints do not load (2 of 8 tensors); computes otherwise"
    )
    assert lines == [
        inserted,
        "HEAD:specs/small.yaml -> specs/small.yaml: topology, cost",
        "",
        "  + conv 1x1 8",
        "      specs/small.yaml:7: conv_2",
        "      1 node: +72 parameters, +4,096 MACs; 1 follow",
        "  3 nodes unchanged",
        "",
        "               before   after  change",
        "  parameters      970   1,042     +72   +7.4 %",
        "  MACs         55,376  59,472  +4,096   +7.4 %",
        "  activations   1,034   1,546    +512  +49.5 %",
        "",
        "checkpoints: 6 tensors kept, 2 new",
        "",
        "+ 1 inserted",
    ]


def test_text_alone_is_said_in_one_line(repository: Repository) -> None:
    repository.write("specs/small.yaml", f"# a remark\n{SMALL}")
    found = run("diff", "HEAD:specs/small.yaml", "specs/small.yaml")
    assert found.stdout.splitlines()[0] == "identical: the text changed, the network did not"
    assert run("diff", "specs/small.yaml", "specs/small.yaml").stdout.startswith("identical\n")


def test_scripts_learn_from_the_status_whether_networks_differ(repository: Repository) -> None:
    sides = ("HEAD:specs/small.yaml", "specs/small.yaml")
    assert run("diff", *sides, "--exit-code").exit_code == 0
    repository.write("specs/small.yaml", f"# a remark\n{SMALL}")
    assert run("diff", *sides, "--exit-code").exit_code == 0
    repository.change("specs/small.yaml", "dense 10", "dense 20")
    assert run("diff", *sides, "--exit-code").exit_code == 1
    assert run("diff", *sides).exit_code == 0


def test_imports_of_a_revision_come_from_the_same_revision(repository: Repository) -> None:
    repository.write("specs/parts.yaml", "archspec: 1\nparts: {body: [conv 3x3 8]}\n")
    text = SMALL.replace("network:", "import: {parts.yaml: [body]}\nnetwork:\n  - body")
    repository.write("specs/small.yaml", text)
    repository.commit("Use a part")
    repository.write("specs/parts.yaml", "archspec: 1\nparts: {body: [conv 5x5 8]}\n")
    (edit,) = run_json("diff", "HEAD:specs/small.yaml", "specs/small.yaml")["edits"]
    assert edit["cause"] == "conv kernel: 3x3 -> 5x5"
    assert edit["after"]["file"] == "specs/parts.yaml"


@pytest.mark.parametrize("form", ["text", "markdown", "json", "html", "svg", "dot", "mermaid"])
def test_the_same_specs_give_the_same_bytes(form: str) -> None:
    found = {
        process("diff", PAPER, RELEASED, "--format", form, PYTHONHASHSEED=seed).stdout
        for seed in ("1", "2")
    }
    assert len(found) == 1
    assert found.pop()


def test_a_diff_loads_no_framework(tmp_path: Path) -> None:
    arguments = ["archspec", "diff", str(PAPER), str(RELEASED), "-o", str(tmp_path / "diff.html")]
    code = (
        "import contextlib, sys\n"
        f"sys.argv = {arguments!r}\n"
        "from archspec.commands.main import main\n"
        "with contextlib.suppress(SystemExit):\n"
        "    main()\n"
        "print(*{name.partition('.')[0] for name in sys.modules})"
    )
    done = subprocess.run(
        [sys.executable, "-c", code], cwd=ROOT, capture_output=True, text=True, check=True
    )
    heavy = {"torch", "tensorflow", "keras", "numpy", "safetensors", "networkx"}
    assert heavy & set(done.stdout.splitlines()[-1].split()) == set()


def test_the_ending_of_a_file_names_the_format(tmp_path: Path) -> None:
    beginnings = {
        "diff.md": "### count of inception_resnet_b 10→20",
        "diff.json": "{",
        "diff.html": "<!doctype html>",
        "diff.dot": "digraph",
        "diff.mmd": '---\ntitle: "count of inception_resnet_b 10→20',
        "diff.txt": "count of inception_resnet_b 10→20",
    }
    for name, beginning in beginnings.items():
        process("diff", PAPER, RELEASED, "-o", tmp_path / name)
        assert (tmp_path / name).read_text("utf-8").lower().startswith(beginning)


def test_a_picture_holds_what_came_and_what_went(tmp_path: Path) -> None:
    assert run("diff", PAPER, RELEASED, "-o", tmp_path / "diff.svg").exit_code == 0
    root = fromstring((tmp_path / "diff.svg").read_bytes())  # noqa: S314  # our own file
    texts = [text.text for text in root.iter("{http://www.w3.org/2000/svg}text")]
    assert "+ 5 x Inception-resnet-A" in texts
    assert "- Filter concat of short, long" in texts


def test_the_page_says_what_became_of_everything() -> None:
    page = run("diff", PAPER, RELEASED, "--format", "html").stdout
    for kind in ("unchanged", "follows", "inserted", "removed", "changed"):
        assert f'["{kind}","#' in page
    assert "inserted: count of inception_resnet_a: 5 -\\u003e 10" in page


def test_a_map_is_what_weights_import_takes(repository: Repository) -> None:
    repository.change("specs/small.yaml", "dense 10 as logits", "dense 10 as classes")
    sides = ("HEAD:specs/small.yaml", "specs/small.yaml")
    assert run("diff", *sides, "--emit-map", "map.json").exit_code == 0
    found = json.loads(Path("map.json").read_text("utf-8"))
    assert found["tensors"]["classes.fully_connected.weight"] == "logits.fully_connected.weight"
    assert found["tensors"]["conv.conv2d.bias"] == "conv.conv2d.bias"
    assert (found["verdict"], found["new"], found["dropped"]) == ("does not load", [], [])
    assert {side: each["name"] for side, each in found["specs"].items()} == {
        "old": "small",
        "new": "small",
    }
    assert json.loads(run("diff", *sides, "--emit-map").stdout) == found


def test_a_pull_request_reads_the_verdict_first() -> None:
    lines = run("diff", PAPER, RELEASED, "--format", "markdown").stdout.splitlines()
    assert lines[0].endswith("checkpoints do not load (631 of 1,102 tensors); computes otherwise")
    assert lines[2].startswith(
        "`specs/released/inception_resnet_v2.yaml`: interface, topology, cost"
    )
    assert "```mermaid" in lines
    assert lines.count("</details>") == 3


def network(steps: int, least: int) -> str:
    """Write a spec whose every name is long, and every step another."""
    rows = (f"  - conv 1x1 {least + at} as {'a' * 40}_{at}" for at in range(steps))
    return "archspec: 1\nname: long\ninput: 8x8x4\nnetwork:\n" + "\n".join(rows) + "\n"


def test_a_comment_is_never_too_long_for_github(tmp_path: Path) -> None:
    old, new = tmp_path / "old.yaml", tmp_path / "new.yaml"
    old.write_text(network(2000, 1), "utf-8")
    new.write_text(network(2000, 2), "utf-8")
    found = run("diff", old, new, "--format", "markdown").stdout
    assert "... and 1,900 more edits" in found
    assert len(found) < 65_536


def test_texts_of_a_spec_can_neither_end_code_nor_be_markup(repository: Repository) -> None:
    step = "dense 10 as logits"
    repository.change("specs/small.yaml", step, f"{step}  # `|` </details> <script>")
    repository.change("specs/small.yaml", "name: small", "name: other")
    found = run("diff", "HEAD:specs/small.yaml", "specs/small.yaml", "--format", "markdown").stdout
    assert "<script>" not in found


class TestWhatGoesWrong:
    """Whatever is missing or broken, something useful is said, and no traceback."""

    def test_a_spec_that_is_broken_now(self, repository: Repository) -> None:
        repository.change("specs/small.yaml", "dense 10", "danse 10")
        found = run("diff", "HEAD:specs/small.yaml", "specs/small.yaml")
        assert found.exit_code == 1
        assert "specs/small.yaml has no network to compare" in found.stderr
        assert "error[word/unknown]" in found.stderr

    def test_a_status_of_1_says_that_networks_differ_not_that_one_is_broken(
        self, repository: Repository
    ) -> None:
        repository.change("specs/small.yaml", "dense 10", "danse 10")
        assert (
            run("diff", "HEAD:specs/small.yaml", "specs/small.yaml", "--exit-code").exit_code == 2
        )

    def test_diagnostics_that_were_there_before_are_not_told_again(
        self, repository: Repository
    ) -> None:
        repository.change("specs/small.yaml", "dense 10", "danse 10")
        repository.commit("Break it")
        repository.change("specs/small.yaml", "- global_avg_pool", "- globe")
        found = run_json("diff", "HEAD:specs/small.yaml", "specs/small.yaml")
        assert found["broken"] == ["old", "new"]
        assert [each["message"].split("`")[1] for each in found["diagnostics"]] == ["globe"]

    @pytest.mark.parametrize("turned", [False, True])
    def test_beside_a_side_that_cannot_be_read_both_sides_faults_are_told(
        self, turned: bool, repository: Repository
    ) -> None:
        repository.change("specs/small.yaml", "dense 10", "danse 10")
        sides = ["nosuch:specs/small.yaml", "specs/small.yaml"]
        found = run("diff", *(reversed(sides) if turned else sides))
        assert found.exit_code == 2
        assert "error[file/no-revision]" in found.stderr
        assert "error[word/unknown]" in found.stderr

    def test_a_spec_that_was_broken(self, repository: Repository) -> None:
        repository.change("specs/small.yaml", "dense 10", "danse 10")
        repository.commit("Break it")
        repository.write("specs/small.yaml", SMALL)
        found = run("diff", "HEAD:specs/small.yaml", "specs/small.yaml")
        assert found.exit_code == 1
        assert "specs/small.yaml is fine" in found.stderr

    def test_a_broken_promise_is_told_beside_the_difference(self, repository: Repository) -> None:
        repository.change("specs/small.yaml", "dense 10 as", "dense 20 as")
        repository.write("specs/small.yaml", f"{SMALL}expect: {{parameters: 1}}\n")
        found = run_json("diff", "HEAD:specs/small.yaml", "specs/small.yaml")
        assert found["identical"] is True
        assert [each["code"] for each in found["diagnostics"]] == ["contract/parameters"]

    @pytest.mark.parametrize(("kind", "sign"), [("inserted", 1), ("removed", -1)])
    def test_a_file_that_came_or_went(self, repository: Repository, kind: str, sign: int) -> None:
        (repository.root / "specs/small.yaml").unlink()
        repository.commit("Remove it")
        sides = ["HEAD:specs/small.yaml", "HEAD~1:specs/small.yaml"]
        found = run_json("diff", *sides[::sign])
        assert [edit["kind"] for edit in found["edits"]] == [kind]
        assert found["delta"]["parameters"]["change"] == sign * 970
        assert f"{kind}: the network small" in run("diff", *sides[::sign]).stdout

    def test_git_names_a_file_that_is_not_there_dev_null(self) -> None:
        assert run_json("diff", "/dev/null", PAPER)["edits"][0]["kind"] == "inserted"

    def test_a_misspelt_file_is_no_deletion(self, repository: Repository) -> None:
        found = run("diff", "HEAD:specs/smal.yaml", "specs/small.yaml")
        assert found.exit_code == 2
        assert "HEAD:specs/smal.yaml does not exist" in found.stderr

    def test_a_revision_that_does_not_exist(self, repository: Repository) -> None:
        found = run("diff", "v9:specs/small.yaml", "specs/small.yaml")
        assert found.exit_code == 2
        assert "no git revision `v9` here" in found.stderr

    def test_a_revision_that_a_shallow_clone_lacks(
        self, repository: Repository, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        first = repository.commit("Nothing")
        repository.commit("Nothing again")
        clone = tmp_path / "clone"
        repository.git("clone", "--quiet", "--depth=1", f"file://{repository.root}", str(clone))
        monkeypatch.chdir(clone)
        found = run("diff", f"{first}:specs/small.yaml", "specs/small.yaml")
        assert found.exit_code == 2
        assert "this clone is shallow" in found.stderr

    def test_no_repository(self, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
        (tmp_path / "small.yaml").write_text(SMALL, "utf-8")
        monkeypatch.chdir(tmp_path)
        found = run("diff", "HEAD:small.yaml", "small.yaml")
        assert found.exit_code == 2
        assert "is not in a git repository" in found.stderr


def test_a_file_of_no_known_ending_is_refused(repository: Repository) -> None:
    found = run("diff", "specs/small.yaml", "specs/small.yaml", "-o", "diff.png")
    assert found.exit_code == 2
    assert "no report is a file `.png`" in found.output
    assert run("diff", "specs/small.yaml", "specs/small.yaml", "-o", "diff.txt").exit_code == 0


def test_a_revision_is_read_from_here_or_from_the_top_as_git_reads_it(
    repository: Repository, monkeypatch: pytest.MonkeyPatch
) -> None:
    repository.change("specs/small.yaml", "dense 10", "dense 20")
    monkeypatch.chdir(repository.root / "specs")
    for named in ("HEAD:small.yaml", "HEAD:./small.yaml", "HEAD:specs/small.yaml"):
        found = run("diff", named, "small.yaml")
        assert "dense units: 10 -> 20" in found.stdout, found.output


def test_contracts_that_no_longer_hold_are_named_and_those_broken_before_are_not(
    repository: Repository,
) -> None:
    repository.change("specs/small.yaml", "global_avg_pool", "global_avg_pool -> 9")
    repository.change(
        "specs/small.yaml", "  - conv 3x3 8\n  - conv", "  - conv 3x3 8 -> 8x8x8\n  - conv"
    )
    repository.commit("One contract is wrong from the start")
    repository.change("specs/small.yaml", "conv 3x3 8 -> 8x8x8", "conv 3x3 6 -> 8x8x8")
    told = run("diff", "HEAD:specs/small.yaml", "specs/small.yaml").stdout
    assert (
        "  ! `conv` yields 8x8x6, but its contract states 8x8x8\n      specs/small.yaml:5\n" in told
    )
    assert told.count("  ! ") == 1
    page = run("diff", "HEAD:specs/small.yaml", "specs/small.yaml", "--format", "markdown").stdout
    assert "**The spec breaks its contracts**: `` `conv` yields 8x8x6" in page
    assert "<summary>1 contract broken</summary>\n\n```text\nerror[contract/shape]" in page


def test_a_picture_needs_no_graphviz(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PATH", str(tmp_path))
    monkeypatch.setattr("sys.executable", str(tmp_path / "python"))
    assert run("diff", PAPER, RELEASED, "-o", tmp_path / "diff.svg").exit_code == 0
    assert (tmp_path / "diff.svg").read_bytes().startswith(b"<svg")


def test_a_report_in_a_file_has_no_colours(
    repository: Repository, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("FORCE_COLOR", "1")
    repository.change("specs/small.yaml", "dense 10", "dense 20")
    assert run("diff", "HEAD:specs/small.yaml", "specs/small.yaml", "-o", "diff.txt").exit_code == 0
    assert "\x1b" not in Path("diff.txt").read_text("utf-8")


def test_the_short_form_is_the_headline(repository: Repository) -> None:
    repository.change("specs/small.yaml", "dense 10", "dense 20")
    sides = ("HEAD:specs/small.yaml", "specs/small.yaml")
    (line,) = run("diff", *sides, "--format", "line").stdout.splitlines()
    assert run("diff", *sides).stdout.splitlines()[0] == line
    assert run("diff", *sides, "-o", "-", "--format", "line").stdout == f"{line}\n"
