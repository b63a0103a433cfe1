"""How verbs write: whole files, devices and pipes, standard output; interrupted, and unheard."""

from __future__ import annotations

import os
import signal
import stat
import subprocess
import sys
from pathlib import Path

import pytest

import archspec
from archspec.commands.output import write
from archspec.weights import file as canonical
from archspec.weights.initial import draw
from tests.commands.running import LISTENING, PROGRAM, ROOT, process, run
from tests.repositories import SMALL, Repository

EMIT = ("emit", "small.yaml", "--backend", "torch")
DRAW = ("draw", "small.yaml", "--format", "dot")
DIFF = ("diff", "small.yaml", "other.yaml")
VERBS = {
    "emit": EMIT,
    "draw": DRAW,
    "diff": DIFF,
    "log": ("log", "small.yaml"),
    "map": ("diff", "small.yaml", "other.yaml", "--emit-map"),
}


@pytest.fixture
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Make a folder with two specs that git knows, and stand in it."""
    found = Repository.made(tmp_path / "clone")
    found.write("small.yaml", SMALL)
    found.write("other.yaml", SMALL.replace("dense 10", "dense 20"))
    found.commit("Add two specs")
    monkeypatch.chdir(found.root)
    return found.root


def ordered(verb: str, output: str | Path) -> tuple[str, ...]:
    words = VERBS[verb]
    return (*words, str(output)) if verb == "map" else (*words, "-o", str(output))


@pytest.mark.parametrize("verb", VERBS)
def test_a_dash_is_standard_output_and_a_pipe_gets_the_same(verb: str, folder: Path) -> None:
    os.mkfifo(folder / "pipe")
    with subprocess.Popen(["cat", "pipe"], stdout=subprocess.PIPE) as reader:
        assert run(*ordered(verb, "pipe")).exit_code == 0
        received = reader.communicate()[0]
    found = run(*ordered(verb, "-"))
    assert (found.exit_code, found.stdout_bytes) == (0, received)
    assert received
    assert stat.S_ISFIFO((folder / "pipe").stat().st_mode)
    assert not (folder / "-").exists()


@pytest.mark.parametrize("verb", VERBS)
def test_a_device_is_written_into_and_stays_a_device(verb: str, folder: Path) -> None:
    device = folder / "null"
    try:
        os.mknod(device, 0o666 | stat.S_IFCHR, os.makedev(1, 3))
        device.write_bytes(b"")
    except OSError:
        pytest.skip("only root makes devices")
    found = run(*ordered(verb, device))
    assert (found.exit_code, stat.S_ISCHR(device.stat().st_mode)) == (0, True), found.output


def test_weights_go_onto_standard_output_and_what_is_told_beside_it(folder: Path) -> None:
    graph = archspec.load("small.yaml")
    canonical.save(folder / "w.safetensors", draw(graph, 0), graph)
    run("diff", "small.yaml", "small.yaml", "--emit-map", "map.json")
    words = ("weights", "import", "w.safetensors", "--spec", "small.yaml", "--map", "map.json")
    found = run(*words, "-o", "-")
    assert found.stdout_bytes == (folder / "w.safetensors").read_bytes()
    assert "tensors matched" in found.stderr


def test_a_full_device_is_a_sentence(folder: Path) -> None:
    found = run(*EMIT, "-o", "/dev/full")
    assert found.exit_code == 2
    assert "cannot write /dev/full: No space left on device" in found.stderr
    assert stat.S_ISCHR(Path("/dev/full").stat().st_mode)


def test_what_was_written_before_into_an_open_file_stays(folder: Path) -> None:
    shell = f'exec 5>>log; "$0" -c "{PROGRAM}" emit small.yaml --backend torch -o /dev/fd/5'
    (folder / "log").write_text("before\n", "utf-8")
    environment = {**os.environ, "PYTHONPATH": f"{ROOT}:{ROOT / 'backends'}"}
    subprocess.run(["sh", "-c", shell, sys.executable], check=True, cwd=folder, env=environment)
    text = (folder / "log").read_text("utf-8")
    assert text.startswith("before\n")
    assert "class Small" in text


def test_a_link_stays_a_link_and_its_file_keeps_its_mode(folder: Path) -> None:
    file, link = folder / "model.py", folder / "link.py"
    file.write_text("old", "utf-8")
    file.chmod(0o640)
    link.symlink_to(file)
    assert run(*EMIT, "-o", link).exit_code == 0
    assert link.is_symlink()
    assert stat.S_IMODE(file.stat().st_mode) == 0o640
    assert "class Small" in file.read_text("utf-8")


def test_a_name_as_long_as_names_may_be_can_be_written(tmp_path: Path) -> None:
    file = tmp_path / ("n" * 255)
    write(file, "content")
    assert file.read_text("utf-8") == "content"


def test_a_link_to_itself_is_a_sentence(folder: Path) -> None:
    (folder / "loop").symlink_to("loop")
    found = run(*EMIT, "-o", "loop")
    assert (found.exit_code, found.exception.__class__) == (2, SystemExit)
    assert "loop" in found.stderr


INTERRUPTED = """
from pathlib import Path
import os, signal, archspec.commands.output as output
from archspec.commands.main import main
order = {signal}
Path.replace = lambda *_: os.kill(os.getpid(), order)
main()
"""


@pytest.mark.parametrize(("name", "left_with"), [("SIGINT", 130), ("SIGTERM", 143)])
def test_a_signal_leaves_no_file_behind(name: str, left_with: int, folder: Path) -> None:
    code = f"{LISTENING}\n{INTERRUPTED.format(signal=int(getattr(signal, name)))}"
    before = sorted(folder.iterdir())
    done = subprocess.run(
        [sys.executable, "-c", code, *EMIT, "-o", "model.py"],
        cwd=folder,
        env={**os.environ, "PYTHONPATH": f"{ROOT}:{ROOT / 'backends'}"},
        capture_output=True,
        check=False,
    )
    assert (done.returncode, done.stderr) == (left_with, b"")
    assert sorted(folder.iterdir()) == before


def test_a_reader_that_has_left_hears_no_complaint() -> None:
    words = f'"$0" -c "{PROGRAM}" show zoo:densenet_121 --depth 9; echo $? >&2'
    shell = f"{{ sleep 0; {words}; }} | true"
    done = subprocess.run(
        ["bash", "-c", shell, sys.executable],
        cwd=ROOT,
        capture_output=True,
        check=False,
        env={**os.environ, "PYTHONPATH": str(ROOT)},
    )
    assert done.stderr in (b"141\n", b"0\n")


def test_without_standard_output_nothing_breaks() -> None:
    shell = f'"$0" -c "{PROGRAM}" check zoo:vgg_16 >&-'
    done = subprocess.run(
        ["sh", "-c", shell, sys.executable], cwd=ROOT, capture_output=True, check=False
    )
    assert (done.returncode, done.stderr) == (0, b"")
    assert process("check", "zoo:vgg_16").returncode == 0
