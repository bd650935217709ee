"""The worked examples of docs/api.md, run as they stand there."""

from __future__ import annotations

import json
import re
import shlex
import time
from pathlib import Path
from typing import Any

import pytest
from django.test import Client
from typer.testing import CliRunner

from recourse.api import sending, telling
from recourse.api.models import Kind, Scope
from recourse.api.refusals import KINDS
from recourse.api.routes import ROUTES
from recourse.cli.frame import app
from recourse.desk.scope import EVERYTHING, of
from recourse.desk.selectors.queue import ALL, VIEWS

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
    for shown, real in (
        ("RC-7F3K-9Q2M", made.reference),
        ("6f1c…", seen),
        ("rcs_…", key_of(ours).secret),
        ("N-7001", made.purchase.order_number),
    ):
        command, answer = command.replace(shown, real), answer.replace(shown, real)
    words = shlex.split(command.replace("\\\n", " "))
    address = next(one for one in words if one.startswith("https://"))
    headers = dict(words[n + 1].split(": ", 1) for n, one in enumerate(words) if one == "-H")
    body = words[words.index("-d") + 1] if "-d" in words else ""
    found = Client(SERVER_NAME="localhost").generic(
        "POST" if body else "GET", address.removeprefix("https://recourse.example"), body,
        content_type=headers.pop("Content-Type", ""), headers=headers,
    )  # fmt: skip
    told, shown = found.json(), json.loads(answer)
    if "rules" in shown:
        told["rules"] = [one for one in told["rules"] if one["id"] in {rule["id"] for rule in shown["rules"]}]
    assert holds(shown, told), told


@pytest.mark.parametrize(
    ("command", "path"),
    [(("rule", "eu-crd-withdrawal"), "/rules/eu-crd-withdrawal"), (("rights", "DE", "--asked-on", "2026-11-20"), "/places/DE?on=2026-11-20"),
     (("facts",), "/facts")],
)  # fmt: skip
def test_three_are_what_the_command_line_prints(command, path, call):
    printed = json.loads(CliRunner().invoke(app, [*command, "--json"]).stdout)
    found = call("GET", path).json()
    assert found.get("facts", found) == printed
    assert f"(`recourse {command[0]}" in TEXT


def test_the_receiver_that_is_shown_takes_our_messages_and_no_others(monkeypatch):
    (code,) = re.findall(r"```python webhook\n(.*?)```", TEXT, re.DOTALL)
    room: dict[str, Any] = {}
    exec(code, room)
    secret, now = sending.new_secret(), int(time.time())
    above = sending.headers(secret, "msg_1", now, b'{"a":1}')
    assert room["is_ours"](secret, above, b'{"a":1}')
    assert not room["is_ours"](secret, above, b'{"a":2}') and not room["is_ours"](
        sending.new_secret(), above, b'{"a":1}'
    )
    assert not room["is_ours"](secret, {**above, "webhook-id": "msg_2"}, b'{"a":1}')
    assert not room["is_ours"](secret, sending.headers(secret, "msg_1", now - 301, b"{}"), b"{}"), (
        "an old one, sent anew"
    )


def test_what_messages_hold_is_listed(school, case):
    made = case(school())
    with of(EVERYTHING):
        entry = made.entries.first()
    for kind in Kind:
        told = telling._told(kind, made, entry, {})["data"]
        (said,) = re.findall(rf"^\| `{kind.value}` \| (.*) \|$", TEXT, re.MULTILINE)
        assert set(re.findall(r"`(\w+)`", said)) | {"case", "kind", "entry"} == set(told)


def test_the_examples_are_found_and_the_lists_are_whole():
    assert len(SHOWN) == 7 == TEXT.count("```sh api")
    assert all(f"`{one}`" in TEXT for one in (*VIEWS, ALL))
    assert all(f"`{one.value}`" in TEXT for one in (*Scope, *Kind))
    assert set(re.findall(r"\d{3} `([a-z-]+)`", TEXT)) <= set(KINDS)
    assert {f"/{one}" for one in ("rules", "platforms", "places", "bodies", "facts")} <= {one.path for one in ROUTES}
