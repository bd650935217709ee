"""Durable work as an application of Django."""

from django.apps import AppConfig


class Work(AppConfig):
    """The table of jobs; it belongs to whoever runs the installation, not to an institution."""

    name = "recourse.work"
    label = "work"
    verbose_name = "Durable work"
