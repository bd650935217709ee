"""`./start` in a small checkout of its own: what it makes, when it makes nothing, and what it says when it cannot.

An installer that only keeps a diary stands in for uv, so nothing here needs a network.
"""

import ast
import errno
import importlib.machinery
import importlib.util
import json
import os
import re
import subprocess
import sys
import time
import tomllib
from collections.abc import Iterator
from pathlib import Path
from types import ModuleType, SimpleNamespace
from typing import Any

import pytest

REPOSITORY = Path(__file__).parent.parent
CLI = """import os, sys

def main():
    print(os.getcwd(), sys.argv[1:])
    return int(sys.argv[1]) if sys.argv[1:] and sys.argv[1].isdigit() else 0
"""


@pytest.fixture
def checkout(tmp_path: Path) -> Path:
    """A checkout with nothing in it but `start`, the files that it reads, and a `recourse` that repeats its words."""
    root = tmp_path / "a checkout"
    (root / "src/recourse").mkdir(parents=True)
    (root / "src/recourse/__init__.py").touch()
    (root / "src/recourse/cli.py").write_text(CLI)
    (root / "start").write_bytes((REPOSITORY / "start").read_bytes())
    for name in ("requirements.lock", "requirements-dev.lock", "pyproject.toml"):
        (root / name).write_text(f"# {name}\n")
    tools = tmp_path / "tools"
    tools.mkdir()
    (tools / "uv").write_text(f'#!/bin/sh\necho "$@" >>"{tmp_path}/diary"\nsleep 0.2\n')
    (tools / "uv").chmod(0o755)
    return root


def start(checkout: Path, *args: str, lang: str = "C.UTF-8") -> subprocess.CompletedProcess[str]:
    return subprocess.run(**_process(checkout, *args, lang=lang), capture_output=True, check=False)


def _process(checkout: Path, *args: str, lang: str = "C.UTF-8") -> dict[str, object]:
    environment = {"PATH": f"{checkout.parent}/tools:/usr/bin:/bin", "LC_ALL": lang, "HOME": str(checkout.parent)}
    return {
        "args": [sys.executable, f"{checkout}/start", *args],
        "cwd": checkout.parent,
        "env": environment,
        "text": True,
    }


def diary(checkout: Path) -> list[str]:
    """What the installer was asked, one line for each time."""
    return (checkout.parent / "diary").read_text().splitlines()


@pytest.fixture
def module(checkout: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[ModuleType]:
    """The script as a module, at work in the small checkout."""
    loader = importlib.machinery.SourceFileLoader("start_under_test", str(checkout / "start"))
    spec = importlib.util.spec_from_loader(loader.name, loader)
    assert spec is not None
    loaded = importlib.util.module_from_spec(spec)
    monkeypatch.setitem(sys.modules, loader.name, loaded)
    monkeypatch.setattr(os, "environ", os.environ.copy())
    loader.exec_module(loaded)
    return loaded


# What it makes


def test_it_makes_the_environment_and_becomes_the_command(checkout: Path) -> None:
    done = start(checkout, "7", "--two", "three four")
    assert (done.stdout, done.returncode) == (f"{checkout.parent} ['7', '--two', 'three four']\n", 7)
    assert done.stderr.startswith("Making the environment")
    (asked,) = diary(checkout)
    assert "--require-hashes --no-deps --only-binary :all:" in asked
    assert asked.endswith("/requirements.lock")


def test_a_second_start_installs_nothing_and_says_nothing(checkout: Path) -> None:
    start(checkout, "0")
    assert start(checkout, "0").stderr == ""
    assert len(diary(checkout)) == 1


@pytest.mark.parametrize("name", ["requirements.lock", "pyproject.toml"])
def test_a_changed_file_brings_the_environment_up_to_date(checkout: Path, name: str) -> None:
    start(checkout, "0")
    (checkout / name).write_text("# changed\n")
    assert start(checkout, "0").stderr.startswith("Updating the environment")
    assert len(diary(checkout)) == 2


def test_a_half_made_environment_is_made_anew(checkout: Path) -> None:
    start(checkout, "0")
    (checkout / ".venv/made.json").unlink()
    (checkout / ".venv/half").touch()
    assert start(checkout, "0").returncode == 0
    assert not (checkout / ".venv/half").exists()


def test_an_environment_whose_python_went_away_is_made_anew(checkout: Path) -> None:
    start(checkout, "0")
    python = checkout / ".venv/bin/python"
    python.unlink()
    python.symlink_to("/nowhere/python3.11")
    assert start(checkout, "5").returncode == 5


def test_a_checkout_that_moved_gets_its_environment_anew(checkout: Path) -> None:
    start(checkout, "0")
    moved = checkout.rename(checkout.with_name("moved"))
    assert start(moved, "6").returncode == 6
    assert len(diary(moved)) == 2


def test_an_environment_of_somebody_else_is_left_alone(checkout: Path) -> None:
    (checkout / ".venv").mkdir()
    (checkout / ".venv/theirs").touch()
    done = start(checkout, "0")
    assert done.returncode == 3
    assert "was not made by ./start" in done.stderr
    assert (checkout / ".venv/theirs").exists()


def test_of_two_starts_at_once_one_makes_and_the_other_waits(checkout: Path) -> None:
    go, told = checkout.parent / "go", [checkout.parent / "one", checkout.parent / "two"]
    with (checkout.parent / "tools/uv").open("a") as installer:  # which holds until the other was seen to wait
        installer.write(f'while [ ! -e "{go}" ]; do sleep 0.02; done\n')
    both = []
    for file in told:
        with file.open("w") as words:
            both.append(subprocess.Popen(**_process(checkout, "4"), stderr=words, stdout=subprocess.DEVNULL))
    try:
        end = time.monotonic() + 60
        while not any("waiting" in file.read_text() for file in told) and time.monotonic() < end:
            time.sleep(0.02)
    finally:
        go.touch()
    assert [process.wait(timeout=60) for process in both] == [4, 4]
    assert len(diary(checkout)) == 1
    assert sum("waiting" in file.read_text() for file in told) == 1


# What it says when it cannot


@pytest.mark.parametrize(
    ("said", "kind"),
    [
        ("ERROR: Could not install packages due to an OSError: [Errno 28] No space left on device", "disk"),
        ("error: failed to create directory `/x`: Read-only file system (os error 30)", "folder"),
        ("ERROR: Could not install packages due to an OSError: [Errno 13] Permission denied: '/x'", "folder"),
        ("ERROR: THESE PACKAGES DO NOT MATCH THE HASHES FROM THE REQUIREMENTS FILE.", "hashes"),
        (
            """NewConnectionError('... [Errno -3] Temporary failure in name resolution')
            ERROR: No matching distribution found for asgiref==3.13.0""",
            "network",
        ),
        ("error: Failed to fetch\n  Caused by: dns error: failed to lookup address information", "network"),
        ("ERROR: No matching distribution found for granian==2.8.7", "missing"),
        ("Something else", ""),
    ],
)
def test_a_failed_installation_is_explained_in_both_languages(module: ModuleType, said: str, kind: str) -> None:
    failed = module.reason(said)
    assert failed.kind == kind
    assert all(failed.words)


@pytest.mark.parametrize(
    ("number", "words"),
    [(errno.ENOSPC, "disk is full"), (errno.EDQUOT, "disk is full"), (errno.EROFS, "not be"), (errno.EACCES, "not be")],
)
def test_an_error_of_the_disk_is_explained(module: ModuleType, number: int, words: str) -> None:
    assert words in module.explain(OSError(number, os.strerror(number)))[0]


@pytest.mark.parametrize(("kind", "stands"), [("network", True), ("disk", False)])
def test_a_failed_update_keeps_what_nothing_has_touched(
    checkout: Path, module: ModuleType, monkeypatch: pytest.MonkeyPatch, kind: str, stands: bool
) -> None:
    start(checkout, "0")
    before = json.loads(module.MADE.read_text())
    (checkout / "requirements.lock").write_text("# changed\n")

    def fail(lock: str) -> None:
        raise module.StartError("", "", kind)

    monkeypatch.setattr(module, "install", fail)
    with pytest.raises(module.StartError):
        module.prepare("run")
    assert module.record() == (before if stands else {})


@pytest.mark.parametrize(("said", "expected"), [("dns error", ["one", "two"]), ("No space left on device", ["one"])])
def test_the_next_installer_is_tried_but_not_on_a_full_disk(
    module: ModuleType, monkeypatch: pytest.MonkeyPatch, said: str, expected: list[str]
) -> None:
    tried: list[str] = []

    def run(command: list[str]) -> tuple[int, str]:
        tried.append(command[0])
        return 1, said

    monkeypatch.setattr(module, "installers", lambda: iter([["one"], ["two"]]))
    monkeypatch.setattr(module, "run", run)
    with pytest.raises(module.StartError):
        module.install("requirements.lock")
    assert tried == expected


def test_without_any_installer_it_names_the_package_to_install(
    module: ModuleType, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(module, "installers", lambda: iter([]))
    with pytest.raises(module.StartError, match="apt install python3-pip"):
        module.install("requirements.lock")


@pytest.mark.parametrize(("found", "becomes"), [(None, []), ("/opt/python3.12", ["/opt/python3.12"])])
def test_an_old_python_gives_way_or_says_so(
    module: ModuleType, monkeypatch: pytest.MonkeyPatch, found: str | None, becomes: list[str]
) -> None:
    went_on: list[str] = []
    monkeypatch.setattr(module, "sys", SimpleNamespace(version_info=(3, 9, 2), executable="/usr/bin/python3"))
    monkeypatch.setattr(module.shutil, "which", lambda name: found if name == "python3.12" else None)

    def become(command: list[str]) -> None:
        went_on.append(command[0])
        raise SystemExit

    monkeypatch.setattr(module, "become", become)
    with pytest.raises((module.StartError, SystemExit)) as stopped:
        module.main(["--version"])
    assert went_on == becomes
    assert found or "this is 3.9" in str(stopped.value)


def test_an_old_python_can_read_it() -> None:
    ast.parse((REPOSITORY / "start").read_text(), feature_version=(3, 7))


def test_it_speaks_chinese_where_the_locale_does(checkout: Path) -> None:
    assert "正在创建" in start(checkout, "0", lang="zh_CN.UTF-8").stderr


# Translations, database, checks


def test_only_a_changed_translation_is_compiled(checkout: Path, module: ModuleType) -> None:
    po = checkout / "src/recourse/web/locale/zh_Hans/LC_MESSAGES/django.po"
    po.parent.mkdir(parents=True)
    po.write_text('msgid ""\nmsgstr "Content-Type: text/plain; charset=UTF-8\\n"\n\nmsgid "refund"\nmsgstr "退款"\n')
    assert module.stale_translations() == [po]
    subprocess.run([sys.executable, REPOSITORY / "translations.py", po], check=True)
    assert "退款".encode() in po.with_suffix(".mo").read_bytes()
    assert module.stale_translations() == []
    os.utime(po, (2**31, 2**31))
    assert module.stale_translations() == [po]


@pytest.mark.parametrize("po", sorted((REPOSITORY / "src").rglob("*.po")), ids=lambda po: po.parts[-3])
def test_every_translation_compiles(po: Path, tmp_path: Path) -> None:
    copy = tmp_path / po.name
    copy.write_bytes(po.read_bytes())
    subprocess.run([sys.executable, REPOSITORY / "translations.py", copy], check=True)


def test_the_database_is_migrated_only_when_something_changed(
    checkout: Path, module: ModuleType, monkeypatch: pytest.MonkeyPatch
) -> None:
    migrated: list[list[str]] = []
    var = checkout / "var"

    def run(command: list[str]) -> tuple[int, str]:
        migrated.append(command)
        var.mkdir(exist_ok=True)
        (var / "recourse.sqlite3").touch()
        return 0, ""

    monkeypatch.setattr(module, "run", run)
    os.environ["RECOURSE_HOME"] = str(checkout)
    module.migrate()
    assert migrated == []  # no pages in this checkout: no database
    web = checkout / "src/recourse/web"
    (web / "migrations").mkdir(parents=True)
    (web / "settings.py").touch()
    for expected, change in [
        (1, None),
        (1, None),
        (2, "a migration"),
        (3, "a lost database"),
    ]:
        if change == "a migration":
            (web / "migrations/0001_first.py").write_text("first")
        if change == "a lost database":
            (var / "recourse.sqlite3").unlink()
        module.migrate()
        assert len(migrated) == expected


def test_a_failed_check_fails_the_tests_and_pytest_still_comes_last(
    module: ModuleType, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    def call(command: list[str], cwd: Path) -> int:
        print("pytest", command[-2:], "side by side" if "-n" in command else "one by one")
        return 0

    begin = subprocess.Popen

    def begun(command: list[str], **settings: Any) -> subprocess.Popen[str]:
        return begin(["sh", "-c", "echo a wrong type; exit 1" if "mypy" in command else "exit 0"], **settings)

    monkeypatch.setattr(subprocess, "Popen", begun)
    monkeypatch.setattr(subprocess, "call", call)
    assert module.test(["-k", "money"]) == 1
    lines = capsys.readouterr().out.split("\n")
    assert lines.index("mypy: failed") + 1 == lines.index("a wrong type")
    assert "ruff check: passed" in lines
    assert lines[-2] == "pytest ['-k', 'money'] side by side"
    assert os.environ["RECOURSE_CHECKS_FAILED"] == "mypy"


def test_pictures_are_made_anew_and_only_where_asked_for(
    module: ModuleType, monkeypatch: pytest.MonkeyPatch, checkout: Path
) -> None:
    for name in ("RECOURSE_BROWSER", "RECOURSE_PICTURES"):
        monkeypatch.setenv(name, "")
    old = checkout / "build" / "pictures" / "old.png"
    old.parent.mkdir(parents=True)
    old.touch()
    assert module.in_a_browser(["--browser", "-x"]) == ["tests/browser", "-x"]
    assert old.exists()
    assert not os.environ["RECOURSE_PICTURES"]
    assert module.in_a_browser(["--pictures"]) == ["tests/browser/test_browser_pictures.py"]
    assert not old.exists()
    assert os.environ["RECOURSE_PICTURES"] == str(old.parent)


# The locks


def test_the_package_and_the_locks_name_the_same_requirements() -> None:
    project = tomllib.loads((REPOSITORY / "pyproject.toml").read_text())["project"]
    dev = project["optional-dependencies"]["dev"]
    for name, wanted in (("requirements.in", project["dependencies"]), ("requirements-dev.in", dev)):
        lines = (REPOSITORY / name).read_text().splitlines()
        assert [line for line in lines if line and line[0] not in "#-"] == wanted


def test_the_locks_agree_and_hold_hashes_and_no_address() -> None:
    core, dev = ((REPOSITORY / name).read_text() for name in ("requirements.lock", "requirements-dev.lock"))
    for lock in (core, dev):
        packages = re.findall(r"^\S+==.*", lock, re.MULTILINE)
        assert len(packages) == len(re.findall(r"==.*\\\n +--hash=sha256:", lock))
        assert "://" not in lock
    assert set(re.findall(r"^\S+==\S+", core, re.MULTILINE)) <= set(re.findall(r"^\S+==\S+", dev, re.MULTILINE))
