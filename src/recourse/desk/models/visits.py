"""How often somebody did what costs us much: counted in the database, so that all processes count together."""

from __future__ import annotations

from typing import ClassVar

from django.db import models


class Visits(models.Model):
    """So many times in one stretch of time. `who` is no address, and none can be read out of it. It is nobody's row."""

    who = models.CharField(max_length=64)
    what = models.CharField(max_length=20)
    until = models.DateTimeField(db_index=True)
    count = models.PositiveIntegerField(default=0)

    class Meta:
        constraints: ClassVar = [models.UniqueConstraint(fields=["who", "what", "until"], name="visits_of_one")]

    def __str__(self) -> str:
        return f"{self.what} {self.count}"
