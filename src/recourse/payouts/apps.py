"""Payouts as an application of Django."""

from django.apps import AppConfig


class Payouts(AppConfig):
    """Awards, payouts, what providers said, and the postings."""

    name = "recourse.payouts"
    label = "payouts"
    verbose_name = "Payouts"
