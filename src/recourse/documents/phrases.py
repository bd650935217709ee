"""The words by which contracts speak of what a buyer must know, in eight languages; they find a passage, no more.

A topic is what a reader asks about. The words are parts of words where a language bends them (verlänger, renouvel).
"""

from __future__ import annotations

import re
from functools import cache

from recourse.bilingual import Words

LANGUAGES = ("en", "zh", "de", "fr", "es", "pt", "ja", "ko")

# topic: its name, the question put to the reader, and the words by language.
TOPICS: dict[str, tuple[Words, Words, dict[str, str]]] = {
    "price": (
        Words("Price", "价格"),
        Words("Is this the whole price, with tax and every fee?", "这是含税及全部费用的总价吗？"),
        {
            "en": r"\bprice|\bfees?\b|\btuition\b|\bpayable\b|\bpayment(?:s| terms)?\b",
            "zh": r"价格|价款|費用|费用|学费|學費|总价|收费标准|价格条款|售价|付款方式",
            "de": r"preis|gebühr|entgelt|vergütung|zahlungsbedingung",
            "fr": r"\bprix\b|\btarifs?\b|\bfrais\b|modalités de paiement",
            "es": r"\bprecios?\b|\btarifas?\b|\bmatrícula|forma de pago|\bimporte",
            "pt": r"\bpreços?\b|\btaxas?\b|mensalidade|forma de pagamento|\bvalor (?:do|total)",
            "ja": r"料金|受講料|代金|価格|支払方法|お支払い",
            "ko": r"수강료|교습비|요금|가격|대금|이용료|결제 금액",
        },
    ),
    "refund": (
        Words("Refund", "退款"),
        Words("How much comes back, from when to when, and how fast?", "何时可退、退多少、多久到账？"),
        {
            "en": r"\brefund|money[- ]back|\breimburs",
            "zh": r"退款|退费|退費|退还|退還|返还费用",
            "de": r"erstatt|rückzahl|geld[- ]zurück|rückvergüt",
            "fr": r"rembours",
            "es": r"reembols|devoluci[oó]n(?:es)? (?:de|del|íntegra|total|parcial)|reintegro",
            "pt": r"reembols|devolução (?:do|dos|de|integral|total|parcial)|restituiç",
            "ja": r"返金|払い?戻し|返還",
            "ko": r"환불|반환|환급",
        },
    ),
    "no_refund": (
        Words("Nothing paid back", "不予退款"),
        Words("Does this say that nothing comes back? Law may give more than it does.", "此处是否表示不退款？法律可能给予更多。"),
        {
            "en": r"non-?refundable|no refunds?\b|not (?:be )?refund|all sales (?:are )?final|not entitled to (?:a|any) refund",
            "zh": r"概不退|不予退|不退款|不退费|不支持退|恕不退|不接受退|一经售出",
            "de": r"nicht erstatt|keine (?:rück)?erstattung|nicht erstattungsfähig|vom umtausch ausgeschlossen",
            "fr": r"non remboursable|aucun remboursement|pas remboursé|ne (?:sera|seront|donne\w*) .{0,30}rembours",
            "es": r"no (?:es |son |será |serán )?reembolsable|no se (?:reembols|devolver|realizar\w+ reembols)|sin derecho a (?:reembolso|devoluci)",
            "pt": r"não (?:é |são |será |serão )?reembols|não haverá (?:reembolso|devolução)|sem direito a reembolso",
            "ja": r"返金(?:は|に|を)?(?:一切|いたし|致し|でき|応じ|お受け).{0,12}(?:ません|かねます|ない)|返金不可|払い?戻し(?:は|を)?.{0,10}(?:ません|ない)",
            "ko": r"환불(?:이|은|을)?\s?(?:불가|되지|하지|해\s?드리지|안\s?됩)|반환(?:하지|되지)\s?(?:않|아니)",
        },
    ),
    "duration": (
        Words("Duration", "期限"),
        Words("From when to when, or how many lessons or hours?", "起止时间，或课时、小时数是多少？"),
        {
            "en": r"\bduration\b|\bterm of (?:the |this )?(?:contract|agreement|course)|\b(?:weeks?|months?|hours?|lessons?) (?:long|of (?:instruction|access|lessons?))|start(?:s|ing)? (?:date|on)|access (?:period|expires)|valid for",
            "zh": r"期限|有效期|学习期|课时|培训时间|培训周期|开课时间|服务期|起止",
            "de": r"laufzeit|vertragsdauer|kursdauer|unterrichtsstunden|lehrgangsdauer|mindestlaufzeit|kursbeginn|dauert",
            "fr": r"\bdurée|date de début|heures de (?:cours|formation)",
            "es": r"\bduraci[oó]n|horas lectivas|vigencia|fecha de inicio|plazo de acceso",
            "pt": r"\bduração|carga horária|vigência|prazo de acesso|data de início",
            "ja": r"受講期間|契約期間|有効期限|受講時間|講座期間|開講日|利用期間",
            "ko": r"수강\s?기간|교습\s?기간|계약\s?기간|이용\s?기간|유효\s?기간|총\s?\d+\s?(?:회|강|시간)",
        },
    ),
    "renewal": (
        Words("Renewal", "续费"),
        Words("Does it go on by itself, at what price, and how is it stopped?", "是否自动续费、价格多少、如何停止？"),
        {
            "en": r"auto(?:matic(?:ally)?)?[- ]?renew|\brenew(?:s|al|ed)?\b|recurring (?:charge|payment|billing)|until (?:you )?cancel",
            "zh": r"自动续|自動續|续费|續費|续订|续期|自动扣(?:款|费)|连续包",
            "de": r"verlänger|wiederkehrende zahlung|automatische abbuchung",
            "fr": r"reconduction|renouvel|prélèvement automatique",
            "es": r"renov(?:ar|ación|ará|acion)|pr[oó]rroga|cobro recurrente",
            "pt": r"renova(?:r|ção|da|do|rá)|cobrança recorrente|prorroga",
            "ja": r"自動更新|更新されます|自動継続|継続課金|自動的に更新",
            "ko": r"자동\s?(?:갱신|연장|결제)|정기\s?결제|재결제",
        },
    ),
    "complaints": (
        Words("Complaints", "投诉"),
        Words("To whom, by which address, and within what time do they answer?", "向谁、通过什么方式投诉，多久答复？"),
        {
            "en": r"\bcomplain|dispute resolution|ombuds|customer (?:service|support)|grievance",
            "zh": r"投诉|投訴|客服|争议解决|爭議|申诉|12315",
            "de": r"beschwerde|schlichtung|verbraucherstreit|kundendienst|kundenservice|reklamation",
            "fr": r"réclamation|médiat|service client|litige",
            "es": r"reclamaci|queja|atención al cliente|arbitraje de consumo|\blitigio",
            "pt": r"reclama[çr]|atendimento ao (?:cliente|consumidor)|\bsac\b|ouvidoria|procon",
            "ja": r"苦情|お問い?合わせ|相談窓口|紛争|消費生活センター",
            "ko": r"민원|불만|고객\s?센터|분쟁|소비자\s?피해",
        },
    ),
    "privacy": (
        Words("Personal data", "个人信息"),
        Words("What is kept about you, for what, and who else gets it?", "收集哪些信息、用于什么、提供给谁？"),
        {
            "en": r"\bprivacy|personal (?:data|information)|data protection|\bgdpr\b",
            "zh": r"隐私|隱私|个人信息|個人資料|個資",
            "de": r"datenschutz|personenbezogen|dsgvo",
            "fr": r"données (?:à caractère )?personnel|vie privée|rgpd",
            "es": r"datos personales|privacidad|protección de datos",
            "pt": r"dados pessoais|privacidade|\blgpd\b",
            "ja": r"個人情報|プライバシー",
            "ko": r"개인\s?정보",
        },
    ),
    "jurisdiction": (
        Words("Court and law", "管辖与适用法律"),
        Words("Which court and which law? A consumer may often go to the court at home all the same.", "由哪里的法院管辖、适用什么法律？消费者往往仍可向住所地法院起诉。"),
        {
            "en": r"governing law|jurisdiction|\bcourts? of\b|arbitrat|class action",
            "zh": r"管辖|管轄|适用法律|準據法|准据法|仲裁|人民法院",
            "de": r"gerichtsstand|anwendbares recht|es gilt (?:das )?.{0,20}recht|schiedsgericht",
            "fr": r"juridiction|droit applicable|tribunal|tribunaux|loi applicable",
            "es": r"jurisdicci|ley aplicable|tribunales|\bfuero\b|arbitraje",
            "pt": r"\bforo\b|jurisdição|legislação aplicável|lei aplicável|arbitragem",
            "ja": r"管轄|準拠法|裁判所|仲裁",
            "ko": r"관할|준거법|중재",
        },
    ),
    "withdrawal": (
        Words("Withdrawal", "撤回权"),
        Words("Until when can you withdraw without a reason, and how?", "何时之前可以无理由撤回、怎么行使？"),
        {
            "en": r"right (?:to|of) (?:withdraw|cancel|rescission)|withdrawal (?:period|form|right)|cooling[- ]off|cancel(?:l?ation)? (?:period|within)|\bwithdraw from (?:this|the) contract",
            "zh": r"七日无理由|七天无理由|7\s?[天日]无理由|无理由退|無條件解(?:除|約)|猶豫期|冷静期|冷靜期|撤回权|解除合同的权利",
            "de": r"widerruf|14 tage.{0,40}vertrag",
            "fr": r"rétractation|renonciation|délai de réflexion",
            "es": r"desistimiento|derecho de retracto|derecho a desistir",
            "pt": r"direito de (?:arrependimento|resolução|livre resolução|desistência)|arrependimento|prazo de reflexão",
            "ja": r"クーリング・?オフ|契約の?解除|撤回",
            "ko": r"청약\s?철회|철회권|계약\s?해지|청약의\s?철회",
        },
    ),
    "withdrawal_button": (
        Words("Withdrawal button", "撤回按钮"),
        Words("Where on the site is the button to withdraw?", "网站上的撤回按钮在哪里？"),
        {
            "en": r"withdraw (?:from contract )?here|withdrawal (?:function|button)",
            "zh": r"撤回按钮|在此撤回|撤回功能",
            "de": r"(?<!den )(?<!diesen )vertrag widerrufen|widerrufs(?:button|funktion|schaltfläche)",
            "fr": r"fonctionnalité de rétractation|se rétracter ici|bouton de rétractation",
            "es": r"función de desistimiento|desistir (?:del contrato )?aquí|botón de desistimiento",
            "pt": r"função de (?:livre )?resolução|resolver o contrato aqui|botão de (?:retratação|desistência)",
            "ja": r"撤回ボタン",
            "ko": r"철회\s?버튼",
        },
    ),
    "trial_price": (
        Words("Price after the trial", "试用后的价格"),
        Words("What is charged when the trial ends, and when?", "试用结束后何时扣多少费用？"),
        {
            "en": r"(?:after|end of|following|when) (?:the |your )?(?:free )?trial",
            "zh": r"试用(?:期)?(?:结束|期满|到期)|試用(?:期)?(?:結束|期滿|到期)",
            "de": r"nach (?:ablauf|ende) (?:der|des) (?:probe|test)|probezeitraum.{0,30}endet",
            "fr": r"(?:à l['’]issue|à la fin|après) (?:de )?(?:la |l['’])?(?:période d['’])?essai",
            "es": r"(?:al finalizar|tras|después de) (?:el |la )?(?:periodo|período)? ?(?:de )?prueba",
            "pt": r"(?:após|ao fim|ao término) (?:d?o )?(?:período|teste) ?(?:de )?(?:teste|avaliação|gratuito)?",
            "ja": r"無料(?:体験|トライアル|期間).{0,10}(?:終了|経過)後?",
            "ko": r"무료\s?(?:체험|이용).{0,8}(?:종료|후)",
        },
    ),
    "share_charge": (
        Words("Charge for the part already given", "已提供部分的费用"),
        Words("Does it say that you pay for what you had, when you asked for an early start?", "是否说明：您要求提前开始的，撤回时须为已提供部分付费？"),
        {
            "en": r"pro[- ]?rata|in proportion to|proportionate (?:amount|charge|price)|pay (?:us )?an amount which is in proportion",
            "zh": r"按比例|已提供(?:的)?服务的(?:费用|价款)|已上课时.{0,10}(?:扣除|费用)|扣除已",
            "de": r"anteilig|wertersatz|angemessenen betrag",
            "fr": r"prorata|au prorata|montant proportionnel|proportionnel au service",
            "es": r"prorrat|parte proporcional|importe proporcional",
            "pt": r"proporcional|pro rata|\bproporção",
            "ja": r"日割り?|按分|提供済み.{0,10}(?:対価|料金)|既に提供",
            "ko": r"일할|비례|이미\s?(?:제공|수강)",
        },
    ),
    "confirmation": (
        Words("Confirmation in writing", "书面确认"),
        Words("Will you get the contract as a mail or a file that you can keep?", "会以可保存的邮件或文件发给您合同吗？"),
        {
            "en": r"durable medium|confirmation (?:e-?mail|of (?:the |your )?(?:contract|order|purchase))|confirm.{0,20}by e-?mail",
            "zh": r"确认(?:邮件|函|书)|書面確認|书面确认|电子合同.{0,15}(?:发送|下载)",
            "de": r"dauerhafte[nrms]* datenträger|bestätigung(?:s-?(?:e-)?mail| des vertrag| per e-?mail)|auftragsbestätigung|vertragsbestätigung",
            "fr": r"support durable|(?:courriel|e-?mail) de confirmation|confirmation (?:du contrat|de commande)",
            "es": r"soporte duradero|correo (?:electrónico )?de confirmación|confirmación (?:del contrato|del pedido)",
            "pt": r"suporte duradouro|(?:e-?mail) de confirmação|confirmação (?:do contrato|do pedido)",
            "ja": r"契約書面|確認メール|注文確認|書面(?:を|の)交付",
            "ko": r"계약서.{0,8}(?:교부|발급)|확인\s?(?:메일|서)|계약\s?내용.{0,10}서면",
        },
    ),
    "penalty": (
        Words("Penalty or fee for leaving", "违约金或退出费用"),
        Words("What is kept or charged when you leave?", "退出时要扣多少？"),
        {
            "en": r"cancell?ation (?:fee|charge)|early termination|liquidated damages|\bpenalt",
            "zh": r"违约金|違約金|手续费|手續費|赔偿金",
            "de": r"stornogebühr|stornokosten|vertragsstrafe|bearbeitungsgebühr|pauschalierter schadens",
            "fr": r"frais d['’]annulation|pénalit|indemnité (?:de résiliation|forfaitaire)|clause pénale",
            "es": r"penalizaci|gastos de cancelaci|cláusula penal|indemnizaci",
            "pt": r"multa|taxa de cancelamento|cláusula penal",
            "ja": r"違約金|解約(?:手数)?料|キャンセル料|損害賠償額",
            "ko": r"위약금|해지\s?수수료|취소\s?수수료",
        },
    ),
}  # fmt: skip

# What every buyer should find: topics of which it is said when nothing was found.
WANTED = ("price", "refund", "duration", "complaints", "privacy", "withdrawal")


@cache
def patterns(topic: str) -> tuple[tuple[str, re.Pattern[str]], ...]:
    """The words of a topic by language, ready to search."""
    return tuple((lang, re.compile(words, re.IGNORECASE)) for lang, words in TOPICS[topic][2].items())
