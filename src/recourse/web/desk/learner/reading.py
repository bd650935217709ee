"""What a voucher says, to be confirmed: what agrees is not asked, what can be two things is two radio buttons."""

from __future__ import annotations

from collections.abc import Mapping
from functools import lru_cache
from typing import Any

from django import forms
from django.utils.translation import gettext

from recourse.bilingual import Words
from recourse.documents import sellers, text, voucher
from recourse.exhibits.refusals import Refused
from recourse.problems import Problem
from recourse.web import clock, engine, wording
from recourse.web.answers import Answers
from recourse.web.desk.learner.new_forms import OTHER, Amount, Day, Line, said

ASKED = ("order_number", "paid", "concluded_on")
MOST = 4  # readings of one thing that are shown
_NOTHING = Words("nothing could be read in it: type what it says", "未能读出内容：请手工填写")


def read(data: bytes, place: str | None) -> dict[str, Any]:
    """What the file says, as a draft keeps it. Never fails: what cannot be read says so in its notes."""
    try:
        found = text.read(data)
    except Refused as problem:
        return {"notes": [[problem.message.en, problem.message.zh]]}
    seen = voucher.read(found.text, _known(), place)
    told: dict[str, Any] = {what: list(seen.readings(what)[:MOST]) for what in ASKED if seen.readings(what)}
    notes = list(found.notes) if told else [*found.notes, _NOTHING]
    return {**told, "notes": [[note.en, note.zh] for note in notes]}


@lru_cache(maxsize=1)
def _known() -> tuple[sellers.Known, ...]:
    platforms = engine.library().platforms.values()
    return tuple(
        sellers.known(one.id, one.name.values(), [str(s.get("address") or "") for s in one.sources])
        for one in platforms
    )


class Read(forms.Form):
    """What is left to confirm of a voucher; it may be nothing."""

    def __init__(self, *args: Any, told: Mapping[str, Any], answers: Answers, number: str, **more: Any) -> None:
        super().__init__(*args, **more)
        self.answers = answers
        self.told = told
        numbers = told.get("order_number", [])
        if numbers and number not in numbers:
            self._number(numbers, number)
        self._either(
            "paid", gettext("How much did you pay?"), Amount(currency=_currency(told, answers), required=False)
        )
        self._either("concluded_on", gettext("When did you buy it?"), Day(required=False))

    def _number(self, numbers: list[str], typed: str) -> None:
        if len(numbers) == 1 and not typed:
            self.fields["order_number"] = Line(
                label=gettext("Order number"), max_length=120, required=False, initial=numbers[0]
            )
            return
        options = [*numbers, *([typed] if typed else [])]
        self._radios("order_number", gettext("Which is the order number?"), [(one, one) for one in options],
                     Line(max_length=120, required=False))  # fmt: skip

    def _either(self, name: str, label: str, other: forms.Field) -> None:
        """Nothing where voucher and answer agree; a field filled with the one reading; else a choice, none made."""
        readings, answer = self.told.get(name, []), self.answers.get(name)
        if not readings or (answer and readings == [answer]):
            if not answer and not readings:
                other.label = label
                self.fields[name] = other
            return
        options = list(dict.fromkeys([*readings, *([answer] if answer else [])]))
        if len(options) == 1:
            other.label, other.initial = label, options[0]
            self.fields[name] = other
            return
        self._radios(name, label, [(one, self._shown(name, one, one == answer)) for one in options], other)

    def _shown(self, name: str, value: str, yours: bool) -> str:
        """A reading in words, with what it would mean for what is owed."""
        day = wording.day_of(value)
        words = wording.money(value) if name == "paid" else wording.date(day) if day else value
        if yours:
            words = gettext("%(value)s (as you said before)") % {"value": words}
        owed = _owed(self.answers.with_(name, value))
        return gettext("%(value)s: then %(amount)s is owed") % {"value": words, "amount": owed} if owed else words

    def _radios(self, name: str, label: str, options: list[tuple[str, str]], other: forms.Field) -> None:
        self.fields[name] = forms.ChoiceField(
            label=label, widget=forms.RadioSelect, error_messages={"required": gettext("Choose one, or type another")},
            choices=[*options, (OTHER, gettext("Something else"))],
            help_text=gettext("The voucher can be read in more than one way. Please decide.")
            if len(self.told.get(name, [])) > 1
            else gettext("The voucher says something else than you did. Please decide."),
        )  # fmt: skip
        other.label = gettext("If it is something else")
        self.fields[f"{name}_other"] = other

    def clean(self) -> dict[str, Any]:
        """The answers with what was confirmed; they must still stand together."""
        cleaned = super().clean() or {}
        for name in ASKED:
            if cleaned.get(name) == OTHER:
                cleaned[name] = cleaned.get(f"{name}_other") or ""
                if not cleaned[name] and f"{name}_other" not in self.errors:
                    self.add_error(f"{name}_other", gettext("Type it here"))
        for name in ("paid", "concluded_on"):
            if cleaned.get(name) and name in self.fields:
                self.answers = self.answers.with_(name, cleaned[name])
        for problem in engine.consider(self.answers).problems:
            self.add_error(problem.field if problem.field in self.fields else None, said(problem))
        return cleaned


def _currency(told: Mapping[str, Any], answers: Answers) -> str:
    texts = [answers.get("paid") or answers.get("price") or "", *told.get("paid", [])]
    return next((text.rpartition(" ")[2] for text in texts if text), "")


def _owed(answers: Answers) -> str:
    """What would be owed on these answers, in words; "" where it cannot be said, or is nothing."""
    day = clock.today(answers.get("learner_place"))
    asked = answers if answers.get("requested_on") else answers.with_("requested_on", wording.iso(day))
    facts = engine.consider(asked).facts
    if facts is None:
        return ""
    try:
        best = engine.assess(asked, facts, day=day, lang=wording.lang()).json["best"]
    except Problem:
        return ""
    return wording.money(best.get("total") or best["refund"]) if best else ""
