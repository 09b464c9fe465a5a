"""What did the operator set in the environment? Each helper refuses nonsense by naming the variable.

Only `settings` calls these; nothing else of the site reads the environment.
"""

from __future__ import annotations

import ipaddress
import os
import secrets
import zoneinfo
from collections.abc import Collection
from pathlib import Path
from typing import Any
from urllib.parse import unquote, urlsplit

import platformdirs
from django.core.exceptions import ImproperlyConfigured

_ON = frozenset({"on", "true", "yes", "1"})
_OFF = frozenset({"off", "false", "no", "0"})


def text(name: str, default: str = "") -> str:
    return os.environ.get(name, "").strip() or default


def switch(name: str, default: bool) -> bool:
    value = text(name).lower()
    if not value:
        return default
    if value in _ON | _OFF:
        return value in _ON
    raise ImproperlyConfigured(f"{name}={value!r}: write on or off")


def number(name: str, default: int, *, least: int = 0, most: int = 2**31) -> int:
    value = text(name)
    if not value:
        return default
    if not value.isdecimal() or not least <= int(value) <= most:
        raise ImproperlyConfigured(f"{name}={value!r}: write a whole number from {least} to {most}")
    return int(value)


def choice(name: str, default: str, known: Collection[str]) -> str:
    value = text(name, default)
    if value not in known:
        raise ImproperlyConfigured(f"{name}={value!r}: write one of {', '.join(sorted(known))}")
    return value


def time_zone(name: str, default: str) -> str:
    """A name such as America/Chicago: it decides when the site's today begins."""
    value = text(name, default)
    if value not in zoneinfo.available_timezones():
        raise ImproperlyConfigured(f"{name}={value!r} is no known time zone; write a name such as America/Chicago")
    return value


def words(name: str) -> list[str]:
    """Names with commas between."""
    return [word.strip() for word in text(name).split(",") if word.strip()]


def networks(name: str, default: list[str]) -> list[str]:
    """Networks such as 10.0.0.0/8 with commas between; 'none' for no network at all."""
    value = words(name)
    if value == ["none"]:
        return []
    for one in value:
        try:
            ipaddress.ip_network(one, strict=False)
        except ValueError:
            raise ImproperlyConfigured(f"{name}: {one!r} is no network; write 10.0.0.0/8, or none") from None
    return value or default


def folder(name: str, default: Path) -> Path:
    return Path(text(name)).expanduser().absolute() if text(name) else default


def home() -> Path:
    """The folder for the database and what people upload: CODINGAHEAD_HOME, else the user's data folder."""
    return folder("CODINGAHEAD_HOME", Path(platformdirs.user_data_dir("codingahead")))


def origin(name: str) -> str:
    """An address such as https://codes.example.org, without a path; '' when not set."""
    value = text(name).rstrip("/")
    if not value:
        return ""
    parts = urlsplit(value)
    if parts.scheme not in ("http", "https") or not parts.hostname or parts.path:
        raise ImproperlyConfigured(
            f"{name}={value!r}: write an address such as https://codes.example.org, without a path"
        )
    return value


def database(name: str, default: Path) -> dict[str, Any]:
    """Django's settings of one database from sqlite:///FILE or postgresql://USER:PASSWORD@HOST:PORT/NAME."""
    value = text(name)
    if not value:
        return _sqlite(default)
    parts = urlsplit(value)
    if parts.scheme == "sqlite":
        # The form of three slashes is relative to the working folder, the form of four absolute, as elsewhere.
        return _sqlite(Path(unquote(parts.path[1:])).absolute())
    if parts.scheme in ("postgresql", "postgres"):
        return {
            "ENGINE": "django.db.backends.postgresql", "NAME": unquote(parts.path.lstrip("/")), "USER": unquote(parts.username or ""),
            "PASSWORD": unquote(parts.password or ""), "HOST": parts.hostname or "", "PORT": str(parts.port or ""),
            "CONN_MAX_AGE": 60, "CONN_HEALTH_CHECKS": True,
        }  # fmt: skip
    raise ImproperlyConfigured(f"{name}: {parts.scheme!r} is no known database; use sqlite:///FILE or postgresql://...")


def _sqlite(file: Path) -> dict[str, Any]:
    wal = "PRAGMA journal_mode=WAL; PRAGMA synchronous=NORMAL;"
    options = {"timeout": 20, "transaction_mode": "IMMEDIATE", "init_command": wal}
    return {"ENGINE": "django.db.backends.sqlite3", "NAME": str(file), "OPTIONS": options, "CONN_MAX_AGE": 60}


def mail(name: str) -> dict[str, Any]:
    """Django's mail settings from smtp://USER:PASSWORD@HOST:PORT, smtps:// or smtp+tls://; not set: mails are printed on the console."""
    value = text(name)
    if not value or value == "console:":
        return {"EMAIL_BACKEND": "django.core.mail.backends.console.EmailBackend"}
    parts = urlsplit(value)
    if parts.scheme == "file":
        return {
            "EMAIL_BACKEND": "django.core.mail.backends.filebased.EmailBackend",
            "EMAIL_FILE_PATH": unquote(parts.path),
        }
    if parts.scheme not in ("smtp", "smtps", "smtp+tls") or not parts.hostname:
        raise ImproperlyConfigured(f"{name}: write smtp://USER:PASSWORD@HOST:PORT, smtps://... or smtp+tls://...")
    try:
        port = parts.port
    except ValueError:
        raise ImproperlyConfigured(f"{name}: the port is no number") from None
    return {
        "EMAIL_BACKEND": "django.core.mail.backends.smtp.EmailBackend", "EMAIL_HOST": parts.hostname,
        "EMAIL_PORT": port or {"smtp": 25, "smtps": 465, "smtp+tls": 587}[parts.scheme], "EMAIL_HOST_USER": unquote(parts.username or ""),
        "EMAIL_HOST_PASSWORD": unquote(parts.password or ""), "EMAIL_USE_TLS": parts.scheme == "smtp+tls",
        "EMAIL_USE_SSL": parts.scheme == "smtps", "EMAIL_TIMEOUT": 15,
    }  # fmt: skip


def open_id(name: str) -> dict[str, Any]:
    """Settings of one OpenID Connect provider: its server under `name`, beside it ..._CLIENT_ID, ..._CLIENT_SECRET and ..._NAME; none set: none."""
    server, prefix = text(name), name.removesuffix("_SERVER_URL")
    if not server:
        return {}
    client = text(f"{prefix}_CLIENT_ID")
    if not client:
        raise ImproperlyConfigured(f"{prefix}_CLIENT_ID is not set though {prefix}_SERVER_URL is")
    app = {
        "provider_id": "oidc", "name": text(f"{prefix}_NAME", "Your organisation"), "client_id": client,
        "secret": text(f"{prefix}_CLIENT_SECRET"), "settings": {"server_url": server},
    }  # fmt: skip
    return {"openid_connect": {"APPS": [app]}}


def secret(name: str, kept: Path) -> str:
    """The secret itself, or the content of the file named by NAME_FILE, or one made once and kept in `kept`."""
    if value := text(name):
        return value
    file = text(f"{name}_FILE")
    if file:
        try:
            value = Path(file).read_text(encoding="utf-8").strip()
        except OSError as error:
            raise ImproperlyConfigured(f"{name}_FILE={file!r} cannot be read ({error.strerror})") from None
        if not value:
            raise ImproperlyConfigured(f"{name}_FILE={file!r} is empty")
        return value
    return _kept_secret(kept)


def _kept_secret(kept: Path) -> str:
    made = secrets.token_urlsafe(50)
    try:
        kept.parent.mkdir(parents=True, exist_ok=True)
        with os.fdopen(os.open(kept, os.O_CREAT | os.O_EXCL | os.O_WRONLY, 0o600), "w") as written:
            written.write(made)
        return made
    except FileExistsError:
        return kept.read_text(encoding="utf-8").strip() or made
    except OSError:
        # A read-only home: the key lives as long as the process.
        return made
