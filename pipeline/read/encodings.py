"""Bytes to text: what the sender declares, a byte order mark, else what the bytes look like."""

from __future__ import annotations

import codecs
import re

from pipeline.read.errors import ReadError

BOMS = {
    codecs.BOM_UTF8: "utf-8-sig",
    codecs.BOM_UTF32_LE: "utf-32",
    codecs.BOM_UTF32_BE: "utf-32",
    codecs.BOM_UTF16_LE: "utf-16",
    codecs.BOM_UTF16_BE: "utf-16",
}
WIDER = {
    "gb2312": "gb18030",
    "gbk": "gb18030",
    "cp936": "gb18030",
    "big5": "big5hkscs",
    "cp950": "big5hkscs",
    "iso8859-1": "cp1252",
    "ascii": "cp1252",
    "euc_kr": "cp949",
    "shift_jis": "cp932",
}
"""What pages declare, and the encoding that holds all they really use (as browsers read them)."""
FOREIGN = {
    b"%PDF": "PDF",
    b"PK\x03\x04": "a ZIP or office file",
    b"\x89PNG": "PNG",
    b"\xff\xd8\xff": "JPEG",
    b"GIF8": "GIF",
}
CONTROLS = re.compile(r"[\x00-\x08\x0e-\x1a\x7f]")
SAMPLE = 100_000  # bytes that detection looks at
FEW = 0.001  # share of characters that may be beyond reading before we call the encoding wrong
DECLARED = re.compile(
    rb"""<meta[^>]{0,200}?charset\s*=\s*["']?\s*([\w:-]{2,40})|<\?xml[^>]{0,200}?encoding\s*=\s*["']([\w:-]{2,40})""",
    re.I,
)


def decode(data: bytes, place: str, *, declared: str | None = None) -> str:
    """Return the text the bytes stand for; raise ReadError where no encoding makes sense of them."""
    _refuse_foreign(data, place)
    for mark, encoding in BOMS.items():
        if data.startswith(mark):
            return _checked(_strict(data, encoding), place)
    text = _strict(data, "utf-8")
    if text is None:
        text = _legacy(data, declared)
    return _checked(text, place)


def declared_inside(data: bytes) -> str | None:
    """Return the encoding that a page names in its own head."""
    match = DECLARED.search(data, 0, 4096)
    return (match[1] or match[2]).decode("ascii") if match else None


def _legacy(data: bytes, declared: str | None) -> str | None:
    known = _known(declared)
    text = _strict(data, known) if known else None
    if text is not None:
        return text
    for encoding in _likely(data[:SAMPLE], known):
        text = data.decode(encoding, "replace")
        if text.count("\ufffd") <= FEW * len(text):
            return text
    return None


def _known(declared: str | None) -> str | None:
    try:
        name = codecs.lookup(declared or "").name
    except (LookupError, ValueError):
        return None
    return WIDER.get(name, name)


def _strict(data: bytes, encoding: str) -> str | None:
    try:
        return data.decode(encoding)
    except (UnicodeDecodeError, LookupError):
        return None


def _likely(sample: bytes, known: str | None) -> list[str]:
    """Return encodings worth trying, best first."""
    import charset_normalizer

    guesses = charset_normalizer.from_bytes(sample, cp_isolation=["utf_8", "gb18030", "big5hkscs", "cp1252"])
    best = guesses.best()
    order = [known, best.encoding if best else None, "utf-8", "gb18030", "big5hkscs"]
    return list(dict.fromkeys(one for one in order if one))


def _refuse_foreign(data: bytes, place: str) -> None:
    for magic, kind in FOREIGN.items():
        if data.startswith(magic):
            raise ReadError(f"is {kind}, not text; convert it first", place)


def _checked(text: str | None, place: str) -> str:
    if text is None:
        raise ReadError("is in no encoding we can tell (tried UTF-8, GB18030, Big5); convert it to UTF-8", place)
    control = CONTROLS.search(text)
    if control:
        line = text.count("\n", 0, control.start()) + 1
        raise ReadError(f"is binary: line {line} holds the control character U+{ord(control[0]):04X}", place)
    if not text.strip():
        raise ReadError("is empty", place)
    return text
