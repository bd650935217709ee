"""Passages of contracts in eight languages are found where they stand; duties are laid beside them and asked, not decided."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from recourse import days, rights
from recourse.documents import contract, phrases
from recourse.library import Library
from recourse.rights import Rights

TODAY = days.parse("2026-11-22")
MAIN = ("price", "refund", "duration", "renewal", "complaints", "privacy", "jurisdiction", "withdrawal")
CONTRACTS = {
    "en": "The total price is 199.00 USD including tax. The duration of the course is 12 weeks. You may ask for a refund within "
    "30 days. The subscription renews automatically. Send complaints to help@example.org. Our privacy policy applies. The "
    "courts of Ireland have jurisdiction. You have the right to withdraw within 14 days.",
    "zh": "课程总价为199元。学习期限为12个月。可在七日内申请退款。到期自动续费。投诉请联系客服。我们保护您的隐私。争议由被告所在地法院管辖。"
    "支持7天无理由退课。",
    "de": "Der Gesamtpreis beträgt 199,00 EUR. Die Laufzeit beträgt 12 Monate. Wir erstatten die Zahlung. Der Vertrag verlängert sich. "
    "Beschwerden richten Sie an uns. Es gilt unsere Datenschutzerklärung. Gerichtsstand ist Köln. Sie können den Vertrag widerrufen.",
    "fr": "Le prix est de 199,00 EUR. La durée est de 12 mois. Nous remboursons sous 14 jours. Le contrat est renouvelé par tacite "
    "reconduction. Adressez toute réclamation au service client. Vos données personnelles sont protégées. Le droit applicable est "
    "le droit français. Vous disposez d’un droit de rétractation.",
    "es": "El precio es de 199,00 EUR. La duración es de 12 meses. El reembolso se hará en 14 días. El contrato se renovará. "
    "Presente su reclamación por correo. Tratamos sus datos personales. La ley aplicable es la española. Tiene derecho de "
    "desistimiento.",
    "pt": "O preço é de R$ 199,00. A duração é de 12 meses. O reembolso será feito em 7 dias. A renovação é automática. Reclamações ao "
    "SAC. Seus dados pessoais são protegidos. Fica eleito o foro de São Paulo. Você tem direito de arrependimento em 7 dias.",
    "ja": "受講料は19,900円です。受講期間は12か月です。返金は30日以内に行います。契約は自動更新されます。苦情は相談窓口へ。個人情報を保護します。"
    "東京地方裁判所を管轄とします。クーリング・オフができます。",
    "ko": "수강료는 199,000원입니다. 수강 기간은 12개월입니다. 환불은 7일 이내 가능합니다. 자동 갱신됩니다. 불만은 고객센터로. 개인정보를 보호합니다. "
    "관할 법원은 서울입니다. 청약철회를 할 수 있습니다.",
}
NOTHING_BACK = {
    "en": "All fees are non-refundable.", "zh": "课程一经售出，概不退款。", "de": "Gezahlte Gebühren sind nicht erstattungsfähig.",
    "fr": "Le cours est non remboursable.", "es": "El curso no es reembolsable.", "pt": "O curso não é reembolsável.",
    "ja": "いかなる場合も返金はいたしません。", "ko": "결제 후 환불이 불가합니다.",
}  # fmt: skip


@pytest.fixture(scope="module")
def germany(product: Library) -> Rights:
    return rights.rights(product, "DE", TODAY)


@pytest.mark.parametrize("lang", CONTRACTS)
@pytest.mark.parametrize("topic", MAIN)
def test_each_topic_is_found_in_each_language(lang: str, topic: str) -> None:
    found = contract.read(CONTRACTS[lang]).on(topic)
    assert found and any(one.lang == lang for one in found), (lang, topic)


@pytest.mark.parametrize("lang", CONTRACTS)
def test_a_passage_is_the_exact_words_of_the_text(lang: str) -> None:
    text = CONTRACTS[lang]
    for one in contract.read(text).passages:
        passage = one.of(text)
        assert passage and one.word in passage and passage == passage.strip()
        assert len(passage) < 200, "a sentence and not the whole contract"


@pytest.mark.parametrize("lang", NOTHING_BACK)
def test_that_nothing_comes_back_is_noticed(lang: str) -> None:
    assert [one.of(NOTHING_BACK[lang]) for one in contract.read(NOTHING_BACK[lang]).on("no_refund")] == [
        NOTHING_BACK[lang]
    ]
    assert not contract.read(CONTRACTS[lang]).on("no_refund")


def test_topics_without_a_passage_are_said(germany: Rights) -> None:
    assert contract.read("The price is 10.00 EUR.").silent == tuple(t for t in phrases.WANTED if t != "price")
    assert contract.read(CONTRACTS["en"]).silent == ()


def state(read: contract.ContractRead, duty: str) -> set[str]:
    return {one.state for one in read.duties if one.asks == (duty,)}


def test_duties_of_the_place_stand_beside_the_text(germany: Rights) -> None:
    whole = contract.read(CONTRACTS["de"], germany)
    empty = contract.read("Guten Tag.", germany)
    assert state(whole, "withdrawal_information_given") == {"speaks"}
    assert state(empty, "withdrawal_information_given") == {"nothing"}
    assert state(whole, "withdrawal_function_offered") == {"nothing"}
    assert state(contract.read("Hier Vertrag widerrufen", germany), "withdrawal_function_offered") == {"speaks"}
    assert state(whole, "order_button_clear") == {"elsewhere"}  # no text shows what a button says
    assert all(one.said.duty.must is not None for one in whole.duties) and len(whole.duties) == len(empty.duties) > 5


def test_every_duty_of_every_place_finds_its_questions(product: Library) -> None:
    for place in rights.covered(product):
        for one in contract.read("", rights.rights(product, place, TODAY)).duties:
            assert one.state in {"nothing", "elsewhere"}
            assert one.asks and all(name in product.vocabulary.facts for name in one.asks), (place, one.said.duty.id)


def test_facts_that_texts_bear_on_are_facts_and_topics_are_topics(product: Library) -> None:
    for table in (contract.BEARS_ON, contract.COMPARED):
        assert table.keys() <= product.vocabulary.facts.keys()
        assert {topic for topics in table.values() for topic in topics} <= phrases.TOPICS.keys()
    for name, asks, words in phrases.TOPICS.values():
        assert name.zh != name.en and asks.zh != asks.en and tuple(words) == phrases.LANGUAGES


@given(st.text(st.sampled_from("refund退款。. \n環불widerruf;12)"), max_size=80))
def test_any_text_is_divided_without_loss(text: str) -> None:
    for one in contract.passages(text):
        assert 0 <= one.start < one.end <= len(text) and one.word in one.of(text)


def test_one_long_sentence_is_cut_around_the_words() -> None:
    text = "a " * 5_000 + "refund" + " b" * 5_000
    (one,) = contract.read(text).on("refund")
    assert "refund" in one.of(text) and one.end - one.start <= contract.LONGEST_PASSAGE
