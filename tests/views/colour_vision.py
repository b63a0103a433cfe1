"""How colours are seen: in grey, in contrast to others, and with any colour vision.

Colours are sRGB (IEC 61966-2-1); lightness is CIE 1976 L*, contrast is that of WCAG 2.2. Colour
blindness is simulated by the matrices of Machado, Oliveira and Fernandes, "A Physiologically-based
Model for Simulation of Color Vision Deficiency" (2009), severity 1.0, applied to linear light.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence

Vector = Sequence[float]
Matrix = Sequence[Vector]

VISIONS: Mapping[str, Matrix] = {
    "normal": ((1, 0, 0), (0, 1, 0), (0, 0, 1)),
    "protanopia": (
        (0.152286, 1.052583, -0.204868),
        (0.114503, 0.786281, 0.099216),
        (-0.003882, -0.048116, 1.051998),
    ),
    "deuteranopia": (
        (0.367322, 0.860646, -0.227968),
        (0.280085, 0.672501, 0.047413),
        (-0.011820, 0.042940, 0.968881),
    ),
    "tritanopia": (
        (1.255528, -0.076749, -0.178779),
        (-0.078411, 0.930809, 0.147602),
        (0.004733, 0.691367, 0.303900),
    ),
}
_XYZ: Matrix = (
    (0.4124564, 0.3575761, 0.1804375),
    (0.2126729, 0.7151522, 0.0721750),
    (0.0193339, 0.1191920, 0.9503041),
)


def lightness(colour: str) -> float:
    """Compute L* of a colour, all that a print in grey leaves: 0 for black, 100 for white."""
    return _lab(_linear(colour))[0]


def contrast(one: str, other: str) -> float:
    """Compute the contrast ratio of WCAG 2.2, from 1 to 21."""
    lower, higher = sorted(_times(_XYZ, _linear(each))[1] for each in (one, other))
    return (higher + 0.05) / (lower + 0.05)


def difference(one: str, other: str, vision: str) -> float:
    """Compute the CIE 1976 difference of two colours as they are seen."""
    labs = [_lab(_times(VISIONS[vision], _linear(each))) for each in (one, other)]
    return float(sum((a - b) ** 2 for a, b in zip(*labs, strict=True)) ** 0.5)


def _linear(colour: str) -> list[float]:
    parts = [part / 255 for part in bytes.fromhex(colour[1:])]
    return [p / 12.92 if p <= 0.04045 else ((p + 0.055) / 1.055) ** 2.4 for p in parts]


def _times(matrix: Matrix, vector: Vector) -> list[float]:
    products = (sum(a * b for a, b in zip(row, vector, strict=True)) for row in matrix)
    return [min(max(each, 0.0), 1.1) for each in products]


def _lab(linear: Vector) -> tuple[float, float, float]:
    white = _times(_XYZ, (1, 1, 1))
    x, y, z = (_root(each / full) for each, full in zip(_times(_XYZ, linear), white, strict=True))
    return 116 * y - 16, 500 * (x - y), 200 * (y - z)


def _root(share: float) -> float:
    return float(share ** (1 / 3)) if share > 216 / 24389 else (24389 / 27 * share + 16) / 116
