"""The desk as an application of Django."""

from django.apps import AppConfig
from django.db.backends.signals import connection_created


class Desk(AppConfig):
    """Institutions, people, purchases, cases."""

    name = "recourse.desk"
    label = "desk"
    verbose_name = "Desk"

    def ready(self) -> None:
        """A new connection to PostgreSQL learns the scope in force."""
        from recourse.desk import scope  # noqa: PLC0415 - applications must be known first

        connection_created.connect(scope.on_connection, dispatch_uid="recourse.desk.scope")
