"""A host of git repositories on the loopback: git's own `http-backend` behind a web server with a network's faults."""

from __future__ import annotations

import base64
import os
import socket
import subprocess
import threading
import time
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from urllib.parse import urlencode

from loopback_server import Answered, Asked, Service
from support import Repository, scrubbed


class GitHost(Service):
    """Bare repositories below a folder, at `base`/NAME. With `passwords`, only who has one of them (user to password).

    `cut` is how many bytes of each pack are sent, None for all; while `hanging` is clear, nothing is answered.
    """

    def __init__(self, folder: Path, passwords: Mapping[str, str] | None = None) -> None:
        super().__init__()
        self.folder = folder
        self.passwords = passwords
        self.cut: int | None = None
        self.going = threading.Event()
        self.going.set()

    def add(self, name: str, source: Repository) -> str:
        """A copy of a repository, as others would have pushed it; where it is on disk."""
        place = self.folder / name
        Repository.init(self.folder).git("clone", "--quiet", "--bare", source.path, place)
        source.git("remote", "add", f"at-{name.replace('/', '-')}", place)
        bare = Repository(place)
        bare.git("config", "uploadpack.allowFilter", "true")
        bare.git("config", "uploadpack.allowAnySHA1InWant", "true")
        return str(place)

    def answer(self, asked: Asked) -> Answered:
        self.going.wait(60)
        if self.passwords is not None and self._user(asked) is None:
            return Answered(401, headers={"WWW-Authenticate": 'Basic realm="git"', "Content-Type": "text/plain"})
        result = subprocess.run(
            ["git", "http-backend"], input=asked.body, env=self._environment(asked), capture_output=True, check=False
        )
        head, _, body = result.stdout.partition(b"\r\n\r\n")
        headers = dict(line.split(": ", 1) for line in head.decode("ascii").split("\r\n") if ": " in line)
        status = int(headers.pop("Status", "200 OK").split()[0])
        if self.cut is not None and asked.path.endswith("git-upload-pack") and b"PACK" in body:
            body = body[: body.index(b"PACK") + self.cut]
        return Answered(status, body, headers)

    def _user(self, asked: Asked) -> str | None:
        scheme, _, coded = asked.headers.get("authorization", "").partition(" ")
        user, _, password = base64.b64decode(coded).decode().partition(":") if scheme == "Basic" else ("", "", "")
        return user if (self.passwords or {}).get(user) == password and password else None

    def _environment(self, asked: Asked) -> dict[str, str]:
        return scrubbed(os.environ) | {
            "GIT_PROJECT_ROOT": str(self.folder),
            "GIT_HTTP_EXPORT_ALL": "1",
            "REQUEST_METHOD": asked.method,
            "PATH_INFO": asked.path,
            "QUERY_STRING": urlencode(asked.query),
            "CONTENT_TYPE": asked.headers.get("content-type", ""),
            "CONTENT_LENGTH": str(len(asked.body)),
            "HTTP_CONTENT_ENCODING": asked.headers.get("content-encoding", ""),
            "HTTP_GIT_PROTOCOL": asked.headers.get("git-protocol", ""),
            "REMOTE_ADDR": "127.0.0.1",
        }


@contextmanager
def git_daemon(folder: Path) -> Iterator[str]:
    """The address of `git daemon` over the repositories of a folder, for as long as the block lasts."""
    with socket.create_server(("127.0.0.1", 0)) as free:
        port = free.getsockname()[1]
    words = ["--export-all", "--reuseaddr", "--listen=127.0.0.1", f"--port={port}", f"--base-path={folder}"]
    process = subprocess.Popen(
        ["git", "daemon", *words, str(folder)], env=scrubbed(os.environ), stderr=subprocess.DEVNULL
    )
    try:
        for _ in range(200):
            with socket.socket() as probe:
                if probe.connect_ex(("127.0.0.1", port)) == 0:
                    break
            time.sleep(0.05)
        yield f"git://127.0.0.1:{port}"
    finally:
        process.terminate()
        process.wait()
