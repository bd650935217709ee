"""Every page that the example world fills, as each kind of person: it fits 360 px, and axe finds nothing.

`./start test --browser` goes once, in one language; `./start test --pictures` in both languages and two widths, and
makes a picture of each page. It takes minutes, so that the usual suite leaves it out and says so.
"""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest
from axe_playwright_python.sync_playwright import Axe
from pictures import WALKERS, Walk, addresses, index

asked = pytest.mark.skipif(
    "RECOURSE_BROWSER" not in os.environ, reason="every page for everybody: ./start test --browser"
)
pytestmark = [pytest.mark.browser, asked]
FOLDER = os.environ.get("RECOURSE_PICTURES", "")
LANGUAGES = {"en": "en-GB", "zh": "zh-CN"}
CHECKED = {"en": 1280, "zh": 360}  # axe takes longest; every page gets it at both widths, once each
WIDTHS = (360, 1280) if FOLDER else (360,)
OPTIONS = {"runOnly": {"type": "tag", "values": ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa"]}}
OVERFLOW = "document.documentElement.scrollWidth - document.documentElement.clientWidth"


@pytest.fixture(scope="module")
def sessions(running: Any) -> dict[str, Any]:
    """A session for each person of the walk."""
    script = Path(__file__).with_name("pictures_people.py")
    command = [sys.executable, str(script), *(one.email for one in WALKERS if one.email)]
    said = subprocess.run(command, env=running.env, capture_output=True, text=True, check=True).stdout
    return dict(json.loads(said))


@pytest.mark.parametrize("language", LANGUAGES if FOLDER else ["zh"])
def test_every_page_fits_and_axe_finds_nothing(
    browser: Any, running: Any, sessions: dict[str, Any], language: str
) -> None:
    problems: list[str] = []

    def look(page: Any, name: str) -> None:
        for width in WIDTHS:
            page.set_viewport_size({"width": width, "height": 900})
            if page.evaluate(OVERFLOW) > 0:
                problems.append(f"{name} {width}: wider than the window by {page.evaluate(OVERFLOW)}")
            if width == CHECKED[language] or len(WIDTHS) == 1:
                found = Axe().run(page, options=OPTIONS).response["violations"]
                shown = [(one["id"], [node["html"][:160] for node in one["nodes"]]) for one in found]
                problems.extend(f"{name} {width}: {rule} {where}" for rule, where in shown)
            if FOLDER:
                file = Path(FOLDER) / f"{name}.{language}.{width}.png"
                file.parent.mkdir(parents=True, exist_ok=True)
                page.screenshot(path=file, full_page=True)

    walk = Walk(running.base, look, each=bool(FOLDER))
    for walker in WALKERS:
        context = browser.new_context(viewport={"width": 1280, "height": 900}, locale=LANGUAGES[language])
        if walker.email:
            cookie = {"name": sessions["cookie"], "value": sessions["sessions"][walker.email], "url": running.base}
            context.add_cookies([cookie])
        walk.go(walker, context.new_page())
        context.close()
    if FOLDER:
        index(Path(FOLDER))
    assert walk.broken == []
    assert problems == []
    assert sorted(addresses() - {name for _, name in walk.seen}) == []
