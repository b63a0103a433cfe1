"""The library that reads and writes Keras's files, imported where one is met."""

from __future__ import annotations

from typing import Any

from archspec.diagnostic import Diagnostic, SpecError


def open_file(file: Any, mode: str) -> Any:
    """Open an HDF5 file, by path or as a stream; raise ``SpecError`` without the library."""
    try:
        from h5py import File
    except ImportError:
        message = "Keras's .h5 and .keras files need h5py, which is not installed"
        help = "pip install 'archspec-nn[tensorflow]', or h5py alone"
        raise SpecError((Diagnostic("weights/no-library", message, help=help),)) from None
    return File(file, mode)
