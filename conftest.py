"""What every test may rely on: a browser, or a plain word that there is none; and an account of what was left out."""

import gc
import os
import shutil
from pathlib import Path

import pytest
from hypothesis import settings

# A browser that a test drives keeps an event loop running in its process; the database is asked from outside of it.
os.environ["DJANGO_ALLOW_ASYNC_UNSAFE"] = "1"

# The same examples on every run, so that a change is judged by itself; `HYPOTHESIS_PROFILE=search` looks further.
settings.register_profile("same", derandomize=True, deadline=None)
settings.register_profile("search", deadline=None)
settings.load_profile(os.environ.get("HYPOTHESIS_PROFILE", "same"))

CHROMIUM = next(filter(None, map(shutil.which, ("chromium", "chromium-browser", "google-chrome"))), None)
# The sources that data, cases and rule language were taken from; a user's clone does not have them beside it.
SHARED = Path(os.environ.get("RECOURSE_SHARED") or Path(__file__).parent.parent / "shared")


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Leave out the browser tests where no browser is."""
    if CHROMIUM is None:
        for item in items:
            if item.get_closest_marker("browser"):
                item.add_marker(pytest.mark.skip(reason="no chromium on this machine"))


def pytest_collection_finish() -> None:
    """What was imported and collected stays to the end: the collector of garbage need not look at it again."""
    gc.collect()
    gc.freeze()


@pytest.fixture(scope="session")
def chromium() -> str:
    """The path of the browser."""
    assert CHROMIUM is not None
    return CHROMIUM


@pytest.fixture(scope="session")
def shared() -> Path:
    """The folder of the sources, for the tests that tell when they and the product have drifted apart."""
    if not (SHARED / "vocabulary.yaml").exists():
        pytest.skip("no ../shared beside this checkout")
    return SHARED


def pytest_terminal_summary(terminalreporter: pytest.TerminalReporter) -> None:
    """Say above the closing line what was left out, and which of the other checks failed."""
    reasons: dict[str, int] = {}
    for report in terminalreporter.stats.get("skipped", []):
        reason = report.longrepr[2] if isinstance(report.longrepr, tuple) else str(report.longrepr)
        reasons[reason.removeprefix("Skipped: ")] = reasons.get(reason.removeprefix("Skipped: "), 0) + 1
    for reason, count in sorted(reasons.items()):
        terminalreporter.write_line(f"left out: {count} ({reason})")
    if not terminalreporter.config.option.markexpr or terminalreporter.config.option.markexpr == "not bench":
        terminalreporter.write_line("left out: the measurements of speed (pytest -m bench)")
    failed = os.environ.get("RECOURSE_CHECKS_FAILED")
    if failed:
        terminalreporter.write_line(f"FAILED before the tests: {failed}", red=True)
