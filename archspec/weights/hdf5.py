"""Safe access to HDF5 files through h5py, which is imported late.

Files may be hostile: links are not followed, no other file is opened, and the unpacked size is
bounded.
"""

from __future__ import annotations

import zlib
from math import prod
from typing import Any

from archspec.diagnostic import Diagnostic, SpecError
from archspec.installing import install
from archspec.weights.bounds import Allowance
from archspec.weights.short_floats import bfloat16

_DEFLATE, _SHUFFLE, _CHECKSUM = 1, 2, 3
"""Identifiers of filters (``H5Zpublic.h``)."""


def open_file(file: Any, mode: str) -> Any:
    """Open an HDF5 file by path or as a stream; raise ``SpecError`` if h5py is not installed."""
    try:
        from h5py import File
    except ImportError:
        message = "Keras's .h5 and .keras files need h5py, which is not installed"
        help = f"pip install h5py, or {install('tensorflow')}"
        raise SpecError((Diagnostic("weights/no-library", message, help=help),)) from None
    return File(file, mode)


def member(group: Any, path: str) -> Any:
    """Return the member of a group at a path; raise ``KeyError``, or ``ValueError`` for a link."""
    from h5py import HardLink

    here = group
    for part in filter(None, path.split("/")):
        kind = here.get(part, getclass=True, getlink=True)
        if kind is None:
            raise KeyError(f"{group.name} has no {path}")
        if kind is not HardLink:
            raise ValueError(f"{group.name}/{path} is a link, which is not followed")
        here = here[part]
    return here


def has(group: Any, name: str) -> bool:
    """Whether a group has a member; unlike ``in``, this does not follow links."""
    return group.get(name, getclass=True, getlink=True) is not None


def numbers(dataset: Any, allowance: Allowance) -> Any:
    """Read a numerical dataset that is stored in the file itself; raise ``ValueError``.

    Keras stores bfloat16 as opaque elements of two bytes.
    """
    kind = getattr(dataset, "dtype", None)
    if kind is None or (kind.kind not in "fiu" and kind.str != "|V2"):
        raise ValueError(f"{dataset.name} is not numerical")
    if dataset.external or dataset.is_virtual:
        raise ValueError(f"{dataset.name} is stored in another file")
    chunk = prod(dataset.chunks or ()) * dataset.dtype.itemsize
    allowance.take(dataset.name, max(dataset.nbytes, chunk))
    if dataset.chunks:
        _check_filters(dataset, chunk)
    array = dataset[()]
    return bfloat16(array.view("<u2")) if kind.str == "|V2" else array


def _check_filters(dataset: Any, chunk: int) -> None:
    """Refuse unknown filters, and chunks that inflate to more than twice their size.

    Chunks are first inflated here, within bounds, since HDF5's own filter has none.
    """
    told = dataset.id.get_create_plist()
    filters = [told.get_filter(number)[0] for number in range(told.get_nfilters())]
    if not set(filters) <= {_DEFLATE, _SHUFFLE, _CHECKSUM} or filters.count(_DEFLATE) > 1:
        raise ValueError(f"{dataset.name} uses unsupported compression filters")
    if _DEFLATE not in filters:
        return
    for number in range(dataset.id.get_num_chunks()):
        place = dataset.id.get_chunk_info(number).chunk_offset
        _, packed = dataset.id.read_direct_chunk(place)
        if len(zlib.decompressobj().decompress(packed, 2 * chunk + 1)) > 2 * chunk:
            raise ValueError(f"{dataset.name} unpacks to more than it claims")
