"""Refund policies in versions: set against the law before they are published, and found again for each purchase."""

from __future__ import annotations

import datetime as dt
import hashlib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache
from typing import TYPE_CHECKING, Any

from django.db import transaction
from django.db.models import Max

from recourse import money, places, source, zones
from recourse.bilingual import Words
from recourse.desk import corpus
from recourse.desk.models import Assessment, Case, Institution, Person, Policy, Purchase, Role
from recourse.desk.services import rights
from recourse.desk.terms import Heading, Terms, read, stamped, unstamped, written
from recourse.library import Library, with_policy
from recourse.problems import Problem
from recourse.values import show_share

if TYPE_CHECKING:
    from recourse.compare.verdict import Region

MOST_PLACES = 6  # each takes up to some seconds to be compared with
MOST_RUNS, PATIENCE = 8_000, 200  # of one rule of law
FILE = "policy"


@dataclass(frozen=True)
class Shortfall:
    """Where the policy pays less than the law of a place, at worst; stories and verdicts in both languages."""

    place: str
    amount: str  # "50.00 EUR"
    share: str  # of the price
    law: str  # the rule
    story: Words
    says: Words
    bought_on: int
    facts: Mapping[str, str]

    def to_json(self) -> dict[str, Any]:
        """As it is kept with the version."""
        return {
            "place": self.place, "amount": self.amount, "share": self.share, "law": self.law,
            "story": {"en": self.story.en, "zh": self.story.zh}, "says": {"en": self.says.en, "zh": self.says.zh},
        }  # fmt: skip


class PaysLess(Problem):
    """The policy pays less than the law somewhere, and no reason is stated."""

    def __init__(self, shortfalls: Sequence[Shortfall]) -> None:
        super().__init__(
            Words("this policy pays less than the law", "该政策的退款低于法律规定"), field="reason",
            hint=Words("change it, or state a reason, which learners will read", "请修改政策，或写明供学员阅读的理由"),
        )  # fmt: skip
        self.shortfalls = tuple(shortfalls)


def heading(institution: Institution, on: dt.date, number: int | None = None) -> Heading:
    """The heading of the institution's next version, or of that number."""
    if number is None:
        last = Policy.objects.filter(institution=institution).aggregate(last=Max("number"))["last"]
        number = (last or 0) + 1
    return Heading(institution.slug, institution.name, institution.place, number, on)


@lru_cache(maxsize=128)
def loaded(text: str) -> tuple[Library, str]:
    """The corpus with this policy in it, and the policy's id there."""
    return with_policy(corpus.library(), text, FILE)


@lru_cache(maxsize=64)
def shortfalls(text: str, where: tuple[str, ...], day: int) -> tuple[Shortfall, ...]:
    """Where this text pays less than the law, for purchases on that day: the worst of each place."""
    from recourse.compare.shared import Shared  # noqa: PLC0415 - long to import, and rare
    from recourse.compare.verdict import Question, headline  # noqa: PLC0415

    library, name = loaded(text)
    shared, found = Shared(library), []
    for place in where:
        question = Question(name, place, day, regions=False, every_group=False, most=MOST_RUNS, patience=PATIENCE)
        worst = headline(shared.place(question))
        if worst is not None and worst.short:
            found.append(_shortfall(library, place, worst, day))
    return tuple(found)


def _shortfall(library: Library, place: str, worst: Region, day: int) -> Shortfall:
    from recourse.compare.figures import in_words  # noqa: PLC0415
    from recourse.compare.tell import Report  # noqa: PLC0415

    witness = worst.witness
    told = [Report(library, lang, in_words(lang)).region(worst) for lang in ("en", "zh")]
    return Shortfall(
        place, money.show(max(0, witness.gap), witness.currency), show_share(witness.share),
        witness.more.rule.id if witness.more.rule is not None else "",
        Words(told[0]["story"], told[1]["story"]), Words(told[0]["says"], told[1]["says"]), day, told[0]["facts"],
    )  # fmt: skip


def checked_places(where: Sequence[str]) -> tuple[str, ...]:
    """The places without doubles. Raises `Problem` for none, for too many, and for what is no place."""
    found = tuple(dict.fromkeys(where))
    if not found:
        raise Problem(Words("name at least one place", "至少选择一个地区"), field="places")
    if len(found) > MOST_PLACES:
        raise Problem(Words(f"name at most {MOST_PLACES} places", f"最多选择 {MOST_PLACES} 个地区"), field="places")
    for place in found:
        if not places.is_place(place):
            raise Problem(Words(f"“{place}” is no place", f"“{place}”不是已知的地区"), field="places")
    return found


def publish(
    *, institution: Institution, terms: Terms, where: Sequence[str], reason: str, by: Person, at: dt.datetime
) -> Policy:
    """A new version, which holds for purchases after today; the first also for those since its own first day.

    Equal terms, places and reason make no new version. Raises `PaysLess` where it pays less than the law of a place and
    no reason is stated.
    """
    rights.need(by, institution, Role.ADMINISTRATOR)
    known = checked_places(where)
    last, today = current(institution), zones.day(at, institution.place)
    if terms.since > today:
        raise Problem(Words("the first day lies ahead", "生效日期不能晚于今天"), field="since")
    if last is not None:
        if _same(last, terms, known, reason):
            return last
        terms = _from_today(terms, today)
    short = _short(written(heading(institution, today), terms), known, reason, today)
    return _publish(institution, terms, known, short, reason.strip(), at)


def publish_text(
    *, institution: Institution, text: str, where: Sequence[str], reason: str, by: Person, at: dt.datetime
) -> Policy:
    """A new version as it stands in the rule language; what the form can say is published as the form would.

    Raises `Problem` with line and column for what is no policy of this institution, and `PaysLess` as `publish` does.
    """
    rights.need(by, institution, Role.ADMINISTRATOR)
    known, today = checked_places(where), zones.day(at, institution.place)
    text = own_text(institution, text, today)
    found = read(text)
    if found is not None:
        return publish(institution=institution, terms=found[1], where=known, reason=reason, by=by, at=at)
    last = current(institution)
    if last is not None and _same(last, text, known, reason):
        return last
    return _publish(institution, text, known, _short(text, known, reason, today), reason.strip(), at)


def own_text(institution: Institution, text: str, today: dt.date) -> str:
    """The text with its line ends and version put right. Raises `Problem` where it is no policy of the institution."""
    head = heading(institution, today)
    text = stamped("\n".join(text.splitlines()).strip("\n") + "\n", head)
    root = source.read(text, FILE)
    name = root.value.get("platform") if isinstance(root.value, dict) else None
    if name is not None and name.value != head.platform:
        raise name.problem(
            Words(f"this policy is that of {head.platform}", f"本政策的标识应为 {head.platform}"), "platform",
            Words(f"platform: {head.platform}", f"platform: {head.platform}"),
        )  # fmt: skip
    library, own = loaded(text)
    for clause in library.platforms[own].clauses:
        if not clause.startswith(head.platform):
            raise Problem(
                Words(f"the clause “{clause}” needs an id of this institution", f"条款“{clause}”的标识不属于本机构"),
                library.rules[clause].versions[0].at, "id",
                Words(f"begin it with {head.platform}-", f"以 {head.platform}- 开头"),
            )  # fmt: skip
        for version in library.rules[clause].versions[:1]:
            if version.starts is not None and version.starts > today.toordinal():
                raise Problem(Words("the first day lies ahead", "生效日期不能晚于今天"), version.at, "in_force")
    return text


def _short(text: str, where: tuple[str, ...], reason: str, today: dt.date) -> tuple[Shortfall, ...]:
    """Where it pays less; before any row is locked: the comparison takes seconds."""
    short = shortfalls(text, where, today.toordinal())
    if short and not reason.strip():
        raise PaysLess(short)
    return short


@transaction.atomic
def _publish(
    institution: Institution,
    what: Terms | str,
    where: Sequence[str],
    short: Sequence[Shortfall],
    reason: str,
    at: dt.datetime,
) -> Policy:
    Institution.lock(institution.pk)
    last = current(institution)
    if last is not None and _same(last, what, where, reason):  # sent twice at once
        return last
    head = heading(institution, zones.day(at, institution.place))
    text = stamped(what, head) if isinstance(what, str) else written(head, what)
    loaded(text)  # raises where the engine cannot take it
    made: Policy = Policy.objects.create(
        institution=institution, number=head.number, text=text, digest=hashlib.sha256(text.encode()).hexdigest(),
        places=list(where), shortfalls=[one.to_json() for one in short],
        reason=reason if short else "", published_at=at,
    )  # fmt: skip
    return made


def _from_today(terms: Terms, today: dt.date) -> Terms:
    return Terms(**{**vars(terms), "since": today})


def _same(policy: Policy, what: Terms | str, where: Sequence[str], reason: str) -> bool:
    if isinstance(what, str):
        equal = unstamped(policy.text) == unstamped(what)
    else:
        found = read(policy.text)
        equal = found is not None and _from_today(found[1], what.since) == what
    return equal and policy.places == list(where) and (policy.reason == reason.strip() or not policy.shortfalls)


def current(institution: Institution) -> Policy | None:
    """The version that holds now."""
    found: Policy | None = (
        Policy.objects.filter(institution=institution, published_at__isnull=False).order_by("-number").first()
    )
    return found


def in_force(institution_id: Any, bought: dt.date | None, accepted_at: dt.datetime | None = None) -> Policy | None:
    """The version for a purchase: the last that was published before the terms were accepted, or before that day.

    Of two versions of one day nobody knows which came first, so the older counts. What was bought before the first
    version has that one: it says itself since when it holds.
    """
    versions = Policy.objects.filter(institution=institution_id, published_at__isnull=False).order_by("number")
    versions = versions.select_related("institution")
    known = list(versions.only("number", "published_at", "digest", "text", "institution__place"))
    if not known:
        return None
    if accepted_at is not None:
        before = [one for one in known if one.published_at and one.published_at <= accepted_at]
    elif bought is not None:
        before = [one for one in known if one.published_at and _day(one, one.published_at) < bought]
    else:
        before = known
    return before[-1] if before else known[0]


def _day(policy: Policy, moment: dt.datetime) -> dt.date:
    """The institution's own."""
    return zones.day(moment, policy.institution.place)


def for_case(case: Case, day: dt.date) -> tuple[Library, str | None]:
    """The rules for a case with the policy in force at its purchase, and that policy's id.

    A case at an institution without a policy of its own has the corpus, and its platform there if it is one.
    """
    library, platform = corpus.library(), case.platform or None
    if case.institution_id is None:
        return library, platform
    policy = in_force(case.institution_id, _bought(case) or day, _accepted(case.purchase))
    return loaded(policy.text) if policy is not None else (library, platform)


def of_assessment(case: Case, assessment: Assessment) -> Library:
    """The rules by which an assessment was made, where they are still here; else those of now with its policy."""
    name, digest = assessment.answer.get("platform"), assessment.answer["digests"]["data"]
    corpus_now = corpus.library()
    if case.institution_id is None or not name or name in corpus_now.platforms or digest == corpus_now.digest:
        return corpus_now
    found = corpus_now
    rows = Policy.objects.filter(institution=case.institution_id, published_at__isnull=False).order_by("-number")
    for text in rows.values_list("text", flat=True):
        library, policy = loaded(text)
        if library.digest == digest:
            return library
        if policy == name and found is corpus_now:
            found = library
    return found


def _bought(case: Case) -> dt.date | None:
    if case.purchase is not None and case.purchase.bought_on is not None:
        return case.purchase.bought_on
    told = case.facts.get("concluded_on") or case.facts.get("paid_on")
    try:
        return dt.date.fromisoformat(told) if told else None
    except ValueError:
        return None


def _accepted(purchase: Purchase | None) -> dt.datetime | None:
    return purchase.accepted_at if purchase is not None else None
