"""What speaks against money going out in a case: a contradiction nobody has looked at, a case that is over."""

from __future__ import annotations

from django.db.models import Q

from recourse.bilingual import Words
from recourse.desk.models import Case
from recourse.desk.stages import Stage
from recourse.money import Money
from recourse.payouts.models import Payout
from recourse.payouts.services import awards, records
from recourse.problems import Problem

OVER = {
    Stage.DRAFT: Words("the request was not sent yet", "该申请尚未提交"),
    Stage.WITHDRAWN: Words("the request was taken back", "该申请已撤回"),
    Stage.SETTLED: Words("the case is settled", "该案件已解决"),
    Stage.CLOSED: Words("the case is closed", "该案件已关闭"),
}


def need_none(case: Case) -> None:
    """Raises `Problem` where the case is over, or an alarm of it or of its payments is unresolved."""
    why = OVER.get(Stage(case.stage))
    if why is not None:
        raise Problem(why, hint=Words("nothing is paid while that is so", "在此状态下不付款"))
    mine = Q(case=case) | Q(payment__in=records.payments(case))
    if Payout.objects.filter(mine).exclude(alarm="").exists():
        raise Problem(
            Words("something contradicts the record of an earlier payout", "此前一笔付款的记录存在矛盾"),
            hint=Words("it may have been paid: look at the alarm on the page “Money” first",
                       "该款项可能已付出：请先处理“款项”页面上的警报"),
        )  # fmt: skip


def waits_for_second() -> Problem:
    """A refund made elsewhere waits for its second person: what else is paid could be paid twice."""
    return Problem(
        Words("a refund made elsewhere waits for a second person", "一笔在别处完成的退款正等待第二人复核"),
        hint=Words("agree to it or drop it first", "请先复核或撤销该记录"),
    )


def need_covered(case: Case) -> None:
    """Raises `Problem` where what is to be paid now is less than what is planned and sent: after another decision."""
    found = awards.figures(case, case.assessments.order_by("-number").first())
    whole, planned = Money(found.minor + found.interest, found.currency), records.taken(case)
    award = awards.current(case)
    if planned > whole.minor or (award is not None and award.currency != whole.currency):
        raise Problem(
            Words(f"only {whole} is to be paid in this case by now", f"本案目前应付款项仅为 {whole}"),
            hint=Words("cancel this payout and plan anew", "请取消该笔付款并重新安排"),
        )
