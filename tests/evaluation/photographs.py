"""Images of one colour each, sorted into folders by class, as photographs are."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path

from PIL import Image

Colour = tuple[int, int, int]
COLOURS: Mapping[str, Colour] = {
    "a_red/1": (200, 100, 50),
    "a_red/2": (120, 100, 130),
    "b_green/3": (50, 210, 90),
    "c_blue/4": (0, 30, 60),
}
"""By class and name; the second one is bluer than red."""

BRIGHTEST = """\
archspec: 1
name: brightest
input: 8x8x3
network: [global_avg_pool as logits]
"""
"""A network without weights, whose logits are the means of red, green and blue."""


def write_photographs(folder: Path, colours: Mapping[str, Colour] = COLOURS) -> None:
    """Write the images, each of a size of its own."""
    for number, (name, colour) in enumerate(colours.items()):
        file = folder / "test" / f"{name}.png"
        file.parent.mkdir(parents=True, exist_ok=True)
        Image.new("RGB", (20 + 5 * number, 30), colour).save(file)
