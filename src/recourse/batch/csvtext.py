"""CSV text in blocks of whole records: where they begin and end, their cells as texts, and the line of each record.

A record may run over several lines where a cell is quoted. Nothing is guessed about types: every cell is a text, an
empty one is null.
"""

from __future__ import annotations

import csv
from typing import NamedTuple

import polars as pl

from recourse.bilingual import Words
from recourse.problems import Place, Problem

BOM = b"\xef\xbb\xbf"
SEPARATORS = (",", ";", "\t")
EXTRA = "\x00more"  # what stands behind the last column of the header
LINE = "line"
LONGEST_RECORD = 1 << 20  # bytes: where no record ends within so many, a quote is open


class Header(NamedTuple):
    """The first record: the names, what divides them, and where the rows begin."""

    names: tuple[str, ...]
    separator: str
    length: int  # bytes, with the byte order mark and the end of the line


class Ragged(NamedTuple):
    """A record with another number of cells than the header."""

    line: int
    cells: int
    text: str


class Block(NamedTuple):
    """Records as columns of texts, with the line on which each begins, and those that do not fit the header."""

    frame: pl.DataFrame  # the columns of the header, and `line` (Int64)
    ragged: tuple[Ragged, ...]
    blank: int  # lines with nothing on them


def header(start: bytes, file: str) -> Header:
    """The header in the first bytes of a file. Raises `Problem` where there is none, or a name stands twice."""
    skipped = len(BOM) if start.startswith(BOM) else 0
    line, end, _ = start[skipped:].partition(b"\n")
    text = _decoded(line, file, 1)
    if not text.strip():
        raise Problem(Words(f"{file} has no header", f"{file} 没有表头"), hint=_HEADER)
    separator = max(SEPARATORS, key=text.count)
    names = tuple(name.strip() for name in next(csv.reader([text.rstrip("\r")], delimiter=separator)))
    twice = sorted({name for name in names if names.count(name) > 1})
    if twice:
        what = Words(f"the column {twice[0]!r} stands twice", f"列“{twice[0]}”出现了两次")
        raise Problem(what, Place(file, 1, 1), hint=Words("Give each column a name of its own.", "每列的名称须唯一。"))
    return Header(names, separator, skipped + len(line) + len(end))


def cut(block: bytes) -> int:
    """How many bytes of a block are whole records; 0 where none ends in it. A block begins where a record begins."""
    if b'"' not in block:
        return block.rfind(b"\n") + 1
    end = block.rfind(b"\n") + 1
    open_ = block.count(b'"', 0, end) % 2
    while end and open_:  # the line ends within a quoted cell: look at the line before
        before = block.rfind(b"\n", 0, end - 1) + 1
        open_ ^= block.count(b'"', before, end) % 2
        end = before
    return end


def parse(block: bytes, head: Header, file: str, first_line: int) -> Block:
    """The records of a block whose first line has this number. Raises `Problem` for what is not UTF-8 or no CSV."""
    names = [*head.names, EXTRA]
    top = head.separator.join(f"c{number}" for number in range(len(names))).encode() + b"\n"
    try:
        frame = pl.read_csv(top + block, separator=head.separator, infer_schema=False, truncate_ragged_lines=True)
    except pl.exceptions.NoDataError:
        return Block(pl.DataFrame(schema={**dict.fromkeys(head.names, pl.String), LINE: pl.Int64}), (), 0)
    except pl.exceptions.PolarsError as error:
        _decoded(block, file, first_line)
        where = Place(file, first_line, 1)
        raise Problem(f"this cannot be read as CSV: {str(error).splitlines()[0]}", where, hint=_QUOTES) from None
    if not block.isascii() and "\ufffd" in block.decode("utf-8", "replace"):
        _decoded(block, file, first_line)
    frame.columns = names
    lines = _lines(block, head, frame.height, first_line)
    frame = frame.with_columns(lines.alias(LINE))
    ragged = _ragged(block, head, frame, file, first_line)
    if ragged:
        frame = frame.filter(~pl.col(LINE).is_in([one.line for one in ragged]))
    frame = frame.drop(EXTRA).with_columns(pl.col(head.names).replace("", None))
    whole = frame.filter(~pl.all_horizontal(pl.col(head.names).is_null()))
    return Block(whole, ragged, frame.height - whole.height)


def _lines(block: bytes, head: Header, rows: int, first_line: int) -> pl.Series:
    """The line on which each record begins."""
    ends = block.count(b"\n") + (not block.endswith(b"\n"))
    if ends == rows:
        return pl.int_range(first_line, first_line + rows, dtype=pl.Int64, eager=True)
    reader = csv.reader(block.decode("utf-8").splitlines(keepends=True), delimiter=head.separator)
    found, before = [], 0
    for _ in reader:
        found.append(first_line + before)
        before = reader.line_num
    if len(found) != rows:
        what = Words(f"{rows} or {len(found)} records: the quotes are not clear", "引号不成对，无法划分记录")
        raise Problem(what, Place("", first_line, 1), hint=_QUOTES)
    return pl.Series(found, dtype=pl.Int64)


def _ragged(block: bytes, head: Header, frame: pl.DataFrame, file: str, first_line: int) -> tuple[Ragged, ...]:
    """Records with too many cells, or too few: a line cut short must not pass for one whose last facts are unknown."""
    wide = len(head.names)
    quoted = b'"' in block
    if (
        not quoted
        and block.count(head.separator.encode()) == frame.height * (wide - 1)
        and frame[EXTRA].is_null().all()
    ):
        return ()
    doubtful = frame.filter(pl.col(EXTRA).is_not_null() | pl.col(head.names[-1]).is_null())[LINE].to_list()
    if not doubtful:
        return ()
    texts = _decoded(block, file, first_line).split("\n")
    found = []
    for line in doubtful:
        start = line - first_line
        stop = start + 1
        while quoted and "\n".join(texts[start:stop]).count('"') % 2 and stop < len(texts):
            stop += 1
        text = "\n".join(texts[start:stop]).rstrip("\r")
        cells = len(next(csv.reader(text.splitlines(keepends=True), delimiter=head.separator), []))
        if cells not in (0, wide):
            found.append(Ragged(line, cells, text))
    return tuple(found)


def _decoded(block: bytes, file: str, first_line: int) -> str:
    try:
        return block.decode("utf-8")
    except UnicodeDecodeError as error:
        line = first_line + block.count(b"\n", 0, error.start)
        what = Words("this line is not UTF-8 text", "这一行不是 UTF-8 文本")
        raise Problem(
            what, Place(file, line, 1), hint=Words("Save the file as UTF-8.", "请把文件存为 UTF-8。")
        ) from None


_HEADER = Words(
    "The first line names the columns, by the names of `recourse facts`.", "第一行写列名，名称见 `recourse facts`。"
)
_QUOTES = Words("Look for a quotation mark that is opened and not closed.", "请检查是否有未闭合的引号。")
