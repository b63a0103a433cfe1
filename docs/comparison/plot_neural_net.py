"""Draw Inception-ResNet-v2, and its block B, with PlotNeuralNet: boxes that are placed by hand.

It takes a checkout of PlotNeuralNet, LaTeX with TikZ, and poppler's pdftoppm:

    python docs/comparison/plot_neural_net.py PLOT_NEURAL_NET

Both pictures are written beside this file. Heights are cells of a side to the power of 0.7, widths
are channels: nothing here is read from a model.
"""

from __future__ import annotations

import subprocess
import sys
import tempfile
from pathlib import Path

from draw_with_others import keep

HEAD = r"""
\documentclass[border=8pt, multi, tikz]{standalone}
\usetikzlibrary{quotes, arrows.meta, positioning}
\usepackage{Box, Ball}
\begin{document}
\begin{tikzpicture}[every path/.append style={line width=0.6pt}]
"""
FOOT = r"\end{tikzpicture}\end{document}"
COLOURS = {
    "conv": "{rgb:yellow,5;red,2.5;white,5}",
    "pool": "{rgb:red,1;black,0.3}",
    "dense": "{rgb:blue,5;red,2.5;white,5}",
    "softmax": "{rgb:magenta,5;black,7}",
}
NETWORK = (
    ("Input", 299, 3, "conv"),
    ("Stem", 35, 384, "conv"),
    ("5 x A", 35, 384, "conv"),
    ("Red. A", 17, 1152, "pool"),
    ("10 x B", 17, 1152, "conv"),
    ("Red. B", 8, 2144, "pool"),
    ("5 x C", 8, 2144, "conv"),
    ("Pool", 1, 2144, "pool"),
    ("Dense", 1, 1000, "dense"),
    ("Softmax", 1, 1000, "softmax"),
)
BLOCK = (
    ("relu", "ReLU", 1152, (0, 0)),
    ("point", "1x1", 192, (4, 3)),
    ("first", "1x1", 128, (4, -3)),
    ("wide", "1x7", 160, (6.5, -3)),
    ("tall", "7x1", 192, (9, -3)),
    ("linear", "1x1", 1152, (12.5, 0)),
    ("out", "ReLU", 1152, (19, 0)),
)
WIRES = (
    ("relu", "point"), ("relu", "first"), ("first", "wide"), ("wide", "tall"), ("tall", "linear"),
    ("point", "linear"), ("linear", "sum"), ("sum", "out"),
)  # fmt: skip


def box(name: str, caption: str, cells: int, channels: int, at: str, colour: str) -> str:
    """Write a box of PlotNeuralNet."""
    side = max(cells**0.7, 1.5)
    width = max(channels / 250, 2.2)  # so that its labels have room
    return (
        rf"\pic at {at} {{Box={{name={name}, caption={caption}, xlabel={{{{{channels},}}}},"
        rf" zlabel={cells}, fill={COLOURS[colour]}, height={side:.1f}, depth={side:.1f},"
        rf" width={width:.1f}}}}};"
    )


def wire(one: str, other: str) -> str:
    """Write an arrow from the east of one box to the west of another."""
    return rf"\draw[-Stealth, opacity=0.7, very thick] ({one}-east) -- ({other}-west);"


def network() -> str:
    """Write the steps of the network in a row."""
    boxes = []
    for place, (caption, cells, channels, colour) in enumerate(NETWORK):
        at = f"({3.1 * place + (2 if place else 0)},0,0)"
        boxes.append(box(f"step{place}", caption, cells, channels, at, colour))
    wires = [wire(f"step{place}", f"step{place + 1}") for place in range(len(NETWORK) - 1)]
    return "\n".join([*boxes, *wires])


def block() -> str:
    """Write the branches of block B, and its shortcut above them."""
    boxes = [
        box(name, caption, 17, channels, f"({x},{y},0)", "conv")
        for name, caption, channels, (x, y) in BLOCK
    ]
    ball = r"\pic at (16.8,0,0) {Ball={name=sum, fill=green, opacity=0.6, radius=2.5, logo=$+$}};"
    around = r"\draw[-Stealth, very thick] (relu-north) -- ++(0,4.6) -| (sum-north);"
    scaled = r"\node at (15.6,0.6,0) {0.1};"
    return "\n".join([*boxes, ball, *(wire(*each) for each in WIRES), around, scaled])


def main() -> None:
    """Write and draw both."""
    layers = Path(sys.argv[1]) / "layers"
    with tempfile.TemporaryDirectory() as folder:
        for name, body in {"net": network(), "block": block()}.items():
            (Path(folder) / f"{name}.tex").write_text(HEAD + body + FOOT, "utf-8")
            latex = ["env", f"TEXINPUTS={layers}:", "pdflatex", "-interaction=batchmode", name]
            subprocess.run(latex, cwd=folder, check=True, stdout=subprocess.DEVNULL)
            picture = ["pdftoppm", "-r", "150", "-png", "-singlefile", f"{name}.pdf", name]
            subprocess.run(picture, cwd=folder, check=True)
            keep("plot_neural_net", name, Path(folder) / f"{name}.png")


if __name__ == "__main__":
    main()
