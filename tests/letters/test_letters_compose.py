"""Letters of every kind in every language: what they say is the assessment's, and what it does not give is not said."""

import re
from dataclasses import replace

import pytest
from invented_letters import OF_LANGUAGE, PAID, PLATFORM, assessed, body, eu, library, of_language, papers

from recourse import days, money
from recourse.bodies import STAGES
from recourse.letters import tongues
from recourse.letters.compose import beside, compose
from recourse.letters.letter import KINDS, Addressee, Assessed, Letter, Matter, Payment
from recourse.letters.plain import plain
from recourse.letters.tongues import LANGUAGES
from recourse.letters.wording import wording
from recourse.problems import Problem


def written(kind: str, lang: str) -> tuple[Letter, Assessed, Matter]:
    """A letter of each kind on the language's own case; a withdrawal on one of the Union."""
    place = OF_LANGUAGE[lang][2]
    found, matter = of_language(lang), papers(lang, words="Ich bitte um Verständnis. *x* #y")
    if kind == "withdrawal":
        place = place if place in ("DE", "FR", "GB") else "PT"
        found, matter = eu(place, lang), replace(matter, dated_on=days.parse("2026-09-11"))
    if kind == "complaint-to":
        matter = replace(matter, body=Addressee({"en": "Board", "de": "Stelle"}, "conciliation"))
    if kind == "decision":
        matter = replace(matter, bodies=({"en": "Board", "de": "Stelle"},))
    return compose(found, matter, kind, lang, place), found, matter


def money_and_days(found: Assessed, matter: Matter, letter: Letter) -> list[str]:
    """Every amount and day of the data, as the letter's place writes them."""
    texts = re.findall(r'"([^"]*)"', str(found).replace("'", '"'))
    said = [tongues.amount(t, letter.lang, letter.region) for t in texts if re.fullmatch(r"\d[\d.]* [A-Z]{3}", t)]
    known = [days.parse(t) for t in texts if re.fullmatch(r"\d{4}-\d\d-\d\d", t)]
    known += [day for day in (matter.dated_on, matter.answered_on) if day is not None]
    return said + [tongues.day(day, letter.lang, letter.region) for day in known]


@pytest.mark.parametrize("lang", LANGUAGES)
@pytest.mark.parametrize("kind", KINDS)
def test_every_figure_is_one_of_the_data(kind: str, lang: str) -> None:
    letter, found, matter = written(kind, lang)
    allowed = money_and_days(found, matter, letter)
    allowed += [*matter.learner.block, *matter.institution.block, matter.order, matter.course]
    if matter.received_at is not None:
        allowed.append(tongues.moment(matter.received_at, lang, letter.region))
    # rows name provisions and sources, lists the engine's own working: they are quoted as they stand
    texts = [
        letter.day,
        *(value for _, value in letter.about),
        *(b.text for b in letter.blocks if b.form == "paragraph"),
    ]
    for text in texts:
        left = text
        for part in sorted(allowed, key=len, reverse=True):
            left = left.replace(part, "")
        assert not re.search(r"\d", left), text


@pytest.mark.parametrize("lang", LANGUAGES)
@pytest.mark.parametrize("kind", KINDS)
def test_a_letter_names_people_order_and_what_is_owed(kind: str, lang: str) -> None:
    letter, found, matter = written(kind, lang)
    text = plain(letter)
    for part in (matter.learner.name, matter.institution.name, matter.order, matter.course, letter.subject, letter.day):
        assert part in text
    if kind not in ("receipt", "withdrawal"):
        assert tongues.amount(found["best"]["refund"], lang, letter.region) in text
        quote = next(e for e in found["entitlements"] if e["rule"] == found["best"]["rule"])["source"]["quote"]
        assert quote is None or quote in text
    assert "{" not in text and ": None" not in text
    sender = matter.institution if kind in ("decision", "receipt") else matter.learner
    assert letter.sender == sender.block and letter.signature == sender.name


@pytest.mark.parametrize(
    ("place", "lang", "form"),
    [("DE", "de", "Muster-Widerrufsformular"), ("FR", "fr", "Modèle de formulaire de rétractation"), ("PT", "pt", "Modelo de formulário"),
     ("ES", "es", "Modelo de formulario"), ("GB", "en", "I hereby give notice that I cancel my contract"),
     ("AT", "en", "I hereby give notice that I withdraw from my contract")],
)  # fmt: skip
def test_the_model_form_stands_where_its_law_governs(place: str, lang: str, form: str) -> None:
    matter = papers(lang, day="2026-09-11")
    text = plain(compose(eu(place, lang), matter, "withdrawal", lang, place))
    assert form in text and matter.course in text
    window = tongues.day(days.parse("2026-09-15"), lang, tongues.region(lang, place))
    assert window in text


# The official sentence of each language for one consumer and a service, with the label over the signature; docs/letters.md
# says what each was compared with.
OFFICIAL = {
    "en": ("I hereby give notice that I withdraw from my contract for the provision of the following service", "only if this form is notified on paper"),
    "de": ("Hiermit widerrufe ich den von mir abgeschlossenen Vertrag über die Erbringung der folgenden Dienstleistung", "nur bei Mitteilung auf Papier"),
    "fr": ("Je vous notifie par la présente ma rétractation du contrat pour la prestation de services ci-dessous", "uniquement en cas de notification du présent formulaire sur papier"),
    "es": ("Por la presente le comunico que desisto de mi contrato de prestación del siguiente servicio", "solo si el presente formulario se presenta en papel"),
    "pt": ("Pela presente comunico que resolvo o meu contrato para a prestação do seguinte serviço", "só no caso de o presente formulário ser notificado em papel"),
}  # fmt: skip


@pytest.mark.parametrize("lang", OFFICIAL)
def test_the_model_form_has_the_official_words(lang: str) -> None:
    matter = papers(lang, day="2026-09-11")
    text = " ".join(compose(eu("AT", lang), matter, "withdrawal", lang, "AT").strings)
    assert all(words in text for words in OFFICIAL[lang])


def test_a_withdrawal_elsewhere_is_a_plain_notice() -> None:
    day, price = "2026-09-05", "200.00 BRL"
    found = eu("BR", "pt", paid=price, price=price, requested_on=day, request_received_on=day)
    text = plain(compose(found, papers("pt", day=day), "withdrawal", "pt", "BR"))
    assert "desisto do contrato" in text and "Modelo de formulário" not in text


@pytest.mark.parametrize(
    ("place", "lang", "said"),
    [("PT", "pt", "Comunicação de livre resolução"), ("BR", "pt", "Comunicação de arrependimento"),
     ("ES", "es", "desisto del contrato"), ("CO", "es", "me retracto del contrato"),
     ("GB", "en", "I hereby cancel the contract"), ("AT", "en", "I hereby withdraw from the contract")],
)  # fmt: skip
def test_a_withdrawal_is_called_as_its_law_calls_it(place: str, lang: str, said: str) -> None:
    price = {"BR": "200.00 BRL", "CO": "200.00 COP"}.get(place, "200.00 EUR")
    day = "2026-09-02"
    found = eu(place, lang, paid=price, price=price, requested_on=day, request_received_on=day)
    letter = compose(found, papers(lang, day=day), "withdrawal", lang, place)
    assert said in letter.subject or said in letter.blocks[0].text


def test_a_withdrawal_can_be_declared_before_anything_was_asked() -> None:
    found = eu("DE", "de", without=("requested_on", "request_received_on"))
    assert found["best"] is None
    assert "Muster-Widerrufsformular" in plain(compose(found, papers("de", day="2026-09-15"), "withdrawal", "de", "DE"))


def test_no_withdrawal_is_declared_that_the_law_does_not_give() -> None:
    with pytest.raises(Problem, match="ended on 2026-09-15"):
        compose(eu("DE", "de"), papers("de", day="2026-09-16"), "withdrawal", "de", "DE")
    with pytest.raises(Problem, match="no statutory right of withdrawal"):
        compose(eu("NO", "en"), papers("en", day="2026-09-11"), "withdrawal", "en", "NO")


@pytest.mark.parametrize("stage", STAGES)
@pytest.mark.parametrize("lang", LANGUAGES)
def test_a_complaint_asks_a_body_for_what_its_stage_can_do(stage: str, lang: str) -> None:
    to = Addressee({"en": "The Body", lang: "Stelle Ä"}, stage)
    letter = compose(of_language(lang), papers(lang, body=to), "complaint-to", lang, OF_LANGUAGE[lang][2])
    others = {
        compose(of_language(lang), papers(lang, body=replace(to, stage=s)), "complaint-to", lang).subject
        for s in STAGES
    }
    assert len(others) == len(STAGES) and letter.subject in others
    assert letter.recipient == ("Stelle Ä",)


def test_what_is_late_is_said_to_be_late() -> None:
    found = eu("AT", "de")
    assert found["best"]["pay_by"] == "2026-09-25"
    for day, said in (("2026-09-25", "ist der 25. September"), ("2026-09-26", "war der 25. September")):
        for kind in ("reminder", "complaint", "decision"):
            assert said in plain(compose(found, papers("de", day=day), kind, "de", "AT"))


NOTHING = {"supply_begun": "yes", "requested_on": "2026-11-20", "request_received_on": "2026-11-20"}


@pytest.mark.parametrize("lang", LANGUAGES)
@pytest.mark.parametrize("kind", ["request", "reminder", "complaint", "complaint-to"])
def test_where_nothing_is_certain_no_sum_is_claimed(kind: str, lang: str) -> None:
    found = eu("DE", lang, **NOTHING)
    assert found["best"] is None
    matter = papers(lang, answer="less", body=Addressee({"en": "Court"}, "court"))
    letter = compose(found, matter, kind, lang, "DE")
    amount = tongues.amount("200.00 EUR", lang, letter.region)
    assert not [b for b in letter.blocks if amount in b.text or any(amount in v for _, v in b.rows)]
    if kind == "complaint" and lang == "en":
        assert "less than what is owed" not in plain(letter)


def test_a_refusal_gives_reasons_and_says_nothing_in_doubt() -> None:
    doubtful = eu("DE", "de", **NOTHING)
    assert doubtful["missing"]
    with pytest.raises(Problem, match="it depends on: "):
        compose(doubtful, papers("de"), "decision", "de", "DE")
    text = plain(compose(doubtful, papers("de", words="Die Frist ist abgelaufen."), "decision", "de", "DE"))
    assert "keine Erstattung geschuldet" in text and "> Die Frist ist abgelaufen." in text
    with pytest.raises(Problem, match="a refusal gives its reasons"):
        compose({**doubtful, "missing": [], "entitlements": []}, papers("de"), "decision", "de", "DE")


def test_a_refusal_in_the_assessments_language_tells_its_reasons() -> None:
    found = {**eu("GB", "zh", **NOTHING), "missing": []}
    reasons = [e["why"] for e in found["entitlements"] if e["answer"] == "owes-nothing" and e["why"]]
    assert reasons
    assert f"- {reasons[0]}" in plain(compose(found, papers("zh"), "decision", "zh", "CN"))


def test_the_engines_own_words_stay_out_of_other_languages() -> None:
    """The working is English or Chinese: a decision in another language shows the figures instead."""
    english, german = (plain(compose(eu("DE", lang), papers(lang), "decision", lang, "DE")) for lang in ("en", "de"))
    assert "How the amount comes about" in english and "To be paid by" in english
    assert "So ergibt sich" not in german and "To be paid by" not in german


def test_a_policys_own_terms_are_called_so() -> None:
    found = assessed(PLATFORM[0], PLATFORM[1], "en")
    text = plain(compose(found, papers("en"), "request", "en", "US"))
    assert "This rests on your own terms:" in text and "to the means of payment used" in text and "$19.99" in text


def test_the_institution_is_not_asked_for_what_another_pays() -> None:
    found = eu("DE", "de")
    best = found["best"]
    changed = [{**e, "payer": "card-issuer"} if e["rule"] == best["rule"] else e for e in found["entitlements"]]
    letter = compose({**found, "entitlements": changed}, papers("de"), "request", "de", "DE")
    assert "200,00" not in "".join(b.text for b in letter.blocks)
    to = papers("de", body=Addressee({"de": "Bank"}, "payment"))
    assert "200,00" in plain(compose({**found, "entitlements": changed}, to, "complaint-to", "de", "DE"))


def test_a_total_shows_what_was_added() -> None:
    found = eu("DE", "de")
    best = {**found["best"], "total": "203.50 EUR"}
    late = {
        **found["entitlements"][0],
        "rule": "late",
        "adds_to": [best["rule"]],
        "answer": "owes",
        "interest": "3.50 EUR",
    }
    late.pop("refund", None)
    whole = {**found, "best": best, "entitlements": [*found["entitlements"], late]}
    text = plain(compose(whole, papers("de"), "request", "de", "DE"))
    assert "sind mir 203,50\u00a0€ zurückzuzahlen" in text
    assert "Erstattung: 200,00\u00a0€\nZinsen: 3,50\u00a0€\nGesamt: 203,50\u00a0€" in text


def test_a_receipt_tells_the_moment_and_a_payment_the_sum() -> None:
    text = plain(compose(of_language("en"), papers("en", withdrawn=True), "receipt", "en", "GB"))
    assert "We received your notice of withdrawal on 11 September 2026, 12:03 UTC." in text
    paid = plain(compose(of_language("en"), papers("en", payment=PAID), "receipt", "en", "GB"))
    assert "We paid your refund on 20 September 2026." in paid and "Paid back: €1,250.50" in paid
    with pytest.raises(Problem, match="a receipt says when it arrived"):
        compose(of_language("en"), papers("en", received_at=None), "receipt", "en", "GB")


@pytest.mark.parametrize("kind", ["reminder", "complaint"])
def test_what_was_never_asked_for_is_neither_reminded_of_nor_complained_about(kind: str) -> None:
    with pytest.raises(Problem, match="not known when the refund was asked for"):
        compose(eu("DE", "de", without=("requested_on", "request_received_on")), papers("de"), kind, "de", "DE")
    with pytest.raises(Problem, match="after the day of this letter"):
        compose(eu("DE", "de"), papers("de", day="2026-09-10"), kind, "de", "DE")


def test_what_a_letter_cannot_do_without_is_asked_for() -> None:
    found = of_language("en")
    with pytest.raises(Problem, match="names what was bought"):
        compose(found, papers("en", order="", course=""), "request", "en")
    with pytest.raises(Problem, match="names the body"):
        compose(found, papers("en"), "complaint-to", "en")
    with pytest.raises(Problem, match="no letter “poem”"):
        compose(found, papers("en"), "poem", "en")


def test_the_second_letter_says_that_the_first_counts() -> None:
    first = compose(eu("DE", "de"), papers("de"), "request", "de", "DE")
    both = beside(first, compose(eu("DE", "zh"), papers("de"), "request", "zh", "CN"))
    assert both.notice == "以下为同一信函的中文版本，仅供参考；以德语信函为准。"
    text = plain(both)
    assert text.startswith(plain(first)) and "应退还本人 €200.00" in text


def test_bodies_are_called_by_their_own_name_where_it_is_known() -> None:
    matter = papers("ko", body=body("kr-kca-relief"))
    assert (
        compose(of_language("ko"), matter, "complaint-to", "ko", "KR").recipient[0]
        == library().bodies["kr-kca-relief"].rule.title["ko"]
    )


@pytest.mark.parametrize("lang", LANGUAGES)
@pytest.mark.parametrize("kind", ["request", "reminder", "complaint", "complaint-to"])
def test_after_a_part_was_paid_back_a_letter_claims_the_rest(kind: str, lang: str) -> None:
    found, place = of_language(lang), OF_LANGUAGE[lang][2]
    owed = money.parse(found["best"].get("total") or found["best"]["refund"])
    part = owed._replace(minor=owed.minor // 500 * 100)
    back = tuple(Payment(str(part), days.parse(day)) for day in ("2026-11-20", "2026-11-23"))
    matter = papers(lang, body=Addressee({"en": "Court"}, "court"), paid_back=back)
    letter = compose(found, matter, kind, lang, place)
    text = " ".join(block.text for block in letter.blocks if block.form == "paragraph")
    days_said = [tongues.day(one.day, lang, letter.region) for one in back]
    left = tongues.amount(str(owed._replace(minor=owed.minor - 2 * part.minor)), lang, letter.region)
    assert all(day in text for day in days_said) and text.count(tongues.amount(str(part), lang, letter.region)) == 2
    whole_sum = tongues.amount(str(owed), lang, letter.region)
    assert text.index(whole_sum) < text.index(days_said[0]) < text.index(days_said[1]) < text.index(left)
    whole = plain(compose(found, replace(matter, paid_back=()), kind, lang, place))
    assert left not in whole and not any(day in whole for day in days_said)


@pytest.mark.parametrize("lang", LANGUAGES)
def test_what_was_paid_back_whole_is_not_claimed_again(lang: str) -> None:
    found, place = of_language(lang), OF_LANGUAGE[lang][2]
    back = Payment(found["best"].get("total") or found["best"]["refund"], days.parse("2026-11-20"))
    matter = papers(lang, body=Addressee({"en": "Court"}, "court"), paid_back=(back,))
    with pytest.raises(Problem, match="was paid back"):
        compose(found, matter, "reminder", lang, place)
    texts = wording(lang).sentences
    assert texts["complaint.decide"] in plain(compose(found, matter, "complaint", lang, place)).replace("\n", " ")
    asks = compose(found, matter, "complaint-to", lang, place).blocks[-1].text
    assert asks == texts["stage.court_open.asks"]
    other = replace(matter, paid_back=(Payment("1.00 CHF", back.day),))  # of which it cannot be said what is left
    reminder = plain(compose(found, other, "reminder", lang, place)).replace("\n", " ")
    assert texts["reminder.unpaid_rest"] in reminder and texts["reminder.unpaid"] not in reminder
    assert compose(found, other, "complaint-to", lang, place).blocks[-1].text == texts["stage.court_rest.asks"]
