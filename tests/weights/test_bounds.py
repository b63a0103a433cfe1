"""Small files that claim to be large, files that are none, and parts without end."""

from __future__ import annotations

import io
import os
import struct
import subprocess
import sys
import tracemalloc
import zipfile
import zlib
from collections.abc import Callable
from itertools import pairwise
from pathlib import Path
from typing import Any

import numpy
import pytest
from safetensors.numpy import save_file

from archspec.weights import reading
from tests.commands.running import ROOT, run
from tests.repositories import SMALL
from tests.weights.foreign import h5py, layered, refusal

GIBIBYTE = 2**30


def compressed(group: Any) -> None:
    """Claim two gibibytes of zeros in a few kilobytes."""
    made = group.create_dataset(
        "a/kernel", (2**29,), "f4", chunks=(2**20,), compression="gzip", compression_opts=9
    )
    made[: 2**20] = 0


def large_chunk(group: Any) -> None:
    made = group.create_dataset(
        "a/kernel", (1,), "f4", chunks=(2**28,), maxshape=(None,), compression="gzip"
    )
    made.id.write_direct_chunk((0,), zlib.compress(b"\0" * 100))


def lying_chunk(group: Any) -> None:
    made = group.create_dataset("a/kernel", (4,), "f4", chunks=(4,), compression="gzip")
    made.id.write_direct_chunk((0,), zlib.compress(bytes(2**26)))


def packed_twice(group: Any) -> None:
    told = h5py.h5p.create(h5py.h5p.DATASET_CREATE)
    told.set_chunk((4,))
    told.set_deflate(9)
    told.set_deflate(9)
    space = h5py.h5s.create_simple((4,))
    h5py.h5d.create(group.id, b"kernel", h5py.h5t.NATIVE_FLOAT, space, told)
    group["a/kernel"] = group["kernel"]


def virtual(group: Any) -> None:
    layout = h5py.VirtualLayout((4,), "f4")
    layout[:] = h5py.VirtualSource("secret.h5", "data", (4,))
    group.create_virtual_dataset("a/kernel", layout)


def linked(group: Any) -> None:
    group["a"] = h5py.ExternalLink("pipe", "/a")


def soft(group: Any) -> None:
    group["a"] = h5py.SoftLink("/a")


def typed(kind: Any) -> Callable[[Any], None]:
    return lambda group: group.create_dataset("a/kernel", shape=(2,), dtype=kind)


@pytest.mark.parametrize(
    ("fill", "told"),
    [
        (compressed, "/a/a/kernel claims 2147483648 bytes"),
        (large_chunk, "/a/a/kernel claims 1073741824 bytes"),
        (lying_chunk, "/a/a/kernel unpacks to more than it claims"),
        (packed_twice, "/a/a/kernel uses unsupported compression filters"),
        (virtual, "/a/a/kernel is stored in another file"),
        (linked, "/a/a/kernel is a link"),
        (soft, "is a link, which is not followed"),
        (typed("c8"), "/a/a/kernel is not numerical"),
        (typed([("x", "f4"), ("y", "i4")]), "/a/a/kernel is not numerical"),
        (typed(h5py.vlen_dtype("f4")), "/a/a/kernel is not numerical"),
        (typed(h5py.ref_dtype), "/a/a/kernel is not numerical"),
        (typed("S4"), "/a/a/kernel is not numerical"),
    ],
)
def test_a_file_of_keras_unpacks_to_no_more_than_it_holds_and_opens_no_other(
    fill: Callable[[Any], None], told: str, tmp_path: Path
) -> None:
    os.mkfifo(tmp_path / "pipe")
    assert told in refusal(layered(tmp_path / "hostile.h5", fill))


def test_a_compressed_file_of_keras_is_read(tmp_path: Path) -> None:
    kernel = numpy.arange(600, dtype="f4").reshape(20, 30)

    def fill(group: Any) -> None:
        packing = {"chunks": (7, 30), "compression": "gzip", "shuffle": True, "fletcher32": True}
        group.create_dataset("a/kernel", data=kernel, **packing)

    found = reading.read(layered(tmp_path / "packed.h5", fill))
    assert (found["a/kernel"] == kernel).all()


def test_groups_that_lie_in_each_other_over_and_over_are_refused(tmp_path: Path) -> None:
    file = tmp_path / "model.weights.h5"
    with h5py.File(file, "w") as root:
        groups = [root, *(root.create_group(f"g{depth}") for depth in range(15))]
        for outer, inner in pairwise(groups):
            layers = outer.create_group("layers")
            for number in range(8):
                layers[f"l_{number}"] = inner
    assert "more than 20,000 parts" in refusal(file)


READ = """
import sys
from pathlib import Path
from archspec.diagnostic import SpecError
from archspec.weights import reading
try:
    reading.read(Path(sys.argv[1]))
except SpecError as error:
    print(error.diagnostics[0].message)
status = Path("/proc/self/status").read_text().splitlines()
print(next(line.split()[1] for line in status if line.startswith("VmHWM:")))
"""
"""Tells the most memory since the program began; `getrusage` counts what its parent had."""


def test_a_name_that_claims_gibibytes_fills_no_memory(tmp_path: Path) -> None:
    file = layered(
        tmp_path / "names.h5", lambda group: group.create_dataset("a/kernel", data=[1.0])
    )
    content = file.read_bytes()
    heap = struct.pack("<Q", content.index(b"GCOL"))
    assert struct.pack("<I", 8) + heap in content  # the length of a/kernel, and where it lies
    claim = struct.pack("<I", 2**31 - 1) + heap
    file.write_bytes(content.replace(struct.pack("<I", 8) + heap, claim))
    done = subprocess.run(
        [sys.executable, "-c", READ, str(file)],
        check=True,
        capture_output=True,
        text=True,
        env={**os.environ, "PYTHONPATH": str(ROOT)},
    )
    refused, kibibytes = done.stdout.rsplit("\n", 2)[:2]
    assert "names.h5 cannot be read" in refused
    assert int(kibibytes) < 2**20


def test_an_archive_of_keras_that_lies_about_its_size_fills_no_memory(tmp_path: Path) -> None:
    file, size = tmp_path / "lying.keras", 2**27 + 12_345
    with zipfile.ZipFile(file, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("model.weights.h5", bytes(size))
    lie = struct.pack("<I", 10**6)
    file.write_bytes(file.read_bytes().replace(struct.pack("<I", size), lie))
    tracemalloc.start()
    try:
        assert "Bad CRC-32" in refusal(file)
        assert tracemalloc.get_traced_memory()[1] < size // 4
    finally:
        tracemalloc.stop()


@pytest.mark.parametrize("method", [zipfile.ZIP_BZIP2, zipfile.ZIP_LZMA])
def test_an_archive_of_keras_that_is_packed_otherwise_is_refused(
    method: int, tmp_path: Path
) -> None:
    file = tmp_path / "model.keras"
    content = layered(io.BytesIO(), lambda group: group.create_dataset("a/kernel", data=[1.0]))
    with zipfile.ZipFile(file, "w", method) as archive:
        archive.writestr("model.weights.h5", content.getvalue())
    assert "use an unsupported compression" in refusal(file)


def test_tensors_of_types_that_numpy_lacks_are_refused_in_words(tmp_path: Path) -> None:
    spec, file = tmp_path / "net.yaml", tmp_path / "short.safetensors"
    spec.write_text(SMALL, "utf-8")
    header = b'{"x":{"dtype":"F8_E4M3","shape":[4],"data_offsets":[0,4]}}'
    file.write_bytes(struct.pack("<Q", len(header)) + header + bytes(4))
    found = run("build", spec, "--backend", "torch", "--weights", file, "-o", tmp_path / "model")
    assert found.exit_code == 1
    assert "its tensors are not float32" in found.stderr


@pytest.mark.parametrize("header", [b"{'descr': '<f4', (", b"[" * 9000, b"{", b"\xff\xfe\x00"])
def test_an_array_with_a_broken_header_is_refused_in_words(header: bytes, tmp_path: Path) -> None:
    file, spec = tmp_path / "x.npy", tmp_path / "net.yaml"
    spec.write_text(SMALL, "utf-8")
    file.write_bytes(b"\x93NUMPY\x01\x00" + struct.pack("<H", len(header)) + header)
    found = run("verify", spec, "--inputs", file)
    assert found.exit_code == 1
    assert "cannot be read as one array" in found.output


def fifo(file: Path) -> None:
    os.mkfifo(file)


def zero(file: Path) -> None:
    file.symlink_to("/dev/zero")


@pytest.mark.parametrize("make", [fifo, zero])
def test_a_pipe_or_a_device_is_called_so_where_an_array_or_a_map_of_names_is_wanted(
    make: Callable[[Path], None], tmp_path: Path
) -> None:
    spec, weights = tmp_path / "net.yaml", tmp_path / "w.safetensors"
    spec.write_text(SMALL, "utf-8")
    save_file({"x": numpy.zeros(3, "f4")}, weights)
    make(tmp_path / "stream")
    for words in (
        ("verify", spec, "--inputs", tmp_path / "stream"),
        ("weights", "import", weights, "--spec", spec, "--names", tmp_path / "stream"),
    ):
        found = run(*words)
        assert found.exit_code == 1
        assert "stream is a pipe or a device, not a file" in found.output


def test_an_archive_of_a_later_version_is_refused_in_words(tmp_path: Path) -> None:
    file = tmp_path / "model.keras"
    with zipfile.ZipFile(file, "w") as archive:
        archive.writestr("model.weights.h5", b"content")
    content = bytearray(file.read_bytes())
    content[content.index(b"PK\x01\x02") + 6] = 255
    file.write_bytes(content)
    assert run("weights", "inspect", file).exit_code == 1


BOMB = "a0: &a0 [x]\n" + "".join(
    f"a{n + 1}: &a{n + 1} [{', '.join([f'*a{n}'] * 9)}]\n" for n in range(30)
)


@pytest.mark.parametrize(
    "text",
    [
        f"{BOMB}names: {{a: b}}\npublisher: *a30\n",
        "names: {a: 2020-99-99}\n",
        f"names: {{a: {'9' * 5000}}}\n",
        f"names: {'[' * 2000}",
        "names: " + "[\n" * 500_000,
        "names: {a: b}\nlayout: []\n",
        "names: !!python/object:os.system {}\n",
    ],
    ids=["aliases", "date", "number", "depth", "depth of lines", "layout", "tag"],
)
def test_a_map_of_names_that_is_meant_to_break_things_is_refused(text: str, tmp_path: Path) -> None:
    spec, weights, names = (tmp_path / name for name in ("net.yaml", "w.safetensors", "names.yaml"))
    spec.write_text(SMALL, "utf-8")
    names.write_text(text, "utf-8")
    save_file({"x": numpy.zeros(3, "f4")}, weights)
    found = run("weights", "import", weights, "--spec", spec, "--names", names)
    assert found.exit_code == 1
    assert "names.yaml is no name map" in found.stderr


def test_a_damaged_or_encrypted_archive_is_refused_in_words(tmp_path: Path) -> None:
    file = tmp_path / "model.keras"
    with zipfile.ZipFile(file, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("model.weights.h5", bytes(range(256)) * 64)
    content = bytearray(file.read_bytes())
    content[60:90] = b"\xff" * 30
    file.write_bytes(content)
    assert "cannot be read" in refusal(file)
    content[6] |= 1
    content[content.index(b"PK\x01\x02") + 8] |= 1
    file.write_bytes(content)
    assert "encrypted" in refusal(file)


def test_a_checkpoint_of_pytorch_that_unpacks_to_too_much_is_refused(tmp_path: Path) -> None:
    file = tmp_path / "bomb.pth"
    with zipfile.ZipFile(file, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("archive/data.pkl", bytes(2**26))
    found = run("weights", "inspect", file)
    assert found.exit_code == 1
    assert "it claims 67108864 bytes" in found.stderr


NAMES = ["w.safetensors", "w.h5", "w.keras", "w.pth", "w.ckpt", "w.index", "w.bin"]


@pytest.mark.parametrize("name", NAMES)
@pytest.mark.parametrize("make", [fifo, zero])
def test_a_pipe_or_a_device_is_no_file_of_weights(
    make: Callable[[Path], None], name: str, tmp_path: Path
) -> None:
    make(tmp_path / name)
    found = run("weights", "inspect", tmp_path / name)
    assert found.exit_code == 1
    assert "is a pipe or a device, not a file" in found.stderr


@pytest.mark.parametrize("make", [fifo, zero])
def test_a_pipe_or_a_device_is_refused_wherever_weights_and_examples_are_read(
    make: Callable[[Path], None], tmp_path: Path
) -> None:
    odd, spec = tmp_path / "odd", tmp_path / "net.yaml"
    make(odd)
    spec.write_text(SMALL, "utf-8")
    weights = tmp_path / "w.safetensors"
    save_file({"logits.fully_connected.bias": numpy.zeros(10, "f4")}, weights)
    timm = "--to timm --spec zoo:released/inception_v4 -o out.safetensors".split()
    orders: tuple[tuple[str | Path, ...], ...] = (
        ("weights", "export", odd, *timm),
        ("weights", "import", weights, "--spec", spec, "--map", odd),
        ("verify", spec, "--inputs", odd),
        ("verify", spec, "--weights", odd),
        ("build", spec, "--backend", "torch", "--weights", odd, "-o", tmp_path / "model"),
    )
    for words in orders:
        found = run(*words)
        assert found.exit_code in (1, 2), words
        assert "a pipe or a device" in found.output or "there is no file" in found.output, words


def test_an_array_that_claims_more_than_its_file_is_refused(tmp_path: Path) -> None:
    file, spec = tmp_path / "x.npy", tmp_path / "net.yaml"
    spec.write_text(SMALL, "utf-8")
    header = b"{'descr': '<f4', 'fortran_order': False, 'shape': (99999999, 8, 8, 4), }"
    header = header.ljust(117) + b"\n"
    file.write_bytes(b"\x93NUMPY\x01\x00" + struct.pack("<H", len(header)) + header + bytes(99))
    found = run("verify", spec, "--inputs", file)
    assert found.exit_code == 1
    assert "cannot be read as one array" in found.output


def test_a_file_larger_than_four_gibibytes_is_refused_before_it_is_read(tmp_path: Path) -> None:
    file = tmp_path / "sparse.safetensors"
    with file.open("wb") as stream:
        stream.write(struct.pack("<Q", 2) + b"{}")
        stream.truncate(5 * GIBIBYTE)
    assert refusal(file).endswith("it is larger than 4 GiB")
