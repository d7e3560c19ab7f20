"""A web server on the loopback that a stand-in for a service answers through, with the faults that networks have."""

from __future__ import annotations

import socket
import threading
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from ssl import SSLContext
from typing import NamedTuple
from urllib.parse import parse_qsl, unquote


class Asked(NamedTuple):
    """A request. `path` is decoded, `query` the part behind the question mark; names of headers are in lower case."""

    method: str
    path: str
    query: dict[str, str]
    headers: dict[str, str]
    body: bytes


class Answered(NamedTuple):
    status: int
    body: bytes = b""
    headers: Mapping[str, str] = {}


class Fault(NamedTuple):
    """What becomes of the next `times` requests of a method ('' for any) whose path has the text in it.

    `answer` replaces the answer; without one the connection is closed: `done` says whether the request had its effect.
    """

    method: str
    path: str
    answer: Answered | None = None
    done: bool = False
    times: int = 1


class Service:
    """What all stand-ins have. `base` is the address while it is served; `seen` are the requests so far."""

    def __init__(self) -> None:
        self.base = ""
        self.seen: list[Asked] = []
        self.faults: list[Fault] = []
        self.lock = threading.RLock()

    def answer(self, asked: Asked) -> Answered:
        raise NotImplementedError

    def asked(self, method: str, path: str = "") -> list[Asked]:
        """The requests of a method whose path has the text in it."""
        return [one for one in self.seen if one.method == method and path in one.path]

    def respond(self, asked: Asked) -> Answered | None:
        """The answer, None for none."""
        with self.lock:
            self.seen.append(asked)
            fault = next(
                (one for one in self.faults if one.method in ("", asked.method) and one.path in asked.path), None
            )
            if fault is None:
                return self.answer(asked)
            place = self.faults.index(fault)
            self.faults[place : place + 1] = [fault._replace(times=fault.times - 1)] if fault.times > 1 else []
            if fault.done:
                self.answer(asked)
            return fault.answer


class _Server(ThreadingHTTPServer):
    daemon_threads = True
    request_queue_size = 64

    def handle_error(self, request: object, client_address: object) -> None:
        """A client that goes away is what some tests are about."""


@contextmanager
def serving(service: Service, tls: SSLContext | None = None) -> Iterator[None]:
    """Run it for as long as the block lasts."""

    class Handler(BaseHTTPRequestHandler):
        protocol_version = "HTTP/1.1"
        disable_nagle_algorithm = True

        def _answer(self) -> None:
            body = self.rfile.read(int(self.headers.get("Content-Length") or 0))
            path, _, query = self.path.partition("?")
            headers = {name.lower(): value for name, value in self.headers.items()}
            asked = Asked(self.command, unquote(path), dict(parse_qsl(query)), headers, body)
            answered = service.respond(asked)
            if answered is None:
                self.close_connection = True
                self.connection.shutdown(socket.SHUT_RDWR)
                return
            self.send_response(answered.status)
            for name, value in {"Content-Type": "application/json", **answered.headers}.items():
                self.send_header(name, value)
            self.send_header("Content-Length", str(len(answered.body)))
            self.end_headers()
            self.wfile.write(answered.body)

        do_GET = do_POST = do_PUT = do_PATCH = do_DELETE = do_LIST = _answer  # noqa: N815

        def log_message(self, format: str, *arguments: object) -> None:  # noqa: A002 - the name is the base class's
            pass

    server = _Server(("127.0.0.1", 0), Handler)
    if tls:
        server.socket = tls.wrap_socket(server.socket, server_side=True, do_handshake_on_connect=False)
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.02}, daemon=True)
    thread.start()
    service.base = f"{'https' if tls else 'http'}://127.0.0.1:{server.server_port}"
    try:
        yield
    finally:
        server.shutdown()
        server.server_close()
