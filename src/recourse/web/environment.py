"""Reads settings from the environment, and refuses nonsense instead of guessing."""

import os
import secrets
import time
from collections.abc import Mapping
from pathlib import Path

from django.core.exceptions import ImproperlyConfigured

_TRUE = {"1", "true", "yes", "on"}
_FALSE = {"", "0", "false", "no", "off"}


def flag(name: str, *, default: bool, source: Mapping[str, str] = os.environ) -> bool:
    """A yes or no: 1/0, true/false, yes/no, on/off."""
    text = source.get(name)
    if text is None:
        return default
    word = text.strip().lower()
    if word not in _TRUE | _FALSE:
        raise ImproperlyConfigured(f"{name} is {text!r}. Write 1 or 0.")
    return word in _TRUE


def names(name: str, *, default: str = "", source: Mapping[str, str] = os.environ) -> list[str]:
    """Several words, separated by commas."""
    return [part.strip() for part in source.get(name, default).split(",") if part.strip()]


def folder(name: str, *, default: Path, source: Mapping[str, str] = os.environ) -> Path:
    """A folder, made absolute; it need not exist yet."""
    text = source.get(name, "").strip()
    return (Path(text).expanduser() if text else default).resolve()


def secret(name: str, file: Path, *, source: Mapping[str, str] = os.environ) -> str:
    """The secret key: from the environment, else from `file`, which the first start writes for its owner (0600).

    Several workers may start at once: the file appears under its name only when it is complete, and whoever comes
    second reads what the first one wrote.
    """
    given = source.get(name, "")
    if given:
        if len(given) < 32:
            raise ImproperlyConfigured(f"{name} has {len(given)} characters. Use at least 32, or leave it out.")
        return given
    if not file.exists():
        _write_once(file, secrets.token_urlsafe(48))
    return file.read_text(encoding="ascii").strip()


def _write_once(file: Path, text: str) -> None:
    try:
        file.parent.mkdir(parents=True, exist_ok=True)
        draft = file.with_name(f"{file.name}.{os.getpid()}.{time.monotonic_ns()}")
        with os.fdopen(os.open(draft, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "w", encoding="ascii") as out:
            out.write(text + "\n")
        try:
            os.link(draft, file)
        except FileExistsError:
            pass
        except OSError:  # a disk without hard links
            draft.replace(file)
            return
        draft.unlink()
    except OSError as error:
        raise ImproperlyConfigured(
            f"{file} cannot be written ({error.strerror}). Set RECOURSE_HOME to a folder of your own."
        ) from error
