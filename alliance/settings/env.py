"""Typed readers of the environment and of `.env`.

Each reader names the variable and the fix when a value is wrong, so that an operator mends the line instead of reading a traceback.
A variable in the environment wins over the same one in `.env`.
"""

import os
from pathlib import Path
from typing import Any
from urllib.parse import parse_qs, unquote, urlsplit

from django.core.exceptions import ImproperlyConfigured

TRUE = frozenset({"1", "true", "yes", "on"})
FALSE = frozenset({"0", "false", "no", "off", ""})
_dotenv: dict[str, str] = {}


def load_dotenv(path: Path) -> None:
    """Read `NAME=value` lines of `path` (if it exists) as a fallback for the readers below.

    Raises ImproperlyConfigured with the line number for a line that is neither empty, a comment nor an assignment.
    """
    if not path.exists():
        return
    for number, raw in enumerate(path.read_text(encoding="utf-8").splitlines(), start=1):
        line = raw.strip()
        if not line or line.startswith("#"):
            continue
        name, separator, value = line.removeprefix("export ").partition("=")
        if not separator:
            raise ImproperlyConfigured(f"{path}, line {number}: write NAME=value, found {raw!r}.")
        _dotenv[name.strip()] = value.strip().strip("'\"")


def text(name: str, default: str | None = None) -> str:
    """The variable as it stands; without a default it must be set."""
    value = os.environ.get(name, _dotenv.get(name))
    if value is None or value == "":
        if default is None:
            raise ImproperlyConfigured(f"{name} is not set. Set it in the environment or in .env (see .env.example).")
        return default
    return value


def flag(name: str, *, default: bool) -> bool:
    """A yes/no variable: 1, true, yes, on or 0, false, no, off."""
    value = text(name, "1" if default else "0").lower()
    if value in TRUE:
        return True
    if value in FALSE:
        return False
    raise ImproperlyConfigured(f"{name}={value!r} is neither yes nor no. Write 1 or 0.")


def integer(name: str, *, default: int, minimum: int = 0) -> int:
    """A whole number, at least `minimum`."""
    value = text(name, str(default))
    try:
        number = int(value)
    except ValueError:
        raise ImproperlyConfigured(f"{name}={value!r} is not a whole number. Write for example {default}.") from None
    if number < minimum:
        raise ImproperlyConfigured(f"{name}={number} is less than {minimum}.")
    return number


def listing(name: str, default: str = "") -> list[str]:
    """A comma-separated list, blanks trimmed."""
    return [part.strip() for part in text(name, default).split(",") if part.strip()]


def database(name: str, default: str) -> dict[str, object]:
    """A `postgresql://user:password@host:port/name?host=/socket/dir` address as Django's DATABASES entry."""
    url = urlsplit(text(name, default))
    if url.scheme not in {"postgres", "postgresql"}:
        raise ImproperlyConfigured(f"{name} must begin with postgresql:// (there is no second dialect), found {url.scheme!r}.")
    query = {key: values[-1] for key, values in parse_qs(url.query).items()}
    database_name = unquote(url.path.lstrip("/"))
    if not database_name:
        raise ImproperlyConfigured(f"{name} names no database. Write postgresql://user:password@host/alliance.")
    return {
        "ENGINE": "django.db.backends.postgresql",
        "NAME": database_name,
        "USER": unquote(url.username or ""),
        "PASSWORD": unquote(url.password or ""),
        "HOST": query.pop("host", unquote(url.hostname or "")),
        "PORT": str(url.port or ""),
        "OPTIONS": query,
    }


def redis(name: str, default: str) -> str:
    """A `redis://`, `rediss://` or `redis+socket://` (also `unix://`) address."""
    value = text(name, default)
    if urlsplit(value).scheme not in {"redis", "rediss", "unix", "redis+socket"}:
        raise ImproperlyConfigured(f"{name}={value!r} is not a Redis address. Write redis://localhost:6379/0.")
    return value


def email(name: str) -> dict[str, object]:
    """An `smtp://`, `smtps://` or `smtp+tls://user:password@host:port` address as EMAIL_* settings; empty means the file-backed mailbox."""
    value = text(name, "")
    if not value:
        return {"EMAIL_BACKEND": "alliance.common.mailbox.backend.MailboxBackend"}
    url = urlsplit(value)
    if url.scheme not in {"smtp", "smtps", "smtp+tls"} or not url.hostname:
        raise ImproperlyConfigured(f"{name} must look like smtp+tls://user:password@mail.example.edu:587 (or smtp://, smtps://).")
    ports = {"smtp": 25, "smtps": 465, "smtp+tls": 587}
    return {
        "EMAIL_BACKEND": "django.core.mail.backends.smtp.EmailBackend",
        "EMAIL_HOST": url.hostname,
        "EMAIL_PORT": url.port or ports[url.scheme],
        "EMAIL_HOST_USER": unquote(url.username or ""),
        "EMAIL_HOST_PASSWORD": unquote(url.password or ""),
        "EMAIL_USE_TLS": url.scheme == "smtp+tls",
        "EMAIL_USE_SSL": url.scheme == "smtps",
        "EMAIL_TIMEOUT": 20,
    }


def mail_service(service: str) -> dict[str, object]:
    """Settings of django-anymail for a service: EMAIL_SERVICE_KEY sends, EMAIL_SERVICE_WEBHOOK_SECRET (user:password) is what its webhook shows."""
    secret = text("EMAIL_SERVICE_WEBHOOK_SECRET", "")
    if secret and ":" not in secret:
        raise ImproperlyConfigured("EMAIL_SERVICE_WEBHOOK_SECRET must look like user:password, two long random words.")
    return {f"{service.upper()}_API_KEY": text("EMAIL_SERVICE_KEY"), "WEBHOOK_SECRET": secret or None}


def object_storage(bucket: str) -> dict[str, Any]:
    """Options of the S3 storage for private files. FILES_S3_ENDPOINT names a server other than AWS, which is then asked by path."""
    endpoint = text("FILES_S3_ENDPOINT", "")
    return {
        "bucket_name": bucket,
        "endpoint_url": endpoint or None,
        "region_name": text("FILES_S3_REGION", "") or None,
        "addressing_style": "path" if endpoint else "auto",
        "default_acl": "private",
        "file_overwrite": False,
    }
