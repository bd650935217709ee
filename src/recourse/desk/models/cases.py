"""Cases: what is asked, what was found to be owed, what was answered, and by when each side must act."""

from __future__ import annotations

import datetime as dt
from typing import ClassVar

from django.db import models
from django.db.models import Case as Choose
from django.db.models import F, Q, Value, When

from recourse import money, zones
from recourse.desk.models.institutions import Institution
from recourse.desk.models.people import Person
from recourse.desk.models.purchases import Purchase
from recourse.desk.rows import Row, one_of
from recourse.desk.stages import ENDED, Kind, Stage

NEVER = dt.date.max  # the next clock of a case that has none: it stands after all others


class Reason(models.TextChoices):
    """Why the money is asked for, or what the complaint is about."""

    PERSONAL = "personal"
    QUALITY = "quality"  # not what was promised
    CANNOT_ATTEND = "cannot-attend"
    NOT_DELIVERED = "not-delivered"
    TECHNICAL = "technical"
    WRONG_CHARGE = "wrong-charge"
    PRICE = "price"
    INFORMATION = "information"
    PRIVACY = "privacy"
    CONTRACT = "contract"
    CONDUCT = "conduct"
    OTHER = "other"
    NONE = "none"  # a withdrawal needs none, and is not asked for one


class Case(Row):
    """A refund request, a withdrawal or a complaint.

    `reference` is what people read to each other. `facts` are the answers, in the words of the vocabulary; `clocks` the
    rules of the deadlines as they were when the case was received: later settings do not move them.
    """

    LEARNER = "learner_id"
    CASE = "id"

    reference = models.CharField(max_length=16, unique=True)
    kind = models.CharField(max_length=20, choices=[(kind.value, kind.value) for kind in Kind])
    stage = models.CharField(max_length=20, choices=[(s.value, s.value) for s in Stage], default=Stage.DRAFT.value)
    reason = models.CharField(max_length=20, choices=Reason.choices, default=Reason.OTHER)
    remedy = models.CharField(max_length=40, blank=True)  # refund, part, exchange, repeat, correction, answer
    story = models.TextField(blank=True)
    learner = models.ForeignKey(Person, on_delete=models.PROTECT, related_name="cases")
    institution = models.ForeignKey(Institution, on_delete=models.PROTECT, related_name="cases", null=True, blank=True)
    platform = models.SlugField(max_length=80, blank=True)
    purchase = models.ForeignKey(Purchase, on_delete=models.PROTECT, related_name="cases", null=True, blank=True)
    facts = models.JSONField(default=dict)
    asked_minor = models.BigIntegerField(null=True, blank=True)
    currency = models.CharField(max_length=3, blank=True)
    language = models.CharField(max_length=10, default="en")  # the learner's
    received_at = models.DateTimeField(null=True, blank=True)
    clocks = models.JSONField(default=dict, blank=True)
    assigned_to = models.ForeignKey(Person, on_delete=models.PROTECT, related_name="+", null=True, blank=True)
    about_person = models.ForeignKey(Person, on_delete=models.PROTECT, related_name="+", null=True, blank=True)
    form_token = models.UUIDField(null=True, blank=True, unique=True)  # one form makes one case, sent twice or not
    example = models.BooleanField(default=False)
    # The queue's order: the soonest running clock of the institution, kept by recourse.desk.services.clocks.
    next_due = models.DateField(default=NEVER)
    lane = models.GeneratedField(
        expression=Choose(
            When(stage="draft", then=Value("draft")),
            When(stage__in=sorted(stage.value for stage in ENDED), then=Value("ended")),
            default=Value("open"),
        ),
        output_field=models.CharField(max_length=6),
        db_persist=True,
    )

    class Meta:
        constraints: ClassVar = [
            models.CheckConstraint(condition=Q(kind__in=[kind.value for kind in Kind]), name="case_kind"),
            models.CheckConstraint(condition=Q(stage__in=[stage.value for stage in Stage]), name="case_stage"),
            one_of("case_reason", Reason, "reason"),
            models.CheckConstraint(
                condition=Q(asked_minor=None) | (Q(asked_minor__gte=0) & ~Q(currency="")), name="case_amount_whole"
            ),
            models.CheckConstraint(condition=Q(stage="draft") | Q(received_at__isnull=False), name="case_was_received"),
        ]
        indexes: ClassVar = [
            models.Index(fields=["learner", "-made_at"]),
            models.Index(fields=["assigned_to", "stage"]),
            # The queue: by clock, by clock within a stage or with a person, its counts, and what has ended. What it is
            # filtered by stands behind the key, so that a rare filter is looked for without reading every case.
            models.Index(
                fields=["institution", "lane", "next_due", "id", "kind", "reason", "purchase"], name="case_queue"
            ),
            models.Index(fields=["institution", "stage", "next_due", "id"], name="case_queue_stage"),
            models.Index(fields=["institution", "lane", "assigned_to", "next_due", "id"], name="case_queue_person"),
            models.Index(fields=["institution", "lane", "stage", "assigned_to", "next_due"], name="case_queue_counts"),
            models.Index(
                fields=["institution", "lane", "-received_at", "id", "kind", "reason", "purchase"], name="case_newest"
            ),
            # The figures of a period, and what is asked of the institution now.
            models.Index(
                fields=["institution", "received_at", "kind", "reason", "purchase", "id"], name="case_received"
            ),
            models.Index(fields=["institution", "lane", "currency", "asked_minor", "id"], name="case_exposure"),
        ]

    def day(self, at: dt.datetime) -> dt.date:
        """The day of the moment where the learner lives: on it requests are dated and last days end."""
        return zones.day(at, self.facts.get("learner_place"))

    def assessed(self) -> Assessment | None:
        """The newest assessment; None where there is none, or its words went with those of the case."""
        last = self.assessments.order_by("-number").first()
        return None if last is None or last.emptied else last

    def __str__(self) -> str:
        return self.reference


class OfCase(Row):
    """A row that belongs to a case, and is seen by whoever sees the case."""

    INSTITUTION = "case__institution_id"
    LEARNER = "case__learner_id"
    CASE = "case_id"

    class Meta:
        abstract = True


class Assessment(OfCase):
    """What law and policy give on the facts of a moment, as the engine said it; never edited, a new one supersedes."""

    case = models.ForeignKey(Case, on_delete=models.PROTECT, related_name="assessments")
    number = models.PositiveIntegerField()
    answer = models.JSONField()  # the documented JSON
    digest = models.CharField(max_length=64)  # of its canonical bytes
    rule = models.CharField(max_length=120, blank=True)  # of the best entitlement, "" where nothing is owed
    owed_minor = models.BigIntegerField(null=True, blank=True)  # null: it hangs on a fact we lack
    currency = models.CharField(max_length=3, blank=True)
    pay_by = models.DateField(null=True, blank=True)

    class Meta:
        constraints: ClassVar = [models.UniqueConstraint(fields=["case", "number"], name="assessment_number_once")]
        # What is owed, read without the answer, which is long.
        indexes: ClassVar = [models.Index(fields=["case", "-number", "currency", "owed_minor"], name="assessment_owed")]

    @property
    def emptied(self) -> bool:
        """Whether only the checksum of its answer is left: what money was paid by outlives the words of its case."""
        return bool(self.answer == {"digest": self.digest})


class Answer(models.TextChoices):
    """What the institution answers."""

    WHOLE = "whole"
    PART = "part"
    REFUSED = "refused"
    ANSWERED = "answered"  # a complaint without money


class DecisionState(models.TextChoices):
    """How far a decision is."""

    PROPOSED = "proposed"  # waits for the second person
    FINAL = "final"
    REJECTED = "rejected"  # by the second person


class Decision(OfCase):
    """The institution's answer, on an assessment. Below what is owed it has a reason and a second person."""

    case = models.ForeignKey(Case, on_delete=models.PROTECT, related_name="decisions")
    assessment = models.ForeignKey(
        Assessment, on_delete=models.PROTECT, related_name="decisions", null=True, blank=True
    )
    kind = models.CharField(max_length=10, choices=Answer.choices)
    state = models.CharField(max_length=10, choices=DecisionState.choices)
    minor = models.BigIntegerField(default=0)
    currency = models.CharField(max_length=3, blank=True)
    below_owed = models.BooleanField(default=False)
    reason = models.TextField(blank=True)
    letter = models.TextField(blank=True)  # what the learner reads
    proposed_by = models.ForeignKey(Person, on_delete=models.PROTECT, related_name="+")
    second = models.ForeignKey(Person, on_delete=models.PROTECT, related_name="+", null=True, blank=True)
    decided_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        constraints: ClassVar = [
            one_of("decision_kind", Answer, "kind"),
            one_of("decision_state", DecisionState, "state"),
            models.CheckConstraint(condition=Q(minor__gte=0), name="decision_not_negative"),
            models.CheckConstraint(condition=Q(below_owed=False) | ~Q(reason=""), name="decision_below_has_reason"),
            models.CheckConstraint(
                condition=Q(second=None) | ~Q(second=F("proposed_by")), name="decision_second_is_another_person"
            ),
            models.CheckConstraint(
                condition=~Q(state="final") | Q(below_owed=False) | Q(second__isnull=False),
                name="decision_below_owed_has_second",
            ),
            models.CheckConstraint(
                condition=~Q(state="final") | Q(decided_at__isnull=False), name="decision_final_has_its_moment"
            ),
            models.UniqueConstraint(fields=["case"], condition=Q(state="proposed"), name="decision_one_open_proposal"),
        ]

    @property
    def shown(self) -> str:
        """The amount as text: "84.99 EUR"; "" where there is none."""
        return money.show(self.minor, self.currency) if self.currency else ""


class Actor(models.TextChoices):
    """Who must act."""

    LEARNER = "learner"
    INSTITUTION = "institution"
    BODY = "body"


class Deadline(OfCase):
    """A day by which somebody must act; `due` is the last day on which it is still in time.

    It is computed from dates, never counted up. While it is paused, `due` is what it would be; the pause is added when
    the clock runs on.
    """

    case = models.ForeignKey(Case, on_delete=models.PROTECT, related_name="deadlines")
    name = models.CharField(max_length=40)  # first-answer, decision, pay, apply:BODY, answer-question, …
    actor = models.CharField(max_length=12, choices=Actor.choices)
    rule = models.CharField(max_length=120, blank=True)  # the rule or process it comes from
    calendar = models.CharField(max_length=10, blank=True)  # whose working days it counts; "" for calendar days
    starts = models.DateField()
    days = models.PositiveIntegerField(null=True, blank=True)
    due = models.DateField()
    provisional = models.BooleanField(default=False)  # a year whose calendar is not published yet
    paused_on = models.DateField(null=True, blank=True)
    met_at = models.DateTimeField(null=True, blank=True)
    dropped_at = models.DateTimeField(null=True, blank=True)  # no longer needed

    class Meta:
        constraints: ClassVar = [
            one_of("deadline_actor", Actor, "actor"),
            models.UniqueConstraint(
                fields=["case", "name"], condition=Q(met_at=None, dropped_at=None), name="deadline_one_open_of_a_name"
            ),
        ]
        indexes: ClassVar = [
            models.Index(fields=["due"], condition=Q(met_at=None, dropped_at=None), name="deadline_open_by_due"),
            models.Index(
                fields=["case", "name", "starts", "due", "met_at", "dropped_at"],
                condition=Q(dropped_at=None),
                name="deadline_times",
            ),
        ]


class Side(models.TextChoices):
    """Who writes."""

    LEARNER = "learner"
    INSTITUTION = "institution"
    BODY = "body"


class Message(OfCase):
    """A letter between the two sides; an inner note is for the institution's own people."""

    INSTITUTION = "case__institution_id"

    case = models.ForeignKey(Case, on_delete=models.PROTECT, related_name="messages")
    side = models.CharField(max_length=12, choices=Side.choices)
    author = models.ForeignKey(Person, on_delete=models.PROTECT, related_name="+", null=True, blank=True)
    text = models.TextField()
    inner = models.BooleanField(default=False)
    asks = models.BooleanField(default=False)  # a question to the learner, which stops the institution's clocks

    class Meta:
        constraints: ClassVar = [
            one_of("message_side", Side, "side"),
            models.CheckConstraint(condition=Q(inner=False) | Q(side="institution"), name="message_inner_is_ours"),
        ]


class Exhibit(OfCase):
    """A file kept as evidence: the original as it came, and a copy without hidden data that is shown."""

    case = models.ForeignKey(Case, on_delete=models.PROTECT, related_name="exhibits")
    name = models.CharField(max_length=200)
    purpose = models.CharField(max_length=40, default="voucher")
    kind = models.CharField(max_length=20)
    digest = models.CharField(max_length=64)  # SHA-256 of the original
    size = models.BigIntegerField()
    stored = models.CharField(max_length=120)  # where the original lies, a random name
    shown = models.CharField(max_length=120, blank=True)  # where the copy lies
    shown_kind = models.CharField(max_length=20, blank=True)
    scanned = models.CharField(max_length=60, default="not scanned")
    brought_by = models.ForeignKey(Person, on_delete=models.PROTECT, related_name="+", null=True, blank=True)

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["case", "digest"], name="exhibit_once_a_case"),
            models.CheckConstraint(condition=Q(size__gt=0), name="exhibit_not_empty"),
        ]


class LinkUse(models.TextChoices):
    """What a secret address is for."""

    READ = "read"  # somebody who helps
    OFFICER = "officer"  # a body's officer: reads, takes the bundle, writes into the case


class Link(OfCase):
    """A secret address by which somebody without an account sees one case; only the secret's digest is kept."""

    case = models.ForeignKey(Case, on_delete=models.PROTECT, related_name="links")
    use = models.CharField(max_length=10, choices=LinkUse.choices)
    body = models.CharField(max_length=120, blank=True)  # the body of the corpus it was made for
    label = models.CharField(max_length=120, blank=True)
    secret = models.CharField(max_length=64, unique=True)  # SHA-256
    until = models.DateTimeField()
    made_by = models.ForeignKey(Person, on_delete=models.PROTECT, related_name="+")
    taken_back_at = models.DateTimeField(null=True, blank=True)
    opened_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        constraints: ClassVar = [one_of("link_use", LinkUse, "use")]


class Draft(models.Model):
    """What somebody has told so far, behind a secret address; belongs to whoever holds it, then to who claimed it."""

    secret = models.CharField(max_length=64, primary_key=True)  # SHA-256
    answers = models.TextField()  # the address of the interview: what was answered, and nothing else
    typed = models.JSONField(default=dict, blank=True)  # of the request: order number, reason, files; {} without one
    kept_until = models.DateTimeField()
    claimed_by = models.ForeignKey(Person, on_delete=models.PROTECT, related_name="drafts", null=True, blank=True)
    made_at = models.DateTimeField(auto_now_add=True)

    def __str__(self) -> str:
        return f"draft {self.secret[:8]}"
