"""The fields of a question, by the type of its fact: which there are, how they are filled and read back."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import NamedTuple

from babel.core import get_global
from babel.numbers import get_territory_currencies
from django.utils.translation import gettext, gettext_noop

from recourse import money
from recourse.facts import Fact
from recourse.web import labels, typed, wording
from recourse.web.typed import Wrong


class Option(NamedTuple):
    """One thing to choose, under a heading where the list is long."""

    value: str
    label: str
    group: str = ""


@dataclass(frozen=True)
class Field:
    """One field: `part` is "" where the question has only one; `kind` is text, area, select or radios."""

    part: str = ""
    label: str = ""
    kind: str = "text"
    value: str = ""
    options: tuple[Option, ...] = ()
    size: str = ""
    keyboard: str = ""
    errors: tuple[str, ...] = ()

    @property
    def name(self) -> str:
        """The name in the address: v, v.day."""
        return f"v.{self.part}" if self.part else "v"

    @property
    def id(self) -> str:
        """The id in the page: v, v-day."""
        return f"v-{self.part}" if self.part else "v"

    @property
    def target(self) -> str:
        """What a link in the error summary leads to: the field, or the first of its buttons."""
        return f"{self.id}-1" if self.kind == "radios" else self.id

    @property
    def groups(self) -> list[tuple[str, list[Option]]]:
        """The options under their headings, in the order in which these first come."""
        found: dict[str, list[Option]] = {}
        for option in self.options:
            found.setdefault(option.group, []).append(option)
        return list(found.items())


@dataclass(frozen=True)
class Around:
    """What a question takes from the rest: the currency in use, where the learner lives, all places by name."""

    currency: str = ""
    place: str = ""
    places: tuple[Option, ...] = ()


@dataclass(frozen=True)
class Form:
    """A single line of text; the other types of fact are made from it."""

    fact: Fact
    around: Around

    @property
    def hint(self) -> str:
        """How to write the answer, where that is not plain."""
        return ""

    def fields(self) -> list[Field]:
        """The fields, empty."""
        return [Field(size="m")]

    def fill(self, answer: str) -> Mapping[str, str]:
        """What stands in each part for an answer given before."""
        return {"": answer}

    def read(self, values: Mapping[str, str]) -> str:
        """The text of the fact from the parts. Raises `Wrong`."""
        text = typed.plain(values.get("", ""))
        if not text:
            raise Wrong(gettext("Enter the name as the seller writes it"))
        if len(text) > 80:
            raise Wrong(gettext("Enter at most 80 characters"))
        return text


class YesNo(Form):
    """Two buttons."""

    complaint = gettext_noop("Choose yes or no")

    def options(self) -> tuple[Option, ...]:
        """What can be chosen."""
        return (Option("true", gettext("Yes")), Option("false", gettext("No")))

    def fields(self) -> list[Field]:
        """Radio buttons, none of them chosen for the person."""
        return [Field(kind="radios", options=self.options())]

    def read(self, values: Mapping[str, str]) -> str:
        """The button chosen."""
        if values.get("", "") not in {option.value for option in self.options()}:
            raise Wrong(gettext(self.complaint))
        return values[""]


class Choice(YesNo):
    """One button for each choice of the vocabulary."""

    complaint = gettext_noop("Choose one of these answers")

    def options(self) -> tuple[Option, ...]:
        """The choices in words."""
        return tuple(Option(choice, labels.choice(self.fact.id, choice)) for choice in self.fact.choices)


class PlaceForm(Form):
    """A list of all places."""

    def fields(self) -> list[Field]:
        """A list that a keyboard can search."""
        return [Field(kind="select", size="m", options=self.around.places)]

    def read(self, values: Mapping[str, str]) -> str:
        """The place chosen."""
        if values.get("", "") not in {one.value for one in self.around.places}:
            raise Wrong(gettext("Choose a place from the list"))
        return values[""]


class Date(Form):
    """Day, month and year, in the order of the language."""

    def fields(self) -> list[Field]:
        """Three short fields."""
        three = [
            Field("day", gettext("Day"), size="d2", keyboard="numeric"),
            Field("month", gettext("Month"), size="d2", keyboard="numeric"),
            Field("year", gettext("Year"), size="d4", keyboard="numeric"),
        ]
        return three[::-1] if wording.lang() == "zh" else three

    def fill(self, answer: str) -> Mapping[str, str]:
        """2026-03-07 as 7, 3, 2026."""
        year, _, rest = answer.partition("-")
        month, _, day = rest.partition("-")
        return {"day": day.lstrip("0"), "month": month.lstrip("0"), "year": year}

    def read(self, values: Mapping[str, str]) -> str:
        """The three fields as one date."""
        return typed.date(values.get("day", ""), values.get("month", ""), values.get("year", ""))

    @property
    def hint(self) -> str:
        """An example in the order of the fields."""
        return gettext("For example, 27 3 2026.")


class Instant(Date):
    """A date, a time, and whose clock showed it."""

    def fields(self) -> list[Field]:
        """The date's fields and two more."""
        here = get_global("territory_zones").get(self.around.place.partition("-")[0], [])
        zones = tuple(Option(zone, zone.replace("_", " ").replace("/", " / ")) for zone in here or ZONES)
        return [
            *super().fields(),
            Field("time", gettext("Time (24 hours)"), size="d4"),
            Field("zone", gettext("By the clock of"), kind="select", size="m", options=zones),
        ]

    def fill(self, answer: str) -> Mapping[str, str]:
        """The zone is asked again: an answer keeps only its distance from UTC."""
        day, _, rest = answer.partition("T")
        return {**super().fill(day), "time": rest[:5]}

    def read(self, values: Mapping[str, str]) -> str:
        """The moment with its offset."""
        return typed.instant(super().read(values), values.get("time", ""), values.get("zone", ""))


class Money(Form):
    """An amount and its currency."""

    def currency(self) -> Field:
        """The list of currencies: the likely ones first; chosen beforehand only where an answer already has one."""
        near = get_territory_currencies(self.around.place.partition("-")[0]) if self.around.place else []
        first = [code for code in dict.fromkeys([self.around.currency, *near, *COMMON]) if code in money.EXPONENTS]
        rest = [code for code in sorted(money.EXPONENTS) if code not in first]
        options = [
            *(Option(code, wording.currency_name(code), gettext("Most likely")) for code in first),
            *(Option(code, wording.currency_name(code), gettext("All currencies")) for code in rest),
        ]
        return Field("currency", gettext("Currency"), "select", self.around.currency, tuple(options), size="m")

    def fields(self) -> list[Field]:
        """The figure, then the currency."""
        return [Field("amount", gettext("Amount"), size="s", keyboard="decimal"), self.currency()]

    def fill(self, answer: str) -> Mapping[str, str]:
        """ "84.99 EUR" as 84.99 and EUR."""
        figure, _, currency = answer.partition(" ")
        return {"amount": figure, "currency": currency}

    def read(self, values: Mapping[str, str]) -> str:
        """The amount with the decimals of its currency."""
        if not values.get("amount", "").strip():
            raise Wrong(gettext("Enter an amount; 0 if it was nothing"), "amount")
        return typed.amount(*typed.with_currency(values["amount"], values.get("currency", "")))


class Count(Form):
    """A whole number."""

    def fields(self) -> list[Field]:
        """A short field with the figures' keyboard."""
        return [Field(size="s", keyboard="numeric")]

    def read(self, values: Mapping[str, str]) -> str:
        """The number."""
        return typed.count(values.get("", ""))


class Share(Form):
    """A share in per cent or as a fraction."""

    def fields(self) -> list[Field]:
        """A short field."""
        return [Field(size="s")]

    def fill(self, answer: str) -> Mapping[str, str]:
        """ "20%" as 20."""
        return {"": answer.removesuffix("%")}

    def read(self, values: Mapping[str, str]) -> str:
        """The share, exactly."""
        return typed.share(values.get("", ""))

    @property
    def hint(self) -> str:
        """Both ways of writing it."""
        return gettext("In per cent, such as 20, or as a fraction, such as 1/3.")


class Rows(Form):
    """A list: one value on each line."""

    def fields(self) -> list[Field]:
        """A larger field."""
        return [Field(kind="area", size="m")]

    def fill(self, answer: str) -> Mapping[str, str]:
        """ "8, 8, 9" on three lines."""
        return {"": answer.replace(", ", "\n")}

    def read(self, values: Mapping[str, str]) -> str:
        """The values with commas between them."""
        return typed.rows(values.get("", ""), ROWS[self.fact.type])

    @property
    def hint(self) -> str:
        """What stands on a line."""
        return {
            "list-of-share": gettext("One percentage on each line, in order."),
            "list-of-date": gettext("One date on each line, as year-month-day, such as 2026-03-27."),
            "list-of-period": gettext("First and last day of each on a line, such as 2026-12-21 to 2027-01-04."),
        }.get(self.fact.type, gettext("One number on each line, in order."))


class MoneyRows(Money):
    """A list of amounts in one currency."""

    def fields(self) -> list[Field]:
        """The figures, then the currency."""
        return [Field("rows", gettext("Amounts"), kind="area", size="m"), self.currency()]

    def fill(self, answer: str) -> Mapping[str, str]:
        """ "10.00 EUR, 12.00 EUR" as two lines and EUR."""
        pairs = [line.partition(" ") for line in answer.split(", ")]
        return {"rows": "\n".join(figure for figure, _, _ in pairs), "currency": pairs[-1][2]}

    def read(self, values: Mapping[str, str]) -> str:
        """The amounts with commas between them."""
        currency = values.get("currency", "")
        if not currency:
            raise Wrong(gettext("Choose the currency"), "currency")
        try:
            return typed.rows(values.get("rows", ""), lambda line: typed.amount(line, currency))
        except Wrong as wrong:
            raise Wrong(wrong.message, "rows") from wrong

    @property
    def hint(self) -> str:
        """What stands on a line."""
        return gettext("One amount on each line, in order.")


COMMON = ("CNY", "EUR", "USD", "GBP", "KRW")
ZONES = (
    "America/Los_Angeles", "America/New_York", "America/Sao_Paulo", "Asia/Hong_Kong", "Asia/Kolkata", "Asia/Seoul",
    "Asia/Shanghai", "Asia/Singapore", "Asia/Tokyo", "Australia/Sydney", "Europe/Berlin", "Europe/London", "UTC",
)  # fmt: skip
ROWS: dict[str, Callable[[str], str]] = {
    "list-of-count": typed.count,
    "list-of-share": typed.share,
    "list-of-date": typed.iso_date,
    "list-of-period": typed.period,
}
FORMS: dict[str, type[Form]] = {
    "yesno": YesNo,
    "choice": Choice,
    "place": PlaceForm,
    "date": Date,
    "instant": Instant,
    "money": Money,
    "count": Count,
    "share": Share,
    "text": Form,
    "list-of-money": MoneyRows,
    **dict.fromkeys(ROWS, Rows),
}
