"""Local servers that take what we tell: a webhook that keeps what it is sent, and a server of mail."""

from __future__ import annotations

import json
import socket
import threading
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any

from tests.projects import tool


@dataclass
class Hook:
    """A webhook: what it was sent, and what it answers, the last answer for good."""

    answers: list[int] = field(default_factory=lambda: [200])
    got: list[tuple[dict[str, str], bytes]] = field(default_factory=list)

    def __post_init__(self) -> None:
        hook = self

        class Handler(BaseHTTPRequestHandler):
            def do_POST(self) -> None:
                body = self.rfile.read(int(self.headers["content-length"]))
                hook.got.append(({name.lower(): value for name, value in self.headers.items()}, body))
                self.send_response(hook.answers.pop(0) if len(hook.answers) > 1 else hook.answers[0])
                self.send_header("content-length", "0")
                self.end_headers()

            def log_message(self, format: str, *arguments: Any) -> None:
                return

        self.server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        threading.Thread(target=self.server.serve_forever, daemon=True).start()

    @property
    def url(self) -> str:
        """Return where to send to."""
        return f"http://127.0.0.1:{self.server.server_port}/deals?token=hidden"

    def told(self) -> list[dict[str, Any]]:
        """Return the bodies, oldest first."""
        return [json.loads(body) for _, body in self.got]

    def titles(self) -> list[str]:
        """Return the titles of all changes told."""
        return [change["title"] for body in self.told() for change in body["data"].get("changes", ())]

    def close(self) -> None:
        """End the server."""
        self.server.shutdown()
        self.server.server_close()


def _free_port() -> int:
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        return int(free.getsockname()[1])


class Mailbox:
    """A server of SMTP that wants a user and a password, and keeps the mails."""

    def __init__(self, user: str, password: str) -> None:
        controller, smtp = tool("aiosmtpd.controller"), tool("aiosmtpd.smtp")
        self.mails: list[Any] = []

        def known(server: Any, session: Any, envelope: Any, mechanism: Any, data: Any) -> Any:
            given = (data.login.decode(), data.password.decode())
            return smtp.AuthResult(success=given == (user, password), handled=False)

        class Handler:
            async def handle_DATA(_, server: Any, session: Any, envelope: Any) -> str:
                self.mails.append(envelope)
                return "250 OK"

        self.controller = controller.Controller(
            Handler(),
            hostname="127.0.0.1",
            port=_free_port(),
            authenticator=known,
            auth_required=True,
            auth_require_tls=False,
        )
        self.controller.start()
        self.port = self.controller.port

    def close(self) -> None:
        """End the server."""
        self.controller.stop()


class Dying:
    """A server that says it is well and answers nothing else."""

    def __enter__(self) -> str:
        """Return its address."""

        class Handler(BaseHTTPRequestHandler):
            def do_GET(self) -> None:
                if self.path.endswith("/health"):
                    self.send_response(200)
                    self.send_header("content-length", "0")
                    self.end_headers()
                else:
                    self.connection.close()

            do_POST = do_GET

            def log_message(self, format: str, *arguments: Any) -> None:
                return

        self._server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        threading.Thread(target=self._server.serve_forever, daemon=True).start()
        return f"http://127.0.0.1:{self._server.server_port}/api"

    def __exit__(self, *_: object) -> None:
        self._server.shutdown()
        self._server.server_close()
