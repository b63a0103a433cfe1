"""The commands on the pages of ``archspec explain`` do what the pages say."""

from __future__ import annotations

import re
import shlex
import shutil
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from PIL import Image
from safetensors.numpy import save_file

from archspec import api
from archspec.commands.explain.run import pages
from archspec.weights.file import save
from archspec.weights.initial import draw
from tests.commands.running import ROOT, run
from tests.repositories import SMALL, Repository

NOT_HERE = {
    "backend/broken": "a package that cannot be loaded",
    "backend/failed": "more memory than there is",
    "backend/keras": "another Keras in a process of its own",
    "backend/no-device": "a machine without CUDA",
    "backend/no-framework": "an environment without PyTorch",
    "backend/no-trainer": "a backend without a training loop",
    "backend/process": "more memory than there is",
    "bench/failed": "a model of one's own",
    "bench/no-runtime": "an environment without OpenVINO",
    "command/against": "a model of one's own",
    "evaluate/broken": "a network that was trained",
    "evaluate/ensemble": "predictions for two data sets",
    "evaluate/not-finite": "a training that diverged",
    "verify/outputs": "a model of one's own",
    "file/outside-root": "folders outside of the root",
    "build/no-library": "an environment without ONNX",
    "file/encoding": "a file that is no text",
    "file/git": "a damaged repository",
    "file/no-git": "a machine without git",
    "file/no-repository": "folders outside of a repository",
    "file/unreadable": "a user who is not root",
    **{
        f"import/{word}": "a model of one's own"
        for word in ("different", "missing", "process", "source", "unraisable")
    },
    "optimize/unwritable": "a network whose names would clash",
    "inputs/memory": "more memory than there is",
    **{
        f"train/{word}": "a training"
        for word in (
            *("classes", "differs", "failed", "inputs", "probabilities", "taken"),
            *("unreadable", "unwritable"),
        )
    },
    "weights/names": "a checkpoint of another tool",
    "weights/no-library": "an environment without h5py",
    "weights/order": "a checkpoint of another tool",
    "weights/rename": "a checkpoint of another tool",
}
"""What these examples need; each code has tests elsewhere."""


def commands(text: str) -> list[str]:
    """List the commands of the consoles in a part of a page."""
    found = re.findall(r"```console\n(.*?)```", text, re.DOTALL)
    return [line.removeprefix("$ ") for block in found for line in block.splitlines()]


CONSOLE = {
    code: [commands(part) for part in page.text.split("\nRight:\n")]
    for code, page in pages().items()
    if "```console" in page.text and code not in NOT_HERE
}
RELEASED = "zoo:released/torchvision_inception_v3"
SHUFFLENET = "zoo:shufflenet_v2_x1_0"
TWO = """\
archspec: 1
name: two_inputs
input: {left: 32x32x3, right: 32x32x3}
network: [add: [conv 3x3 4 from left, conv 3x3 4 from right]]
"""


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Make a repository with everything that the examples speak of."""
    made = tmp_path_factory.mktemp("explained")
    shutil.copytree(ROOT / "specs", made / "specs", ignore=shutil.ignore_patterns("as_printed"))
    repository = Repository.made(made, net=SMALL)
    (made / "figures").mkdir()
    for name, text in SPECS.items():
        repository.write(name, text)
    _write_inputs(made)
    _write_weights(made)
    _publish(made)
    return made


CHAIN = "archspec: 1\nname: chain\ninput: 8x8x3\nparts:\n  m0: [relu]\n" + "".join(
    f"  m{n}: [m{n - 1}]\n" for n in range(1, 66)
)
SPECS = {
    "net.yaml": SMALL,
    "grouped.yaml": SMALL.replace("  - conv", "  - conv_transpose 3x3 8 groups=4\n  - conv", 1),
    "flat.yaml": SMALL.replace("global_avg_pool", "flatten"),
    "flowers.yaml": SMALL.replace("8x8x4", "32x32x3"),
    "masks.yaml": SMALL.replace("  - global_avg_pool\n  - dense 10 as logits\n", ""),
    "new.yaml": SMALL,
    "draft.yaml": SMALL,
    "two_inputs.yaml": TWO,
    "a_chain_of_65_modules.yaml": f"{CHAIN}network: [m65]\n",
}


def _write_inputs(folder: Path) -> None:
    image = np.random.default_rng(0).uniform(-1, 1, (224, 224, 3)).astype("float32")
    np.save(folder / "photo.npy", image)
    (folder / "photo.jpg").write_bytes(b"\xff\xd8\xff\xe0")
    for kind in ("cat", "dog"):
        (folder / "photographs/test" / kind).mkdir(parents=True)
        Image.new("RGB", (8, 8)).save(folder / "photographs/test" / kind / "1.png")
    (folder / "blurred.txt").write_text("0\n1\n")
    for side in ("left", "right"):
        np.save(folder / f"{side}.npy", image[:32, :32])


def _write_weights(folder: Path) -> None:
    """Write the weights of three networks, right ones and some that are wrong."""
    drawn, few = _drawn(SHUFFLENET, folder), _drawn("net.yaml", folder)
    (folder / "build/shufflenet").mkdir(parents=True)
    _save(folder, SHUFFLENET, drawn, "shufflenet", "build/shufflenet/weights")
    (folder / "build/flowers").mkdir()
    flowers = _drawn("flowers.yaml", folder)
    _save(folder, "flowers.yaml", flowers, "flowers", "build/flowers/weights")
    half = {key: each.astype("float16") for key, each in drawn.items()}
    save_file(half, folder / "half_precision.safetensors")
    _save(folder, "net.yaml", few, "epoch_60", "old")
    _save(folder, "net.yaml", {key: each * np.nan for key, each in few.items()}, "epoch_90")
    whole = _drawn("zoo:inception_v3", folder)
    inception = {key: each for key, each in whole.items() if not key.startswith("auxiliary")}
    _save(folder, "zoo:inception_v3", inception, "inception_v3")
    _save(folder, "net.yaml", {**few, "unread.bias": np.zeros(1, "float32")}, "with_a_bias")
    trained = {key: each * 2 for key, each in inception.items()}
    _save(folder, "zoo:inception_v3", trained, "trained")
    for name in ("notes.txt", "readme.txt"):
        (folder / name).write_text("notes\n")


def _drawn(spec: str, folder: Path) -> dict[str, Any]:
    return draw(api.load(spec if ":" in spec else folder / spec))


def _save(folder: Path, spec: str, tensors: dict[str, Any], *names: str) -> None:
    graph = api.load(spec if ":" in spec else folder / spec)
    for name in names:
        save(folder / f"{name}.safetensors", tensors, graph)


def _publish(folder: Path) -> None:
    """Write weights as torchvision publishes them, and a key map."""
    import torch
    from safetensors.torch import load_file

    for name, spec in (("shufflenet", SHUFFLENET), ("inception_v3", RELEASED)):
        made = ("--to", "torchvision", "--spec", spec, "-o", folder / "published.safetensors")
        assert run("weights", "export", folder / f"{name}.safetensors", *made).exit_code == 0
        if name == "shufflenet":
            published = load_file(folder / "published.safetensors")
            torch.save(published, folder / "shufflenet.pth")
            torch.save(published, folder / "unet.pth")
    old, new, to = folder / "net.yaml", folder / "new.yaml", folder / "map.json"
    assert run("diff", old, new, "--emit-map", to).exit_code == 0


@pytest.mark.parametrize("code", CONSOLE)
def test_the_wrong_command_gives_its_code_and_the_right_one_runs(
    code: str, folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(folder)
    wrong, right = CONSOLE[code]
    for line in wrong:
        assert f"[{code}]" in output(line, folder)
    for line in right:
        assert "error[" not in output(line, folder)


def output(line: str, folder: Path) -> str:
    """Run a line of a console: archspec here, git in a process; return what archspec prints."""
    *before, last = line.split(" && ")
    for each in before:
        assert each.startswith("git ")
        Repository(folder).git(*shlex.split(each)[1:])
    program, *arguments = shlex.split(last, comments=True)
    assert program == "archspec"
    return run(*arguments).output


def test_the_list_of_what_cannot_be_run_here_names_pages_alone() -> None:
    assert {*NOT_HERE} <= {*pages()}
