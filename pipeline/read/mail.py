"""Mails and saved pages (`.eml`, `.mht`): the part that a person reads, and what the head tells about it."""

from __future__ import annotations

import email.policy
import re
from email.message import EmailMessage
from email.parser import BytesParser
from typing import Any

import msgspec

from pipeline.models import Capture
from pipeline.read.unreadable import ReadError

POSTED = re.compile(rb"From \S[^\r\n]{0,200}\d{4}\r?\n")
"""What stands above each mail of a mailbox."""
HEAD = re.compile(rb"(?:[A-Za-z][A-Za-z0-9-]{0,60}:[^\r\n]{0,2000}(?:\r?\n[ \t][^\r\n]{1,2000}){0,200}\r?\n)+\r?\n")
TELLING = re.compile(
    rb"^(?:MIME-Version|Content-Type|Content-Transfer-Encoding|Message-ID|Received)[ \t]*:", re.I | re.M
)
KINDS = {"plain": "text", "html": "html"}
"""The parts that a person reads, the best first, and their readers."""
DAMAGED = (LookupError, ValueError, TypeError, AttributeError, OverflowError)
"""What the library raises at heads made to hurt."""
LONGEST_HEAD = 65_536  # bytes in which a head must end


def is_mail(data: bytes) -> bool:
    """Return whether bytes begin with the head of a mail: fields, one that only mails have, an empty line."""
    posted = POSTED.match(data)
    head = HEAD.match(data, posted.end() if posted else 0, LONGEST_HEAD)
    return head is not None and TELLING.search(data, 0, head.end()) is not None


def opened(capture: Capture, data: bytes) -> Capture:
    """Return the capture of the part a person reads; raise `ReadError` where there is none, or several mails."""
    posted = POSTED.match(data)
    if posted and any(is_mail(data[at.start() + 1 :][:LONGEST_HEAD]) for at in re.finditer(rb"\nFrom ", data)):
        raise ReadError("is a mailbox of several mails; save each as a file of its own", capture.place)
    try:
        message = BytesParser(EmailMessage, policy=email.policy.default).parsebytes(
            data[posted.end() if posted else 0 :]
        )
        found = _part(message)
        told = _told(message)
    except DAMAGED as error:
        raise ReadError(f"is a mail that cannot be taken apart: {error}", capture.place) from error
    if found is None:
        raise ReadError("is a mail without a text; save what it has attached", capture.place)
    kind, said, charset = found
    return msgspec.structs.replace(
        capture, data=said, kind=kind, content_type=None, charset=charset, hints={**told, **capture.hints}
    )


def _part(message: EmailMessage) -> tuple[str, bytes, str | None] | None:
    """Return the reader, the bytes and the encoding of the best part that says something."""
    for preferred, kind in KINDS.items():
        part = message.get_body((preferred,))
        said = part.get_payload(decode=True) if part is not None else None
        if part is not None and isinstance(said, bytes) and said.strip():
            return kind, said, part.get_content_charset()
    return None


def _told(message: EmailMessage) -> dict[str, Any]:
    """Return what the head tells: the subject is the title, its date the day of publication.

    Of a saved page it tells only who saved it and when.
    """
    if message.get_content_type() == "multipart/related":
        return {}
    told = {"title": _field(message, "Subject"), "published": _field(message, "Date")}
    return {field: said for field, said in told.items() if said}


def _field(message: EmailMessage, name: str) -> str:
    """Return what a field of the head says; nothing where the library cannot read it."""
    try:
        return " ".join(str(message[name] or "").split())
    except DAMAGED:
        return ""
