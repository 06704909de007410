"""Breaks our samples in thousands of ways and reads them: `python -m tests.fuzz [KIND …] [--count 5000]`.

Each answer must be a document whose every value stands where it says, or one error with its place. Prints, for each
kind, how many inputs were documents, how long reading and extracting took at most (seconds of the processor, and
characters) and how much the memory grew in megabytes. `--files DIR KIND` reads every file below a folder instead: the
tests of another program, as they are (feedparser's, from its source archive at PyPI, as feeds).
"""

from __future__ import annotations

import argparse
import gzip
import random
import resource
import time
from collections import Counter
from collections.abc import Callable, Iterable, Iterator
from email.message import EmailMessage
from pathlib import Path
from typing import Any

import msgspec

from pipeline.errors import DealsError
from pipeline.extraction import extract
from pipeline.fetch.answer import Answer
from pipeline.fetch.feed import read_items
from pipeline.models import Capture, Document, Extraction
from pipeline.normalize import normalize
from pipeline.read import READERS, read
from tests.projects import ROOT

SUFFIXES = {"html": ".html", "text": ".txt", "markdown": ".md", "vtt": ".vtt", "srt": ".srt", "json": ".json"}
KINDS = [*READERS, "mail", "filing", "feed"]
AUTO = ("mail", "filing")
"""Kinds that no reader is called, for the first bytes tell them."""
EXTRACTED = 50
"""Of so many documents one is read for its deals too, which takes most time; of the longest each is."""
LONG = 20_000  # characters
WARM = 500
"""Inputs after which memory is measured: by then all that a process keeps is loaded."""
PIECES = [
    *(
        b"\0",
        b"\r",
        b"\n\n",
        b"\xff\xfe",
        b"\x80",
        b"\xe4\xba",
        b"\xe2\x80\xa8",
        b"\xf0\x9f\x98\x80",
        b"&#0;",
        b"&#x80;",
    ),
    *(b"<table>", b"</div>", b"<p", b"<!--", b"<![CDATA[", b"<br>", b"<sup>1</sup>", b"<del>", b"<script>", b"]]>"),
    *(
        b"-->",
        b"00:00:0,5 --> x",
        b"WEBVTT\n",
        b"<v Ann>",
        b"NOTE ",
        b"{\\an8}",
        b'"',
        b"{",
        b"[",
        b"\\u0000",
        b"1e999",
    ),
    *(
        b"---\n",
        b"+++\n",
        b"> ",
        b"- ",
        b"```",
        b"| a | b |\n",
        b"=\n",
        b"=E4",
        b"--b\n",
        b"\n\nFrom x 2025\n",
        b"\x1f\x8b",
    ),
    *(b"Ann: ", "，".encode(), "1000亿美元".encode(), "１２".encode(), "İ".encode(), "ｶﾞ".encode(), b"$1.5bn"),
]


def seeds(kind: str) -> list[bytes]:
    """Return our own sound inputs of a kind."""
    if kind == "jsonl":
        told = [read(_capture("text", data)).text for data in seeds("text")]
        return [msgspec.json.encode({"id": n, "text": one, "published": "2025-10-08"}) for n, one in enumerate(told)]
    if kind == "csv":
        rows = [
            "Date,Payer,Payee,Amount",
            "2025-09-22,Nvidia,OpenAI,up to $100bn",
            '"10 Sep 2025",OpenAI,"Oracle",$300bn',
        ]
        return ["\n".join(rows).encode(), "\n".join(rows).replace(",", "\t").encode()]
    if kind == "mail":
        return [_mail(data, subtype) for form, subtype in (("text", "plain"), ("html", "html")) for data in seeds(form)]
    if kind == "filing":
        return [_filing(seeds(form)) for form in ("text", "html")]
    if kind == "feed":
        return [_feed(data) for data in seeds("html")]
    return [path.read_bytes() for path in sorted(ROOT.glob(f"sources/*/*{SUFFIXES[kind]}"))]


def _mail(data: bytes, subtype: str) -> bytes:
    message = EmailMessage()
    message["Subject"] = "Deals"
    message["Date"] = "Tue, 07 Oct 2025 08:00:00 +0000"
    message.set_content(data.decode(), subtype=subtype, cte="quoted-printable")
    return message.as_bytes()


def _filing(texts: list[bytes]) -> bytes:
    head = b"<SEC-HEADER>\nCONFORMED SUBMISSION TYPE:\t8-K\nFILED AS OF DATE:\t20251009\n</SEC-HEADER>\n"
    documents = b"".join(b"<DOCUMENT>\n<TYPE>8-K\n<TEXT>\n%s\n</TEXT>\n</DOCUMENT>\n" % text for text in texts)
    return b"<SEC-DOCUMENT>a.txt : 20251009\n%s%s</SEC-DOCUMENT>\n" % (head, documents)


def _feed(data: bytes) -> bytes:
    item = f"<item><title>a &amp; b</title><link>/a</link><description><![CDATA[{data.decode()}]]></description></item>"
    return f"<?xml version='1.0'?><rss version='2.0'><channel><title>t</title>{item * 2}</channel></rss>".encode()


def mutated(data: bytes, others: list[bytes], dice: random.Random) -> bytes:
    """Return bytes broken in one to six places."""
    for _ in range(dice.randint(1, 6)):
        data = dice.choice(MUTATIONS)(data, others, dice) or data
    return data


def _range(data: bytes, dice: random.Random) -> tuple[int, int]:
    start = dice.randint(0, len(data))
    return start, min(len(data), start + dice.choice((1, 2, 8, 64, 512)))


def _changed(data: bytes, others: list[bytes], dice: random.Random) -> bytes:
    start, end = _range(data, dice)
    return data[:start] + dice.randbytes(end - start) + data[end:]


def _dropped(data: bytes, others: list[bytes], dice: random.Random) -> bytes:
    start, end = _range(data, dice)
    return data[:start] + data[end:]


def _repeated(data: bytes, others: list[bytes], dice: random.Random) -> bytes:
    start, end = _range(data, dice)
    return data[:start] + data[start:end] * dice.choice((2, 3, 200)) + data[end:]


def _put_in(data: bytes, others: list[bytes], dice: random.Random) -> bytes:
    start = dice.randint(0, len(data))
    return data[:start] + dice.choice(PIECES) * dice.choice((1, 1, 1, 50)) + data[start:]


def _spliced(data: bytes, others: list[bytes], dice: random.Random) -> bytes:
    other = dice.choice(others)
    return data[: dice.randint(0, len(data))] + other[dice.randint(0, len(other)) :]


def _cut_off(data: bytes, others: list[bytes], dice: random.Random) -> bytes:
    return data[: dice.randint(1, len(data))] if data else data


def _encoded(data: bytes, others: list[bytes], dice: random.Random) -> bytes:
    encoding = dice.choice(("gb18030", "big5", "utf-16", "cp1252", "shift_jis", "euc_kr", "cp949", "utf-7"))
    return data.decode("utf-8", "replace").encode(encoding, "ignore")


def _packed(data: bytes, others: list[bytes], dice: random.Random) -> bytes:
    return gzip.compress(data, 1, mtime=0)


MUTATIONS = [_changed, _dropped, _repeated, _put_in, _spliced, _cut_off, _changed, _put_in, _dropped, _encoded, _packed]


def _capture(kind: str, data: bytes, **told: Any) -> Capture:
    return Capture(id="one", source="fuzz", data=data, kind=kind, place="one", **told)


def documents(kind: str, data: bytes) -> Iterator[Document]:
    """Yield the documents of an input; any error but one of ours is a fault."""
    if kind == "feed":
        headers = (("content-type", "application/rss+xml"),)
        told = {"asked": "http://news.example/f", "url": "http://news.example/f", "status": 200, "fetched_at": "2025"}
        for item in read_items(msgspec.convert({**told, "headers": headers, "raw": data, "data": data}, Answer), "UTC"):
            if item.fallback:
                yield from documents("html", item.fallback)
        return
    yield read(_capture("auto" if kind in AUTO else kind, data))


def check(document: Document) -> None:
    """Assert that the blocks of a document lie in its text, in order, and that its characters keep their places."""
    last = 0
    for block in document.blocks:
        assert last <= block.start < block.end <= len(document.text), block
        last = block.end
    normalized = normalize(document)
    at = 0
    for place in range(len(normalized.text)):
        start, end = normalized.offsets.original(place, place + 1)
        assert at <= start < end <= len(document.text), (place, start, end)
        at = start


def check_values(extraction: Extraction, text: str) -> None:
    """Assert that every value of an extraction says what stands at its place."""
    for value in _values(msgspec.to_builtins(extraction)):
        assert text[value["start"] : value["end"]] == value["text"], value


def _values(said: Any) -> Iterator[dict[str, Any]]:
    if isinstance(said, dict):
        if {"start", "end", "text"} <= said.keys():
            yield said
        said = list(said.values())
    if isinstance(said, list | tuple):
        for one in said:
            yield from _values(one)


class Slowest:
    """The longest that a step of one kind took, and on how much."""

    def __init__(self) -> None:
        self.seconds, self.size = 0.0, 0

    def took(self, started: float, size: int) -> None:
        """Note how long it took since a moment of the processor's clock."""
        if (taken := time.process_time() - started) > self.seconds:
            self.seconds, self.size = taken, size

    def __str__(self) -> str:
        return f"{self.seconds:.2f} s of {self.size:,}"


def fuzz(kind: str, count: int, seed: int = 0, told: Callable[[str], None] = lambda line: None) -> Counter[str]:
    """Read `count` broken inputs of a kind; return how many were documents and how many were refused."""
    dice = random.Random(f"{kind}{seed}")
    sound = seeds(kind)
    return tried(kind, (mutated(dice.choice(sound), sound, dice) for _ in range(count)), told)


def tried(kind: str, inputs: Iterable[bytes], told: Callable[[str], None] = lambda line: None) -> Counter[str]:
    """Read inputs of a kind; return how many were documents and how many were refused."""
    outcomes: Counter[str] = Counter()
    reading, extracting = Slowest(), Slowest()
    before = 0
    for number, data in enumerate(inputs):
        started = time.process_time()
        try:
            for document in documents(kind, data):
                reading.took(started, len(data))
                outcomes["documents"] += 1
                check(document)
                started = time.process_time()
                if outcomes["documents"] % EXTRACTED == 1 or len(document.text) > LONG:
                    check_values(extract(document), document.text)
                    extracting.took(started, len(document.text))
                started = time.process_time()
        except DealsError:
            outcomes["refused"] += 1
        except Exception as error:
            raise AssertionError(f"{kind}, input {number}: {data!r}") from error
        if number == WARM:
            before = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    grown = (resource.getrusage(resource.RUSAGE_SELF).ru_maxrss - before) / 1024 if before else 0
    told(f"{kind:9} {dict(outcomes)}  read {reading}  extract {extracting}  memory +{grown:.0f} MB")
    return outcomes


def main() -> None:
    """Read what the command line asks for."""
    arguments = argparse.ArgumentParser(description=__doc__)
    arguments.add_argument("kinds", nargs="*", metavar="KIND", help=", ".join(KINDS))
    arguments.add_argument("--count", type=int, default=5000)
    arguments.add_argument("--seed", type=int, default=0)
    arguments.add_argument("--files", type=Path, metavar="DIR")
    given = arguments.parse_args()
    for kind in given.kinds or KINDS:
        if given.files:
            tried(kind, (path.read_bytes() for path in sorted(given.files.rglob("*")) if path.is_file()), print)
        else:
            fuzz(kind, given.count, given.seed, print)


if __name__ == "__main__":
    main()
