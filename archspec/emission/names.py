"""Names in a source: whatever is none never gets into it."""

from __future__ import annotations

import re

_IDENTIFIER = re.compile(r"[A-Za-z_][A-Za-z0-9_]*", re.ASCII)


def identifier(text: str) -> str:
    """Return a name as it is; whatever is none never gets into a source."""
    if _IDENTIFIER.fullmatch(text) is None:
        raise ValueError(f"{text!r} is no name")
    return text


def class_name(text: str) -> str:
    """Turn ``inception_resnet_v2`` into ``InceptionResnetV2``."""
    return "".join(part[:1].upper() + part[1:] for part in identifier(text).split("_"))
