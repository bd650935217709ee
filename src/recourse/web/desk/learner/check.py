"""Before you buy: a platform, a course page, a policy or a contract, looked at from where the learner lives."""

from __future__ import annotations

from typing import Any

from django import forms
from django.core.files.uploadedfile import UploadedFile
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.utils.translation import gettext, gettext_lazy
from django.views.decorators.http import require_http_methods

from recourse.desk.services import publishing
from recourse.documents.text import BYTES
from recourse.exhibits.refusals import Refused
from recourse.web import clock, engine, links, wording
from recourse.web.access import Who, allow
from recourse.web.around import place_options
from recourse.web.desk import checking, given
from recourse.web.desk.checking import Subject
from recourse.web.desk.learner import often
from recourse.web.desk.public import facts as stated

LONGEST = 200_000  # characters that are pasted


class Check(forms.Form):
    """Where one lives, and what is to be looked at."""

    place = forms.ChoiceField(
        label=gettext_lazy("Where do you live?"),
        help_text=gettext_lazy("The law that protects you is mostly that of the place where you live."),
        error_messages={"required": gettext_lazy("Choose where you live")},
    )
    platform = forms.ChoiceField(
        label=gettext_lazy("The platform"),
        required=False,
        help_text=gettext_lazy("Of these platforms we have read the refund policy."),
    )
    course_page = forms.FileField(
        label=gettext_lazy("The course page, saved as a file"),
        required=False,
        allow_empty_file=True,
        help_text=gettext_lazy("In the browser: save the page, or print it as PDF. At most 20 MB."),
    )
    contract = forms.FileField(
        label=gettext_lazy("The contract, the terms or the refund policy"),
        required=False,
        allow_empty_file=True,
        help_text=gettext_lazy("A PDF, a page, a mail or plain text. At most 20 MB."),
    )
    text = forms.CharField(
        label=gettext_lazy("Or paste the text"),
        required=False,
        max_length=LONGEST,
        strip=False,
        widget=forms.Textarea({"rows": 6, "spellcheck": "false"}),
        help_text=gettext_lazy("Terms, the source of a course page, or a policy in the rule language."),
    )

    def __init__(self, *args: Any, course: str = "", **more: Any) -> None:
        super().__init__(*args, **more)
        self.course = course
        groups: dict[str, list[tuple[str, str]]] = {}
        for option in place_options():
            groups.setdefault(option.group, []).append((option.value, option.label))
        self.fields["place"].choices = [("", gettext("Choose a place")), *groups.items()]  # type: ignore[attr-defined]
        self.fields["platform"].choices = [  # type: ignore[attr-defined]
            ("", gettext("Another platform or school")), *engine.platforms(wording.lang())
        ]  # fmt: skip

    def clean_course_page(self) -> bytes:
        """The file, as far as one may be read."""
        return self._bytes("course_page")

    def clean_contract(self) -> bytes:
        """The file, as far as one may be read."""
        return self._bytes("contract")

    def _bytes(self, name: str) -> bytes:
        file: UploadedFile[Any] | None = self.cleaned_data.get(name)
        if file is None:
            return b""
        if not file.size:
            raise forms.ValidationError(gettext("The file is empty. Nothing was kept"))
        if file.size > BYTES:
            raise forms.ValidationError(gettext("The file is larger than 20 MB. Give the pages that matter"))
        return bytes(file.read())

    def clean(self) -> dict[str, Any]:
        """Something must be given besides the place."""
        found = super().clean() or self.cleaned_data
        things = [found.get(name) for name in ("platform", "course_page", "contract", "text")]
        if not any(things) and not self.course and not self.errors:
            self.add_error("platform", gettext("Choose a platform, or give a page, a file or a text"))
        return found

    def nothing_given(self) -> bool:
        """Whether only what an address can say was chosen."""
        return not any(self.cleaned_data.get(name) for name in ("course_page", "contract", "text"))


@allow(Who.ANYBODY)
@require_http_methods(["GET", "HEAD", "POST"])
def page(request: HttpRequest) -> HttpResponse:
    """The form, and under its answer the form again. A POST changes nothing and keeps nothing."""
    asked = request.POST if request.method == "POST" else request.GET
    course = asked.get("course", "")[:170]
    sent = request.method == "POST" or ("place" in asked and ("platform" in asked or course))
    data = request.POST if request.method == "POST" else request.GET if sent else None
    form = Check(data, request.FILES or None, course=course, initial={"place": asked.get("place", "")})
    if not sent:
        return render(request, "desk/check.html", {"here": "check", "form": form, "course": course})
    if form.is_valid() and request.method == "POST" and form.nothing_given():
        return HttpResponseRedirect(_address(request, form, course))
    seconds = often.wait(request, "check") if request.method == "POST" and form.is_valid() else 0
    if seconds:  # the form as it was sent, with the pasted text in it
        form.add_error(None, often.said(seconds))
    found = _checked(form, course) if form.is_valid() else None
    status = 429 if seconds else 422 if form.errors else 200
    context = {"here": "check", "form": form, "course": course, "found": found}
    if found is not None and found.compared is not None:
        context["worst"] = checking.shortfall(found.compared)
    response = render(request, "desk/check.html", context, status=status)
    if seconds:
        response["Retry-After"] = str(seconds)
    return response


def _address(request: HttpRequest, form: Check, course: str) -> str:
    chosen = {"place": form.cleaned_data["place"], "platform": form.cleaned_data["platform"], "course": course}
    return links.to(request, "check", **chosen)


def _checked(form: Check, course: str) -> checking.Checked | None:
    """What comes of it; a file that cannot be read becomes an error of its field."""
    chosen = form.cleaned_data
    try:
        read = given.read(chosen["course_page"], chosen["contract"], chosen["text"])
    except Refused as problem:
        name = "contract" if chosen["contract"] else "course_page" if chosen["course_page"] else "text"
        hint = f" {problem.hint.of(wording.lang())}" if problem.hint is not None else ""
        form.add_error(name, f"{problem.message.of(wording.lang()).capitalize()}.{hint}")
        return None
    place = chosen["place"]
    subject = Subject(place, clock.today(place), platform=chosen["platform"])
    if chosen["platform"]:
        subject = Subject(
            place, subject.day, engine.platform_name(chosen["platform"], wording.lang()), chosen["platform"]
        )
    published = publishing.course_at(*course.partition("/")[::2], at=clock.now()) if course else None
    if published is not None:
        subject = stated.subject(published, place, subject.day)
    return checking.check(subject, read)
