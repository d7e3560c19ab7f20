"""moto's server in a process of its own, and a door in front of it that makes the trouble that networks make."""

from __future__ import annotations

import http.client
import json
import subprocess
import sys
import time
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from threading import Thread
from typing import Any
from urllib.parse import urlsplit

import requests

_SERVER = """\
import sys
from moto.server import ThreadedMotoServer
server = ThreadedMotoServer(port=0, verbose=False)
server.start()
print(server.get_host_and_port()[1], flush=True)
sys.stdin.read()
"""

CREDENTIALS = {
    "AWS_ACCESS_KEY_ID": "testing",
    "AWS_SECRET_ACCESS_KEY": "testing",
    "AWS_EC2_METADATA_DISABLED": "true",
    "AWS_CONFIG_FILE": "/dev/null",
    "AWS_SHARED_CREDENTIALS_FILE": "/dev/null",
    "AWS_REGION": "eu-central-1",
}


class Aws:
    """A server that behaves as Secrets Manager and Parameter Store do."""

    def __init__(self, url: str) -> None:
        self.url = url

    @property
    def environment(self) -> dict[str, str]:
        """What a program needs to use it."""
        return CREDENTIALS | {"AWS_ENDPOINT_URL": self.url}

    def client(self, service: str) -> Any:
        """The SDK's own client."""
        import boto3

        return boto3.client(
            service,
            endpoint_url=self.url,
            region_name=CREDENTIALS["AWS_REGION"],
            aws_access_key_id="testing",
            aws_secret_access_key="testing",
        )

    def reset(self) -> None:
        """Forget everything."""
        requests.post(f"{self.url}/moto-api/reset", timeout=30).raise_for_status()


@contextmanager
def aws_server() -> Iterator[Aws]:
    """moto's server; it ends with the block, or with this process."""
    process = subprocess.Popen(
        [sys.executable, "-c", _SERVER], stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL
    )
    assert process.stdin is not None
    assert process.stdout is not None
    try:
        yield Aws(f"http://127.0.0.1:{int(process.stdout.readline())}")
    finally:
        process.stdin.close()
        process.wait(30)
        process.stdout.close()


class Answer:
    """What is about to be sent back."""

    def __init__(self, status: int, body: bytes) -> None:
        self.status = status
        self.body = body


Trouble = Callable[[Callable[[], Answer]], "Answer | None"]
"""What happens to a request: it may be passed on, and there may be an answer; None: the connection is dropped."""


def error(status: int, code: str, message: str = "") -> Trouble:
    """An answer of AWS that says no."""
    body = json.dumps({"__type": code, "message": message}).encode()
    return lambda pass_on: Answer(status, body)


def text(status: int, body: bytes) -> Trouble:
    """An answer that is not one of AWS."""
    return lambda pass_on: Answer(status, body)


def dropped(pass_on: Callable[[], Answer]) -> Answer | None:
    """The connection breaks off before anything was done."""
    return None


def answer_lost(pass_on: Callable[[], Answer]) -> Answer | None:
    """It was done, but nobody hears of it."""
    pass_on()
    return None


def altered(**fields: Any) -> Trouble:
    """The answer says something else in these fields."""

    def alter(pass_on: Callable[[], Answer]) -> Answer:
        answer = pass_on()
        content = json.loads(answer.body)
        content.get("Parameter", content).update(fields)
        return Answer(answer.status, json.dumps(content).encode())

    return alter


def slow(seconds: float) -> Trouble:
    """The answer takes its time."""

    def wait(pass_on: Callable[[], Answer]) -> Answer:
        time.sleep(seconds)
        return pass_on()

    return wait


class Door:
    """Passes requests on to a server, except for those that trouble was ordered for."""

    def __init__(self, url: str) -> None:
        self.url = url
        self.seen: list[str] = []
        """The operations in the order in which they came."""
        self.bodies: list[bytes] = []
        self._troubles: dict[str, list[Trouble]] = {}
        self._behind = urlsplit(url)

    def order(self, operation: str, *troubles: Trouble) -> None:
        """The next calls of an operation (`CreateSecret`) meet these, one after the other."""
        self._troubles.setdefault(operation, []).extend(troubles)

    def always(self, operation: str, trouble: Trouble) -> None:
        """Every call of the operation meets it."""
        self.order(operation, *[trouble] * 100)

    def answer(self, path: str, headers: Mapping[str, str], body: bytes) -> Answer | None:
        """What becomes of one request."""
        operation = headers.get("X-Amz-Target", "").partition(".")[2]
        self.seen.append(operation)
        self.bodies.append(body)
        waiting = self._troubles.get(operation)

        def pass_on() -> Answer:
            connection = http.client.HTTPConnection(self._behind.hostname or "", self._behind.port, timeout=30)
            connection.request("POST", path, body, dict(headers))
            response = connection.getresponse()
            answer = Answer(response.status, response.read())
            connection.close()
            return answer

        return waiting.pop(0)(pass_on) if waiting else pass_on()


@contextmanager
def trouble(aws: Aws) -> Iterator[tuple[Door, Aws]]:
    """A door in front of the server, and the server as it is seen through the door."""
    door = Door(aws.url)

    class Handler(BaseHTTPRequestHandler):
        protocol_version = "HTTP/1.1"

        def do_POST(self) -> None:
            body = self.rfile.read(int(self.headers.get("Content-Length", "0")))
            answer = door.answer(self.path, {k: v for k, v in self.headers.items() if k != "Connection"}, body)
            self.close_connection = True
            if answer is None:
                return
            self.send_response(answer.status)
            self.send_header("Content-Type", "application/x-amz-json-1.1")
            self.send_header("Content-Length", str(len(answer.body)))
            self.send_header("Connection", "close")
            self.end_headers()
            self.wfile.write(answer.body)

        def log_message(self, *_: Any) -> None:
            pass

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    server.daemon_threads = True
    thread = Thread(target=server.serve_forever, args=(0.01,), daemon=True)
    thread.start()
    try:
        yield door, Aws(f"http://127.0.0.1:{server.server_address[1]}")
    finally:
        server.shutdown()
        server.server_close()
