"""Reads settings from the environment, and refuses nonsense instead of guessing."""

import os
import secrets
import time
from collections.abc import Mapping
from pathlib import Path
from typing import Any
from urllib.parse import parse_qsl, unquote, urlsplit

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


def number(name: str, *, default: int, source: Mapping[str, str] = os.environ) -> int:
    """A whole number from 0 to 9."""
    word = source.get(name, "").strip() or str(default)
    if len(word) > 1 or word not in "0123456789":
        raise ImproperlyConfigured(f"{name} is {word!r}. Write a whole number from 0 to 9.")
    return int(word)


def names(name: str, *, default: str = "", source: Mapping[str, str] = os.environ) -> list[str]:
    """Several words, separated by commas."""
    return [part.strip() for part in source.get(name, default).split(",") if part.strip()]


def folder(name: str, *, default: Path, source: Mapping[str, str] = os.environ) -> Path:
    """A folder, made absolute; it need not exist yet."""
    text = source.get(name, "").strip()
    return (Path(text).expanduser() if text else default).resolve()


def text(name: str, *, default: str = "", source: Mapping[str, str] = os.environ) -> str:
    """One text, without the spaces around it."""
    return source.get(name, "").strip() or default


def database(name: str, file: Path, *, source: Mapping[str, str] = os.environ) -> dict[str, Any]:
    """The database: SQLite in `file`, or the PostgreSQL that the address names."""
    address = urlsplit(text(name, source=source))
    if not address.scheme:
        return {
            "ENGINE": "recourse.desk.sqlite",
            "NAME": file,
            "CONN_MAX_AGE": None,
            "OPTIONS": {
                "timeout": 20,
                "transaction_mode": "IMMEDIATE",
                "init_command": "PRAGMA journal_mode=WAL; PRAGMA synchronous=FULL; "
                "PRAGMA journal_size_limit=27103364; PRAGMA mmap_size=134217728;",
            },
        }
    if address.scheme not in ("postgres", "postgresql") or not address.path.strip("/"):
        raise ImproperlyConfigured(f"{name} is no address of a PostgreSQL: postgres://USER:PASSWORD@HOST:PORT/NAME")
    return {
        "ENGINE": "django.db.backends.postgresql",
        "NAME": unquote(address.path.strip("/")),
        "USER": unquote(address.username or ""),
        "PASSWORD": unquote(address.password or ""),
        "HOST": dict(parse_qsl(address.query)).get("host", address.hostname or ""),
        "PORT": str(address.port or dict(parse_qsl(address.query)).get("port", "")),
        "CONN_MAX_AGE": 600,
        "CONN_HEALTH_CHECKS": True,
    }


def mail(name: str, *, source: Mapping[str, str] = os.environ) -> tuple[str, dict[str, Any]]:
    """How mail leaves: Django's backend and its settings. Without an address, mail is printed."""
    address = urlsplit(text(name, source=source))
    if not address.scheme:
        return "django.core.mail.backends.console.EmailBackend", {}
    if address.scheme not in ("smtp", "smtps") or not address.hostname:
        raise ImproperlyConfigured(f"{name} is no address of a mail server: smtp://USER:PASSWORD@HOST:PORT")
    direct = address.scheme == "smtps"
    return "django.core.mail.backends.smtp.EmailBackend", {
        "EMAIL_HOST": address.hostname,
        "EMAIL_PORT": address.port or (465 if direct else 587),
        "EMAIL_HOST_USER": unquote(address.username or ""),
        "EMAIL_HOST_PASSWORD": unquote(address.password or ""),
        "EMAIL_USE_SSL": direct,
        "EMAIL_USE_TLS": not direct and address.hostname not in ("localhost", "127.0.0.1"),
        "EMAIL_TIMEOUT": 20,
    }


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
