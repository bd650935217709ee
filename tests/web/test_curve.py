"""The curve: lines, gaps, today, table; drawn without scripts, styles or foreign words unescaped."""

import re
from xml.etree import ElementTree as ET

import pytest
from django.utils import translation

from recourse.curve import Series
from recourse.web import curve, drawing
from recourse.web.drawing import Steps

DAY = 739_942  # 22 November 2026
EUR = {"currency": "EUR"}


def series(kind: str, *points: tuple[int, int | None], last: int = DAY + 25) -> Series:
    return Series("some-rule", {"en": "Some rule"}, kind, points, last)


LAW = series("law", (DAY - 12, 8499), (DAY + 3, 6000), (DAY + 20, 0))
POLICY = series("platform", (DAY - 12, 8499), (DAY - 2, 0))


def drawn(*lines: Series, today: int = DAY) -> curve.Chart:
    found = curve.chart(lines, EUR, today)
    assert found is not None
    return found


@pytest.mark.parametrize("language", ["en", "zh-hans"])
@pytest.mark.parametrize("lines", [(LAW,), (POLICY,), (LAW, POLICY)])
def test_both_drawings_are_whole_and_speak(lines: tuple[Series, ...], language: str) -> None:
    with translation.override(language):
        chart = drawn(*lines)
    for svg in (chart.wide, chart.narrow):
        root = ET.fromstring(svg)
        assert root.get("role") == "img"
        ids = {one.get("id"): one.text for one in root.iter() if one.get("id")}
        for name in (root.get("aria-labelledby") or "").split():
            assert ids[name]
        assert "style=" not in svg
        assert "<script" not in svg


def test_steps_are_drawn_as_steps() -> None:
    path = re.search(r'class="law" d="([^"]+)"', drawn(LAW).wide)
    assert path
    assert set(re.sub(r"[\d. ]", "", path[1])) == set("MHV")


def test_the_policy_is_dashed_by_class_and_the_gap_is_hatched() -> None:
    chart = drawn(LAW, POLICY)
    assert 'class="pol"' in chart.wide
    assert "url(#c-wide-p)" in chart.wide
    assert "url(#c-narrow-p)" in chart.narrow
    assert "url(#" not in drawn(LAW).wide


def test_no_word_leaves_the_drawing() -> None:
    for lines in ((LAW,), (LAW, POLICY)):
        for today in range(DAY - 12, DAY + 26, 3):
            chart = drawn(*lines, today=today)
            for svg, width in ((chart.wide, 680), (chart.narrow, 328)):
                for x, anchor, words in re.findall(r'<text[^>]* x="([\d.-]+)"[^>]*text-anchor="(\w+)">([^<]*)', svg):
                    size = 7.4 * len(words)
                    left = float(x) - {"start": 0, "middle": size / 2, "end": size}[anchor]
                    assert left >= -6, (words, left)
                    assert left + size <= width + 8, (words, left + size)


def test_today_stands_in_the_table_with_both_amounts() -> None:
    (row,) = [row for row in drawn(LAW, POLICY).rows if row.today]
    assert (row.law, row.policy, row.less, row.more) == ("84.99", "0.00", "84.99", "")


def test_the_table_says_where_the_policy_gives_more() -> None:
    generous = series("platform", (DAY - 12, 8499))
    rows = drawn(LAW, generous).rows
    assert [row.more for row in rows] == ["", "", "24.99", "84.99"]


def test_a_long_table_is_cut_and_says_so() -> None:
    many = series("law", *((DAY + n, 10_000 - n * 100) for n in range(60)), last=DAY + 70)
    chart = drawn(many)
    assert not chart.whole
    assert len(chart.rows) <= curve.MOST_ROWS + 1
    assert chart.rows[-1].day == DAY + 59


def test_where_nothing_changes_nothing_is_drawn() -> None:
    flat = series("law", (DAY, 8499))
    assert curve.chart([flat], EUR, DAY) is None
    assert curve.chart([], EUR, DAY) is None
    assert curve.chart([LAW], {"currency": None}, DAY) is None


def test_of_several_laws_the_best_is_drawn() -> None:
    other = [(DAY - 12, 0), (DAY + 3, 7000), (DAY + 30, 0)]
    assert curve.best_of([LAW.points, other]) == Steps(
        ((DAY - 12, 8499), (DAY + 3, 7000), (DAY + 30, 0)),
    )


def test_a_line_holds_its_amount_until_the_next_step() -> None:
    line = Steps(((10, 5), (20, 3)))
    assert [line.on(day) for day in (9, 10, 19, 20, 99)] == [None, 5, 5, 3, 3]


def test_where_a_fact_is_lacking_the_line_is_interrupted() -> None:
    chart = drawn(series("law", (DAY - 12, 8499), (DAY - 4, None), (DAY + 6, 4000), (DAY + 9, None)))
    path = re.search(r'class="law" d="([^"]+)"', chart.wide)
    assert path
    assert re.sub(r"[\d. ]", "", path[1]) == "MHMH"
    assert [row.law for row in chart.rows if row.today] == [""]
    assert curve.chart([series("law", (DAY, None))], EUR, DAY) is None


def test_today_outside_the_curve_is_not_marked() -> None:
    assert 'class="today"' in drawn(LAW).wide
    assert 'class="today"' not in drawn(LAW, today=DAY + 90).wide
    assert 'class="today"' not in drawn(LAW, today=DAY - 90).wide


def test_amounts_without_decimals_have_none_on_the_axis() -> None:
    won = series("law", (DAY, 100_000), (DAY + 5, 66_660), (DAY + 9, 0))
    chart = curve.chart([won], {"currency": "KRW"}, DAY)
    assert chart is not None
    assert "66,660" in [row.law for row in chart.rows]
    assert ">100k<" in chart.wide or ">100,000<" in chart.wide


@pytest.mark.parametrize("most", [1, 99, 100, 101, 8499, 123_456, 10**13])
def test_the_axis_reaches_the_highest_amount_in_round_steps(most: int) -> None:
    picture = drawing.Picture(drawing.WIDE, 1, 9, Steps(((1, most), (5, 0))), None, "EUR", 1, "", "")
    amounts = [amount for amount, _ in picture.ticks]
    assert amounts[0] == 0
    assert amounts[-1] >= most
    assert len(amounts) <= 6
