"""The digest of a drawing, kept in its file so that a stale file can be detected.

It is computed from the drawing as text, before layout: another version of an engine or another font
changes the file, not the digest.
"""

from __future__ import annotations

import re
from hashlib import sha256
from zlib import crc32

_MARK = "archspec-drawing sha256:"
_FOUND = re.compile(rb"archspec-drawing sha256:([0-9a-f]{64})")
_PNG_HEAD = 33


def of(text: str) -> str:
    """Return the stamp of a drawing as text."""
    return _MARK + sha256(text.encode()).hexdigest()


def find(content: bytes) -> str | None:
    """Find the stamp in a file of any format."""
    found = _FOUND.search(content)
    return None if found is None else found.group().decode()


def into_svg(svg: bytes, stamp: str) -> bytes:
    """Put a stamp into the metadata of an SVG."""
    at = svg.index(b">", svg.index(b"<svg")) + 1
    return svg[:at] + f"\n<metadata>{stamp}</metadata>".encode() + svg[at:]


def into_png(png: bytes, stamp: str) -> bytes:
    """Put a stamp into a text chunk after the header of a PNG."""
    body = b"tEXtComment\0" + stamp.encode("latin-1")
    chunk = (len(body) - 4).to_bytes(4) + body + crc32(body).to_bytes(4)
    return png[:_PNG_HEAD] + chunk + png[_PNG_HEAD:]


def into_pdf(pdf: bytes, stamp: str) -> bytes:
    """Put a stamp into a comment at the end of a PDF."""
    return pdf.rstrip() + f"\n%{stamp}\n".encode()
