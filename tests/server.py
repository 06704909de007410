"""A local news site, over real HTTP: pages and feeds that behave, and ones that do not. It counts what it is asked."""

from __future__ import annotations

import gzip
import hashlib
import threading
import time
from collections.abc import Callable, Iterable, Mapping
from contextlib import suppress
from dataclasses import dataclass, field
from datetime import UTC, datetime
from email.utils import format_datetime
from functools import cache
from html import escape
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from socket import SHUT_RDWR
from typing import Any

from opencc import OpenCC

FACTS = [
    ("微软", "动视暴雪", "687亿美元", "2022-01-18"),
    ("博通", "VMware", "610亿美元", "2022-05-26"),
    ("AMD", "赛灵思", "350亿美元", "2020-10-27"),
    ("Salesforce", "Slack", "277亿美元", "2020-12-01"),
    ("微软", "领英", "262亿美元", "2016-06-13"),
    ("微软", "Nuance", "197亿美元", "2021-04-12"),
    ("微软", "GitHub", "75亿美元", "2018-06-04"),
    ("IBM", "红帽", "340亿美元", "2018-10-28"),
    ("软银", "Arm", "320亿美元", "2016-07-18"),
    ("戴尔", "EMC", "670亿美元", "2015-10-12"),
    ("甲骨文", "Cerner", "283亿美元", "2021-12-20"),
    ("亚马逊", "米高梅", "84.5亿美元", "2021-05-26"),
    ("亚马逊", "全食超市", "137亿美元", "2017-06-16"),
    ("亚马逊", "One Medical", "39亿美元", "2022-07-21"),
    ("谷歌", "Mandiant", "54亿美元", "2022-03-08"),
    ("谷歌", "Fitbit", "21亿美元", "2019-11-01"),
    ("谷歌", "Wiz", "320亿美元", "2025-03-18"),
    ("英特尔", "Mobileye", "153亿美元", "2017-03-13"),
    ("英特尔", "Altera", "167亿美元", "2015-06-01"),
    ("英伟达", "Mellanox", "69亿美元", "2019-03-11"),
    ("思科", "Splunk", "280亿美元", "2023-09-21"),
    ("博通", "CA Technologies", "189亿美元", "2018-07-11"),
    ("苹果", "Beats", "30亿美元", "2014-05-28"),
    ("联想", "摩托罗拉移动", "29.1亿美元", "2014-01-29"),
    ("新思科技", "Ansys", "350亿美元", "2024-01-16"),
    ("软银", "Ampere", "65亿美元", "2025-03-19"),
    ("AMD", "ZT Systems", "49亿美元", "2024-08-19"),
    ("慧与", "瞻博网络", "140亿美元", "2024-01-09"),
    ("Salesforce", "Informatica", "80亿美元", "2025-05-27"),
    ("CoreWeave", "Core Scientific", "90亿美元", "2025-07-07"),
]
"""Takeovers as they were announced: buyer, target, price, day."""
ENCODINGS = ("utf-8", "gb18030", "big5")


@dataclass
class Reply:
    """What the server answers; `pieces` come one by one, after a pause each, instead of `body`."""

    body: bytes = b""
    status: int = 200
    headers: dict[str, str] = field(default_factory=dict)
    pieces: Iterable[bytes] = ()
    pause: float = 0.0


@dataclass
class Request:
    """What the server was asked."""

    path: str
    headers: dict[str, str]
    at: float


Route = Reply | Callable[[Request], Reply]


class NewsServer:
    """A site whose pages are what the test puts at its paths."""

    def __init__(self) -> None:
        self.routes: dict[str, Route] = {}
        self.requests: list[Request] = []
        self._server = ThreadingHTTPServer(("127.0.0.1", 0), _handler(self))
        self._server.daemon_threads = True
        self._thread = threading.Thread(target=self._server.serve_forever, kwargs={"poll_interval": 0.02}, daemon=True)
        self._thread.start()

    @property
    def port(self) -> int:
        """The port it listens at."""
        return int(self._server.server_address[1])

    def url(self, path: str = "") -> str:
        """Return the address of a path."""
        return f"http://127.0.0.1:{self.port}{path}"

    def count(self, path: str) -> int:
        """Return how often a path was asked for."""
        return sum(request.path == path for request in self.requests)

    def asked(self, prefix: str = "/") -> list[str]:
        """Return the paths that were asked for, in order, without robots.txt."""
        return [r.path for r in self.requests if r.path.startswith(prefix) and r.path != "/robots.txt"]

    def put(self, path: str, body: bytes | str, kind: str = "text/html; charset=utf-8", **headers: str) -> None:
        """Put a page at a path, with the ETag of its bytes."""
        data = body.encode() if isinstance(body, str) else body
        etag = f'"{hashlib.sha256(data).hexdigest()[:16]}"'
        self.routes[path] = Reply(data, headers={"Content-Type": kind, "ETag": etag, **headers})

    def close(self) -> None:
        """Stop answering."""
        self._server.shutdown()
        self._server.server_close()


def _handler(news: NewsServer) -> type[BaseHTTPRequestHandler]:
    class Handler(BaseHTTPRequestHandler):
        protocol_version = "HTTP/1.1"
        disable_nagle_algorithm = True

        def handle(self) -> None:
            with suppress(ConnectionError):  # of whoever was killed
                super().handle()

        def do_GET(self) -> None:
            request = Request(self.path, {key.lower(): value for key, value in self.headers.items()}, time.monotonic())
            news.requests.append(request)
            route = news.routes.get(self.path, Reply(status=404))
            reply = route(request) if callable(route) else route
            etag = reply.headers.get("ETag")
            if etag and request.headers.get("if-none-match") == etag:
                reply = Reply(status=304, headers={"ETag": etag})
            try:
                self._answer(reply)
            except (BrokenPipeError, ConnectionResetError):
                self.close_connection = True

        def _answer(self, reply: Reply) -> None:
            self.send_response(reply.status)
            for key, value in reply.headers.items():
                self.send_header(key, value)
            if reply.pieces:
                self.send_header("Connection", "close")
                self.end_headers()
                for piece in reply.pieces:
                    self.wfile.write(piece)
                    self.wfile.flush()
                    time.sleep(reply.pause)
                self.connection.shutdown(SHUT_RDWR)
                return
            if reply.status != 304:
                self.send_header("Content-Length", str(len(reply.body)))
            self.end_headers()
            self.wfile.write(reply.body)

        def log_message(self, *_: Any) -> None:
            """Say nothing: the test asks what came."""

    return Handler


def article(number: int, *, script: str = "zh-Hans", more: str = "") -> str:
    """Return the page of one takeover."""
    buyer, target, price, day = FACTS[number % len(FACTS)]
    year, month, of_month = (int(part) for part in day.split("-"))
    title = f"{buyer}收购{target}"
    text = (
        f"<p>{buyer}{year}年{month}月{of_month}日宣布，将以{price}收购{target}。</p>"
        f"<p>据报导，{target}的股东将得到现金，{buyer}说这笔交易仍须监管机关批准。</p>{more}"
    )
    page = f"<article><h1>{title}</h1>{text}</article>"
    if script == "zh-Hant":
        page, title = _traditional().convert(page), _traditional().convert(title)
    return (
        f'<!doctype html><html lang="{script}"><head><title>{title}</title>'
        f'<meta property="article:published_time" content="{day}"></head><body>{page}</body></html>'
    )


@cache
def _traditional() -> OpenCC:
    return OpenCC("s2tw")


def rss(server: NewsServer, paths: Iterable[str], *, extra: Mapping[str, str] | None = None) -> str:
    """Return a feed of these paths; `extra` adds markup to the item of a path."""
    extra = extra or {}
    items = "".join(
        f"<item><title>{escape(path)}</title><link>{server.url(path)}</link><guid>{path}</guid>"
        f"<pubDate>{format_datetime(datetime(2025, 10, 8, 7, tzinfo=UTC))}</pubDate>{extra.get(path, '')}</item>"
        for path in paths
    )
    head = '<?xml version="1.0" encoding="UTF-8"?><rss version="2.0"><channel><title>t</title>'
    return f"{head}{items}</channel></rss>"


def put_news(server: NewsServer, count: int = 30) -> list[str]:
    """Put a feed of articles at /feed.xml, a third of them in each encoding, and return their paths."""
    paths = [f"/news/{number}.html" for number in range(count)]
    for number, path in enumerate(paths):
        encoding = ENCODINGS[number % len(ENCODINGS)]
        page = article(number, script="zh-Hant" if encoding == "big5" else "zh-Hans")
        server.put(path, page.encode(encoding), f"text/html; charset={encoding}")
    server.put("/feed.xml", rss(server, paths), "application/rss+xml")
    return paths


def bomb(megabytes: int) -> bytes:
    """Return gzip that unpacks to so many million zeros."""
    return gzip.compress(b"0" * (megabytes * 1_000_000), 9)
