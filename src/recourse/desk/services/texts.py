"""Texts that an institution's people write often: kept once, filled in for a case, sent only by a person."""

from __future__ import annotations

import re
from collections.abc import Mapping

from django.db import transaction

from recourse.bilingual import Words
from recourse.desk.models import Institution, Person, Role, SavedText
from recourse.desk.services import rights
from recourse.problems import Problem

NAMES = ("learner", "reference", "course", "order", "owed", "pay_by", "institution")
_BRACES = re.compile(r"\{([^{}\n]{1,40})\}")


def fill(text: str, values: Mapping[str, str]) -> str:
    """The text with its names filled in. A name without a value stays as it is, for the writer to see."""
    return _BRACES.sub(lambda found: values.get(found[1].strip()) or found[0], text)


@transaction.atomic
def keep(
    *, institution: Institution, by: Person, name: str, language: str, text: str, replaces: SavedText | None = None
) -> SavedText:
    """Keep a text under a name. Raises `Problem` for a name in braces that nothing fills."""
    rights.need(by, institution, Role.APPROVER, Role.ADMINISTRATOR)
    name = " ".join(name.split())
    unknown = [found[1].strip() for found in _BRACES.finditer(text) if found[1].strip() not in NAMES]
    if unknown:
        known = ", ".join(f"{{{one}}}" for one in NAMES)
        raise Problem(
            Words(f"nothing fills {{{unknown[0]}}}", f"没有内容可填入 {{{unknown[0]}}}"), field="text",
            hint=Words(f"these are filled: {known}", f"可填入的有：{known}"),
        )  # fmt: skip
    others = SavedText.objects.filter(institution=institution, name=name, language=language)
    same = others.filter(text=text).first() if replaces is None else None
    if same is not None:  # sent twice
        return same
    if (others.exclude(pk=replaces.pk) if replaces is not None else others).exists():
        raise Problem(
            Words("there is a text of that name in this language", "该语言下已有同名文本"), field="name",
            hint=Words("choose another name, or change that one", "请换一个名称，或修改原有文本"),
        )  # fmt: skip
    kept = replaces or SavedText(institution=institution)
    kept.name, kept.language, kept.text = name, language, text
    kept.save()
    return kept


@transaction.atomic
def remove(*, text: SavedText, by: Person) -> None:
    """Forget a text; what was sent with it stays."""
    rights.need(by, text.institution, Role.APPROVER, Role.ADMINISTRATOR)
    SavedText.objects.filter(pk=text.pk).delete()
