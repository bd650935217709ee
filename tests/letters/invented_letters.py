"""Assessments of worked cases, and the papers of an invented learner in each language."""

from __future__ import annotations

from collections.abc import Callable
from copy import deepcopy
from functools import cache, wraps
from pathlib import Path
from typing import Any

from recourse import days, source
from recourse.assess import assess
from recourse.bilingual import language
from recourse.facts import read_facts
from recourse.letters.letter import Addressee, Matter, Party, Payment
from recourse.library import Library, load
from recourse.source import Node

CASES = Path(__file__).parents[2] / "src" / "recourse" / "data" / "cases"

# For each language a case where money is owed, of a place where letters go in that language.
OF_LANGUAGE = {
    "en": ("gb", "gb-ccr-04-service-share", "GB"),
    "zh": ("cn", "cn-a14-used-two-lessons", "CN"),
    "de": ("de", "de-fu-07-termination-at-half-year", "DE"),
    "fr": ("fr", "fr-ed-01-three-months-everything-prepaid", "FR"),
    "ko": ("kr", "kr-a3-pknu-four-months-first-month-half", "KR"),
    "ja": ("jp", "jp-49-language-nara", "JP"),
    "es": ("latam", "co-retracto-five-working-days", "CO"),
    "pt": ("br", "br-guideline-10-percent-balance", "BR"),
}
PLATFORM = ("platforms", "udemy-day-10", "US")

PEOPLE = {
    "en": (("Jane O'Neill", "12 High Street", "Leeds LS1 4AB"), ("Northern Coding School Ltd", "1 Quay Road", "Liverpool L3 1AA"), "Python for beginners"),
    "zh": (("王小明", "北京市海淀区中关村大街1号"), ("启明星教育科技有限公司", "上海市浦东新区世纪大道100号"), "考研英语直播班"),
    "de": (("Jörg Weißmüller", "Straße des 17. Juni 135", "10623 Berlin"), ("Fernschule Beispiel GmbH", "Doberaner Weg 20", "22143 Hamburg"), "Bilanzbuchhaltung im Fernunterricht"),
    "fr": (("Éloïse Lefèvre", "8 rue de l'Église", "69002 Lyon"), ("École à distance Exemple SAS", "3 avenue de la République", "75011 Paris"), "Préparation au CAP petite enfance"),
    "ko": (("김민서", "서울특별시 마포구 월드컵북로 1"), ("예시평생교육원", "부산광역시 남구 용소로 45"), "한국어 교원 양성 과정"),
    "ja": (("佐藤花子", "奈良県奈良市登大路町30"), ("株式会社サンプル語学", "大阪府大阪市北区梅田1-1"), "英会話コース"),
    "es": (("María Fernanda Núñez", "Calle 10 # 5-51", "Bogotá"), ("Academia Ejemplo S.A.S.", "Carrera 7 # 71-21", "Bogotá"), "Curso de diseño gráfico"),
    "pt": (("João da Conceição", "Rua das Flores, 10", "São Paulo - SP"), ("Escola Exemplo Ltda.", "Avenida Paulista, 1000", "São Paulo - SP"), "Curso de programação"),
}  # fmt: skip


def answered_once(asked: Callable[..., dict[str, Any]]) -> Callable[..., dict[str, Any]]:
    """The same question is answered once; everybody gets a copy of the answer, and may change it."""
    kept = cache(asked)

    @wraps(asked)
    def copied(*args: Any, **more: Any) -> dict[str, Any]:
        return deepcopy(kept(*args, **more))

    return copied


@cache
def library() -> Library:
    return load()


@cache
def cases_of(file: str) -> dict[str, Node]:
    path = CASES / f"{file}.yaml"
    nodes = source.read(path.read_text(encoding="utf-8"), path.name).sequence()
    return {node.mapping()["id"].text(): node for node in nodes}


@answered_once
def assessed(file: str, case: str, lang: str, without: tuple[str, ...] = (), **add: str) -> dict[str, Any]:
    """The assessment of a worked case, with facts added and left out."""
    entries = cases_of(file)[case].mapping()
    facts = {name: source.plain(node) for name, node in entries["facts"].mapping().items() if name not in without}
    facts |= add
    day = entries["asked_on"].text() if "asked_on" in entries else facts.get("requested_on", "2026-09-05")
    return assess(
        library(),
        read_facts(facts, library().vocabulary),
        platform=entries["platform"].text() if "platform" in entries else None,
        asked_on=days.parse(day),
    ).to_json(language(lang))


def of_language(lang: str) -> dict[str, Any]:
    """The assessment of the language's own case, in which money is owed."""
    file, case, _ = OF_LANGUAGE[lang]
    return assessed(file, case, lang)


@answered_once
def eu(place: str, lang: str = "en", without: tuple[str, ...] = (), **add: str) -> dict[str, Any]:
    """A recorded course bought on 1 September 2026, whose withdrawal can still be declared where there is such a right."""
    facts = {
        "learner_place": place, "seller_place": place, "buyer_is_consumer": "yes", "kind": "recorded-course",
        "legal_class": "digital-content", "sales_channel": "online", "price": "200.00 EUR", "paid": "200.00 EUR",
        "concluded_on": "2026-09-01", "paid_on": "2026-09-01", "supply_begun": "no",
        "withdrawal_information_given": "yes", "withdrawal_function_announced": "yes",
        "requested_on": "2026-09-11", "request_received_on": "2026-09-11", **add,
    }  # fmt: skip
    read = read_facts({name: text for name, text in facts.items() if name not in without}, library().vocabulary)
    return assess(library(), read, asked_on=days.parse("2026-09-11")).to_json(language(lang))


def papers(lang: str, day: str = "2026-11-30", **more: Any) -> Matter:
    """The papers of the invented learner who writes in a language."""
    (name, *address), (school, *seat), course = PEOPLE[lang]
    return Matter(
        **{
            "learner": Party(name, tuple(address), "learner@example.org"),
            "institution": Party(school, tuple(seat), "service@example.com"),
            "dated_on": days.parse(day),
            "order": "A-2026-00017",
            "course": course,
            "answer": "refused",
            "answered_on": days.parse("2026-11-25"),
            "received_at": days.parse_instant("2026-09-11T14:03+02:00"),
            **more,
        }
    )


def body(id_: str) -> Addressee:
    found = library().bodies[id_]
    return Addressee(dict(found.rule.title), found.stage)


PAID = Payment("1250.50 EUR", days.parse("2026-09-20"), "RF-2026-0031")
