"""Makes the pages known to Django."""

from django.apps import AppConfig


class WebConfig(AppConfig):
    """Templates, static files and translations of the pages; no models yet."""

    name = "recourse.web"
    label = "web"
