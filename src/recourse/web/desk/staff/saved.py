"""Views of the queue under a name: kept from its present filters, and removed."""

from __future__ import annotations

from django.http import HttpRequest, HttpResponse, QueryDict
from django.shortcuts import redirect
from django.views.decorators.http import require_POST

from recourse.desk.models import SavedView
from recourse.desk.services import views
from recourse.problems import Problem
from recourse.web import links
from recourse.web.access import STAFF, allow
from recourse.web.desk.staff import queue, saying
from recourse.web.desk.staff.place import at_desk


@allow(*STAFF)
@require_POST
def keep(request: HttpRequest, slug: str) -> HttpResponse:
    """Keep the present filters under the name that was typed."""
    desk = at_desk(request, slug, *STAFF)
    query = QueryDict(request.POST.get("query", "")[:500], mutable=True)
    for name in [name for name in query if name not in queue.KEPT]:
        del query[name]
    try:
        views.keep(
            institution=desk.institution, by=desk.person, name=request.POST.get("name", ""), query=query.urlencode(),
            shared=bool(request.POST.get("shared")),
        )  # fmt: skip
    except Problem as problem:
        return queue.show(request, desk, [saying.say(problem)], query)
    return redirect(links.to(request, "queue", slug) + f"?{query.urlencode()}")


@allow(*STAFF)
@require_POST
def remove(request: HttpRequest, slug: str, pk: str) -> HttpResponse:
    """Forget a view."""
    desk = at_desk(request, slug, *STAFF)
    view = SavedView.objects.filter(pk=pk, institution=desk.institution).first()
    if view is None:  # the button was pressed twice
        return redirect(links.to(request, "queue", slug))
    try:
        views.remove(view=view, by=desk.person)
    except Problem as problem:
        return queue.show(request, desk, [saying.say(problem)], QueryDict(view.query))
    return redirect(links.to(request, "queue", slug))
