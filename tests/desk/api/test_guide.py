"""The worked examples of docs/api.md, run as they stand there."""

from __future__ import annotations

import json
import re
import shlex
from pathlib import Path
from typing import Any

import pytest
from django.test import Client

from recourse.api.models import Kind, Scope
from recourse.api.refusals import KINDS
from recourse.api.routes import ROUTES
from recourse.desk.scope import EVERYTHING, of

TEXT = (Path(__file__).parents[3] / "docs" / "api.md").read_text(encoding="utf-8")
SHOWN = re.findall(r"```sh api\n(.*?)```\s+```json answer\n(.*?)```", TEXT, re.DOTALL)


def holds(part: Any, whole: Any) -> bool:
    """Whether all that is shown is in the answer."""
    if isinstance(part, dict):
        return isinstance(whole, dict) and all(name in whole and holds(one, whole[name]) for name, one in part.items())
    if isinstance(part, list):
        return len(part) == len(whole) and all(holds(one, other) for one, other in zip(part, whole, strict=True))
    return bool(part == whole)


@pytest.mark.parametrize(("command", "answer"), SHOWN, ids=[one.split()[1][-30:] for one, _ in SHOWN])
def test_every_example_answers_as_shown(command, answer, school, key_of, case):
    ours = school(approval_minor=10_000)
    made = case(ours)
    with of(EVERYTHING):
        seen = str(made.assessments.get().pk)
    for shown, real in (("RC-7F3K-9Q2M", made.reference), ("6f1c…", seen), ("rcs_…", key_of(ours).secret)):
        command, answer = command.replace(shown, real), answer.replace(shown, real)
    words = shlex.split(command.replace("\\\n", " "))
    address = next(one for one in words if one.startswith("https://"))
    headers = dict(words[n + 1].split(": ", 1) for n, one in enumerate(words) if one == "-H")
    body = words[words.index("-d") + 1]
    found = Client(SERVER_NAME="localhost").post(
        address.removeprefix("https://recourse.example"),
        body,
        content_type=headers.pop("Content-Type"),
        headers=headers,
    )
    assert holds(json.loads(answer), found.json()), found.json()


def test_the_examples_are_found_and_the_lists_are_whole():
    assert len(SHOWN) == 4 == TEXT.count("```sh api")
    assert all(f"`{one.value}`" in TEXT for one in (*Scope, *Kind))
    assert set(re.findall(r"\d{3} `([a-z-]+)`", TEXT)) <= set(KINDS)
    assert {f"/{one}" for one in ("rules", "platforms", "places", "bodies", "facts")} <= {one.path for one in ROUTES}
