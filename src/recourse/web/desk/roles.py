"""The roles of staff in words."""

from django.utils.translation import gettext_lazy

from recourse.desk.models import Role

NAMES = {
    Role.AGENT: gettext_lazy("Agent"),
    Role.APPROVER: gettext_lazy("Approver"),
    Role.FINANCE: gettext_lazy("Finance"),
    Role.ADMINISTRATOR: gettext_lazy("Administrator"),
    Role.AUDITOR: gettext_lazy("Auditor"),
    Role.ADVISER: gettext_lazy("Adviser"),
}
