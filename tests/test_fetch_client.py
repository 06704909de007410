"""The HTTP client against a real local server: polite to those that behave, unharmed by those that do not."""

from __future__ import annotations

import re
import socket
import sys
import threading
import time
import tracemalloc
import zlib
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from email.utils import format_datetime
from itertools import pairwise
from pathlib import Path
from typing import Any

import pytest
from msgspec.structs import replace

from pipeline.fetch import fetch
from pipeline.fetch.addresses import is_public
from pipeline.fetch.answer import parse_retry_after
from pipeline.fetch.body import BadCoding, TooLarge, decoded
from pipeline.models import Capture
from tests.server import NewsServer, Reply, article, bomb, put_news, rss
from tests.visiting import Found, Notebook, source

pytestmark = pytest.mark.usefixtures("project")

CONNECTIONS: list[Any] = []
"""Every address that this process tried to connect to."""


def _hear(event: str, details: tuple[Any, ...]) -> None:
    if event == "socket.connect":
        CONNECTIONS.append(details[1])


sys.addaudithook(_hear)


@pytest.fixture
def trap() -> Iterator[socket.socket]:
    """Give a listening port that no source names."""
    with socket.socket() as listening:
        listening.bind(("127.0.0.1", 0))
        listening.listen()
        listening.settimeout(0.05)
        yield listening


def one_article(server: NewsServer, path: str = "/a.html") -> Notebook:
    """Put a feed of one article and return an empty memory."""
    server.put("/feed.xml", rss(server, [path]), "application/rss+xml")
    return Notebook()


def test_the_client_names_itself(server: NewsServer) -> None:
    server.put("/a.html", article(0))
    Found(source(server.url("/feed.xml")), one_article(server))
    assert all(re.match(r"deal-pipeline/\d", request.headers["user-agent"]) for request in server.requests)


def test_a_host_that_asks_to_wait_a_second_is_given_it(server: NewsServer) -> None:
    server.put("/a.html", article(0))
    good = server.routes["/a.html"]
    answers = iter([Reply(status=429, headers={"Retry-After": "1"}), good])
    server.routes["/a.html"] = lambda request: next(answers)
    found = Found(source(server.url("/feed.xml")), one_article(server))
    first, second = (request.at for request in server.requests if request.path == "/a.html")
    assert second - first >= 1
    assert (len(found.captures), found.issues) == (1, [])


def test_a_host_that_asks_to_wait_an_hour_is_left_alone_in_this_run_and_the_next(server: NewsServer) -> None:
    server.routes["/a.html"] = Reply(status=429, headers={"Retry-After": "3600"})
    memory = one_article(server)
    first = Found(source(server.url("/feed.xml")), memory)
    assert first.messages == ["HTTP 429"]
    assert datetime.fromisoformat(memory.pages[server.url("/a.html")].retry_after or "") > datetime.now(UTC)
    second = Found(source(server.url("/feed.xml")), memory)
    assert server.count("/a.html") == 1
    assert "1 left for a later run" in second.messages[0]
    assert memory.pages[server.url("/feed.xml")].etag is None, "a 304 would hide the article that waits"


def test_an_error_of_the_server_is_asked_again(server: NewsServer) -> None:
    server.put("/a.html", article(0))
    answers = iter([Reply(status=500), server.routes["/a.html"]])
    server.routes["/a.html"] = lambda request: next(answers)
    found = Found(source(server.url("/feed.xml")), one_article(server))
    assert (len(found.captures), found.issues, server.count("/a.html")) == (1, [], 2)


def test_a_page_that_is_missing_is_asked_for_once_and_never_again(server: NewsServer) -> None:
    memory = one_article(server)
    assert Found(source(server.url("/feed.xml")), memory).messages == ["HTTP 404"]
    assert Found(source(server.url("/feed.xml")), memory).messages == []
    assert server.count("/a.html") == 1


def test_a_host_that_is_down_is_not_hammered(server: NewsServer) -> None:
    paths = [f"/{number}.html" for number in range(20)]
    server.put("/feed.xml", rss(server, paths), "application/rss+xml")
    for path in paths:
        server.routes[path] = Reply(status=503)
    found = Found(source(server.url("/feed.xml"), concurrency=1), Notebook())
    assert len(server.asked("/")) == 1 + 3 * 3
    assert found.messages[:3] == ["HTTP 503"] * 3
    assert found.messages[3:] == [f"17 left for a later run: 127.0.0.1:{server.port} failed 3 times in a row"]


def test_requests_to_a_host_keep_the_delay_that_robots_txt_asks_for(server: NewsServer) -> None:
    put_news(server, 3)
    server.put("/robots.txt", "User-agent: *\nCrawl-delay: 0.3\n", "text/plain")
    Found(source(server.url("/feed.xml")), Notebook())
    times = [request.at for request in server.requests if request.path != "/robots.txt"]
    assert len(times) == 4
    assert all(later - earlier >= 0.29 for earlier, later in pairwise(times))


def test_a_host_that_asks_for_an_hour_between_requests_is_left_alone(server: NewsServer) -> None:
    put_news(server, 3)
    server.put("/robots.txt", "User-agent: *\nCrawl-delay: 3600\n", "text/plain")
    found = Found(source(server.url("/feed.xml")), Notebook())
    assert "asks for 3600 seconds between two requests" in found.messages[0]
    assert server.asked() == []


def test_what_robots_txt_forbids_is_not_fetched(server: NewsServer) -> None:
    server.put("/a.html", article(0))
    server.put("/robots.txt", "User-agent: deal-pipeline\nDisallow: /a\n", "text/plain")
    found = Found(source(server.url("/feed.xml")), one_article(server))
    assert found.messages == [f"robots.txt of 127.0.0.1:{server.port} forbids it"]
    assert server.asked() == ["/feed.xml"]


def test_a_robots_txt_that_cannot_be_reached_means_wait(server: NewsServer) -> None:
    put_news(server, 2)
    server.routes["/robots.txt"] = Reply(status=500)
    memory = Notebook()
    found = Found(source(server.url("/feed.xml")), memory)
    assert found.captures == []
    assert found.messages == [
        f"robots.txt of 127.0.0.1:{server.port} cannot be reached (HTTP 500); waiting until it can"
    ]
    assert server.asked() == []
    del server.routes["/robots.txt"]
    assert len(Found(source(server.url("/feed.xml")), memory).captures) == 2


def test_redirects_are_followed_and_name_the_document(server: NewsServer) -> None:
    server.put("/b.html", article(0))
    server.routes["/a.html"] = Reply(status=302, headers={"Location": "/b.html?utm_source=feed#top"})
    server.routes["/b.html?utm_source=feed"] = server.routes["/b.html"]
    assert Found(source(server.url("/feed.xml")), one_article(server)).ids == [server.url("/b.html")]


@pytest.mark.parametrize(
    ("target", "message"),
    [("/a.html", "redirects in a circle"), ("/next", "more than 10 redirects"), ("", "without a Location")],
)
def test_endless_redirects_end_in_an_issue(server: NewsServer, target: str, message: str) -> None:
    server.routes["/a.html"] = Reply(status=302, headers={"Location": target} if target else {})
    for number in range(12):
        server.routes["/next" + "/x" * number] = Reply(status=302, headers={"Location": "/next" + "/x" * (number + 1)})
    found = Found(source(server.url("/feed.xml")), one_article(server))
    assert message in found.messages[0]
    assert found.captures == []


def test_a_deleted_article_that_leads_to_the_front_page_is_no_article(server: NewsServer) -> None:
    server.put("/", article(0))
    server.routes["/a.html"] = Reply(status=301, headers={"Location": "/"})
    found = Found(source(server.url("/feed.xml")), one_article(server))
    assert (found.messages, found.captures) == (["leads to the site's front page"], [])


@pytest.mark.parametrize(
    "host",
    [
        "127.0.0.1", "localhost", "10.0.0.1", "172.16.0.1", "192.168.0.1", "169.254.169.254", "0.0.0.0", "[::1]",
        "[::ffff:127.0.0.1]", "[fe80::1]", "[fd00::1]", "[64:ff9b::7f00:1]", "[2002:7f00:1::]", "2130706433", "0x7f.1",
        "224.0.0.1", "100.64.0.1",
    ],
)  # fmt: skip
def test_redirects_to_private_addresses_are_refused_before_a_connection_is_tried(
    server: NewsServer, trap: socket.socket, host: str
) -> None:
    server.put("/robots.txt", "", "text/plain")
    server.routes["/a.html"] = Reply(status=302, headers={"Location": f"http://{host}:{trap.getsockname()[1]}/secret"})
    memory = one_article(server)
    CONNECTIONS.clear()
    found = Found(source(server.url("/feed.xml")), memory)
    assert {address[:2] for address in CONNECTIONS} == {("127.0.0.1", server.port)}
    with pytest.raises(TimeoutError):
        trap.accept()
    assert "is not a public address" in found.messages[0]
    assert found.captures == []


@pytest.mark.parametrize(
    "target", ["file:///etc/passwd", "ftp://127.0.0.1/a", "gopher://127.0.0.1/", "http://:80/x", "//["]
)
def test_redirects_to_what_is_no_web_address_are_refused(server: NewsServer, target: str) -> None:
    server.routes["/a.html"] = Reply(status=302, headers={"Location": target})
    CONNECTIONS.clear()
    found = Found(source(server.url("/feed.xml")), one_article(server))
    assert re.match("not an http or https address|redirects to what is no address", found.messages[0])
    assert {address[:2] for address in CONNECTIONS} == {("127.0.0.1", server.port)}


def test_a_source_may_not_lie_on_a_private_network_unless_it_says_so(server: NewsServer) -> None:
    put_news(server, 1)
    CONNECTIONS.clear()
    found = Found(replace(source(server.url("/feed.xml")), allow_private=False), Notebook())
    assert (CONNECTIONS, server.requests) == ([], [])
    assert "leads to 127.0.0.1, which is not a public address" in found.messages[0]


def test_a_name_that_changes_its_address_between_check_and_connection_gains_nothing(
    server: NewsServer, trap: socket.socket, monkeypatch: pytest.MonkeyPatch
) -> None:
    asked: list[str] = []
    real = socket.getaddrinfo

    def rebinding(host: str, *rest: Any, **more: Any) -> Any:
        if host != "rebind.example":
            return real(host, *rest, **more)
        asked.append(host)
        address = "203.0.113.1" if len(asked) % 2 else "127.0.0.1"
        return [(socket.AF_INET, socket.SOCK_STREAM, 6, "", (address, rest[0]))]

    monkeypatch.setattr(socket, "getaddrinfo", rebinding)
    server.routes["/a.html"] = Reply(
        status=302, headers={"Location": f"http://rebind.example:{trap.getsockname()[1]}/secret"}
    )
    CONNECTIONS.clear()
    Found(source(server.url("/feed.xml"), connect_timeout=0.2), one_article(server))
    assert asked
    assert ("127.0.0.1", trap.getsockname()[1]) not in [address[:2] for address in CONNECTIONS]


def test_the_addresses_of_the_open_internet_are_public() -> None:
    assert all(map(is_public, ["8.8.8.8", "1.1.1.1", "2606:4700::1111", "::ffff:8.8.8.8", "64:ff9b::808:808"]))


def test_a_bomb_of_gzip_is_noticed_before_it_is_unpacked(server: NewsServer) -> None:
    body = bomb(200)
    assert len(body) < 200_000
    server.routes["/a.html"] = Reply(body, headers={"Content-Type": "text/html", "Content-Encoding": "gzip"})
    memory = one_article(server)
    tracemalloc.start()
    found = Found(source(server.url("/feed.xml"), max_bytes=5_000_000), memory)
    peak = tracemalloc.get_traced_memory()[1]
    tracemalloc.stop()
    assert found.messages == ["more than 5,000,000 bytes unpacked"]
    assert peak < 20_000_000
    assert server.count("/a.html") == 1


@pytest.mark.parametrize("coding", ["br", "zstd", "compress", "gzip, gzip", "x" * 500])
def test_codings_that_nobody_asked_for_are_not_unpacked(server: NewsServer, coding: str) -> None:
    server.routes["/a.html"] = Reply(b"x" * 99, headers={"Content-Type": "text/html", "Content-Encoding": coding})
    found = Found(source(server.url("/feed.xml")), one_article(server))
    assert "which was not asked for" in found.messages[0]


def test_a_body_may_be_gzip_zlib_or_bare_deflate_in_any_pieces() -> None:
    plain = article(0).encode() * 50
    bare = zlib.compressobj(wbits=-15)
    packed = {
        "gzip": zlib.compressobj(wbits=31),
        "deflate": zlib.compressobj(),
    }
    bodies = [("deflate", bare.compress(plain) + bare.flush()), ("identity", plain)]
    bodies += [(coding, packer.compress(plain) + packer.flush()) for coding, packer in packed.items()]
    for coding, body in bodies:
        for size in (1, 7, 1000, 10**6):
            pieces = [body[at : at + size] for at in range(0, len(body), size)]
            assert b"".join(decoded(pieces, coding, 10**6)) == plain, (coding, size)


def test_several_gzip_members_are_one_body() -> None:
    assert b"".join(decoded([bomb(0) + bomb(1)[:-1], bomb(1)[-1:]], "gzip", 2_000_000)) == b"0" * 1_000_000


def test_a_compressed_body_that_is_cut_off_or_broken_is_no_body() -> None:
    whole = bomb(1)
    for broken in (whole[:-9], whole[:40] + b"junk" + whole[44:], b"\x1f\x8b junk"):
        with pytest.raises(BadCoding):
            list(decoded([broken], "gzip", 2_000_000))
    with pytest.raises(TooLarge):
        list(decoded([whole], "gzip", 999_999))


def test_an_announced_size_beyond_the_limit_is_not_read(server: NewsServer) -> None:
    server.put("/a.html", b"x" * 300_000)
    found = Found(source(server.url("/feed.xml"), max_bytes=200_000), one_article(server))
    assert found.messages == ["300,000 bytes announced, more than 200,000"]


@pytest.mark.parametrize("kind", ["application/pdf", "image/png", "video/mp4", "application/zip"])
def test_what_is_no_article_by_its_type_is_not_read(server: NewsServer, kind: str) -> None:
    server.put("/a.html", b"%PDF-1.7", kind)
    found = Found(source(server.url("/feed.xml")), one_article(server))
    assert found.messages == [f"content type {kind} is not read here"]


def test_a_body_that_drips_a_byte_a_second_ends_when_its_time_is_over(server: NewsServer) -> None:
    sent: list[bytes] = []
    drops = (sent.append(b"x") or b"x" for _ in range(60))
    server.routes["/a.html"] = Reply(headers={"Content-Type": "text/html"}, pieces=drops, pause=1.0)
    found = Found(source(server.url("/feed.xml"), total_timeout=1.5, retries=0), one_article(server))
    assert found.messages == ["not finished after 1.5 seconds"]
    assert len(sent) < 60, "it did not wait for the end"


def test_headers_that_drip_end_when_their_time_is_over(trap: socket.socket, server: NewsServer) -> None:
    trap.settimeout(5)

    head = b"HTTP/1.1 200 OK\r\nServer: " + b"x" * 60
    sent: list[int] = []

    def drip() -> None:
        connection, _ = trap.accept()
        with connection:
            for byte in head:
                try:
                    connection.sendall(bytes([byte]))
                except OSError:
                    return
                sent.append(byte)
                time.sleep(0.2)

    threading.Thread(target=drip, daemon=True).start()
    url = f"http://127.0.0.1:{trap.getsockname()[1]}/feed.xml"
    found = Found(source(url, total_timeout=1.0, retries=0), Notebook())
    assert "(not finished after 1 seconds)" in found.messages[0]
    assert len(sent) < len(head), "it did not wait for the end"


def test_a_connection_that_is_refused_is_an_issue(trap: socket.socket) -> None:
    port = trap.getsockname()[1]
    trap.close()
    found = Found(source(f"http://127.0.0.1:{port}/feed.xml"), Notebook())
    assert "connection failed" in found.messages[0]


def test_a_run_that_is_stopped_does_not_wait_for_a_server_that_hangs(server: NewsServer) -> None:
    put_news(server, 4)
    over = threading.Event()
    waited_out: list[bool] = []

    def hang() -> Iterator[bytes]:
        yield b"x"
        waited_out.append(not over.wait(20))

    server.routes["/news/3.html"] = Reply(headers={"Content-Type": "text/html"}, pieces=hang())
    visit = fetch(source(server.url("/feed.xml")), Notebook())
    assert isinstance(next(visit), Capture)
    visit.close()
    for thread in [thread for thread in threading.enumerate() if thread.name.startswith("news_")]:
        thread.join()
    assert waited_out == []
    over.set()


def test_a_figure_that_makes_no_sense_is_an_issue(server: NewsServer) -> None:
    found = Found(source(server.url("/feed.xml"), concurrency=0), Notebook())
    assert found.messages == ["options: `concurrency` must be above 0"]


def test_options_that_nobody_knows_are_an_issue_and_no_visit(server: NewsServer) -> None:
    found = Found(source(server.url("/feed.xml"), dellay=3), Notebook())
    assert found.messages == ["options: Object contains unknown field `dellay`"]
    assert server.requests == []


@pytest.mark.parametrize(
    ("header", "seconds"),
    [("120", 120), ("0", 0), ("-5", None), ("soon", None), ("", None), ("9" * 40, 7 * 86_400), (None, None)],
)
def test_retry_after_is_read_in_seconds(header: str | None, seconds: int | None) -> None:
    now = datetime(2025, 10, 8, tzinfo=UTC)
    expected = None if seconds is None else now + timedelta(seconds=seconds)
    assert parse_retry_after(header, now) == expected


def test_retry_after_is_read_as_a_date() -> None:
    now = datetime(2025, 10, 8, tzinfo=UTC)
    later = now + timedelta(minutes=5)
    assert parse_retry_after(format_datetime(later, usegmt=True), now) == later
    assert parse_retry_after(format_datetime(now - timedelta(days=1), usegmt=True), now) == now


def test_nothing_but_loopback_was_ever_tried(tmp_path: Path) -> None:
    allowed = {"127.0.0.1", "203.0.113.1"}
    assert {address[0] for address in CONNECTIONS if isinstance(address, tuple)} <= allowed
