"""One question as a page shows it: words, fields, and what is wrong with what was typed."""

from collections.abc import Mapping
from dataclasses import dataclass, replace

from recourse.facts import Fact
from recourse.web import labels, wording
from recourse.web.fields import FORMS, Around, Field
from recourse.web.typed import Wrong


@dataclass(frozen=True)
class Question:
    """A question with its fields, filled with the answer given before or with what was typed and is wrong."""

    fact: Fact
    title: str
    hints: tuple[str, ...]
    fields: tuple[Field, ...]
    errors: tuple[tuple[str, str], ...] = ()  # (id of the field, message)

    @property
    def single(self) -> bool:
        """Whether the heading itself is the label of the one field."""
        return len(self.fields) == 1 and self.fields[0].kind != "radios"

    @property
    def described(self) -> str:
        """The ids for `aria-describedby` of the whole question: its hints, and the errors of radio buttons."""
        ids = [f"v-hint-{number}" for number in range(1, len(self.hints) + 1)]
        return " ".join(ids + [f"{one.id}-error" for one in self.fields if one.errors and one.kind == "radios"])

    def as_typed(self, typed_in: Mapping[str, str]) -> "Question":
        """The same question with what was typed still in its fields."""
        return replace(self, fields=tuple(replace(one, value=typed_in.get(one.name, "")) for one in self.fields))

    def wrong(self, problems: list[Wrong]) -> "Question":
        """The same question with each error at the field it is about; at the first field where it names none."""
        parts = {one.part for one in self.fields}
        at: dict[str, list[str]] = {one.part: [] for one in self.fields}
        for problem in problems:
            part = problem.part if problem.part in parts else self.fields[0].part
            if problem.message not in at[part]:
                at[part].append(problem.message)
        return replace(
            self,
            fields=tuple(replace(one, errors=tuple(at[one.part])) for one in self.fields),
            errors=tuple((one.target, message) for one in self.fields for message in at[one.part]),
        )


def question(fact: Fact, around: Around, answer: str | None = None) -> Question:
    """The question about a fact; `answer` fills the fields with what was said before."""
    form = FORMS[fact.type](fact, around)
    filled = {} if answer is None else form.fill(answer)
    return Question(
        fact=fact,
        title=fact.ask.of(wording.lang()),
        hints=tuple(hint for hint in (labels.meaning(fact), form.hint) if hint),
        fields=tuple(replace(one, value=filled.get(one.part, one.value)) for one in form.fields()),
    )


def read(fact: Fact, typed_in: Mapping[str, str], around: Around) -> str:
    """The text of a fact from what was typed into the fields of its question. Raises `Wrong`."""
    values = {name.partition(".")[2]: text for name, text in typed_in.items() if name.partition(".")[0] == "v"}
    return FORMS[fact.type](fact, around).read(values)
