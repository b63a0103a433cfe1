"""Quoting names of files for git: in patches, and as patterns of attributes."""

from __future__ import annotations

import os

_ESCAPES = {
    ord(character): f"\\{letter}"
    for character, letter in zip('\a\b\t\n\v\f\r"\\', 'abtnvfr"\\', strict=True)
}
_FIRST, _LAST = 0x20, 0x7E
"""The first and last printable character of ASCII."""


def quoted(name: str) -> str:
    """Write a name as it is if it is plain, else as a C string with octal escapes."""
    return in_quotes(name) if _escaped(name) != name else name


def in_quotes(name: str) -> str:
    """Write a name as a C string."""
    return f'"{_escaped(name)}"'


def _escaped(name: str) -> str:
    return "".join(map(_byte, os.fsencode(name)))


def _byte(byte: int) -> str:
    if byte in _ESCAPES:
        return _ESCAPES[byte]
    return chr(byte) if _FIRST <= byte <= _LAST else f"\\{byte:03o}"


def literal(name: str) -> str:
    """Write a name as a pattern that matches it alone."""
    pattern = "".join(f"\\{each}" if each in r"\*?[" else each for each in name)
    return f"/{pattern}" if pattern.startswith(("#", "!")) else pattern


def attribute_pattern(pattern: str) -> str:
    """Quote a pattern for the beginning of a line of .gitattributes."""
    escaped = _escaped(pattern)
    is_plain = pattern.isascii() and escaped.replace("\\\\", "\\") == pattern
    needs_quotes = not is_plain or " " in pattern or pattern.startswith("#")
    return in_quotes(pattern) if needs_quotes else pattern
