"""A request while it is being written: the draft behind its address, what was typed so far, which step comes next."""

from __future__ import annotations

import uuid
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cached_property
from typing import Any
from urllib.parse import parse_qsl

from django.http import Http404, HttpRequest, QueryDict
from django.urls import reverse
from django.utils.translation import gettext

from recourse.desk.models import Draft, Institution, InstitutionKind, Person
from recourse.desk.services import drafts
from recourse.desk.services.exhibits import Held
from recourse.desk.stages import Kind
from recourse.web import answers as answering
from recourse.web import clock, engine, first, wording
from recourse.web.answers import Answers
from recourse.web.engine import Assessed

SESSION = "draft"  # where the browser keeps the address of the request that it writes
STEPS = ("order", "voucher", "reason", "check")


def person(request: HttpRequest) -> Person | None:
    """Whoever is signed in."""
    return request.user if isinstance(request.user, Person) else None


def typed_in(request: HttpRequest) -> QueryDict | None:
    """What a form was sent with; an empty one was sent, too."""
    return request.POST if request.method == "POST" else None


@dataclass(frozen=True)
class Writing:
    """A request being written."""

    draft: Draft
    secret: str

    @property
    def typed(self) -> Mapping[str, Any]:
        """What was typed so far."""
        found: Mapping[str, Any] = self.draft.typed
        return found

    @property
    def kind(self) -> Kind:
        """Refund, withdrawal or complaint."""
        return Kind(self.typed.get("kind", Kind.REFUND))

    @property
    def files(self) -> tuple[Held, ...]:
        """The files handed in so far."""
        return tuple(Held.of(told) for told in self.typed.get("files", ()))

    @cached_property
    def answers(self) -> Answers:
        """The answers of the interview."""
        return told(self.draft)

    @cached_property
    def institution(self) -> Institution | None:
        """The participating institution that it goes to."""
        return taking_part(self.typed.get("institution", ""), self.answers.platform or "")

    @property
    def platform(self) -> str:
        """The platform of the corpus that it is about."""
        return self.answers.platform or (self.institution.platform if self.institution else "")

    @property
    def seller(self) -> str:
        """Who sold the course, in words."""
        if self.institution is not None:
            return self.institution.name
        if self.platform and engine.platform(self.platform):
            return engine.platform_name(self.platform, wording.lang())
        return str(self.typed.get("seller") or gettext("the seller"))

    @cached_property
    def assessed(self) -> Assessed | None:
        """What is owed as of today; nothing where the answers cannot stand together."""
        day = clock.today(self.answers.get("learner_place"))
        asked = first.with_given(self.answers, self.given)
        facts = engine.consider(asked).facts
        return None if facts is None else engine.assess(asked, facts, day=day, lang=wording.lang())

    @property
    def given(self) -> dict[str, str]:
        """What nobody said and is taken as given: it is sent today, to where the platform sits."""
        day = clock.today(self.answers.get("learner_place"))
        today = ("requested_on", "request_received_on") if self.institution else ("requested_on",)
        said = {name: wording.iso(day) for name in today if self.answers.get(name) is None}
        return {**first.given(engine.library(), self.answers, day), **said}

    @property
    def asked(self) -> str:
        """The amount that is asked for: what is owed, else what was paid; "" where neither is known."""
        if self.kind is not Kind.COMPLAINT and self.assessed is not None and self.assessed.json["best"]:
            best = self.assessed.json["best"]
            return str(best.get("total") or best["refund"])
        wants_money = self.kind is not Kind.COMPLAINT or self.typed.get("remedy") in ("refund", "part")
        return (self.answers.get("paid") or "") if wants_money else ""

    def next(self) -> str:
        """The address of the first step that is not done."""
        if not self.typed.get("course_title"):
            return self.at("order")
        if "voucher" not in self.typed:
            return self.at("voucher")
        if not self.typed.get("confirmed"):
            return self.at("read")
        return self.at("check" if self.typed.get("reason") else "reason")

    def at(self, step: str) -> str:
        """The address of a step."""
        return reverse(f"web:new_{step}", args=[self.secret])

    def write(self, typed: Mapping[str, Any], answers: Answers | None = None) -> Writing:
        """The same with more typed."""
        query = None if answers is None else answers.query()
        return Writing(drafts.change(draft=self.draft, at=clock.now(), answers=query, typed=typed), self.secret)


def told(draft: Draft) -> Answers:
    """The answers that a draft keeps."""

    return answering.read(parse_qsl(draft.answers), engine.facts())


def taking_part(slug: str, platform: str) -> Institution | None:
    """The institution of that name, or the one that a platform of the corpus is, if it takes part."""
    sellers = Institution.objects.filter(kind=InstitutionKind.SELLER, open=True)
    if slug:
        return sellers.filter(slug=slug).first()
    return sellers.filter(platform=platform).order_by("made_at").first() if platform else None


def begin(request: HttpRequest, answers: Answers, typed: Mapping[str, Any]) -> Writing:
    """A new request, or the one that this browser is writing with what is new in it."""
    before = going(request, Kind(typed["kind"]))
    if before is not None:
        found = before.write(typed, answers)
    else:
        fresh = {"token": str(uuid.uuid4()), **typed}
        made = drafts.keep(answers=answers.query(), typed=fresh, at=clock.now(), by=person(request))
        found = Writing(made.draft, made.secret)
    request.session[SESSION] = found.secret
    return found


def going(request: HttpRequest, kind: Kind) -> Writing | None:
    """The request that this browser is writing and has not sent, if it is of the kind."""
    secret = str(request.session.get(SESSION) or "")
    draft = drafts.find(secret, by=person(request), at=clock.now()) if secret else None
    if draft is None or not draft.typed or "case" in draft.typed or draft.typed.get("kind") != kind:
        return None
    return Writing(draft, secret)


def find(request: HttpRequest, secret: str, *kinds: Kind) -> Writing:
    """The request of that address; whoever is signed in has it from now on. Raises `Http404` for another's or none."""
    by = person(request)
    draft = drafts.find(secret, by=by, at=clock.now())
    if draft is None or not draft.typed or (kinds and Kind(draft.typed["kind"]) not in kinds):
        raise Http404
    if by is not None and not drafts.claim(draft=draft, by=by):
        raise Http404
    return Writing(draft, secret)
