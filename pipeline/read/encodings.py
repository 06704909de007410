"""Bytes to text: a byte order mark, UTF-8 where it fits, what the sender declares, else the everyday characters."""

from __future__ import annotations

import codecs
import re
from collections import Counter
from functools import cache

from pipeline.read.unreadable import ReadError

BOMS = {
    codecs.BOM_UTF8: "utf-8-sig",
    codecs.BOM_UTF32_LE: "utf-32",
    codecs.BOM_UTF32_BE: "utf-32",
    codecs.BOM_UTF16_LE: "utf-16",
    codecs.BOM_UTF16_BE: "utf-16",
}
WIDER = {
    "gb2312": "gb18030", "gbk": "gb18030", "cp936": "gb18030", "hz": "hz", "big5": "big5hkscs", "cp950": "big5hkscs",
    "iso8859-1": "cp1252", "ascii": "cp1252", "euc_kr": "cp949", "shift_jis": "cp932",
}  # fmt: skip
"""What pages declare, and the encoding that holds all they really use (as browsers read them)."""
EVERYDAY = {
    "cp949": [("euc_kr", b"\xb0", b"\xc8")],
    "gb18030": [("gb2312", b"\xb0", b"\xd7"), ("big5", b"\xa4", b"\xc6")],
    "big5hkscs": [("big5", b"\xa4", b"\xc6")],
    "euc_jp": [("euc_jp", b"\xa4", b"\xcf")],
    "cp932": [("shift_jis", b"\x82", b"\x97")],
}
"""Encodings told by how common their characters are: the standards, and the lead bytes of their everyday characters.
Korean comes first, for its bytes all are everyday Chinese too, but not the other way round; Japanese last, for those
of a short Chinese text may all be everyday Japanese, but kana are hardly Chinese."""
ALL_ASCII = re.compile(r"iso2022|hz|utf[-_]?7")
"""Encodings that look like ASCII, so that UTF-8 fits them and is wrong."""
DEFAULTS = frozenset({"cp1252", "utf-8"})  # what servers declare of pages they never looked at
PUNCTUATION = frozenset("，。、；：？！“”‘’（）《》〈〉「」『』【】—…·．－％　＂～")
SAMPLE = 200_000  # bytes that tell the encoding
LITTLE = 20  # characters beyond ASCII up to which a declaration breaks a tie
COMMON = 0.75  # share of everyday characters in text read right: news reaches 0.95, read wrong it stays below 0.6
FEW = 0.005  # share of the characters beyond ASCII that may be damaged before the encoding counts as wrong
UPPER = bytes(range(0x80, 0x100))
ALONE = re.compile(
    rb"(?<![\x80-\xff])[\x80\x85\x8a-\x8e\x91-\x9f\xa0\xa3\xa7\xa9\xab\xae\xb0\xbb\xbf-\xff](?![\x80-\xff])"
    rb"|(?<=[a-z])[\xe0-\xff]{2}(?=[a-z])"
)
"""A letter, a quote or a dash of Windows-1252 between ASCII, or two letters within a word (`compa\xf1\xeda`)."""
LONELY = 0.7  # share of the bytes beyond ASCII that stand so in Western text: quotes meet letters at times
LATIN = 0.25  # share of the bytes of Western text that are beyond ASCII, at most
FOREIGN = {
    b"%PDF": "a PDF",
    b"PK\x03\x04": "a ZIP or office file",
    b"\x89PNG": "an image",
    b"\xff\xd8\xff": "an image",
    b"GIF8": "an image",
    b"\xd0\xcf\x11\xe0": "an old office file or a mail of Outlook",
    b"{\\rtf": "an RTF file",
    b"%!PS": "a PostScript file",
    b"Rar!\x1a": "a RAR archive",
    b"7z\xbc\xaf": "a 7-Zip archive",
    b"BZh": "a bzip2 file",
    b"\xfd7zXZ": "an xz file",
    b"\x28\xb5\x2f\xfd": "a Zstandard file",
    b"AT&TFORM": "a DjVu book",
    b"bplist00": "a web archive of Safari",
    b"SQLite format 3": "a database",
    b"ITSF\x03": "a compiled help file",
}
DECLARED = re.compile(
    rb"<meta[^>]{0,300}?charset\s*=\s*[\"']?\s*([\w:-]{2,40})|<\?xml[^>]{0,200}?encoding\s*=\s*[\"']([\w:-]{2,40})",
    re.I,
)


def decode(data: bytes, place: str, *, declared: str | None = None) -> str:
    """Return the text the bytes stand for; raise ReadError where no encoding makes sense of them."""
    for magic, kind in FOREIGN.items():
        if data.startswith(magic):
            raise ReadError(f"is {kind}, not text; convert it first", place)
    text = _by_mark(data)
    if text is None:
        text = _by_content(data, _known(declared))
    if text is None:
        raise ReadError(
            "is in no encoding we can tell (UTF-8, GB18030 and Big5 do not fit); convert it to UTF-8", place
        )
    if not text.strip():
        raise ReadError("is empty", place)
    return text


def declared_inside(data: bytes) -> str | None:
    """Return the encoding that a page names in its own head."""
    match = DECLARED.search(data, 0, 4096)
    return (match[1] or match[2]).decode("ascii") if match else None


def _by_mark(data: bytes) -> str | None:
    return next((_strict(data, encoding) for mark, encoding in BOMS.items() if data.startswith(mark)), None)


def _by_content(data: bytes, declared: str | None) -> str | None:
    """Return the text in the first encoding that fits, the likeliest first."""
    if declared and (ALL_ASCII.match(declared) or b"\0" in data[:SAMPLE]) and (text := _strict(data, declared)):
        return text
    if (text := _strict(data, "utf-8")) is not None:
        return text
    foreign = None if declared in DEFAULTS | EVERYDAY.keys() else declared
    default = declared if declared in DEFAULTS else None
    if foreign and (text := _nearly(data, foreign)) is not None:
        return text
    if (text := _western(data)) is not None:
        return text
    for encoding in (_everyday(data[:SAMPLE], declared), default, "utf-8"):
        if encoding and (text := _nearly(data, encoding)) is not None:
            return text
    text = _mostly_utf_8(data)
    return text if text is not None else _guessed(data)


def _known(declared: str | None) -> str | None:
    try:
        name = codecs.lookup((declared or "").strip()).name
    except (LookupError, ValueError):
        return None
    return WIDER.get(name, name)


def _strict(data: bytes, encoding: str) -> str | None:
    try:
        return data.decode(encoding)
    except (UnicodeDecodeError, LookupError):
        return None


def _nearly(data: bytes, encoding: str) -> str | None:
    """Return the text if all but a few characters can be read."""
    text = _strict(data, encoding)
    if text is not None:
        return text
    try:
        text = data.decode(encoding, "replace")
    except LookupError:  # a codec that makes no text, such as `hex`
        return None
    beyond = len(text) - len(text.encode("ascii", "ignore"))
    return text if text.count("\ufffd") <= max(1, FEW * beyond) else None


def _western(data: bytes) -> str | None:
    """Return the text in Windows-1252 where its letters beyond ASCII stand alone: none of UTF-8 does, nor of Han."""
    sample = data[:SAMPLE]
    beyond = len(sample) - len(sample.translate(None, UPPER))
    alone = sum(map(len, ALONE.findall(sample)))
    return _strict(data, "cp1252") if alone >= LONELY * beyond and beyond < LATIN * len(sample) else None


def _mostly_utf_8(data: bytes) -> str | None:
    """Return the text where more characters than not are UTF-8: hardly one is by chance, and a foreign footer may be.

    What is damaged is told where it lies in the article.
    """
    text = data.decode("utf-8", "replace")
    damaged = text.count("\ufffd")
    return text if len(text) - len(text.encode("ascii", "ignore")) >= 2 * damaged else None


def _everyday(sample: bytes, declared: str | None) -> str | None:
    """Return the encoding in which the characters are everyday ones; the declared one where little text tells."""
    shares = {encoding: _common_share(sample, encoding, encoding == declared) for encoding in EVERYDAY}
    best = max(shares, key=lambda encoding: shares[encoding])
    return best if shares[best] >= COMMON else None


def _common_share(sample: bytes, encoding: str, is_declared: bool) -> float:
    text = codecs.getincrementaldecoder(encoding)("replace").decode(sample)
    beyond = Counter(character for character in text if character > "\x7f")
    common = sum(times for character, times in beyond.items() if _is_common(character, encoding))
    favour = 0.1 if is_declared and beyond.total() < LITTLE else 0.0
    return common / max(1, beyond.total()) + favour


@cache
def _is_common(character: str, encoding: str) -> bool:
    return character in PUNCTUATION or any(
        first <= character.encode(standard, "ignore")[:1] <= last for standard, first, last in EVERYDAY[encoding]
    )


def _guessed(data: bytes) -> str | None:
    """Return the text as a statistical detector reads it."""
    import charset_normalizer

    best = charset_normalizer.from_bytes(data[:SAMPLE]).best()
    return _nearly(data, best.encoding) if best else None
