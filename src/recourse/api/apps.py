"""The API as an application of Django."""

from django.apps import AppConfig

from recourse.desk import hearing


class Api(AppConfig):
    """Keys, calls that are not done twice, and what is told to the institution's own systems."""

    name = "recourse.api"
    label = "api"
    verbose_name = "API"

    def ready(self) -> None:
        """What is written into a timeline is told on, in the same transaction."""
        hearing.heard_by("recourse.api.telling.hear")
