"""Institutions and what they publish: courses, offers, contracts, policies, their process; and who works there."""

from __future__ import annotations

from typing import ClassVar

from django.db import models
from django.db.models import Q

from recourse.desk.models.people import Person
from recourse.desk.rows import Row, one_of


class InstitutionKind(models.TextChoices):
    """What a tenant is."""

    SELLER = "seller"
    ORGANISATION = "organisation"


class Standing(models.TextChoices):
    """How far an organisation of advisers is: learners are offered it once the operator has confirmed who it is."""

    WAITING = "waiting"
    CONFIRMED = "confirmed"
    REFUSED = "refused"


class Institution(Row):
    """A tenant: a platform or school that sells courses, or an organisation whose advisers act for learners."""

    INSTITUTION = "id"
    PUBLIC: ClassVar = {"open": True}

    kind = models.CharField(max_length=20, choices=InstitutionKind.choices, default=InstitutionKind.SELLER)
    name = models.CharField(max_length=200)
    slug = models.SlugField(max_length=80, unique=True)
    place = models.CharField(max_length=10)  # ISO 3166-1 or -2: where it is established
    platform = models.SlugField(max_length=80, blank=True)  # its entry in the corpus, if it is there
    website = models.URLField(blank=True)
    contact = models.EmailField(blank=True)  # where learners' mail goes
    language = models.CharField(max_length=10, default="en")
    open = models.BooleanField(default=True)  # takes part: its pages are public
    example = models.BooleanField(default=False)  # invented, removable
    approval_minor = models.BigIntegerField(default=0)  # refunds above this need a second person; 0: all of them
    approval_currency = models.CharField(max_length=3, default="EUR")
    answer_days = models.PositiveSmallIntegerField(default=2)  # working days for the first answer
    decide_days = models.PositiveSmallIntegerField(default=10)  # working days for the decision
    about = models.TextField(blank=True)  # an organisation: who it is, and where that can be checked
    standing = models.CharField(max_length=10, choices=Standing.choices, default=Standing.WAITING)  # an organisation's
    standing_reason = models.TextField(blank=True)
    standing_at = models.DateTimeField(null=True, blank=True)
    standing_by = models.ForeignKey(Person, on_delete=models.PROTECT, related_name="+", null=True, blank=True)

    class Meta:
        constraints: ClassVar = [
            one_of("institution_kind", InstitutionKind, "kind"),
            one_of("institution_standing", Standing, "standing"),
            models.CheckConstraint(
                condition=~Q(standing="refused") | ~Q(standing_reason=""), name="institution_refused_has_reason"
            ),
            models.CheckConstraint(condition=Q(approval_minor__gte=0), name="institution_limit_not_negative"),
        ]

    def __str__(self) -> str:
        return self.name


class Role(models.TextChoices):
    """What somebody does at an institution."""

    AGENT = "agent"
    APPROVER = "approver"
    FINANCE = "finance"
    ADMINISTRATOR = "administrator"
    AUDITOR = "auditor"
    ADVISER = "adviser"


class Membership(Row):
    """What a person does at an institution; one row a role."""

    LEARNER = "person_id"  # a person sees where they work

    institution = models.ForeignKey(Institution, on_delete=models.PROTECT, related_name="memberships")
    person = models.ForeignKey(Person, on_delete=models.PROTECT, related_name="memberships")
    role = models.CharField(max_length=20, choices=Role.choices)
    ended_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        constraints: ClassVar = [
            one_of("membership_role", Role, "role"),
            models.UniqueConstraint(
                fields=["institution", "person", "role"], condition=Q(ended_at=None), name="membership_once"
            ),
        ]


class Invitation(Row):
    """A place at an institution, offered by mail; only the digest of its secret is kept."""

    institution = models.ForeignKey(Institution, on_delete=models.PROTECT, related_name="invitations")
    email = models.EmailField()
    role = models.CharField(max_length=20, choices=Role.choices)
    secret = models.CharField(max_length=64, unique=True)  # SHA-256
    until = models.DateTimeField()
    invited_by = models.ForeignKey(Person, on_delete=models.PROTECT, related_name="+")
    taken_at = models.DateTimeField(null=True, blank=True)


class Course(Row):
    """A course as it is stated before purchase, and held against what is delivered."""

    PUBLIC: ClassVar = {"published": True}

    institution = models.ForeignKey(Institution, on_delete=models.PROTECT, related_name="courses")
    slug = models.SlugField(max_length=80)
    title = models.CharField(max_length=200)
    language = models.CharField(max_length=10, default="en")
    published = models.BooleanField(default=False)
    objectives = models.TextField(blank=True)
    contents = models.TextField(blank=True)
    arrangement = models.TextField(blank=True)  # dates, hours, where
    methods = models.TextField(blank=True)  # how it is taught, and by whom
    lessons = models.PositiveIntegerField(null=True, blank=True)
    hours = models.DecimalField(max_digits=8, decimal_places=2, null=True, blank=True)
    starts_on = models.DateField(null=True, blank=True)
    ends_on = models.DateField(null=True, blank=True)
    facts = models.JSONField(default=dict, blank=True)  # facts of the vocabulary that hold for every purchase of it

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["institution", "slug"], name="course_slug_once"),
        ]

    def __str__(self) -> str:
        return self.title


class Offer(Row):
    """A price for a course from a moment on, with all its fees: the history of these is the price history."""

    INSTITUTION = "course__institution_id"
    PUBLIC: ClassVar = {"course__published": True}

    course = models.ForeignKey(Course, on_delete=models.PROTECT, related_name="offers")
    price_minor = models.BigIntegerField()  # whole price, fees and taxes in it
    currency = models.CharField(max_length=3)
    fees = models.JSONField(default=list, blank=True)  # [{"name": ..., "minor": ...}], all inside the price
    condition = models.CharField(max_length=200, blank=True)  # for whom, where it is not for everybody
    begins_at = models.DateTimeField()
    ends_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        constraints: ClassVar = [
            models.CheckConstraint(condition=Q(price_minor__gte=0), name="offer_price_not_negative"),
            models.CheckConstraint(
                condition=Q(ends_at=None) | Q(ends_at__gt=models.F("begins_at")), name="offer_ends_after_it_begins"
            ),
        ]


class Contract(Row):
    """A version of the terms; kept for ever, known by the digest of its text."""

    PUBLIC: ClassVar = {"published_at__isnull": False}

    institution = models.ForeignKey(Institution, on_delete=models.PROTECT, related_name="contracts")
    number = models.PositiveIntegerField()
    text = models.TextField()
    digest = models.CharField(max_length=64)
    language = models.CharField(max_length=10, default="en")
    published_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        constraints: ClassVar = [models.UniqueConstraint(fields=["institution", "number"], name="contract_number_once")]


class Policy(Row):
    """A version of the refund policy, in the rule language. One that pays less than law says why, to its readers."""

    PUBLIC: ClassVar = {"published_at__isnull": False}

    institution = models.ForeignKey(Institution, on_delete=models.PROTECT, related_name="policies")
    number = models.PositiveIntegerField()
    text = models.TextField()
    digest = models.CharField(max_length=64)
    places = models.JSONField(default=list, blank=True)  # where it sells: the law it was compared with
    shortfalls = models.JSONField(default=list, blank=True)  # what `compare` found on publication
    reason = models.TextField(blank=True)
    published_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["institution", "number"], name="policy_number_once"),
            models.CheckConstraint(
                condition=Q(published_at=None) | Q(shortfalls=[]) | ~Q(reason=""), name="policy_says_why_it_pays_less"
            ),
        ]


class Process(Row):
    """How an institution treats a request: steps, who acts, in how many working days, what silence means."""

    PUBLIC: ClassVar = {"published_at__isnull": False}

    institution = models.ForeignKey(Institution, on_delete=models.PROTECT, related_name="processes")
    number = models.PositiveIntegerField()
    steps = models.JSONField(
        default=list
    )  # [{"name": {en, zh}, "actor": "learner"|"institution", "days": 2, "silence": ...}]
    published_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        constraints: ClassVar = [models.UniqueConstraint(fields=["institution", "number"], name="process_number_once")]


class Question(Row):
    """A question before buying, and its answer, which stays."""

    PUBLIC: ClassVar = {"answered_at__isnull": False}
    INSTITUTION = "course__institution_id"
    LEARNER = "asked_by_id"

    course = models.ForeignKey(Course, on_delete=models.PROTECT, related_name="questions")
    asked_by = models.ForeignKey(Person, on_delete=models.PROTECT, related_name="+", null=True, blank=True)
    text = models.TextField()
    answer = models.TextField(blank=True)
    answered_by = models.ForeignKey(Person, on_delete=models.PROTECT, related_name="+", null=True, blank=True)
    answered_at = models.DateTimeField(null=True, blank=True)
