"""People: learners, staff, advisers; who may act for whom."""

from __future__ import annotations

import uuid
from typing import ClassVar

from django.contrib.auth.models import AbstractBaseUser, BaseUserManager
from django.db import models
from django.db.models.functions import Lower

from recourse.desk.rows import Row


class People(BaseUserManager["Person"]):
    """People by their address, which is kept in small letters: one person, one account."""

    def create_user(self, email: str, password: str | None = None, **more: object) -> Person:
        person = self.model(email=email.strip().lower(), **more)
        person.set_password(password)
        person.save(using=self._db)
        return person

    def get_by_natural_key(self, username: str | None) -> Person:
        return self.get(email=(username or "").strip().lower())


class Person(AbstractBaseUser):
    """Whoever signs in. What somebody may do hangs on memberships and cases, never on this row."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    email = models.EmailField(unique=True)
    name = models.CharField(max_length=120, blank=True)
    language = models.CharField(max_length=10, blank=True)
    is_active = models.BooleanField(default=True)
    is_operator = models.BooleanField(default=False)  # runs this installation; sees no case without a reason
    made_at = models.DateTimeField(auto_now_add=True)

    objects: ClassVar[People] = People()
    USERNAME_FIELD = "email"
    EMAIL_FIELD = "email"
    REQUIRED_FIELDS: ClassVar[list[str]] = []

    class Meta:
        constraints: ClassVar = [
            models.CheckConstraint(condition=models.Q(email=Lower("email")), name="person_email_in_small_letters")
        ]

    def __str__(self) -> str:
        return self.name or self.email


class Mandate(Row):
    """A learner lets an organisation of advisers act in one case, until that is taken back."""

    LEARNER = "learner_id"
    CASE = "case_id"
    INSTITUTION = "organisation_id"

    learner = models.ForeignKey(Person, on_delete=models.PROTECT, related_name="mandates")
    organisation = models.ForeignKey("desk.Institution", on_delete=models.PROTECT, related_name="mandates")
    case = models.ForeignKey("desk.Case", on_delete=models.PROTECT, related_name="mandates")
    taken_back_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(
                fields=["case", "organisation"],
                condition=models.Q(taken_back_at=None),
                name="mandate_once_a_case_and_organisation",
            )
        ]
