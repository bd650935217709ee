"""Places are ISO 3166 codes; unions have members that come and go."""

import pytest

from recourse import days, money, places
from recourse.problems import Problem


def said(code: str) -> str:
    with pytest.raises(Problem) as raised:
        places.check(code, unions=False)
    return str(raised.value)


@pytest.mark.parametrize(
    "code", ["DE", "DE-BY", "US-CA", "CN-BJ", "GB", "GB-SCT", "AT", "TW-TPE", "CA-QC", "JP-13", "NO"]
)
def test_a_place_is_itself(code: str) -> None:
    assert places.check(code) == code
    assert places.is_place(code)


@pytest.mark.parametrize(
    ("wrong", "right"),
    [
        ("UK", "GB (United Kingdom)"),
        ("us-ca", "US-CA"),
        ("US_CA", "US-CA"),
        ("California", "US-CA"),
        ("加利福尼亚", "US-CA"),
        ("DE-Bayern", "DE-BY"),
        ("Germny", "DE (Germany)"),
        ("CN-HK", "HK"),
        ("Georgia", "GE (Georgia), US-GA"),
    ],
)
def test_a_near_miss_is_told_the_code(wrong: str, right: str) -> None:
    assert right in said(wrong)


def test_a_part_that_a_divided_country_does_not_have_is_refused() -> None:
    assert "is no place" in said("US-XX")
    assert not places.is_place("DE-XX")
    assert places.is_place("JP-99")  # Japan is not divided in the table, so form decides


def test_nobody_lives_in_a_union() -> None:
    assert said("EU") == "EU is a union of countries. Name the country: AT, DE, FR."
    assert places.check("EU") == "EU"


def test_a_part_lies_in_its_country_and_a_member_in_its_union() -> None:
    assert places.contains("US-CA", "US")
    assert places.contains("US-CA", "US-CA")
    assert places.contains("DE-BY", "EU")
    assert places.contains("NO", "EEA")
    assert places.contains("FR", "EEA")
    assert not places.contains("US", "US-CA")
    assert not places.contains("NO", "EU")
    assert not places.contains("HK", "CN")


def test_members_come_and_go() -> None:
    assert not places.contains("GB", "EU")
    assert places.contains("GB-SCT", "EU", days.parse("2020-12-31"))
    assert not places.contains("GB", "EU", days.parse("2021-01-01"))
    assert not places.contains("HR", "EU", days.parse("2013-06-30"))
    assert places.contains("HR", "EU", days.parse("2013-07-01"))
    assert len(places.codes("EU")) == 27
    assert len(places.codes("EEA")) == 30


def test_places_have_names_in_both_languages() -> None:
    assert (places.name("US-CA"), places.name("US-CA", "zh")) == ("California (United States)", "美国加利福尼亚州")
    assert (places.name("EU"), places.name("EU", "zh")) == ("European Union", "欧盟")
    assert places.name("JP-13") == "JP-13 (Japan)"


def test_every_currency_of_a_place_is_one_that_money_knows() -> None:
    assert all(places.currency_of(code) in money.EXPONENTS for code in places.codes() if places.currency_of(code))
    assert (places.currency_of("DE-BY"), places.currency_of("BG"), places.currency_of("KR")) == ("EUR", "EUR", "KRW")


def test_the_world_has_every_place_and_every_union_in_it() -> None:
    for code in ("DE", "US-CA", "KR", "EU", "EEA", "WORLD"):
        assert places.contains(code, "WORLD")
    assert not places.contains("WORLD", "EU")
    assert places.contains("EU", "EEA")
    assert not places.contains("EEA", "EU")
    with pytest.raises(Problem):
        places.check("WORLD", unions=False)
