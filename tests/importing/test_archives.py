"""Archives of torch.export become specs as live modules do; those of strangers are refused."""

from __future__ import annotations

import json
import resource
from collections.abc import Callable
from hashlib import sha256
from pathlib import Path
from typing import Any

import numpy as np
import pytest

torch = pytest.importorskip("torch")

from torch import nn  # noqa: E402

import archspec  # noqa: E402
from archspec.importing.imported import Untranslatable  # noqa: E402
from archspec.importing.importing import spec_of  # noqa: E402
from archspec.importing.order import Order  # noqa: E402
from archspec_torch.importing import archive, exported  # noqa: E402
from archspec_torch.importing.opened import opened  # noqa: E402
from tests.commands.running import run  # noqa: E402
from tests.importing import archives, models  # noqa: E402
from tests.importing.archives import MODEL, WEIGHTS, Small, changed, saved, saved_as_is  # noqa: E402

MODELS: dict[str, tuple[Callable[[], Any], tuple[int, ...]]] = {
    "residual": (models.residual, (8, 8, 3)),
    "shuffled": (models.Shuffled, (4, 4, 8)),
    "channels_last": (models.ChannelsLast, (8, 8, 6)),
    "split": (models.Split, (5, 4, 3)),
    "composed": (models.Composed, (4, 6, 3)),
    "overwriting": (models.Overwriting, (4, 3, 3)),
    "small": (Small, (5, 4, 3)),
}
ORDER = Order("tests", {}, {}, verify=False)


@pytest.mark.parametrize("name", MODELS)
def test_an_archive_is_the_spec_of_the_module_that_was_saved(name: str, tmp_path: Path) -> None:
    make, shape = MODELS[name]
    model = make()
    live = spec_of(exported.network(model, {"": shape}, name), ORDER)
    file = saved(model, shape, tmp_path / "model.pt2")
    found = spec_of(archive.network(file, {}, name), ORDER)
    assert found.text == live.text
    assert found.tensors.keys() == live.tensors.keys()
    for key, tensor in found.tensors.items():
        np.testing.assert_array_equal(tensor, live.tensors[key])


def test_sizes_that_are_open_are_those_that_were_traced(tmp_path: Path) -> None:
    axes = ({0: torch.export.Dim("batch"), 2: torch.export.Dim("height")},)
    file = saved(models.Pooled(), (4, 6, 4), tmp_path / "model.pt2", dynamic_shapes=axes)
    found = archive.network(file, {}, "net").graph
    assert str(found.inputs["input"].type) == "4x6x4"


@pytest.fixture(scope="module")
def small(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return saved(Small(), (5, 4, 3), tmp_path_factory.mktemp("archives") / "net.pt2")


def test_the_command_proves_that_a_file_is_equal(small: Path, tmp_path: Path) -> None:
    done = run("import", str(small), "-o", str(tmp_path / "made"))
    assert done.exit_code == 0, done.output
    assert "computes what its source does" in done.output
    assert archspec.load(tmp_path / "made/net.yaml").inputs["input"].type.shape == (5, 4, 3)


def test_a_file_is_held_to_its_spec(small: Path, tmp_path: Path) -> None:
    spec = tmp_path / "net.yaml"
    spec.write_text(
        "archspec: 1\nname: net\ninput: 5x4x3\n"
        "network:\n  - add: [identity, conv 3x3 3 norm=none activation=relu padding=same]\n"
    )
    done = run("diff", str(spec), str(small), "--format", "line", "--exit-code")
    assert (done.exit_code, done.output.strip()) == (0, "as the spec")


@pytest.fixture
def other(tmp_path: Path) -> str:
    """Write a spec that has little in common with the small archive."""
    spec = tmp_path / "net.yaml"
    spec.write_text("archspec: 1\nname: net\ninput: 20\nnetwork: [dense 7, softmax]\n")
    return str(spec)


def test_what_differs_is_placed_in_the_file_that_was_given(small: Path, tmp_path: Path) -> None:
    files = str(small), str(saved(models.residual(), (8, 8, 3), tmp_path / "other.pt2"))
    told = run("diff", *files).output
    assert f"      {files[0]}: " in told
    assert "archspec-diff-" not in told
    places = [
        place
        for edit in json.loads(run("diff", *files, "--format", "json").output)["edits"]
        for place in (edit["before"], edit["after"])
        if place and place["file"]
    ]
    assert {place["file"] for place in places} == {files[0]}
    assert {(place["line"], place["column"]) for place in places} == {(None, None)}


def test_a_key_map_has_the_digest_of_what_the_file_holds(
    small: Path, other: str, tmp_path: Path
) -> None:
    done = run("import", str(small), "-o", str(tmp_path / "made"))
    assert done.exit_code == 0, done.output
    specs = json.loads(run("diff", other, str(small), "--emit-map").output)["specs"]
    assert specs["old"]["digest"] == sha256(Path(other).read_bytes()).hexdigest()
    made = (tmp_path / "made/net.yaml").read_bytes()
    assert specs["new"]["digest"] == sha256(made).hexdigest()


MODES: dict[str, tuple[Callable[[], Any], str]] = {
    "batch norm": (lambda: nn.BatchNorm2d(3), "aten.batch_norm.default in 1 (BatchNorm2d)"),
    "dropout": (lambda: nn.Dropout(0.2), "aten.dropout.default in 1 (Dropout)"),
}


@pytest.mark.parametrize("name", MODES)
@pytest.mark.parametrize("verb", ["import", "diff"])
def test_a_file_in_training_mode_is_refused(verb: str, name: str, tmp_path: Path) -> None:
    make, called = MODES[name]
    model = nn.Sequential(nn.Conv2d(3, 3, 1), make()).train()
    file = str(saved_as_is(model, (5, 4, 3), tmp_path / "net.pt2"))
    spec = tmp_path / "spec.yaml"
    spec.write_text("archspec: 1\nname: net\ninput: 5x4x3\nnetwork: [conv 1x1 3]\n")
    more = [str(spec)] if verb == "diff" else ["-o", str(tmp_path / "made")]
    done = run(verb, file, *more)
    assert done.exit_code == 1
    assert f"it is in training mode: {called}" in done.output
    assert "export model.eval()" in done.output
    assert not (tmp_path / "made").exists()


@pytest.mark.filterwarnings("ignore::FutureWarning")
def test_a_program_in_training_mode_that_was_decomposed_is_refused() -> None:
    model = nn.Sequential(nn.Conv2d(3, 3, 1), nn.BatchNorm2d(3)).train()
    program = torch.export.export(model, (torch.zeros(2, 3, 5, 4),)).run_decompositions()
    with pytest.raises(Untranslatable, match=r"training mode: aten\._native_batch_norm_legit"):
        exported.network_of(program, "net")


def test_dropout_at_no_rate_is_the_same_in_training(tmp_path: Path) -> None:
    model = nn.Sequential(nn.Conv2d(3, 3, 1), nn.Dropout(0)).train()
    file = saved_as_is(model, (5, 4, 3), tmp_path / "net.pt2")
    assert [each.op.word for each in archive.network(file, {}, "net").graph.nodes.values()] == [
        "conv2d"
    ]


@pytest.mark.parametrize("kind", [torch.float16, torch.bfloat16])
def test_weights_in_half_precision_are_refused(kind: Any, tmp_path: Path) -> None:
    file = saved(models.residual().to(kind), (8, 8, 3), tmp_path / "half.pt2")
    done = run("import", str(file), "-o", str(tmp_path / "made"))
    assert done.exit_code == 1
    assert "its weights are in half precision" in done.output
    assert "model.float()" in done.output


def refusal(file: Path) -> str:
    with pytest.raises(Untranslatable) as refused:
        archive.network(file, {}, "net")
    reasons = [each.reason for each in refused.value.missing]
    return "; ".join([str(refused.value), *reasons])


def _nodes(said: Any) -> Any:
    return said["graph_module"]["graph"]["nodes"]


def _weight(said: Any) -> Any:
    return said["config"]["conv.weight"]


def pickled(said: Any) -> None:
    _weight(said)["use_pickle"] = True


def claiming(said: Any) -> None:
    _weight(said)["tensor_meta"]["sizes"][0] = {"as_int": 1 << 40}


def spread_out(said: Any) -> None:
    meta = _weight(said)["tensor_meta"]
    meta["sizes"], meta["strides"] = [[{"as_int": each}] * 2 for each in (1 << 20, 0)]


def reaching_back(said: Any) -> None:
    _weight(said)["tensor_meta"]["storage_offset"] = {"as_int": -8}


def elsewhere(said: Any) -> None:
    _weight(said)["path_name"] = "../../../etc/passwd"


def of_no_type(said: Any) -> None:
    _weight(said)["tensor_meta"]["dtype"] = 99


def sparse(said: Any) -> None:
    _weight(said)["tensor_meta"]["layout"] = 1


def calling(target: str, **given: Any) -> archives.Change:
    """Make the change of the operator that computes the filters."""

    def change(said: Any) -> None:
        node = _nodes(said)[0]
        node["target"] = target
        node["inputs"] = [{"name": name, "arg": each} for name, each in given.items()]

    return change


def with_cycle(said: Any) -> None:
    _nodes(said).reverse()


def of_lists(said: Any) -> None:
    said["graph_module"]["graph"] = []


def with_words_for_sizes(said: Any) -> None:
    said["graph_module"]["graph"]["tensor_values"]["x"]["sizes"] = ["many"]


def with_large_value(said: Any) -> None:
    sizes = said["graph_module"]["graph"]["tensor_values"]["conv2d"]["sizes"]
    sizes[2] = {"as_int": 1 << 40}


def with_endless_sizes(said: Any) -> None:
    sizes = said["graph_module"]["graph"]["tensor_values"]["x"]["sizes"]
    sizes[0] = {"as_expr": {"expr_str": "__import__('os').system('touch harm')"}}


def with_many_nodes(said: Any) -> None:
    _nodes(said).extend([{}] * 100_001)


def with_same_names(said: Any) -> None:
    _nodes(said).append(_nodes(said)[0])


def with_graph(said: Any) -> None:
    _nodes(said)[0]["inputs"][0]["arg"] = {"as_graph": {"name": "inner", "graph": {}}}


def with_long_number(said: Any) -> None:
    _nodes(said)[1]["inputs"].append({"name": "groups", "arg": {"as_int": 10**400}})


def without_outputs(said: Any) -> None:
    said["graph_module"]["graph"]["outputs"] = []
    said["graph_module"]["signature"]["output_specs"] = []


_TEXT, _ONE = {"as_string": "harm"}, {"as_int": 1}
CHANGES: dict[str, tuple[str, archives.Change, str]] = {
    "pickled": (WEIGHTS, pickled, "`conv.weight` is pickled, which could run code"),
    "claiming": (WEIGHTS, claiming, "conv.weight claims"),
    "spread out": (WEIGHTS, spread_out, "conv.weight claims"),
    "reaching back": (WEIGHTS, reaching_back, "damaged"),
    "elsewhere": (WEIGHTS, elsewhere, "damaged one: There is no item named"),
    "of no type": (WEIGHTS, of_no_type, "a type that is not read, 99"),
    "sparse": (WEIGHTS, sparse, "`conv.weight` is sparse"),
    "a file that is mapped": (
        MODEL,
        calling("torch.ops.aten.from_file.default", filename=_TEXT, shared={"as_bool": True}),
        "it computes with weights alone",
    ),
    "code": (MODEL, calling("torch.ops.os.system", command=_TEXT), "weights alone"),
    "code of Python": (MODEL, calling("os.system", command=_TEXT), "weights alone"),
    "a large constant": (
        MODEL,
        calling("torch.ops.aten.full.default", size={"as_ints": [1 << 40]}, fill_value=_ONE),
        "its constants come to too many numbers",
    ),
    "cycle": (MODEL, with_cycle, "nothing before gives"),
    "lists": (MODEL, of_lists, "damaged"),
    "words for sizes": (MODEL, with_words_for_sizes, "damaged"),
    "large value": (MODEL, with_large_value, "claims"),
    "endless sizes": (MODEL, with_endless_sizes, "it has sizes that are open"),
    "many nodes": (MODEL, with_many_nodes, "it has 100,005 nodes, more than 100,000"),
    "same names": (MODEL, with_same_names, "two of its values are called"),
    "graph": (MODEL, with_graph, "one of its operators takes a graph"),
    "long number": (MODEL, with_long_number, "groups do not divide 3 filters"),
    "without outputs": (MODEL, without_outputs, "it returns no tensor"),
}  # fmt: skip


@pytest.mark.parametrize("name", CHANGES)
def test_a_hostile_description_is_refused_in_a_sentence(
    name: str, small: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    part, change, said = CHANGES[name]
    told = refusal(changed(small, tmp_path / "net.pt2", {part: change}))
    assert said in told
    assert "\n" not in told
    assert [each.name for each in tmp_path.iterdir()] == ["net.pt2"]


@pytest.mark.parametrize(
    ("changes", "said"),
    [
        ({"net/data/weights/weight_0": bytes(1 << 26)}, "claim"),
        ({"net/data/weights/weight_0": b""}, "conv.weight claims 81 numbers"),
        ({WEIGHTS: None}, "damaged"),
        ({"net/models/other.json": b"{}"}, "2 programs"),
        ({MODEL: None}, "0 programs"),
        ({MODEL: b"[" * 100_000}, "damaged"),
        ({"serialized_exported_program.json": b"{}"}, "before 2.9"),
        ({WEIGHTS: None, "net/data/weights/model.pt": b"PK"}, "before 2.9"),
    ],
)
def test_a_hostile_archive_is_refused_in_a_sentence(
    changes: dict[str, bytes | None], said: str, small: Path, tmp_path: Path
) -> None:
    before = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    assert said in refusal(changed(small, tmp_path / "net.pt2", changes))
    assert resource.getrusage(resource.RUSAGE_SELF).ru_maxrss - before < 1 << 19


@pytest.mark.parametrize("content", [b"", b"PK\x03\x04", b"no archive"])
def test_what_is_no_archive_is_refused(content: bytes, tmp_path: Path) -> None:
    file = tmp_path / "net.pt2"
    file.write_bytes(content)
    assert "no archive of torch.export" in refusal(file)


def test_a_file_that_ends_early_is_refused(small: Path, tmp_path: Path) -> None:
    file = tmp_path / "net.pt2"
    file.write_bytes(small.read_bytes()[:-500])
    assert "it is an archive of 0 programs" in refusal(file)


def test_a_program_takes_weights_by_the_names_of_its_module(small: Path) -> None:
    """Without its kernel and its bias the convolution adds nothing to what arrives."""
    program = opened(small)
    program.load_state_dict({"conv.weight": torch.zeros(3, 3, 3, 3), "conv.bias": torch.zeros(3)})
    x = torch.randn(2, 3, 8, 8)
    (found,) = program(x)
    assert torch.equal(found, x)
