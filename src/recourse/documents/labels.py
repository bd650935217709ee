"""The words that stand beside what matters on a voucher, in the languages of the places we know."""

from __future__ import annotations

import re

# What an amount is, by the words before it. The first that matches decides, so the narrower ones stand first.
AMOUNTS: tuple[tuple[str, int, str], ...] = (  # role, rank (lower is likelier), words
    ("", 0, r"subtotal|sub-total|zwischensumme|sous-total|小计|小計|소계|before tax|netto|net amount|hors taxe|\bht\b|税抜|不含税"),
    ("", 0, r"discount|rabatt|remise|descuento|desconto|sconto|优惠|折扣|优惠券|抵扣|減免|割引|値引|할인|coupon|gutschein|saved"),
    ("", 0, r"refund|erstatt|rembours|reembols|退款|返金|환불|balance|saldo|余额|餘額|change due|wechselgeld|找零"),
    ("", 0, r"renew|verläng|reconduction|renouvel|renova|续费|續費|자동\s?갱신|次回"),
    ("tax", 1, r"\btax\b|\bvat\b|mwst|mehrwertsteuer|umsatzsteuer|ust\b|\btva\b|\biva\b|impuesto|imposto|\bgst\b|\bhst\b"
               r"|税额|稅額|增值税|消費税|税金|부가세|부가가치세|ภาษี"),
    ("list_price", 1, r"list price|regular price|original price|listenpreis|prix catalogue|precio original|preço original"
                      r"|原价|原價|划线价|市场价|定価|通常価格|정가"),
    ("registration_fee", 1, r"registration fee|enrol?ment fee|anmeldegebühr|einschreibegebühr|frais d['’]inscription|matr[ií]cula"
                            r"|报名费|註冊費|入会金|入学金|입학금|등록비"),
    ("materials_price", 1, r"materials? fee|materials|lehrmaterial|materialkosten|教材费|教材費|资料费|教材代|교재비"),
    ("shipping_price", 1, r"shipping|postage|versand|frais de port|env[ií]o|frete|运费|運費|送料|배송비"),
    ("paid", 1, r"total paid|amount paid|you paid|paid by|bezahlt(er betrag)?|gezahlt|montant pay[ée]|payé|total pagado|pagado"
                r"|valor pago|total pago|实付|實付|支付金额|付款金额|已付|付款金額|お支払い?(金額|額|合計)|支払金額|결제\s?금액"
                r"|실결제|amount charged|charged|ยอดชำระ|оплачено|ödenen"),
    ("price", 2, r"total price|full price|gesamtpreis|prix total|precio total|preço total|总价|總價|总价款|総額|총액"),
    ("paid", 2, r"grand total|order total|total amount|amount due|total|gesamtbetrag|gesamtsumme|endbetrag|rechnungsbetrag"
                r"|summe|montant total|total ttc|importe total|合计|合計|总计|總計|总额|应付|應付|请求金額|請求金額|ご請求額"
                r"|총\s?(결제\s?)?금액|합계|итого|toplam|razem|totaal|รวม"),
    ("paid", 3, r"\bamount\b|\bbetrag\b|\bmontant\b|\bimporte\b|\bvalor\b"),
    ("tuition", 3, r"tuition|course fee|kursgebühr|studiengebühr|frais de cours|学费|學費|課程費|受講料|授業料|수강료|수업료"),
    ("price", 3, r"price|preis|prix|precio|preço|prezzo|\bfee\b|gebühr|tarif|价格|價格|售价|课程价|费用|金额|金額|価格|料金|가격|금액"
                 r"|ราคา|цена"),
)  # fmt: skip

# What a date is, by the words beside it: fact, rank, words.
DATES: tuple[tuple[str, int, str], ...] = (
    ("", 0, r"birth|geburt|naissance|nacimiento|生年月日|出生|생년월일|printed|gedruckt|druckdatum|valid until|gültig bis|expires|有效期"
        r"|\bdue\b|zahlbar|fällig|payable (?:by|until)|échéance|到期|付款期限|支払期限|납부\s?기한|次回"),
    ("renewed_on", 3, r"renew(?:s|ed|al)?\b|verläng|renouvel|renova|续费|續費|自动续|更新日|갱신"),
    ("starts_on", 1, r"start(s|ing)?( date| on)?\b|begin(s|n)?|kursbeginn|beginnt|ab dem|début|commence|inicio|início|comienza|開講|开课"
                     r"|开始|開始|受講開始|개강|시작|수강\s?시작"),
    ("ends_on", 1, r"end(s|ing)?( date| on)?\b|until|kursende|endet|\bfin\b|termina|hasta|até|结课|结束|結束|終了|종강|종료|만료"),
    ("paid_on", 1, r"paid( on)?|payment date|date of payment|zahlungsdatum|bezahlt am|zahlung vom|date de paiement|pay[ée] le"
                   r"|fecha de pago|data de pagamento|data do pagamento|付款时间|支付时间|付款日期|付款時間|支払日|お支払い日|決済日"
                   r"|결제\s?일시?|결제\s?날짜|승인\s?일시?|charged on|วันที่ชำระ"),
    ("concluded_on", 1, r"order date|date of order|ordered( on)?|purchase date|purchased( on)?|date of purchase|bestelldatum|bestellt am"
                        r"|bestellung vom|kaufdatum|vertragsdatum|date de (la )?commande|commandé le|fecha de(l)? pedido|fecha de compra"
                        r"|data d[aeo] (pedido|compra)|下单时间|下单日期|订单时间|订单日期|购买时间|购买日期|签订日期|訂購日期|訂單日期"
                        r"|注文日|ご注文日|購入日|申込日|契約日|주문\s?일시?|구매\s?일|계약\s?일|enrol?led on|วันที่สั่งซื้อ"),
    ("concluded_on", 2, r"invoice date|receipt date|rechnungsdatum|date de (la )?facture|fecha de factura|data da fatura|发票日期|开票日期"
                        r"|發票日期|発行日|領収日|발행일|issued"),
    ("concluded_on", 3, r"\bdate\b|\bdatum\b|fecha|\bdata\b|日期|时间|時間|日付|날짜|일자|วันที่|дата|tarih|\bsent\b"),
)  # fmt: skip

_ID = r"(?P<id>[A-Za-z0-9](?:[A-Za-z0-9._/-]{2,38})[A-Za-z0-9])"
_NO = r"(?:\s?(?:(?:no|nr|num|number|nummer|id|code)(?![^\W\d_])|n°|nº|№|#|号码|号|號碼|號|编号|編號|番号|번호)\.?)"
ORDERS: tuple[tuple[int, str], ...] = (
    (1, rf"(?:order|bestell(?:ung|-)?|auftrags?(?:-)?|commande|pedido|ordine|订单|訂單|订单号|ご?注文|受付|주문|bestel|zamówieni[ea]"
        rf"|заказ|คำสั่งซื้อ){_NO}|(?:n[°ºo]\.?|n[úu]m[eé]ro|nummer|nr\.?)\s(?:d[eao]s?\s|della?\s|der\s)?(?:la\s)?"
        r"(?:commande|pedido|ordine|bestellung|order)"),
    (2, rf"(?:purchase|transaction|transaktions?(?:-)?|booking|buchungs?(?:-)?|réservation|reserva|交易单?|商户单|流水|取引|거래|예약"
        rf"|confirmation|contract|vertrags?(?:-)?|合同|contrat|contrato|계약|契約){_NO}"),
    (2, r"(?:your |ihre |votre |su |tu |seu )?(?:order|bestellung|commande|pedido)(?=\s?[:#]?\s?[A-Z0-9-]{0,12}[0-9]{4})"),
    (3, rf"(?:invoice|receipt|rechnungs?(?:-)?|beleg(?:-)?|facture|reçu|factura|fatura|recibo|发票|發票|收据|請求書|領収書|영수증){_NO}"),
)  # fmt: skip
ORDER_VALUE = re.compile(rf"\s{{0,3}}[:：#＃№]?\s{{0,3}}[#＃]?{_ID}")
SELLERS = re.compile(
    r"(?:^|[\s|])(?:sold by|seller|merchant|vendor|provider|verkäufer|anbieter|vendeur|vendu par|vendedor|prestador|商家名?|商家名称"
    r"|商户名?称?|销售方|卖家|開課單位|販売者|販売業者|事業者名|판매자|상호)\s?[:：]\s?(?P<name>[^\n|]{2,80})",
    re.IGNORECASE,
)


SELLERS_APART = re.compile(
    r"(?:^|[\s|])(?:商户全称|商户名称|商家名称|賣方|卖方|销售方|販売者|판매자)[ \t]+(?P<name>[^\s|:：]{2,80})"
)
# A period that is billed, which need not be the course's: its first day alone is of use.
BILLED = re.compile(
    r"bill(?:ed|ing)|abrechnung|facturation|facturaci|faturamento|cobrança|账单|帳單|計費|请求期間|請求期間|청구",
    re.IGNORECASE,
)
# Words that name the tax of an amount without making it the tax: "Total incl. VAT".
WITH_TAX = re.compile(
    r"\(?\b(?:incl(?:uding|\.)?|inkl\.?|inklusive|including|con|com|ivato|tax included|y compris)\s?(?:of\s)?(?:[0-9.,]{1,5}\s?%\s?)?"
    r"(?:vat|mwst|ust|mehrwertsteuer|tax(?:es)?|tva|iva|gst|impuestos?|impostos?)?\.?\)?|\bttc\b|[（(]?(?:税込|含税|稅込|內含稅|부가세\s?포함)[)）]?",
    re.IGNORECASE,
)
# Between the first and the last day of a period.
TO = re.compile(
    r"\s{0,2}(?:[-–—~～〜]|to|until|through|bis(?: zum)?|au|al?|à|até|hasta|至|到|から|부터)\s{0,2}", re.IGNORECASE
)


def compiled(table: tuple[tuple[str, int, str], ...]) -> tuple[tuple[str, int, re.Pattern[str]], ...]:
    return tuple((role, rank, re.compile(words, re.IGNORECASE)) for role, rank, words in table)


def orders() -> tuple[tuple[int, re.Pattern[str]], ...]:
    return tuple((rank, re.compile(rf"(?<![^\W\d_]){words}", re.IGNORECASE)) for rank, words in ORDERS)
