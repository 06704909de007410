"""Filings of EDGAR as they are served whole (`.txt`): a header that tells who filed what and when, then documents."""

from __future__ import annotations

import re
from typing import Any

import msgspec

from pipeline.models import Capture

BEGIN = re.compile(rb"\s*(?:-----BEGIN PRIVACY-ENHANCED MESSAGE-----.{0,4000}?)?<(?:SEC|IMS)-DOCUMENT>", re.DOTALL)
FIELD = re.compile(rb"^[ \t]*([A-Z][A-Z ]{3,40}):[ \t]*(\S[^\r\n]{0,200})", re.MULTILINE)
DOCUMENT = re.compile(rb"<DOCUMENT>(.*?)</DOCUMENT>", re.DOTALL | re.IGNORECASE)
TEXT = re.compile(rb"<TEXT>\s*(.*?)\s*</TEXT>", re.DOTALL | re.IGNORECASE)
BINARY = re.compile(rb"\s*(?:<(?:PDF|XBRL|XML|ZIP|JSON)>|begin \d{3} )", re.IGNORECASE)
"""What an attachment begins with that nobody reads as text."""
PAGE = re.compile(rb"\s*(?:<\?xml[^>]*>\s*)?(?:<!--.{0,2000}?-->\s*)*<(?:!doctype|html|head|body)\b", re.I | re.DOTALL)
FORM, FILER, FILED = b"CONFORMED SUBMISSION TYPE", b"COMPANY CONFORMED NAME", b"FILED AS OF DATE"
LONGEST_HEAD = 20_000  # bytes in which the header tells what we ask for


def is_filing(data: bytes) -> bool:
    """Return whether bytes begin as EDGAR's do."""
    return BEGIN.match(data) is not None


def opened(capture: Capture, data: bytes) -> Capture:
    """Return the capture of what is filed: its readable documents, one below the other, as text or as one page."""
    documents = [found[1] for found in DOCUMENT.finditer(data)] or [data]
    texts = [found[1] for one in documents if (found := TEXT.search(one)) and not BINARY.match(found[1])]
    pages = [text for text in texts if PAGE.match(text)]
    main_is_page = bool(texts) and bool(PAGE.match(texts[0]))
    said = (pages if main_is_page else [text for text in texts if not PAGE.match(text)]) or [data]
    return msgspec.structs.replace(
        capture,
        data=b"\n\n".join(said),
        kind="html" if main_is_page else "text",
        content_type=None,
        hints={**_told(data[:LONGEST_HEAD]), **capture.hints},
    )


def _told(head: bytes) -> dict[str, Any]:
    """Return what the header tells: form and filer as the title, the day of filing, the filer."""
    fields: dict[bytes, str] = {}
    for name, value in FIELD.findall(head):
        fields.setdefault(name.strip(), " ".join(value.decode("ascii", "replace").split()))
    title = ": ".join(fields[name] for name in (FILER, FORM) if name in fields)
    told = {"title": title, "published": fields.get(FILED, ""), "publisher": fields.get(FILER, "")}
    return {field: value for field, value in told.items() if value}
