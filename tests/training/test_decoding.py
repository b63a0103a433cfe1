"""Image files of every kind, and of no kind."""

from __future__ import annotations

import struct
import zlib
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from PIL import Image

from archspec.standalone.data.decoding import decoded
from archspec.standalone.data.examples import BrokenImage
from tests.training.image_files import plain, save

RED_GREEN = [[[255, 0, 0], [0, 255, 0]]]


def chunk(kind: bytes, content: bytes) -> bytes:
    body = kind + content
    return struct.pack(">I", len(content)) + body + struct.pack(">I", zlib.crc32(body))


def png(width: int, height: int, depth: int, colours: int, rows: bytes) -> bytes:
    """Write a PNG by its specification (section 11.2)."""
    head = chunk(b"IHDR", struct.pack(">IIBBBBB", width, height, depth, colours, 0, 0, 0))
    return b"\x89PNG\r\n\x1a\n" + head + chunk(b"IDAT", zlib.compress(rows)) + chunk(b"IEND", b"")


@pytest.mark.parametrize("suffix", ["bmp", "gif", "png", "ppm", "tif", "webp"])
def test_colours_come_back_from_every_lossless_format(tmp_path: Path, suffix: str) -> None:
    options: dict[str, Any] = {"lossless": True} if suffix == "webp" else {}
    assert decoded(save(tmp_path / f"a.{suffix}", RED_GREEN, **options)).tolist() == RED_GREEN


def test_jpeg_in_grey_colour_and_four_inks_comes_back_nearly(tmp_path: Path) -> None:
    grey = decoded(save(tmp_path / "grey.jpg", plain(77), quality=95))
    assert grey.shape == (8, 8, 1)
    assert np.abs(grey.astype(int) - 77).max() <= 1
    red = np.full((8, 8, 3), (200, 30, 30))
    for mode in (None, "CMYK"):
        image = decoded(save(tmp_path / f"{mode}.jpg", red, mode, quality=95)).astype(int)
        assert image.shape == (8, 8, 3)
        assert np.abs(image - red).max() <= 6


def test_palettes_are_looked_up(tmp_path: Path) -> None:
    assert decoded(save(tmp_path / "a.png", RED_GREEN, "P")).tolist() == RED_GREEN


def test_one_bit_is_black_or_white(tmp_path: Path) -> None:
    assert decoded(save(tmp_path / "a.png", [[0, 255]], "1")).tolist() == [[[0], [255]]]


def test_of_sixteen_bits_the_upper_eight_are_kept(tmp_path: Path) -> None:
    file = tmp_path / "a.png"
    file.write_bytes(png(2, 1, 16, 0, bytes.fromhex("00 12ff ab01")))  # filter 0, two values
    assert decoded(file).tolist() == [[[0x12], [0xAB]]]
    file.write_bytes(png(1, 1, 16, 2, bytes.fromhex("00 12ff 3456 ab01")))
    assert decoded(file).tolist() == [[[0x12, 0x34, 0xAB]]]


def test_what_is_transparent_lies_on_white(tmp_path: Path) -> None:
    half_red = [[[255, 0, 0, 0], [255, 0, 0, 255]]]
    expected = [[[255, 255, 255], [255, 0, 0]]]
    assert decoded(save(tmp_path / "a.png", half_red)).tolist() == expected
    palette = Image.fromarray(np.array([[0, 1]], np.uint8)).convert("P")
    palette.putpalette([9, 9, 9, 255, 0, 0])
    palette.save(tmp_path / "b.png", transparency=0)
    assert decoded(tmp_path / "b.png").tolist() == expected


@pytest.mark.parametrize(
    ("orientation", "expected"),  # of 1 2 / 3 4, as the EXIF specification has them (4.6.4)
    [(1, [[1, 2], [3, 4]]), (2, [[2, 1], [4, 3]]), (3, [[4, 3], [2, 1]]), (6, [[3, 1], [4, 2]])],
)
def test_photographs_are_turned_as_their_camera_was(
    tmp_path: Path, orientation: int, expected: list[list[int]]
) -> None:
    exif = Image.Exif()
    exif[274] = orientation
    file = save(tmp_path / "a.png", [[1, 2], [3, 4]], exif=exif)
    assert decoded(file)[..., 0].tolist() == expected


def test_of_an_animation_the_first_frame_is_taken(tmp_path: Path) -> None:
    frames = [Image.fromarray(plain(value)) for value in (50, 200)]
    frames[0].save(tmp_path / "a.gif", save_all=True, append_images=frames[1:])
    assert decoded(tmp_path / "a.gif").tolist() == np.full((8, 8, 3), 50).tolist()


HOSTILE: dict[str, tuple[bytes, str]] = {
    "nothing": (b"", "is no image"),
    "a page": (b"<html>404</html>", "is no image"),
    "a program": (b"%!PS-Adobe-3.0 EPSF-3.0\n%%BoundingBox: 0 0 9 9\n", "is no image"),
    "a bomb": (png(30000, 30000, 8, 0, b""), "exceeds limit of 178956970 pixels"),
    "a bomb of half the size": (
        png(12000, 12000, 8, 0, b""),
        "12000 x 12000 pixels|exceeds limit of 89478485 pixels",
    ),
    "an empty picture": (png(4, 4, 8, 0, b""), "truncated|cannot be decoded"),
    "zeros in the midst": (
        png(1, 1, 8, 0, b"\0\7").replace(zlib.compress(b"\0\7"), bytes(10)),
        "is no image|cannot be decoded",
    ),
    "a long text": (
        png(1, 1, 8, 0, b"\0\7").replace(
            chunk(b"IEND", b""), chunk(b"zTXt", b"k\0\0" + zlib.compress(bytes(2**27))) * 2
        ),
        "cannot be decoded",
    ),
}


@pytest.mark.parametrize("kind", HOSTILE)
def test_what_cannot_be_decoded_is_refused_with_its_name(tmp_path: Path, kind: str) -> None:
    content, cause = HOSTILE[kind]
    file = tmp_path / "a.png"
    file.write_bytes(content)
    with pytest.raises(BrokenImage, match=cause) as raised:
        decoded(file)
    assert str(file) in str(raised.value)


def test_a_photograph_that_was_cut_off_is_refused(tmp_path: Path) -> None:
    noise: Any = np.random.default_rng(0).integers(0, 256, (64, 64, 3))
    file = save(tmp_path / "a.jpg", noise)
    file.write_bytes(file.read_bytes()[:2000])
    with pytest.raises(BrokenImage, match="truncated"):
        decoded(file)


def test_pixels_whose_range_is_unknown_are_refused(tmp_path: Path) -> None:
    Image.fromarray(np.full((2, 2), 0.5, np.float32)).save(tmp_path / "a.tif")
    with pytest.raises(BrokenImage, match="floats"):
        decoded(tmp_path / "a.tif")
    Image.fromarray(np.full((2, 2), 70000, np.int32)).save(tmp_path / "b.tif")
    with pytest.raises(BrokenImage, match="32 bits"):
        decoded(tmp_path / "b.tif")
