"""Mail to the learner about their money: sent, not gone through, come back; with a date where one can be known."""

from __future__ import annotations

import datetime as dt
from uuid import UUID

from babel.dates import format_date

from recourse import money
from recourse.bilingual import Words
from recourse.desk import mails
from recourse.payouts.machine import State, Waits
from recourse.payouts.models import Event, Payout, Route
from recourse.payouts.providers import target
from recourse.payouts.services import records
from recourse.work.queue import enqueue

# Banking days until whoever got the money sees it. A transfer is on the payee's account at the end of the banking day
# after the debit (Directive (EU) 2015/2366, Article 83(1)); to a card Stripe counts five to ten days.
SEEN_AFTER = {Route.SEPA: 1, Route.STRIPE: 10}

SUBJECT = {
    State.SUCCEEDED: Words("{amount} was sent to you: {reference}", "已向您发出 {amount}：{reference}"),
    State.PENDING: Words("{amount} waits for you: {reference}", "{amount} 等待您的操作：{reference}"),
    State.FAILED: Words("{amount} could not be sent: {reference}", "{amount} 未能发出：{reference}"),
    State.REVERSED: Words("{amount} came back to us: {reference}", "{amount} 被退回：{reference}"),
}
SENT = Words("{amount} was sent to you on {day}.", "{day}已向您发出 {amount}。")
HOW = {
    Route.SEPA: Words("It goes by transfer to the account you gave.", "款项转入您提供的银行账户。"),
    Route.STRIPE: Words("It goes back to the card or account you paid with.", "款项退回您付款时使用的卡或账户。"),
    Route.SANDBOX: Words("This was a trial: no money moves.", "这是试用：不会有真实款项。"),
}
BY = Words(
    "Banks usually show it by {by}. We cannot see your account. If it is not there after that day, tell us here:"
    " {link}",
    "银行通常在 {by} 前显示该款项。我们看不到您的账户。如届时仍未收到，请在此告诉我们：{link}",
)
NO_DAY = Words(
    "When it shows depends on your bank. We cannot see your account. If it does not show, tell us here: {link}",
    "何时显示取决于您的银行。我们看不到您的账户。如一直未收到，请在此告诉我们：{link}",
)
WAITS = Words(
    "{amount} is on its way, and the payment provider needs something from you. It writes to you itself. It never asks"
    " for a password. Your case: {link}",
    "{amount} 正在途中，支付机构需要您配合，并会直接与您联系。对方不会索要密码。您的案件：{link}",
)
FAILED = Words(
    "{amount} could not be sent. It is still owed to you, and stays so until it is sent. You need not ask for it again."
    " Your case shows what happens next: {link}",
    "{amount} 未能发出。该款项仍应付给您，直至发出为止。您无需重新申请。后续情况见您的案件：{link}",
)
REVERSED = Words(
    "{amount} came back to us.{corrects} It is owed to you again.\n\n"
    "Perhaps the card or account is closed. Then tell us here: {link}",
    "{amount} 被退回到我们这里。{corrects}该款项仍应付给您。\n\n原卡或账户可能已注销。如是，请在此告诉我们：{link}",
)
CORRECTS = Words(" We had said that it was sent; that no longer holds.", "此前我们告知您款项已发出，现已不再如此。")


def put(row: Payout) -> None:
    """Put the mail in with the change that it tells of. What only waits for a bank or for staff is no news yet."""
    if State(row.state) not in SUBJECT or (row.state == State.PENDING and row.waits != Waits.PAYEE):
        return
    came = Event.objects.filter(payout=row, after=row.state).order_by("made_at", "pk").last()
    assert came is not None
    key = f"mail.payout:{row.pk}:{row.state}"
    enqueue("mail.payout", {"event": came.pk}, dedup=key, institution=row.institution_id)


def send(event: UUID) -> None:
    """Write to the learner what the event brought their payout to; where it moved on, the next mail says where."""
    came = Event.objects.get(pk=event)
    rows = Payout.objects.select_related("case__learner", "reported", "payment")
    row = rows.filter(pk=came.payout_id, case__isnull=False).first()
    if row is None or row.state != came.after or (row.state == State.PENDING and row.waits != Waits.PAYEE):
        return
    mails.send(written(row))


def written(row: Payout) -> mails.Mail:
    """The mail about a payout as it stands."""
    case = row.case
    assert case is not None
    lang = case.learner.language or case.language
    told = {
        "amount": money.show(row.minor, row.currency), "reference": case.reference,
        "link": mails.address(f"/cases/{case.reference}/"),
    }  # fmt: skip
    said = Event.objects.filter(payout=row, after=State.SUCCEEDED).exists()
    told["corrects"] = CORRECTS.of(lang) if said else ""
    state = State(row.state)
    body = {State.PENDING: WAITS, State.FAILED: FAILED, State.REVERSED: REVERSED}.get(state)
    parts = _sent(row, lang, told) if body is None else [mails.put(body, lang, **told)]
    text = "\n\n".join([*parts, mails.put(mails.FOOT, lang, site=mails.address(""))])
    return mails.Mail(case.learner.email, mails.put(SUBJECT[state], lang, **told), text, f"payout-{row.pk}-{state}")


def _sent(row: Payout, lang: str, told: dict[str, str]) -> list[str]:
    day = records.sent_on(row)
    parts = [mails.put(SENT, lang, day=_day(day, lang), **told)]
    how = None if row.external else HOW.get(Route(row.route))
    parts += [how.of(lang)] if how is not None else []
    by = shown_by(row, day)
    if by is not None:
        return [*parts, mails.put(BY, lang, by=_day(by, lang), **told)]
    trial = row.route == Route.SANDBOX and not row.external
    return [*parts, mails.put(mails.FOLLOW if trial else NO_DAY, lang, **told)]


def shown_by(row: Payout, day: dt.date) -> dt.date | None:
    """The day by which the payee's bank usually shows what was sent that day; None where nobody can say."""
    days = None if row.external else SEEN_AFTER.get(Route(row.route))
    return None if days is None else target.after(day, days)


def _day(day: dt.date, lang: str) -> str:
    return format_date(day, "long", locale="en_GB" if lang == "en" else "zh_Hans_CN")
