"""Mail of the desk: plain text in the person's own language, sent by a job, never while a page is being answered."""

from __future__ import annotations

from dataclasses import dataclass

from django.conf import settings
from django.core.mail import EmailMessage

from recourse.bilingual import Words
from recourse.desk import receipts
from recourse.desk.models import Case, Institution, Person, Standing
from recourse.desk.stages import Kind, Stage
from recourse.problems import Problem

FOOT = Words(
    "You get this because of a request made with this address at {site}. It informs; it is no legal advice.",
    "您收到此邮件，是因为有人在 {site} 用此邮箱提出了申请。本邮件仅供参考，不构成法律意见。",
)


@dataclass(frozen=True)
class Mail:
    """A mail as it goes out. `key` makes its Message-ID: one that goes out twice is known to be the same."""

    to: str
    subject: str
    text: str
    key: str
    attached: tuple[tuple[str, bytes, str], ...] = ()  # name, contents, media type


def language(person: Person) -> str:
    """The language in which a person is written to."""
    return person.language or settings.LANGUAGE_CODE


def address(path: str) -> str:
    """The whole address of one of our pages, for a mail."""
    return f"{settings.ADDRESS}{path}"


def send(mail: Mail) -> None:
    """Hand it to the mail server; raises what that raises, and is then tried again."""
    host = settings.ADDRESS.partition("://")[2].partition("/")[0].partition(":")[0]
    headers = {"Message-ID": f"<{mail.key}@{host}>", "Auto-Submitted": "auto-generated"}
    message = EmailMessage(
        mail.subject,
        mail.text,
        to=[mail.to],
        headers=headers,
    )
    for name, data, kind in mail.attached:
        message.attach(name, data, kind)
    message.send()


def put(words: Words, lang: str, **said: str) -> str:
    """Words with their places filled in."""
    return words.of(lang).format(**said)


# -- the receipt of a request, and what an institution is told

RECEIVED = Words("We have it: {reference}", "已收到：{reference}")
WITHDRAWN = Words("Your withdrawal was received: {reference}", "已收到您的撤回通知：{reference}")
WRITTEN = Words("Your request is written, and not sent yet: {reference}", "申请已写好，尚未发出：{reference}")
YOURS = Words(
    "{seller} does not take part here: sending it is up to you. Your case shows where and how: {link}",
    "{seller} 未加入本平台，需要您自己发出。请在案件页面查看发送渠道和步骤：{link}",
)
BELOW = Words("This is the text to send:", "要发送的文本如下：")
FOLLOW = Words("Your case, with what happens next and by when: {link}", "案件页面（下一步及期限）：{link}")
ARRIVED = Words("{reference}: a request came in", "{reference}：收到一项申请")
ARRIVED_TEXT = Words(
    "A learner sent you a request. What is owed and by when stands in your queue: {link}",
    "有学员提交了申请。应退金额和期限请登录查看：{link}",
)


def receipt(case: Case) -> Mail:
    """The receipt to the learner: date and time, what was written, and the letter as a file; or what to send where."""
    lang, person = case.language, case.learner
    link = address(f"/cases/{case.reference}/")
    written = case.stage == Stage.DRAFT
    subject = WRITTEN if written else WITHDRAWN if case.kind == Kind.WITHDRAWAL else RECEIVED
    attached: tuple[tuple[str, bytes, str], ...] = ()
    at = case.received_at or case.made_at
    paper = receipts.request(case, at, lang) if written else receipts.receipt(case)
    try:
        attached = ((f"{case.reference}.pdf", paper.pdf(at), "application/pdf"),)
    except Problem:  # no font for some character: the text says the same
        attached = ()
    if written:
        parts = [put(YOURS, lang, seller=receipts.seller(case, lang), link=link), BELOW.of(lang), paper.text]
    else:
        parts = [paper.text, put(FOLLOW, lang, link=link)]
    parts.append(put(FOOT, lang, site=settings.ADDRESS))
    return Mail(
        person.email, put(subject, lang, reference=case.reference), "\n\n".join(parts), f"receipt-{case.pk}", attached
    )


def arrived(case: Case) -> Mail | None:
    """To the institution's own address: only that there is something; the rest is behind its sign-in."""
    institution = case.institution
    if institution is None or not institution.contact:
        return None
    lang = institution.language
    link = address(f"/desk/{institution.slug}/")
    text = put(ARRIVED_TEXT, lang, link=link)
    return Mail(institution.contact, put(ARRIVED, lang, reference=case.reference), text, f"arrived-{case.pk}")


# -- an organisation of advisers, and whoever runs the site

ASKS = Words("{name} waits for you to confirm it", "“{name}”等待您的确认")
ASKS_TEXT = Words(
    "An organisation of advisers was set up, or changed what it says of itself. Learners are not offered it until you"
    " have looked at who it is: {link}",
    "有咨询机构新设立或更改了自我说明。在您核实其身份之前，学员看不到该机构：{link}",
)
CONFIRMED = Words("{name} is confirmed", "“{name}”已得到确认")
CONFIRMED_TEXT = Words(
    "Learners can now let your advisers act for them. Who works with you: {link}",
    "学员现在可以委托您的顾问代为处理。成员管理：{link}",
)
REFUSED = Words("{name} is not confirmed", "“{name}”未获确认")
REFUSED_TEXT = Words(
    "Learners cannot let it act for them. The reason:\n\n{reason}\n\nIf you change what you say of yourselves, it is"
    " looked at again: {link}",
    "学员不能委托该机构。理由：\n\n{reason}\n\n更改自我说明后会重新核实：{link}",
)


def organisation_waiting(organisation: Institution, to: Person) -> Mail:
    """To an operator. What the organisation says of itself stands on the page, not in the mail."""
    lang = language(to)
    text = put(ASKS_TEXT, lang, link=address("/operator/organisations/"))
    return Mail(to.email, put(ASKS, lang, name=organisation.name), text, f"asks-{organisation.pk}-{to.pk}")


def organisation_answered(organisation: Institution, to: Person) -> Mail:
    """To an administrator of it."""
    lang, well = language(to), organisation.standing == Standing.CONFIRMED
    page = "people" if well else "set-up/details"
    text = put(
        CONFIRMED_TEXT if well else REFUSED_TEXT, lang, reason=organisation.standing_reason,
        link=address(f"/desk/{organisation.slug}/{page}/"),
    )  # fmt: skip
    subject = put(CONFIRMED if well else REFUSED, lang, name=organisation.name)
    when = int(organisation.standing_at.timestamp()) if organisation.standing_at is not None else 0
    return Mail(to.email, subject, text, f"answered-{organisation.pk}-{when}-{to.pk}")


# -- a signed head of the log, for those who keep it

HEAD = Words("Signed records of {site}: {size} entries", "{site} 的签名记录：{size} 条")
HEAD_TEXT = Words(
    "Keep this mail. With it you can show later that nothing recorded at {site} before it was changed, left out or put"
    " in. The key: {link}",
    "请保存此邮件。日后可据此证明 {site} 在此之前的记录没有被改动、遗漏或插入。密钥：{link}",
)


def head(size: int, note: str, to: str, lang: str) -> Mail:
    """The text of a head, exactly as it was signed, below a word on what it is for."""
    site = settings.ADDRESS
    text = f"{put(HEAD_TEXT, lang, site=site, link=address('/heads/'))}\n\n{note}"
    return Mail(to, put(HEAD, lang, site=site, size=str(size)), text, f"head-{size}-{to.partition('@')[0]}")
