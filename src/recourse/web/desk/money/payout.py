"""One payout: where it stands, everything that happened to it, and what staff may say of it with a proof."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from django import forms
from django.core.files.uploadedfile import UploadedFile
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_http_methods, require_POST

from recourse import money
from recourse.bilingual import Words
from recourse.desk.models import Case, Exhibit
from recourse.desk.services import exhibits
from recourse.payouts.machine import State
from recourse.payouts.models import Event, Payout, Route, Told, Verdict
from recourse.payouts.services import elsewhere, fees, paying, sealing, settling
from recourse.problems import Problem
from recourse.web import clock, links, typed
from recourse.web.access import allow
from recourse.web.desk.money import words
from recourse.web.desk.money.place import PAYERS, READERS, payout_of, proof_of, read
from recourse.web.desk.staff import choices
from recourse.web.desk.staff.place import Desk, at_desk

HAND = (
    ("paid", gettext_lazy("It was paid")),
    ("not-paid", gettext_lazy("It was not paid, and will not be")),
    ("came-back", gettext_lazy("It was paid, and came back")),
)
VERDICTS = (
    ("paid", gettext_lazy("It was paid")),
    ("never", gettext_lazy("It never left")),
    ("returned", gettext_lazy("It was paid, and came back")),
)
NAMES = {**dict(HAND), **dict(VERDICTS)}


class Saying(forms.Form):
    """What became of it, and the proof."""

    word = forms.ChoiceField(label=gettext_lazy("What became of it"), widget=forms.RadioSelect)
    fee = forms.CharField(
        label=gettext_lazy("What your bank kept for it"), required=False, max_length=40,
        help_text=gettext_lazy(
            "Leave it empty where you do not know. It is your cost and takes nothing from the learner."
        ),
        widget=forms.TextInput({"inputmode": "decimal", "class": "m"}),
    )  # fmt: skip
    proof = forms.FileField(
        label=gettext_lazy("Proof"),
        help_text=gettext_lazy(
            "A receipt or statement of the bank (PDF or picture). Kept with the case: the learner sees it."
        ),
    )  # fmt: skip

    def __init__(self, row: Payout, *args: Any, **more: Any) -> None:
        super().__init__(*args, **more)
        by_hand = row.route == Route.MANUAL and row.state in (State.PENDING, State.SUCCEEDED)
        found = HAND if by_hand else VERDICTS if row.state in (State.PENDING, State.UNKNOWN) else ()
        self.by_hand, self.open = by_hand, bool(found) and row.case_id is not None and not row.external
        self.fields["word"].choices = found  # type: ignore[attr-defined]
        if not by_hand:
            del self.fields["fee"]

    def ask(self, *, says: bool) -> None:
        """Whether its own button was pressed: another one needs none of it."""
        for name in ("word", "proof"):
            self.fields[name].required = says

    def kept(self, row: Payout) -> int | None:
        """What the bank kept, in minor units of the payout's currency. Raises `Problem` for what is no amount of it."""
        text = self.cleaned_data.get("fee")
        if not text:
            return None
        try:
            return money.parse(typed.amount(text, row.currency)).minor
        except typed.Wrong as wrong:
            raise Problem(Words(str(wrong.message), str(wrong.message)), field="fee") from wrong


@allow(*READERS)
@require_http_methods(["GET", "HEAD", "POST"])
def page(request: HttpRequest, slug: str, pk: UUID) -> HttpResponse:
    """The payout; what is sent is a statement, a verdict, its second person, or what came of an alarm."""
    desk = at_desk(request, slug, *(PAYERS if request.method == "POST" else READERS))
    row = payout_of(desk, pk)
    form = Saying(row)
    if request.method == "POST":
        form = Saying(row, request.POST, request.FILES)
        form.ask(says="say" in request.POST)
        try:
            if form.is_valid():
                _act(request, desk, row, form)
        except Problem as problem:
            choices.blame(form, problem)
        if not form.errors:
            return redirect(links.to(request, "payout", slug, str(pk)))
    return _show(request, desk, row, form)


def _act(request: HttpRequest, desk: Desk, row: Payout, form: Saying) -> None:
    at = clock.now()
    if "seen" in request.POST:
        settling.see_to_alarm(payout=row.pk, by=desk.person, why=request.POST.get("why", "")[:2000], at=at)
        return
    if "match" in request.POST:
        elsewhere.match(payout=row.pk, case=_case(desk, request.POST.get("reference", "")), by=desk.person, at=at)
        return
    if "agree" in request.POST:
        verdict = Verdict.objects.filter(payout=row, second=None, dropped=False).first()
        if verdict is not None:
            settling.agree(verdict=verdict.pk, by=desk.person, at=at)
        return
    fee = form.kept(row)
    proof, word = _proof(desk, row, form.cleaned_data["proof"]), form.cleaned_data["word"]
    if form.by_hand:
        settling.state(payout=row.pk, by=desk.person, word=word, proof=proof, at=at, fee=fee)
        return
    if proof is None:
        raise Problem(Words("add the proof", "请附上凭证"), field="proof")
    settling.claim(payout=row.pk, by=desk.person, kind=word, proof=proof, at=at)


def _case(desk: Desk, reference: str) -> Case:
    found: Case | None = Case.objects.filter(institution=desk.institution, reference=reference.strip().upper()).first()
    if found is None:
        raise Problem(Words("there is no such case here", "此处没有该案件"))
    return found


def _proof(desk: Desk, row: Payout, given: UploadedFile[Any] | None) -> Exhibit | None:
    if given is None:
        return None
    assert row.case is not None
    name, data = read(given)
    return exhibits.keep(case=row.case, name=name, data=data, by=desk.person, at=clock.now(), purpose="payment proof")


@allow(*PAYERS)
@require_POST
def cancel(request: HttpRequest, slug: str, pk: UUID) -> HttpResponse:
    """Not sent yet, and never to be."""
    desk = at_desk(request, slug, *PAYERS)
    row = payout_of(desk, pk)
    try:
        paying.cancel(payout=row.pk, by=desk.person, at=clock.now())
    except Problem as problem:
        form = Saying(row, {"word": ""})
        form.ask(says=False)
        form.is_valid()
        choices.blame(form, problem)
        return _show(request, desk, row, form)
    return redirect(links.to(request, "payout", slug, str(pk)))


def _show(request: HttpRequest, desk: Desk, row: Payout, form: Saying) -> HttpResponse:
    verdict = Verdict.objects.filter(payout=row, second=None, dropped=False).select_related("by").first()
    events = Event.objects.filter(payout=row).select_related("by", "second").order_by("made_at", "pk")
    context = {
        "desk": desk,
        "here": "money",
        "row": row,
        "one": words.shown(row),
        "payee": words.payee(sealing.unseal(bytes(row.payee)), row),
        "events": events,
        "fees": [words.amount(minor, currency) for currency, minor in fees.kept(row).items() if minor],
        "form": form,
        "told": Told.objects.filter(notices__key=row.pk, by__isnull=False).distinct().select_related("by", "second"),
        "pays": desk.may(*PAYERS),
        "unmatched": row.external and row.award_id is None,
        "planned": row.state == State.PLANNED,
        "verdict": verdict,
        "proof": proof_of(row.case, verdict.evidence) if verdict is not None and row.case is not None else None,
        "verdict_says": NAMES.get(verdict.kind) if verdict is not None else "",
        "second": verdict is not None and verdict.by_id != desk.person.pk,
    }
    return render(request, "desk/money_payout.html", context, status=422 if form.errors else 200)
