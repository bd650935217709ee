"""Who may use what: built from the table of addresses, so that a new route is tried before anybody remembers to.

Every view of the desk says who may use it. The pages that are older than the desk belong to everybody: they read the
corpus and nothing else. allauth's own pages guard themselves.
"""

from __future__ import annotations

import uuid
from collections.abc import Iterator

import pytest
from django.urls import URLPattern, URLResolver, get_resolver

from recourse.desk.models import Role
from recourse.web.access import STAFF, Who

PUBLIC_ROOM = "recourse.web.views"


def routes() -> Iterator[tuple[str, str, URLPattern]]:
    def walk(patterns, before):
        for one in patterns:
            if isinstance(one, URLResolver):
                yield from walk(one.url_patterns, before + str(one.pattern))
            else:
                yield before + str(one.pattern), one.callback.__module__, one

    return walk(get_resolver().url_patterns, "")


OURS = [(path, one) for path, module, one in routes() if module.startswith("recourse.") and PUBLIC_ROOM not in module]
DESK = [(path, one) for path, one in OURS if "recourse.web.desk" in one.callback.__module__]


@pytest.mark.parametrize(("path", "one"), OURS, ids=[path for path, _ in OURS])
def test_every_route_says_who_may_use_it(path, one):
    assert isinstance(getattr(one.callback, "who", None), frozenset), f"{path} has no @allow"


def address(path: str, **values: str) -> str:
    """The route with its parameters filled in; those not given name nothing that exists."""
    filled = path
    while "<" in filled:
        start, end = filled.index("<"), filled.index(">")
        kind, _, name = filled[start + 1 : end].rpartition(":")
        stranger = (
            str(uuid.uuid5(uuid.NAMESPACE_URL, name)) if kind == "uuid" else "1" if kind == "int" else "nothing-there"
        )
        filled = filled[:start] + values.get(name, stranger) + filled[end + 1 :]
    return "/" + filled


def subjects(client_of, person, school):
    """A browser for each subject, and whether it belongs to the school."""
    ours, theirs = school("Ours"), school("Theirs")
    found = {Who.ANYBODY: client_of(), Who.LEARNER: client_of(person())}
    for role in Role:
        found[Who(role)] = client_of(ours.staff[role], second=True)
    others = {role: client_of(theirs.staff[role], second=True) for role in Role}
    operator = person("Root")
    operator.is_operator = True
    operator.save()
    found[Who.OPERATOR] = client_of(operator, second=True)
    return ours, found, others


def test_nobody_gets_further_than_the_route_says(client_of, person, school, case):
    ours, clients, _ = subjects(client_of, person, school)
    made = case(ours)
    values = {"slug": ours.slug, "reference": made.reference}
    for path, one in DESK:
        who = one.callback.who
        for subject, client in clients.items():
            allowed = {Who.ANYBODY, Who.LINK} & who or subject in who or (Who.LEARNER in who and subject != Who.ANYBODY)
            response = client.get(address(path, **values))
            if response.streaming:
                b"".join(response.streaming_content)  # read to its end, a file is closed
            where = f"{subject} at {path}: {response.status_code}"
            if subject == Who.ANYBODY and not allowed:
                assert response.status_code == 302 and "/account/login/" in response["Location"], where
            elif not allowed:
                assert response.status_code in (403, 404), where
            else:
                assert response.status_code < 500, where


def test_staff_of_another_school_and_a_missing_school_answer_alike(client_of, person, school, case):
    ours, _, others = subjects(client_of, person, school)
    made = case(ours)
    missing = {"slug": "no-such-school", "reference": "RC-0000-0000"}
    there = {"slug": ours.slug, "reference": made.reference}
    for path, one in DESK:
        if not one.callback.who & set(STAFF) or "<" not in path or Who.ANYBODY in one.callback.who:
            continue
        for role, client in others.items():
            theirs, none = client.get(address(path, **there)), client.get(address(path, **missing))
            assert theirs.status_code == none.status_code, f"{role} at {path}"
            assert theirs.status_code in (403, 404, 405), f"{role} at {path}: {theirs.status_code}"
            assert bare(theirs, there) == bare(none, missing), f"{role} at {path}"


def bare(response, values) -> bytes:
    """The page without what stood in its own address: all else must be the same, byte for byte."""
    content = response.content
    for value in values.values():
        content = content.replace(value.encode(), b"")
    return content


def test_staff_without_a_second_factor_are_sent_to_set_one_up(client_of, school):
    ours = school()
    client = client_of(ours.staff[Role.AGENT])
    tried = 0
    for path, one in DESK:
        if Who.AGENT in one.callback.who and not {Who.LEARNER, Who.ANYBODY, Who.LINK} & one.callback.who:
            tried += 1
            response = client.get(address(path, slug=ours.slug))
            assert (response.status_code, response["Location"]) == (302, "/account/2fa/"), path
    assert tried or not any(Who.AGENT in one.callback.who for _, one in DESK)
