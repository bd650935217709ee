"""Columns given and taken without a copy, as Arrow's C data interface lays them out: addresses for native programs."""

from __future__ import annotations

import ctypes
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from ctypes import CFUNCTYPE, POINTER, Structure, addressof, byref, c_char_p, c_int, c_int64, c_void_p, py_object
from typing import Any

import polars as pl


class _Schema(Structure):
    pass


class Array(Structure):
    """An `ArrowArray`."""


class _Stream(Structure):
    pass


_Schema._fields_ = [
    ("format", c_char_p), ("name", c_char_p), ("metadata", c_void_p), ("flags", c_int64), ("n_children", c_int64),
    ("children", c_void_p), ("dictionary", c_void_p), ("release", c_void_p), ("private", c_void_p),
]  # fmt: skip
Array._fields_ = [
    ("length", c_int64), ("null_count", c_int64), ("offset", c_int64), ("n_buffers", c_int64), ("n_children", c_int64),
    ("buffers", POINTER(c_void_p)), ("children", POINTER(POINTER(Array))), ("dictionary", c_void_p),
    ("release", c_void_p), ("private", c_void_p),
]  # fmt: skip
_Stream._fields_ = [
    ("schema", c_void_p), ("next", CFUNCTYPE(c_int, POINTER(_Stream), POINTER(Array))), ("error", c_void_p),
    ("release", c_void_p), ("private", c_void_p),
]  # fmt: skip
_RELEASED = CFUNCTYPE(None, c_void_p)
_api = ctypes.pythonapi
_api.PyCapsule_GetPointer.restype, _api.PyCapsule_GetPointer.argtypes = c_void_p, [py_object, c_char_p]
_api.PyCapsule_New.restype, _api.PyCapsule_New.argtypes = py_object, [c_void_p, c_char_p, c_void_p]
_api.PyMem_RawMalloc.restype, _api.PyMem_RawMalloc.argtypes = c_void_p, [ctypes.c_size_t]
_FREE = ctypes.cast(_api.PyMem_RawFree, c_void_p).value
_LINE = 64  # bytes at whose multiples cells begin


def chunks(frame: pl.DataFrame) -> Iterator[pl.DataFrame]:
    """The frame in stretches in which every column is of one piece."""
    ends: set[int] = set()
    for column in frame.iter_columns():
        if column.n_chunks() > 1:
            end = 0
            for chunk in column.get_chunks():
                ends.add(end := end + chunk.len())
    start = 0
    for end in sorted({*ends, frame.height} - {0}):
        yield frame.slice(start, end - start)
        start = end


@contextmanager
def arrays(frame: pl.DataFrame) -> Iterator[list[Array]]:
    """The columns of a frame of one piece, where they lie; only as long as the context lasts."""
    if not frame.width:
        yield []
        return
    stream = frame.__arrow_c_stream__()
    at = _api.PyCapsule_GetPointer(stream, b"arrow_array_stream")
    whole = Array()
    source = ctypes.cast(at, POINTER(_Stream))
    if source.contents.next(source, byref(whole)) or not whole.release:
        raise TypeError(frame.schema)
    try:
        yield [whole.children[number].contents for number in range(whole.n_children)]
    finally:
        _RELEASED(whole.release)(addressof(whole))


def described(array: Array, skipped: int = 0) -> list[int]:
    """What a native program is told of a column, and of what lies in it: five numbers each, see `kernels`."""
    offset = array.offset + skipped
    known = (array.buffers[0] or 0) if array.n_buffers else 0
    cells = (array.buffers[1] or 0) if array.n_buffers > 1 else 0
    texts = addressof(array.buffers.contents) + 16 if array.n_buffers > 2 else 0
    found = [cells, offset, known, 0, texts]
    within = offset if array.n_buffers == 1 else 0  # a structure's parts are skipped with it, a list's entries are not
    for number in range(array.n_children):
        found += described(array.children[number].contents, within)
    return found


class Column:
    """A column that a native program fills; then whoever takes it owns it, and frees it with `release`."""

    def __init__(self, name: str, format_: bytes, bits: int, rows: int, release: int, *, null: bool) -> None:
        self.name, self.format, self.rows, self.release = name, format_, rows, release
        known = -(-rows // (8 * _LINE)) * _LINE if null else 0
        self.block: int = _api.PyMem_RawMalloc(3 * _LINE + known + rows * bits // 8)
        begin = -(-(self.block + 24) // _LINE) * _LINE
        self.known, self.cells = begin if null else 0, begin + known
        ctypes.memset(begin, 0, known)
        head = (c_void_p * 3).from_address(self.block)
        head[0], head[1], head[2] = _FREE, self.known or None, self.cells
        self.held: list[Any] = []

    def drop(self) -> None:
        """Frees the column, which nobody has taken."""
        _api.PyMem_RawFree(c_void_p(self.block))

    def __arrow_c_array__(self, _: object = None) -> tuple[object, object]:
        array = Array(
            self.rows, -1 if self.known else 0, 0, 2, 0,
            ctypes.cast(self.block + 8, POINTER(c_void_p)), None, None, self.release, self.block,
        )  # fmt: skip
        schema = _Schema(self.format, self.name.encode(), None, 2, 0, None, None, _FORGOTTEN, None)
        self.held += [array, schema]
        made = _api.PyCapsule_New
        return made(addressof(schema), b"arrow_schema", None), made(addressof(array), b"arrow_array", None)


def _forget(schema: int) -> None:
    ctypes.cast(schema, POINTER(_Schema)).contents.release = None


_FORGETS = _RELEASED(_forget)  # held as long as the module is
_FORGOTTEN = ctypes.cast(_FORGETS, c_void_p).value


def taken(columns: Sequence[Column]) -> list[pl.Series]:
    """The columns as series, which own them from now on."""
    return [pl.Series(one.name, one) for one in columns]
