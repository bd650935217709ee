"""What every table of the desk shares: an id that tells nothing, and managers that answer only within the scope."""

from __future__ import annotations

import uuid
from typing import Any, ClassVar, Self, TypeVar

from django.db import models
from django.db.models import Q

from recourse.desk import scope

Row_co = TypeVar("Row_co", bound="Row", covariant=True)


class Within(models.Manager[Row_co]):
    """The rows of the scope in force; raises `scope.NoScope` where there is none."""

    def get_queryset(self) -> models.QuerySet[Row_co]:
        found = super().get_queryset()
        here = scope.current()
        return found if here.everything else found.filter(self.model.seen(here))


class Row(models.Model):
    """A row that belongs to an institution, to a learner, or to both.

    `INSTITUTION`, `LEARNER` and `CASE` are the ways from the row to its owners ("" where there is none), `PUBLIC` the
    way to what makes it everybody's to see.
    """

    INSTITUTION: ClassVar[str] = "institution_id"
    LEARNER: ClassVar[str] = ""
    CASE: ClassVar[str] = ""
    PUBLIC: ClassVar[dict[str, Any]] = {}

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    made_at = models.DateTimeField(auto_now_add=True)

    objects: ClassVar[Within[Self]] = Within()

    class Meta:
        abstract = True

    @classmethod
    def seen(cls, here: scope.Scope) -> Q:
        """Which rows of this table are of the scope."""
        found = Q(**cls.PUBLIC) if cls.PUBLIC else Q(pk__in=())
        if cls.INSTITUTION and here.institutions:
            found |= Q(**{f"{cls.INSTITUTION}__in": here.institutions})
        if cls.LEARNER and here.person:
            found |= Q(**{cls.LEARNER: here.person})
        if cls.CASE and here.cases:
            through = cls._base_manager.filter(**{f"{cls.CASE}__in": here.cases})  # a row may have several cases
            found |= Q(pk__in=through.values("pk"))
        return found

    @classmethod
    def of_institution(cls, institution: uuid.UUID) -> models.QuerySet[Self]:
        """The rows of one institution, within the scope.

        Where the scope has the whole institution, it is not said a second time: "of this institution or of this
        learner" is a condition for which a database leaves the index that a page is read by.
        """
        found = cls.by_key() if scope.covers(institution) else cls.objects.all()
        return found.filter(**{cls.INSTITUTION: institution})

    @classmethod
    def by_key(cls) -> models.QuerySet[Self]:
        """Every row: only to find those that hang on rows within the scope, by the keys of these."""
        return cls._base_manager.all()

    @classmethod
    def lock(cls, pk: uuid.UUID) -> Self:
        """The row, held until the transaction ends. Raises `DoesNotExist` outside the scope, as for a missing row."""
        found: Self = cls.objects.select_for_update(of=("self",)).get(pk=pk)
        return found


def one_of(name: str, choices: type[models.TextChoices], field: str) -> models.CheckConstraint:
    """The database's own word that a field holds one of its choices."""
    return models.CheckConstraint(condition=Q(**{f"{field}__in": choices.values}), name=name)
