"""Reads `[notify]` in the project's `deals.toml`: who is told, what of it, and how they are reached."""

from __future__ import annotations

import base64
import binascii
import re
from pathlib import Path
from typing import Any, Literal

from pipeline.errors import DealsError
from pipeline.models import Kind, Status
from pipeline.rules.loading import RuleError, Rules, read_toml, shaped

HTTP = re.compile(r"https?://[^/\s]+\S*")
ADDRESS = re.compile(r"[^@\s]+@[^@\s]+")
PREFIX = "whsec_"
ChangeKind = Literal["added", "gone", "changed", "split", "merged"]


class NotifyError(DealsError):
    """A `deals.toml` that cannot be used; the message names file, entry and mend."""


class Wanted(Rules, frozen=True, kw_only=True):
    """Which deals a target is told of; what is left out lets all pass."""

    companies: tuple[str, ...] = ()
    """A watch list: ids or names of companies, of which a deal names one."""
    kinds: tuple[Kind, ...] = ()
    statuses: tuple[Status, ...] = ()
    changes: tuple[ChangeKind, ...] = ()
    least_usd: float = 0.0
    """About how many dollars a deal is worth at least; above 0, a deal without a sum does not pass."""
    least_confidence: float = 0.0
    sources: bool = True
    """Whether to tell when a source fails or falls silent, and when it gives again."""


class Webhook(Wanted, frozen=True, kw_only=True):
    """An address that is sent JSON, signed as Standard Webhooks says."""

    url: str
    secret: str | None = None
    """`whsec_` and base64, or the name of the environment variable that holds it as `$NAME`."""


class Email(Wanted, frozen=True, kw_only=True):
    """People who are sent a mail by a server of SMTP."""

    to: tuple[str, ...]
    sender: str
    host: str
    port: int = 587
    security: Literal["starttls", "tls", "none"] = "starttls"
    user: str | None = None
    password: str | None = None
    """`$NAME`: the environment variable that holds it."""


class Targets(Wanted, frozen=True, kw_only=True):
    """The whole of `[notify]`; its own filters hold for every target that says nothing else."""

    webhook: tuple[Webhook, ...] = ()
    email: tuple[Email, ...] = ()


class ProjectFile(Rules, frozen=True, kw_only=True):
    """All that a project's own settings file says: see `Settings.project_file`."""

    notify: Targets = Targets()
    review: Any = None
    """Read by the desk."""


def targets(path: Path) -> Targets:
    """Return who is to be told; nobody where there is no file."""
    if not path.exists():
        return Targets()
    try:
        table = read_toml(path)
        told = table.get("notify")
        if isinstance(told, dict):
            table = {**table, "notify": _with_shared(told)}
        found = shaped(table, ProjectFile, path).notify
    except RuleError as error:
        raise NotifyError(error.message, error.place) from error
    except OSError as error:
        raise NotifyError(error.strerror or str(error), path) from error
    for hook in found.webhook:
        _check_webhook(hook, path)
    for mail in found.email:
        _check_email(mail, path)
    return found


def _with_shared(told: dict[str, object]) -> dict[str, object]:
    """Return the table with its own filters in each target that does not say otherwise."""
    shared = {name: told[name] for name in Wanted.__struct_fields__ if name in told}
    several = {
        kind: [{**shared, **target} if isinstance(target, dict) else target for target in found]
        for kind in ("webhook", "email")
        if isinstance(found := told.get(kind), list)
    }
    return {**told, **several}


def _check_webhook(hook: Webhook, path: Path) -> None:
    if not HTTP.fullmatch(hook.url):
        raise NotifyError(f"[[notify.webhook]] url must begin with http:// or https://, not '{hook.url}'", path)
    if hook.secret and not hook.secret.startswith("$"):
        key(hook.secret, path)


def _check_email(mail: Email, path: Path) -> None:
    if not mail.to:
        raise NotifyError("[[notify.email]] to is empty; name an address", path)
    for address in (*mail.to, mail.sender):
        if not ADDRESS.fullmatch(address):
            raise NotifyError(f"[[notify.email]] '{address}' is no address of mail", path)
    if mail.password is not None and not mail.password.startswith("$"):
        raise NotifyError("[[notify.email]] password names an environment variable, as '$MAIL_PASSWORD'", path)


def key(secret: str, place: object) -> bytes:
    """Return the key that a webhook's secret holds."""
    try:
        found = base64.b64decode(secret.removeprefix(PREFIX), validate=True)
    except (binascii.Error, ValueError) as error:
        raise NotifyError("secret is no base64; make one with: openssl rand -base64 32", place) from error
    if not 24 <= len(found) <= 64:
        raise NotifyError("secret must be 24 to 64 bytes in base64; make one with: openssl rand -base64 32", place)
    return found
