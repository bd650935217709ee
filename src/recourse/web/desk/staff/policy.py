"""The refund policy: its versions, and an editor for people who do not write rules, beside what the law gives."""

from __future__ import annotations

import datetime as dt
from fractions import Fraction
from typing import Any

from django import forms
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext, gettext_lazy
from django.views.decorators.http import require_http_methods

from recourse import places as geography
from recourse.desk.models import Policy
from recourse.desk.services import policies as service
from recourse.desk.terms import MOST_BANDS, Band, Meter, Terms, check, read, written
from recourse.problems import Problem
from recourse.web import clock, engine, typed, wording
from recourse.web.access import STAFF, Who, allow
from recourse.web.desk.staff import choices, policy_seen
from recourse.web.desk.staff.place import Desk, at_desk
from recourse.web.desk.staff.places import codes_of, places_field

ROWS = 5  # of bands on the page; more where there are more
METERS = (
    (Meter.DAYS.value, gettext_lazy("Days since the purchase")),
    (Meter.DAYS_FROM_START.value, gettext_lazy("Days since the course began")),
    (Meter.HELD.value, gettext_lazy("Share of the lessons that were held")),
    (Meter.TAKEN.value, gettext_lazy("Share of the lessons that the learner took")),
    (Meter.COMPLETED.value, gettext_lazy("Share of the course that the learner completed")),
)

WOULD_LOSE = gettext_lazy("The version that holds now says more than this form can: change its text instead")


def _short(hint: str = "numeric") -> forms.TextInput:
    return forms.TextInput({"inputmode": hint, "class": "s", "autocomplete": "off"})


class Editor(forms.Form):
    """Everything that can be said of a policy without writing rules."""

    since = choices.Day(
        gettext_lazy("In force since"), needed=True,
        hint=gettext_lazy(
            "What was bought on that day or later has this policy. Today at the latest, such as 2026-03-27."
        ),
    )  # fmt: skip
    window_days = choices.Number(
        gettext_lazy("Everything comes back within so many days of the purchase"), most=3650,
        hint=gettext_lazy("0 if there is no such time."),
    )  # fmt: skip
    window_use = forms.CharField(
        label=gettext_lazy("unless more than this share was used"), required=False, max_length=12, widget=_short(),
        help_text=gettext_lazy("A percentage, such as 20, counted as below. Leave it empty if use does not matter."),
    )  # fmt: skip
    before_start = forms.BooleanField(
        label=gettext_lazy("Before the course begins, everything but the fee comes back"), required=False
    )
    meter = forms.ChoiceField(label=gettext_lazy("After that it goes by"), choices=METERS, widget=forms.RadioSelect)
    fee = choices.figure(
        gettext_lazy("Fee that is kept"), needed=False,
        hint=gettext_lazy("An amount, or nothing. A fee binds the policy to its currency."),
    )  # fmt: skip
    currency = choices.currency()
    pay_days = choices.Number(gettext_lazy("Money is sent within so many days of the request"), least=1, most=365)
    places = places_field()
    reason = choices.area(
        gettext_lazy("If it gives less than the law somewhere: why?"),
        gettext_lazy("Your learners read this beside the policy. The law stays what it is."), rows=3,
    )  # fmt: skip

    def __init__(self, *args: Any, rows: int = ROWS, first: bool = True, **more: Any) -> None:
        super().__init__(*args, **more)
        self.rows = rows
        for number in range(rows):
            for name, label in (("until", gettext("Up to")), ("back", gettext("comes back"))):
                field = forms.CharField(label=f"{label} ({number + 1})", required=False, max_length=12, widget=_short())
                field.widget.attrs["aria-label"] = f"{label} ({number + 1})"
                self.fields[f"{name}_{number}"] = field
        if not first:
            del self.fields["since"]

    def bands(self) -> list[tuple[forms.BoundField, forms.BoundField]]:
        """The rows of bands, for the page."""
        return [(self[f"until_{number}"], self[f"back_{number}"]) for number in range(self.rows)]

    def main(self) -> dict[str, list[forms.BoundField]]:
        """The other fields under their headings."""
        names = {
            "window": ("since", "window_days", "window_use", "before_start", "meter"),
            "after": ("fee", "currency", "pay_days"),
            "law": ("places", "reason"),
        }
        return {key: [self[name] for name in group if name in self.fields] for key, group in names.items()}

    def clean(self) -> dict[str, Any]:
        """With the terms as one value, and the places by their codes."""
        found = self.cleaned_data
        found["codes"] = codes_of(self, found.get("places") or "")
        fee = choices.minor(self, "fee", found.get("currency", "")) or 0
        use = self._share("window_use")
        meter = Meter(found.get("meter") or Meter.DAYS.value)
        bands = self._bands(meter)
        if self.errors:
            return found
        terms = Terms(
            found.get("since") or dt.date.min, found["window_days"], use, found["before_start"], meter, bands, fee,
            found["currency"], found["pay_days"],
        )  # fmt: skip
        try:
            check(terms)
        except Problem as problem:
            if problem.field == "bands":
                problem = Problem(problem.message, field="until_0", hint=problem.hint)
            choices.blame(self, problem)
        found["terms"] = terms
        return found

    def _share(self, name: str) -> Fraction | None:
        text = self.cleaned_data.get(name) or ""
        if not text:
            return None
        try:
            return _fraction(typed.share(text))
        except typed.Wrong as wrong:
            self.add_error(name, wrong.message)
            return None

    def _bands(self, meter: Meter) -> tuple[Band, ...]:
        found = []
        for number in range(self.rows):
            until, back = (self.cleaned_data.get(f"{name}_{number}") or "" for name in ("until", "back"))
            if not until and not back:
                continue
            share = self._share(f"back_{number}")
            if share is None and not back:
                self.add_error(
                    f"back_{number}",
                    gettext("Enter a percentage from 0 to 100, such as 20, or a fraction, such as 1/3"),
                )
            try:
                edge = int(typed.count(until)) if meter.counts_days else _fraction(typed.share(until))
            except typed.Wrong as wrong:
                self.add_error(f"until_{number}", wrong.message)
                continue
            found.append(Band(edge, share or Fraction(0)))
        return tuple(found)


def _fraction(text: str) -> Fraction:
    return Fraction(text[:-1]) / 100 if text.endswith("%") else Fraction(text)


def _percent(share: Fraction | None) -> str:
    if share is None:
        return ""
    hundredths = share * 100
    whole = hundredths.denominator == 1 or (hundredths * 10).denominator == 1
    return f"{float(hundredths):g}" if whole else f"{share.numerator}/{share.denominator}"


@allow(*STAFF)
def page(request: HttpRequest, slug: str) -> HttpResponse:
    """The version that holds now, and the earlier ones."""
    desk = at_desk(request, slug)
    versions = list(Policy.objects.filter(institution=desk.institution).order_by("-number"))
    now = versions[0] if versions else None
    context = {
        "desk": desk, "here": "policy", "versions": versions, "now": now, "administrator": desk.may(Who.ADMINISTRATOR),
        "seen": policy_seen.seen(desk, now.text, now.places, desk.today) if now is not None else None,
        "shortfalls": policy_seen.kept(now) if now is not None else [],
    }  # fmt: skip
    return render(request, "desk/policy.html", context)


@allow(*STAFF)
def version(request: HttpRequest, slug: str, number: int) -> HttpResponse:
    """One version, in words and as it stands in the rule language."""
    desk = at_desk(request, slug)
    found = Policy.objects.filter(institution=desk.institution, number=number).first()
    if found is None:
        raise Http404
    context = {
        "desk": desk, "here": "policy", "policy": found, "shortfalls": policy_seen.kept(found),
        "seen": policy_seen.seen(desk, found.text, found.places, desk.today),
    }  # fmt: skip
    return render(request, "desk/policy_version.html", context)


@allow(*STAFF)
@require_http_methods(["GET", "HEAD", "POST"])
def edit(request: HttpRequest, slug: str) -> HttpResponse:
    """Fill in a policy; look at what it gives; publish it."""
    desk = at_desk(request, slug, Who.ADMINISTRATOR)
    now, last = clock.now(), service.current(desk.institution)
    start, rows = _start(desk, last, desk.today)
    form = Editor(request.POST or None, initial=start, rows=rows, first=last is None)
    found: policy_seen.Seen | None = None
    head = service.heading(desk.institution, desk.today)
    unread = last is not None and read(last.text) is None
    if request.method == "POST" and form.is_valid():
        terms, codes = form.cleaned_data["terms"], form.cleaned_data["codes"]
        if last is not None:
            terms = Terms(**{**vars(terms), "since": desk.today})
        publishes = request.POST.get("do") == "publish"
        if publishes and unread and not request.POST.get("replace"):
            form.add_error(None, WOULD_LOSE)
            publishes = False
        try:
            if publishes:
                service.publish(institution=desk.institution, terms=terms, where=codes,
                                reason=form.cleaned_data["reason"], by=desk.person, at=now)  # fmt: skip
                return redirect("web:policy", slug)
            found = policy_seen.seen(desk, written(head, terms), codes, desk.today, compared=True)
        except service.PaysLess as problem:
            choices.blame(form, problem)
            found = policy_seen.seen(desk, written(head, terms), codes, desk.today, compared=True)
        except Problem as problem:
            choices.blame(form, problem)
    context = {
        "desk": desk, "here": "policy", "form": form, "seen": found, "most": MOST_BANDS,
        "shortfalls": [policy_seen.told(one.to_json()) for one in found.short] if found is not None else [],
        "unread": unread, "replaced": bool(request.POST.get("replace")),
    }  # fmt: skip
    return render(request, "desk/policy_edit.html", context, status=422 if form.errors else 200)


def _start(desk: Desk, last: Policy | None, today: dt.date) -> tuple[dict[str, Any], int]:
    """What stands in the form at first: the version that holds now, or the least that the law of the place asks."""
    lang, home = wording.lang(), desk.institution.place
    found = read(last.text) if last is not None else None
    currency = geography.currency_of(home) or "EUR"
    terms = found[1] if found is not None else Terms(today, 14, currency=currency)
    where = last.places if last is not None else [home]
    start: dict[str, Any] = {
        "since": terms.since.isoformat(), "window_days": terms.window_days, "window_use": _percent(terms.window_use),
        "before_start": terms.before_start, "meter": terms.meter.value,
        "fee": choices.shown(terms.fee_minor, terms.currency) if terms.fee_minor else "",
        "currency": terms.currency if terms.fee_minor else currency, "pay_days": terms.pay_days,
        "places": "\n".join(engine.place_name(code, lang) for code in where), "reason": last.reason if last else "",
    }  # fmt: skip
    for number, band in enumerate(terms.bands):
        start[f"until_{number}"] = band.until if isinstance(band.until, int) else _percent(band.until)
        start[f"back_{number}"] = _percent(band.back)
    return start, max(ROWS, len(terms.bands))
