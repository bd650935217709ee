"""A moment on a page: the day in words of the reader's language, the clock of UTC, and the exact moment for programs."""

import datetime as dt

import pytest
from django.utils import translation

from recourse.web import wording
from recourse.web.desk.staff.figures import Between

BERLIN = dt.datetime(2026, 11, 22, 0, 29, 5, tzinfo=dt.timezone(dt.timedelta(hours=1)))


@pytest.mark.parametrize(("language", "words"), [("en", "21 November 2026"), ("zh-hans", "2026 年 11 月 21 日")])
def test_a_moment_is_written_as_the_day_and_time_of_utc(language: str, words: str) -> None:
    with translation.override(language):
        said = wording.moment_tag(BERLIN)
    assert said == f'<time datetime="2026-11-21T23:29:05+00:00">{words}</time> <span class="nb">23:29 UTC</span>'


def test_seconds_are_written_where_they_count() -> None:
    assert "23:29:05 UTC" in wording.moment_tag(BERLIN, seconds=True)


@pytest.mark.parametrize("language", ["en", "zh-hans"])
def test_a_field_for_a_day_holds_what_a_browser_can_read(language: str) -> None:
    with translation.override(language):
        field = str(Between(initial={"first": dt.date(2026, 1, 2)})["first"])
    assert 'value="2026-01-02"' in field
