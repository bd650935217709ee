"""Course pages as they are found: what they tell search engines becomes facts, exact or asked, and gaps are named."""

from __future__ import annotations

import json

import pytest

from recourse.documents import course, text


def page(*blocks: object) -> course.CoursePage:
    return course.read([block if isinstance(block, str) else json.dumps(block) for block in blocks])


def priced(price: object, currency: str = "EUR", **more: object) -> course.CoursePage:
    return page({"@type": "Course", "offers": {"@type": "Offer", "price": price, "priceCurrency": currency, **more}})


WHOLE = {
    "@context": "https://schema.org",
    "@graph": [
        {
            "@type": "Course", "name": "Python", "provider": {"@id": "#org"}, "timeRequired": "P6M",
            "offers": {
                "@type": "Offer", "price": "199.50", "priceCurrency": "EUR", "hasMerchantReturnPolicy": {"@id": "#policy"},
                "priceSpecification": {"price": 299, "priceCurrency": "EUR", "priceType": "https://schema.org/ListPrice", "valueAddedTaxIncluded": True},
            },
            "hasCourseInstance": [{"@type": "CourseInstance", "startDate": "2026-04-01", "endDate": "2026-09-30T10:00:00+02:00", "courseWorkload": "PT22H"}],
        },
        {"@type": "Organization", "@id": "#org", "legalName": "Lern GmbH", "address": {"@type": "PostalAddress", "addressCountry": "DE"}},
    ],
}  # fmt: skip
POLICY = {"@type": ["http://schema.org/MerchantReturnPolicy"], "@id": "#policy", "merchantReturnDays": 30, "refundType": "https://schema.org/FullRefund", "returnPolicyCategory": "https://schema.org/MerchantReturnFiniteReturnWindow"}  # fmt: skip


def test_a_whole_page_gives_facts_with_where_each_came_from() -> None:
    found = page(WHOLE, "{broken", POLICY)
    said = {what: found.readings(what) for what in found.whats()}
    assert said["price"] == ("199.50 EUR",) and said["list_price"] == ("299.00 EUR",)
    assert said["starts_on"] == ("2026-04-01",) and said["ends_on"] == ("2026-09-30",)
    assert said["months_total"] == ("6",) and said["hours_total"] == ("22",)
    assert said["seller"] == ("Lern GmbH",) and said["seller_place"] == ("DE",)
    assert said["seller_window_days"] == ("30",)
    assert found.missing == () and found.broken == 1 and found.courses == 1
    where = {one.what: one.where for one in found.stated}
    assert where["price"] == "block 1: Course.offers.price"
    assert where["seller_window_days"] == "block 1: Course.offers.hasMerchantReturnPolicy.merchantReturnDays"


def test_what_is_missing_is_named() -> None:
    assert [key for key, _ in page({"@type": "Course", "name": "x"}).missing] == [key for key, _ in course.NEEDED]
    assert [key for key, _ in priced("10.00").missing] == ["fees", "duration", "dates", "refund", "provider"]


@pytest.mark.parametrize(
    ("price", "currency", "readings"),
    [
        ("199.50", "EUR", ("199.50 EUR",)),
        (199.5, "EUR", ("199.50 EUR",)),
        (199, "KRW", ("199 KRW",)),
        ("12.345", "JOD", ("12.345 JOD",)),
        (0.1, "USD", ("0.10 USD",)),
        (9007199254740.93, "USD", ("9007199254740.93 USD",)),
        ("1.190", "EUR", ("1.19 EUR", "1190.00 EUR")),  # the standard's reading, and many a shop's
        ("1,190.00", "USD", ("1190.00 USD",)),
        ("$1,190.00", "USD", ("1190.00 USD",)),
        ("1.190,00 €", "EUR", ("1190.00 EUR",)),
        ("19.999", "KRW", ("19999 KRW",)),
        ("0.123", "EUR", ()),
        ("free", "EUR", ()),
        ("1e3", "EUR", ()),
        ("9" * 400, "EUR", ()),
        ("-5", "EUR", ()),
        ("10", "Euro", ()),
        ("10", "", ()),
    ],
)
def test_prices_are_exact_or_asked(price: object, currency: str, readings: tuple[str, ...]) -> None:
    assert priced(price, currency).readings("price") == readings


def test_a_range_of_prices_is_asked() -> None:
    found = page(
        {
            "@type": "Course",
            "offers": {"@type": "AggregateOffer", "lowPrice": 10, "highPrice": "20.50", "priceCurrency": "USD"},
        }
    )
    assert found.readings("price") == ("10.00 USD", "20.50 USD")


def test_things_that_are_not_the_course_do_not_speak_for_it() -> None:
    other = {"@type": "Product", "name": "Mug", "offers": {"price": "5.00", "priceCurrency": "EUR"}}
    assert page({"@type": "Course", "offers": {"price": "10.00", "priceCurrency": "EUR"}}, other).readings("price") == (
        "10.00 EUR",
    )
    assert page(other).readings("price") == ("5.00 EUR",)


def test_ids_that_lead_in_a_circle_end() -> None:
    found = page(
        [
            {"@type": "Course", "@id": "#a", "provider": {"@id": "#b"}},
            {"@id": "#b", "name": "B", "hasMerchantReturnPolicy": {"@id": "#a"}},
        ]
    )
    assert found.readings("seller") == ("B",)


@pytest.mark.parametrize(
    "block",
    [
        "", "{", "null", "3", "[]", '"x"', "[" * 100_000, '{"a":' * 50_000, '{"@type": "Course", "offers": 3}',
        '{"@type": null, "offers": {"price": {"price": 1}}}', '{"@type": "Course", "offers": [[[1]]], "name": {"@value": 3}}',
        '{"@type": "Course", "startDate": "soon", "timeRequired": "PxM"}', '{"@type":"Course","offers":{"price":' + "9" * 5000 + ',"priceCurrency":"EUR"}}',
        '{"@type": "Course", "offers": {"price": NaN, "priceCurrency": "EUR"}}', '{"@type": {"@type": "Course"}}',
        json.dumps([{"@type": "Course", "@id": f"#{n}", "name": f"n{n}"} for n in range(30_000)]),
    ],
    ids=lambda block: block[:40],
)  # fmt: skip
def test_no_block_however_broken_is_a_fault(block: str) -> None:
    found = page(block, {"@type": "Course", "offers": {"price": "10.00", "priceCurrency": "EUR"}})
    assert len(found.stated) <= 40
    assert "10.00 EUR" in found.readings("price") or len(block) > 100_000


def test_a_comment_or_a_section_around_a_block_is_no_harm() -> None:
    for block in ("<!--\n{}\n-->", "//<![CDATA[\n{}\n//]]>", "{};"):
        assert page(block.replace("{}", json.dumps(WHOLE))).broken == 0


def test_a_page_is_read_to_its_blocks_and_words() -> None:
    made = f"""<!doctype html><html><head><meta charset="gb2312"><title>数据 分析</title>
    <script type="application/ld+json">{json.dumps(WHOLE)}</script><script>var price = "1.00 EUR"</script><style>p {{}}</style></head>
    <body><p>课程价格：￥199<table><tr><td>a<td>b</table><p hidden>x</body>"""
    got = text.read(made.encode("gb2312"))
    assert got.title == "数据 分析" and len(got.blocks) == 1 and "课程价格：￥199" in got.text
    assert "1.00 EUR" not in got.text and "a\tb" in got.text.replace(" ", "")
