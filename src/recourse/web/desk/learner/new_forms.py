"""The forms of a request: order, voucher, what the voucher says, reason. What is typed is read as people write it."""

from __future__ import annotations

import re
from dataclasses import replace
from typing import Any

from django import forms
from django.utils.translation import gettext, gettext_lazy

from recourse import money
from recourse.desk.models import Institution, InstitutionKind, Reason
from recourse.desk.stages import Kind
from recourse.exhibits.received import LARGEST
from recourse.letters import typed as fit
from recourse.problems import Problem
from recourse.web import engine, typed, wording
from recourse.web.answers import Answers

OTHER = "other"
PLATFORM = "platform:"  # before the id of a platform in the list of sellers
SELLERS = 200  # participating institutions in a list


class Line(forms.CharField):
    """A line of text that can stand in a letter."""

    def clean(self, value: Any) -> str:
        """Tidy; refused, with the character's name, for what disguises or hides."""
        text = super().clean(value)
        try:
            return fit.line(str(text), "")
        except Problem as problem:
            raise forms.ValidationError(said(problem)) from problem


class Story(forms.CharField):
    """Several lines that can stand in a letter."""

    widget = forms.Textarea({"rows": 6})

    def clean(self, value: Any) -> str:
        """Tidy; refused for what disguises or hides."""
        text = super().clean(value)
        try:
            return fit.words(str(text), "")
        except Problem as problem:
            raise forms.ValidationError(said(problem)) from problem


class Amount(forms.CharField):
    """An amount as people write it, with its currency where it is not plain which one: 84,99 or 84.99 EUR."""

    def __init__(self, *, currency: str = "", **more: Any) -> None:
        super().__init__(max_length=40, **more)
        self.currency = currency

    def clean(self, value: Any) -> str:
        """As the engine writes it: "84.99 EUR"."""
        text = typed.plain(str(super().clean(value)))
        if not text:
            return ""
        code = re.search(r"[A-Za-z]{3}", text)
        currency = code[0].upper() if code else self.currency
        if currency not in money.EXPONENTS:
            raise forms.ValidationError(gettext("Enter the amount with its currency, such as 84.99 EUR"))
        figure = (text.replace(code[0], "") if code else text).strip()
        try:
            return typed.amount(figure, currency)
        except typed.Wrong as wrong:
            raise forms.ValidationError(wrong.message) from wrong


class Day(forms.CharField):
    """A date that can be read in one way only: 2026-11-24, or 24 Nov 2026."""

    def __init__(self, **more: Any) -> None:
        super().__init__(max_length=40, **more)

    def clean(self, value: Any) -> str:
        """As the engine writes it: "2026-11-24"."""
        text = typed.plain(str(super().clean(value)))
        if not text:
            return ""
        named = re.fullmatch(r"(\d{1,2})\.? ([A-Za-z]{3,9})\.?,? (\d{4})", text)
        try:
            return typed.date(*named.groups()) if named else typed.iso_date(text)
        except typed.Wrong as wrong:
            raise forms.ValidationError(wrong.message) from wrong


def said(problem: Problem) -> str:
    """A problem in the language of the page."""
    lang = wording.lang()
    hint = f" {problem.hint.of(lang)}" if problem.hint else ""
    return f"{problem.message.of(lang)}{'。' if lang == 'zh' else '.'}{hint}"


class Order(forms.Form):
    """What was bought, and of whom, where the interview did not say it."""

    institution = forms.ChoiceField(label=gettext_lazy("Who sold the course?"), required=False)
    seller = Line(
        label=gettext_lazy("Name of the seller"),
        help_text=gettext_lazy("If it is not in the list."),
        max_length=200,
        required=False,
    )
    course_title = Line(
        label=gettext_lazy("Which course?"),
        max_length=200,
        error_messages={"required": gettext_lazy("Enter the name of the course as the seller writes it")},
    )
    order_number = Line(
        label=gettext_lazy("Order number"),
        help_text=gettext_lazy("It stands in the confirmation mail or on the receipt."),
        max_length=120,
        required=False,
        widget=forms.TextInput({"class": "m", "autocomplete": "off", "spellcheck": "false"}),
    )

    def __init__(self, *args: Any, seller_known: bool, **more: Any) -> None:
        super().__init__(*args, **more)
        self.seller_known = seller_known
        if seller_known:
            del self.fields["institution"], self.fields["seller"]
            return
        there = Institution.objects.filter(kind=InstitutionKind.SELLER, open=True).order_by("name")
        listed = list(there.values_list("slug", "name")[:SELLERS])
        known = [(f"{PLATFORM}{name}", title) for name, title in engine.platforms(wording.lang())]
        groups = [(gettext("They get it at once"), listed)] if listed else []
        choices: Any = [("", gettext("Another seller")), *groups, (gettext("We write it, you send it"), known)]
        self.fields["institution"].choices = choices  # type: ignore[attr-defined]

    def clean(self) -> dict[str, Any]:
        """A seller is named in one of the two ways."""
        cleaned = super().clean() or {}
        if not self.seller_known and not cleaned.get("institution") and not cleaned.get("seller"):
            self.add_error("seller", gettext("Name the seller, so that the request has somebody to go to"))
        return cleaned

    def of(self, answers: Answers) -> tuple[Answers, dict[str, Any]]:
        """What was typed, and the answers with the platform, where one was chosen here."""
        typed_in = dict(self.cleaned_data)
        chosen = str(typed_in.get("institution", ""))
        if not chosen.startswith(PLATFORM):
            return answers, typed_in
        return replace(answers, platform=chosen.removeprefix(PLATFORM)), {**typed_in, "institution": ""}


class Voucher(forms.Form):
    """The proof of payment."""

    file = forms.FileField(
        label=gettext_lazy("Your payment voucher"),
        help_text=gettext_lazy("A PDF, a picture, or the mail saved as a file (.eml). At most 20 MB."),
        max_length=200,
        error_messages={
            "required": gettext_lazy("Choose a file, or go on without one"),
            "empty": gettext_lazy("The file is empty. Nothing was kept."),
        },
    )

    def clean_file(self) -> Any:
        """Of a size that is taken."""
        file = self.cleaned_data["file"]
        if file.size > LARGEST:
            raise forms.ValidationError(gettext("The file is larger than 20 MB. Nothing was kept."))
        return file


REASONS = {
    Reason.PERSONAL: gettext_lazy("Personal: I changed my mind, or have no time"),
    Reason.QUALITY: gettext_lazy("It is not what was promised"),
    Reason.CANNOT_ATTEND: gettext_lazy("I cannot attend: illness, moving, other dates"),
    Reason.NOT_DELIVERED: gettext_lazy("It did not take place, or I never got it"),
    Reason.TECHNICAL: gettext_lazy("It does not work technically"),
    Reason.WRONG_CHARGE: gettext_lazy("I was charged wrongly"),
    Reason.OTHER: gettext_lazy("Something else"),
}
CAUSES = {
    Reason.QUALITY: gettext_lazy("Quality: teaching, content, support"),
    Reason.PRICE: gettext_lazy("Price: hidden fees, a wrong charge, unequal prices"),
    Reason.INFORMATION: gettext_lazy("Information: false, missing or hidden"),
    Reason.PRIVACY: gettext_lazy("Privacy: my data"),
    Reason.CONTRACT: gettext_lazy("Contract: unfair terms, renewal, cancellation"),
    Reason.CONDUCT: gettext_lazy("Conduct: how I was treated"),
    Reason.OTHER: gettext_lazy("Something else"),
}
REMEDIES = {
    "refund": gettext_lazy("My money back"),
    "part": gettext_lazy("A part of my money back"),
    "exchange": gettext_lazy("Another course or date instead"),
    "repeat": gettext_lazy("The course once more, or what is missing of it"),
}
ANSWERS = {
    "answer": gettext_lazy("An answer"),
    "correction": gettext_lazy("That it is put right"),
    "repeat": gettext_lazy("The course once more, or what is missing of it"),
    "refund": gettext_lazy("My money back"),
    "part": gettext_lazy("A part of my money back"),
}


class Why(forms.Form):
    """The reason and what is wanted; for a complaint its cause, and the story is needed."""

    reason = forms.ChoiceField(
        widget=forms.RadioSelect,
        label=gettext_lazy("Why do you ask?"),
        error_messages={"required": gettext_lazy("Choose what comes nearest")},
    )
    remedy = forms.ChoiceField(
        widget=forms.RadioSelect,
        label=gettext_lazy("What do you want?"),
        error_messages={"required": gettext_lazy("Choose what comes nearest")},
    )
    story = Story(
        label=gettext_lazy("What happened?"),
        help_text=gettext_lazy("In your own words: what, when, whom you told. They read it as it stands."),
        max_length=5000,
        required=False,
        error_messages={"required": gettext_lazy("Say what happened: a few sentences are enough")},
    )
    name = Line(
        label=gettext_lazy("Your name"),
        help_text=gettext_lazy("As it stands in the order."),
        max_length=120,
        error_messages={"required": gettext_lazy("Enter your name, as it stands in the order")},
        widget=forms.TextInput({"autocomplete": "name"}),
    )

    def __init__(self, *args: Any, kind: Kind, named: bool, **more: Any) -> None:
        super().__init__(*args, **more)
        complaint = kind is Kind.COMPLAINT
        fields: Any = self.fields
        fields["reason"].choices = list((CAUSES if complaint else REASONS).items())
        fields["remedy"].choices = list((ANSWERS if complaint else REMEDIES).items())
        if not complaint:  # who says nothing wants the money
            fields["remedy"].required = False
        if complaint:
            fields["reason"].label = gettext("What is it about?")
            fields["story"].required = True
        if named:
            del self.fields["name"]

    def clean_remedy(self) -> str:
        """Money, where nothing else was said."""
        return str(self.cleaned_data.get("remedy") or "refund")


def reason(kind: Kind, value: str) -> str:
    """A reason in words."""
    found = (CAUSES if kind is Kind.COMPLAINT else REASONS).get(Reason(value)) if value else None
    return str(found or "")


def remedy(value: str) -> str:
    """What is wanted, in words."""
    return str((REMEDIES | ANSWERS).get(value, ""))
