"""Questions before buying and their answers: whoever comes later reads both, and an answer is never changed."""

from __future__ import annotations

import datetime as dt

from django.db import transaction
from django.db.models import QuerySet

from recourse.bilingual import Words
from recourse.desk.models import Course, Institution, Person, Question
from recourse.desk.services import rights
from recourse.problems import Problem

LONGEST = 2_000  # characters of a question or an answer
WAITING = 10  # unanswered questions of one person at one institution


@transaction.atomic
def ask(*, course: Course, by: Person, text: str) -> Question:
    """Ask about a published course. The same words again are the same question.

    Raises `Problem` for a course that is not published, and for somebody who has too many questions waiting.
    """
    Person.objects.select_for_update().get(pk=by.pk)  # a button pressed twice waits here, and finds the first
    if not course.published:
        raise Problem(Words("this course is not published", "该课程尚未发布"))
    text = _text(text)
    mine = Question.objects.filter(course__institution=course.institution_id, asked_by=by, answered_at=None)
    before: Question | None = mine.filter(course=course, text=text).first()
    if before is not None:
        return before
    if mine.count() >= WAITING:
        raise Problem(
            Words("several of your questions are still waiting for an answer", "您还有多个问题在等待答复"),
            hint=Words("wait for these first", "请先等待答复"),
        )
    made: Question = Question.objects.create(course=course, asked_by=by, text=text)
    return made


@transaction.atomic
def answer(*, question: Question, by: Person, text: str, at: dt.datetime) -> Question:
    """Answer for the institution; from now on everybody reads both. Raises `Problem` for one that has an answer."""
    rights.need(by, question.course.institution, *rights.DESK)
    held = Question.lock(question.pk)
    text = _text(text)
    if held.answered_at is not None:
        if held.answer == text:
            return held
        raise Problem(
            Words("a colleague answered this already, and answers stay", "同事已答复，答复不可更改"),
            hint=Words("read that answer first", "请先查看该答复"),
        )
    held.answer, held.answered_by, held.answered_at = text, by, at
    held.save(update_fields=["answer", "answered_by", "answered_at"])
    return held


def of_course(course: Course, person: Person | None) -> QuerySet[Question]:
    """The answered questions of a course, the newest answer first; and the person's own that wait."""
    found = Question.objects.filter(course=course, answered_at__isnull=False)
    if person is not None:
        found = found | Question.objects.filter(course=course, asked_by=person)
    return found.order_by("-answered_at", "-made_at")


def waiting(institution: Institution) -> QuerySet[Question]:
    """What the institution has to answer, the oldest first."""
    found = Question.objects.filter(course__institution=institution, answered_at=None)
    return found.select_related("course").order_by("made_at")


def answered(institution: Institution) -> QuerySet[Question]:
    """What it has answered, the newest first."""
    found = Question.objects.filter(course__institution=institution, answered_at__isnull=False)
    return found.select_related("course", "answered_by").order_by("-answered_at")


def _text(text: str) -> str:
    text = text.strip()
    if not text:
        raise Problem(Words("nothing was written", "没有填写内容"))
    if len(text) > LONGEST:
        raise Problem(Words(f"at most {LONGEST} characters", f"最多 {LONGEST} 个字符"))
    return text
