"""Where an institution's staff answer what people ask before buying."""

from __future__ import annotations

import uuid

from django import forms
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_POST, require_safe

from recourse.desk.models import Question
from recourse.desk.services import questions, rights
from recourse.problems import Problem
from recourse.web import clock, links, wording
from recourse.web.access import STAFF, Who, allow
from recourse.web.desk.staff.place import Desk, at_desk

MOST = 100  # answered questions that are listed
WRITERS = tuple(Who(role) for role in rights.DESK)


class Answering(forms.Form):
    """The answer, which everybody can read and nobody can change."""

    answer = forms.CharField(
        label=gettext_lazy("Your answer"),
        max_length=questions.LONGEST,
        widget=forms.Textarea({"rows": 4}),
        help_text=gettext_lazy("Everybody who looks at the course reads it. It cannot be changed later."),
    )


@allow(*STAFF)
@require_safe
def page(request: HttpRequest, slug: str) -> HttpResponse:
    """What waits for an answer, the oldest first; then what was answered."""
    return _show(request, at_desk(request, slug))


@allow(*WRITERS)
@require_POST
def answer(request: HttpRequest, slug: str, pk: uuid.UUID) -> HttpResponse:
    """Answer one question. What was typed stays where it cannot be taken."""
    desk = at_desk(request, slug, *WRITERS)
    question = Question.objects.filter(course__institution=desk.institution, pk=pk).select_related("course").first()
    if question is None:
        raise Http404
    form = Answering(request.POST, auto_id=f"{question.pk}_%s")
    status = 422
    if form.is_valid():
        try:
            questions.answer(question=question, by=desk.person, text=form.cleaned_data["answer"], at=clock.now())
        except Problem as problem:
            form.add_error("answer", problem.say(wording.lang()))
            status = 409
        else:
            return redirect(links.to(request, "questions", slug))
    return _show(request, desk, tried=(question, form), status=status)


def _show(
    request: HttpRequest, desk: Desk, *, tried: tuple[Question, Answering] | None = None, status: int = 200
) -> HttpResponse:
    open_ = list(questions.waiting(desk.institution)[:MOST])
    waiting = [
        (one, tried[1] if tried is not None and tried[0] == one else Answering(auto_id=f"{one.pk}_%s")) for one in open_
    ]
    context = {
        "here": "courses",
        "desk": desk,
        "waiting": waiting,
        "gone": tried
        if tried is not None and tried[0] not in open_
        else None,  # somebody else answered it in the meantime
        "form": tried[1] if tried is not None else None,
        "answered": questions.answered(desk.institution)[:MOST],
        "may_write": desk.may(*WRITERS),
    }
    return render(request, "desk/institution_questions.html", context, status=status)
