"""Made vouchers in eight languages, as text, PDF and mail: every proposal with its line, nothing decided silently."""

from __future__ import annotations

from typing import NamedTuple

import papers
import pytest

from recourse.documents import sellers, text, voucher
from recourse.facts import vocabulary
from recourse.library import Library


class Made(NamedTuple):
    """A voucher and what it says; several readings where it can be read in several ways."""

    text: str
    says: dict[str, list[str]]


VOUCHERS = {
    "en": Made(
        "Udemy receipt\nOrder ID: UD-2026-118877\nOrder date: March 4, 2026\nComplete Python Bootcamp   $89.99\n"
        "Subtotal $89.99\nTax $7.42\nTotal $97.41 USD\n",
        {"order_number": ["UD-2026-118877"], "concluded_on": ["2026-03-04"], "tax": ["7.42 USD"], "paid": ["97.41 USD"], "platform": ["udemy"]},
    ),
    "de": Made(
        "ILS Institut für Lernsysteme\nRechnungsnummer: R-99887766\nBestellnummer: 2026-000123\nBestelldatum: 04.03.2026\n"
        "Kursgebühr 1.000,00 €\nMwSt. 19 % 190,00 €\nGesamtbetrag inkl. MwSt. 1.190,00 €\nKursbeginn: 1. April 2026\n",
        {"order_number": ["2026-000123", "R-99887766"], "concluded_on": ["2026-03-04"], "tuition": ["1000.00 EUR"],
         "tax": ["190.00 EUR"], "paid": ["1190.00 EUR"], "starts_on": ["2026-04-01"], "platform": ["ils-de"]},
    ),
    "zh": Made(
        "网易云课堂 订单详情\n订单编号：202603041234567890\n下单时间：2026年3月4日 12:33\n原价：￥１，５９９．００\n优惠：-￥320.00\n"
        "实付金额：￥1,279.00（大写：壹仟贰佰柒拾玖元整）\n",
        {"order_number": ["202603041234567890"], "concluded_on": ["2026-03-04"], "list_price": ["1599.00 CNY"],
         "paid": ["1279.00 CNY"], "platform": ["netease-study"]},
    ),
    "zh-Hant": Made(
        "PressPlay Academy 訂單明細\n訂單編號：PP20260304001\n訂購日期：民國115年3月4日\n合計：NT$3,200\n",
        {"order_number": ["PP20260304001"], "concluded_on": ["2026-03-04"], "paid": ["3200.00 TWD"], "platform": ["pressplay"]},
    ),
    "ko": Made(
        "주문번호: 20260304-0012\n결제일시: 2026. 3. 4. 14:22\n수강 시작일 2026년 3월 10일\n결제금액 400,000원\n판매자: 주식회사 배움\n",
        {"order_number": ["20260304-0012"], "paid_on": ["2026-03-04"], "starts_on": ["2026-03-10"], "paid": ["400000 KRW"],
         "seller": ["주식회사 배움"]},
    ),
    "ja": Made(
        "ご注文番号：TA-889900\nご注文日：令和8年3月4日\n受講料 ￥128,000\n消費税 ￥12,800\n合計（税込） ￥140,800\nTechAcademyをご利用いただき\n",
        {"order_number": ["TA-889900"], "concluded_on": ["2026-03-04"], "tuition": ["128000 JPY"], "tax": ["12800 JPY"],
         "paid": ["140800 JPY"], "platform": ["techacademy-jp"]},
    ),
    "fr": Made(
        "Facture\nN° de commande : 55-4433\nDate de commande : 03/04/2026\nMontant payé : 1\u202f250,00 €\nPériode : 01/05/2026 au 31/07/2026\n",
        {"order_number": ["55-4433"], "concluded_on": ["2026-04-03", "2026-03-04"], "paid": ["1250.00 EUR"],
         "starts_on": ["2026-05-01", "2026-01-05"], "ends_on": ["2026-07-31"]},
    ),
    "es": Made(
        "Domestika\nNúmero de pedido: DK123456\nFecha de compra: 4 de marzo de 2026\nTotal pagado: 39,90 €\n",
        {"order_number": ["DK123456"], "concluded_on": ["2026-03-04"], "paid": ["39.90 EUR"], "platform": ["domestika"]},
    ),
    "pt": Made(
        "Hotmart\nPedido nº HP0099887766\nData da compra: 4 de março de 2026\nValor pago: R$ 1.497,00\n",
        {"order_number": ["HP0099887766"], "concluded_on": ["2026-03-04"], "paid": ["1497.00 BRL"], "platform": ["hotmart"]},
    ),
    "mail of a subscription": Made(
        "Coursera <no-reply@m.mail.coursera.org>\nTransaction ID 9AB12345CD678901E\nBilling period: Mar 4, 2026 - Apr 4, 2026\n"
        "Amount: US$49.00\nYour subscription will renew on Apr 4, 2026 for US$49.00.\nPayable by Apr 10, 2026\n+1 650 555 0100\n",
        {"order_number": ["9AB12345CD678901E"], "paid": ["49.00 USD"], "paid_period_starts_on": ["2026-03-04"],
         "renewed_on": ["2026-04-04"], "platform": ["coursera"]},
    ),
    "receipt of a shop for apps": Made(
        "From: Apple <no_reply@email.apple.com>\nDATE\n4 Mar 2026\nORDER ID\nMX12ABC345\nRenews 4 Mar 2027\n€ 89,99\n"
        "TOTAL € 89,99\nincl. VAT 14,37 €\n",
        {"order_number": ["MX12ABC345"], "paid": ["89.99 EUR"], "tax": ["14.37 EUR"], "concluded_on": ["2026-03-04"],
         "renewed_on": ["2027-03-04"], "bought_through": ["apple-app-store"]},
    ),
    "slip of a wallet": Made(
        "支付成功\n商户全称 北京某某教育科技有限公司\n支付时间 2026-03-04 12:33:18\n交易单号 4200001234202603041234567890\n¥2,980.00\n",
        {"order_number": ["4200001234202603041234567890"], "paid": ["2980.00 CNY"], "paid_on": ["2026-03-04"],
         "seller": ["北京某某教育科技有限公司"]},
    ),
    "invoice of Taiwan": Made(
        "統一發票 AB-12345678\n115年03月04日\n總計 NT$12,000\n",
        {"paid": ["12000.00 TWD"], "concluded_on": ["2026-03-04"]},
    ),
    "jo": Made(
        "Receipt No. 778812\nDate 04/03/2026\nCourse fee: JOD 120.000\nTotal: 139.200\n",
        {"order_number": ["778812"], "concluded_on": ["2026-03-04", "2026-04-03"], "tuition": ["120.000 JOD"], "paid": ["139.200 JOD"]},
    ),
}  # fmt: skip


@pytest.fixture(scope="module")
def known(product: Library) -> list[sellers.Known]:
    return [
        sellers.known(one.id, one.name.values(), [source.get("address", "") for source in one.sources])
        for one in product.platforms.values()
    ]


def says(read: voucher.Voucher) -> dict[str, list[str]]:
    return {what: [reading for one in read.of(what) for reading in one.readings] for what in read.whats()}


@pytest.mark.parametrize("lang", VOUCHERS)
def test_a_voucher_says_what_it_says(lang: str, known: list[sellers.Known]) -> None:
    assert says(voucher.read(VOUCHERS[lang].text, known)) == VOUCHERS[lang].says


@pytest.mark.parametrize("lang", VOUCHERS)
def test_every_proposal_shows_the_words_that_it_was_read_from(lang: str, known: list[sellers.Known]) -> None:
    made = VOUCHERS[lang].text
    for one in voucher.read(made, known).proposals:
        line = made.split("\n")[one.line - 1]
        assert one.shown in line and one.shown[one.start : one.end].strip()
        assert one.what in vocabulary().facts or one.what in {"order_number", "seller", "platform"}


@pytest.mark.parametrize("lang", ["en", "de", "zh", "ko", "ja", "fr"])
def test_a_pdf_says_the_same_as_its_text(lang: str, known: list[sellers.Known]) -> None:
    got = text.read(papers.pdf(VOUCHERS[lang].text))
    assert not got.notes
    assert says(voucher.read(got.text, known)) == VOUCHERS[lang].says


@pytest.mark.parametrize("lang", ["en", "de", "zh", "ko", "ja", "fr"])
@pytest.mark.parametrize("transfer", ["quoted-printable", "base64"])
def test_a_mail_says_the_same_and_who_sent_it_when(lang: str, transfer: str, known: list[sellers.Known]) -> None:
    got = text.read(papers.mail(VOUCHERS[lang].text, transfer=transfer, subject="订单确认 / Bestätigung"))
    found = says(voucher.read(got.text, known))
    assert "订单确认 / Bestätigung" in got.text
    for what, readings in VOUCHERS[lang].says.items():
        assert found[what][: len(readings)] == readings
    assert "2026-03-04" in found["concluded_on"]


def test_the_pdf_that_hangs_on_a_mail_is_read_with_it() -> None:
    paper = papers.pdf("결제금액 400,000원")
    got = text.read(
        papers.mail(
            "见附件", attached=(("订单收据.pdf", paper, "application/pdf"), ("图.png", b"\x89PNG", "image/png"))
        )
    )
    assert [one.name for one in got.attachments] == ["订单收据.pdf", "图.png"]
    assert says(voucher.read(got.text))["paid"] == ["400000 KRW"]


def test_a_mail_with_a_page_only_is_read_by_its_words() -> None:
    made = papers.mail("", html="<style>p{}</style><table><tr><td>Total paid</td><td>$20.00 USD</td></tr></table>")
    assert says(voucher.read(text.read(made).text))["paid"] == ["20.00 USD"]


def test_a_shared_sign_lists_all_it_can_be_the_place_first() -> None:
    readings = voucher.read("Total: $180.00", place="CA").readings("paid")
    assert readings[0] == "180.00 CAD" and {"180.00 USD", "180.00 AUD"} < set(readings)


def test_a_total_with_its_tax_is_no_tax() -> None:
    for line in (
        "Total incl. VAT: 119.00 EUR",
        "Gesamtbetrag inkl. 19 % MwSt. 119,00 €",
        "Total TTC 119,00 €",
        "合计（含税）119元 订单",
    ):
        assert says(voucher.read(line)).keys() == {"paid"}, line
    both = says(voucher.read("Total 119.00 EUR incl. VAT 19.00 EUR"))
    assert both == {"paid": ["119.00 EUR"], "tax": ["19.00 EUR"]}


def test_the_label_may_stand_above() -> None:
    found = voucher.read("Order number\nA-10099\n\nAmount paid\n€ 49.00\n\nOrder date\n2026-03-04\n")
    assert says(found) == {"order_number": ["A-10099"], "paid": ["49.00 EUR"], "concluded_on": ["2026-03-04"]}


def test_an_amount_that_nothing_names_is_only_likely() -> None:
    found = voucher.read("Python course\nEUR 49.00\nEUR 9.00\n")
    assert found.readings("paid") == ("49.00 EUR",) and found.of("paid")[0].rank > 3


def test_the_next_renewal_is_never_a_clear_fact() -> None:
    """A day to come on which it will renew is not the day on which it was renewed."""
    assert all(one.rank > 2 for one in voucher.read("Renews 4 Mar 2027").of("renewed_on"))


def test_money_back_and_discounts_are_not_what_was_paid() -> None:
    assert voucher.read("Discount: EUR 20.00\nRefund: EUR 10.00\nBalance: 3.00 EUR").proposals == ()


def test_a_platform_is_known_by_its_address(known: list[sellers.Known]) -> None:
    assert voucher.read("From: no-reply@e.coursera.org", known).readings("platform") == ("coursera",)
    assert voucher.read("see notudemy.com and my-udemy.com", known).readings("platform") == ()
    assert sellers.known("udemy", ["Udemy"], ["https://support.udemy.com/x"]).domains == ("udemy.com",)
    assert sellers.known("kac-classes", ["KAC"], ["https://notion.site/x"]).domains == ()


def test_a_shop_for_apps_is_asked_unless_its_receipt_says_so() -> None:
    assert voucher.read("From: no_reply@email.apple.com").readings("bought_through") == ("apple-app-store",)
    assert voucher.read("Get it on the App Store").readings("bought_through") == ("apple-app-store", "own-website")


def test_a_very_long_text_costs_little() -> None:
    big = "Total: 12.00 EUR 3/4/2026 订单号 A-1000 " * 20_000
    found = voucher.read(big)
    assert len(found.proposals) < 100 and len(found.proposals[0].shown) <= voucher.LONGEST_LINE
