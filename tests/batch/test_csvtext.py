"""CSV in blocks: wherever a file is cut, the records and their lines are those of one reading from top to bottom."""

import csv
import io

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from recourse.batch import csvtext
from recourse.problems import Problem

NAMES = ("a", "b", "c")
CELLS = st.text(st.sampled_from('xy ,;"\n€1.'), max_size=6)
RECORDS = st.lists(st.tuples(CELLS, CELLS, CELLS), max_size=12)


def written(records: list[tuple[str, ...]], end: str = "\n") -> bytes:
    out = io.StringIO()
    writer = csv.writer(out, lineterminator=end, quoting=csv.QUOTE_MINIMAL)
    writer.writerow(NAMES)
    writer.writerows(records)
    return out.getvalue().encode()


def in_blocks(raw: bytes, size: int) -> list[tuple[int, tuple[str | None, ...]]]:
    """Line and cells of every record, read block by block."""
    head = csvtext.header(raw, "orders.csv")
    left, line, found = raw[head.length :], 2, []
    while left:
        take = size
        while not (whole := csvtext.cut(left[:take])) and take < len(left):
            take += size
        whole = whole or len(left)
        block = csvtext.parse(left[:whole], head, "orders.csv", line)
        assert not block.ragged
        found += [(row["line"], tuple(row[n] for n in NAMES)) for row in block.frame.iter_rows(named=True)]
        line += left.count(b"\n", 0, whole)
        left = left[whole:]
    return found


@given(RECORDS, st.integers(1, 60))
@example([('"\n', "", "1"), ("", "", "")], 1)
def test_records_and_lines_do_not_hang_on_where_the_file_is_cut(records: list[tuple[str, ...]], size: int) -> None:
    raw = written(records)
    expected, line = [], 2
    for record in records:
        cells = tuple(cell or None for cell in record)
        if any(cells):
            expected.append((line, cells))
        line += written([record]).count(b"\n") - 1
    assert in_blocks(raw, size) == expected


@pytest.mark.parametrize("cells", [1, 2, 4, 7])
def test_a_record_with_another_number_of_cells_is_told_and_the_rest_goes_on(cells: int) -> None:
    raw = b"a,b,c\n1,2,3\n" + b",".join([b"x"] * cells) + b"\n4,5,\n"
    head = csvtext.header(raw, "orders.csv")
    block = csvtext.parse(raw[head.length :], head, "orders.csv", 2)
    assert [(one.line, one.cells) for one in block.ragged] == [(3, cells)]
    assert block.frame["line"].to_list() == [2, 4]


def test_a_line_cut_short_is_not_taken_for_one_whose_last_facts_are_unknown() -> None:
    raw = b"a,b,c\n1,2,3\n4,5"
    head = csvtext.header(raw, "orders.csv")
    assert [one.line for one in csvtext.parse(raw[head.length :], head, "orders.csv", 2).ragged] == [3]


def test_blank_lines_are_no_orders_and_do_not_shift_the_lines() -> None:
    raw = b"a,b,c\n\n1,2,3\n\n\n4,5,6\n"
    head = csvtext.header(raw, "orders.csv")
    block = csvtext.parse(raw[head.length :], head, "orders.csv", 2)
    assert block.frame["line"].to_list() == [3, 6]
    assert block.blank == 3


@pytest.mark.parametrize(
    ("raw", "separator"),
    [(b"a;b;c\n1;2;3\n", ";"), (b"a\tb\tc\r\n1\t2\t3\r\n", "\t"), (b"\xef\xbb\xbfa,b,c\n1,2,3\n", ",")],
)
def test_other_separators_line_ends_and_byte_order_marks(raw: bytes, separator: str) -> None:
    head = csvtext.header(raw, "orders.csv")
    assert head.separator == separator
    block = csvtext.parse(raw[head.length :], head, "orders.csv", 2)
    assert block.frame.select(NAMES).rows() == [("1", "2", "3")]


def test_text_that_is_not_utf_8_is_told_with_its_line() -> None:
    raw = b"a,b,c\n1,2,3\n1,\xe4,3\n"
    head = csvtext.header(raw, "orders.csv")
    with pytest.raises(Problem, match=r"orders.csv:3:1 .*UTF-8"):
        csvtext.parse(raw[head.length :], head, "orders.csv", 2)


def test_a_name_that_stands_twice_is_refused() -> None:
    with pytest.raises(Problem, match="'a' stands twice"):
        csvtext.header(b"a,b,a\n", "orders.csv")
