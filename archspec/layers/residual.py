"""The sum of a shortcut and a scaled body (arXiv:1512.03385; arXiv:1602.07261, Figure 20)."""

from __future__ import annotations

from collections.abc import Mapping

from archspec.attributes import Number, kind_of
from archspec.layer import ACTIVATION
from archspec.operator import Attribute

WORD = "residual"

ATTRIBUTES: Mapping[str, Attribute] = {
    "scale": Attribute("scale", kind_of(Number), 1),
    "activation": ACTIVATION,
}
"""``scale`` multiplies the body, not the shortcut; ``activation`` follows the sum."""

WRITTEN_AS: Mapping[str, str] = {"factor": "scale"}
"""The names that attributes of the lowered operators have in a residual."""
