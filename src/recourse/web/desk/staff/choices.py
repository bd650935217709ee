"""Fields that several forms of the institution's pages share: places, currencies, languages, amounts, moments."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable
from typing import TYPE_CHECKING, Any

from django import forms
from django.conf import settings
from django.core.exceptions import ValidationError
from django.utils.translation import gettext, gettext_lazy

from recourse import money
from recourse.problems import Problem, each
from recourse.web import typed, wording
from recourse.web.around import place_options
from recourse.web.fields import Around, Option
from recourse.web.fields import Money as MoneyField

if TYPE_CHECKING:
    from django.utils.functional import _StrPromise

Choices = list[tuple[str, Any]]
LONGEST = 20_000  # characters of a description


def grouped(options: Iterable[Option], first: str | _StrPromise = "") -> Choices:
    """Options under their headings, as Django's fields take them; `first` is the line that stands for nothing."""
    found: dict[str, list[tuple[str, str]]] = {}
    for option in options:
        found.setdefault(option.group, []).append((option.value, option.label))
    return [("", first), *found.items()]


def places() -> Choices:
    """All places, those whose law we have read first."""
    return grouped(place_options(), gettext("Choose a place"))


def currencies() -> Choices:
    """All currencies, the common ones first."""
    return grouped(MoneyField(None, Around()).currency().options, gettext("Choose a currency"))  # type: ignore[arg-type]


def languages() -> Choices:
    """The languages of the desk."""
    return list(settings.LANGUAGES)


def place(label: str | _StrPromise, hint: str | _StrPromise = "") -> forms.ChoiceField:
    """One place."""
    return forms.ChoiceField(label=label, help_text=hint, choices=places)


def currency() -> forms.ChoiceField:
    """One currency."""
    return forms.ChoiceField(label=gettext_lazy("Currency"), choices=currencies, widget=forms.Select({"class": "m"}))


def area(
    label: str | _StrPromise, hint: str | _StrPromise = "", *, needed: bool = False, rows: int = 5
) -> forms.CharField:
    """A field for several lines."""
    widget = forms.Textarea({"rows": rows})
    return forms.CharField(label=label, help_text=hint, required=needed, max_length=LONGEST, widget=widget)


class Number(forms.IntegerField):
    """A whole number; figures of any width are read."""

    def __init__(
        self, label: str | _StrPromise, *, least: int = 0, most: int, needed: bool = True, hint: str | _StrPromise = ""
    ) -> None:
        widget = forms.TextInput({"inputmode": "numeric", "class": "s", "autocomplete": "off"})
        super().__init__(label=label, min_value=least, max_value=most, required=needed, help_text=hint, widget=widget)

    def to_python(self, value: Any) -> int | None:
        """The number, or nothing."""
        return super().to_python(typed.plain(str(value)) if value not in (None, "") else value)


class Day(forms.Field):
    """A day in one field: 2026-11-24, also 2026/11/24 and 2026 年 11 月 24 日."""

    def __init__(self, label: str | _StrPromise, *, needed: bool = False, hint: str | _StrPromise = "") -> None:
        widget = forms.TextInput({"class": "m", "placeholder": "", "autocomplete": "off"})
        hint = hint or gettext_lazy("Year-month-day, such as 2026-03-27.")
        super().__init__(label=label, required=needed, help_text=hint, widget=widget)

    def to_python(self, value: Any) -> dt.date | None:
        """The day, or nothing. Raises `ValidationError` that says how it is written."""
        if value in (None, ""):
            return None
        if isinstance(value, dt.date):
            return value
        try:
            return dt.date.fromisoformat(typed.iso_date(str(value)))
        except typed.Wrong as wrong:
            raise ValidationError(wrong.message) from wrong


def figure(label: str | _StrPromise, *, needed: bool = True, hint: str | _StrPromise = "") -> forms.CharField:
    """An amount as it is typed; `minor` reads it once the currency is known."""
    widget = forms.TextInput({"inputmode": "decimal", "class": "s", "autocomplete": "off"})
    return forms.CharField(label=label, max_length=24, required=needed, help_text=hint, widget=widget)


def minor(form: forms.Form, name: str, code: str) -> int | None:
    """The amount of a field in smallest units; its error is added to the form where it cannot be read."""
    text = form.cleaned_data.get(name) or ""
    if not text or not code:
        return None
    try:
        return money.parse(typed.amount(text, code)).minor
    except typed.Wrong as wrong:
        form.add_error(name, wrong.message)
    except Problem as problem:
        form.add_error(name, _words(problem))
    return None


def shown(amount: int, code: str) -> str:
    """An amount as it stands in a field: 84.99."""
    return money.show(amount, code).partition(" ")[0]


def blame(form: forms.Form, problem: Problem) -> None:
    """What a service says is wrong, beside the field it names."""
    for one in each(problem):
        field = one.field if one.field in form.fields else None
        form.add_error(field, _words(one))


def _words(problem: Problem) -> str:
    """What is wrong, without the name of the field, which stands beside it."""
    return Problem(problem.message, hint=problem.hint).say(wording.lang())
