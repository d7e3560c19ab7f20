"""The content of many objects from one `git cat-file`, each as a stream: memory does not grow with their number."""

from __future__ import annotations

import io
import os
from typing import IO, TYPE_CHECKING, Any, NamedTuple

from sealwright.errors import SealwrightError
from sealwright.manifest.git_process import output, start

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

_CHUNK = 1024 * 1024


class Content(NamedTuple):
    """One object. `file` is good until the next one is asked for; None where the repository does not have it."""

    oid: str
    size: int
    file: io.BufferedReader | None


def contents(root: str, oids: Sequence[str]) -> Iterator[Content]:
    """Each object's content, in order; for an id may stand what else names an object.

    Whatever git does not give, for whatever reason, has no `file`.
    """
    import subprocess
    from threading import Thread

    if not oids:
        return
    try:
        with start(root, "cat-file", "--batch", "--buffer", stdin=subprocess.PIPE) as process:
            if process.stdin is None or process.stdout is None:
                raise SealwrightError("git could not be started")
            # Git need not wait for us: it is asked for everything at once, beside the reading.
            Thread(target=_ask, args=(process.stdin, oids), daemon=True).start()
            for oid in oids:
                yield from _answer(oid, process.stdout)
    except OSError:
        return  # git stopped before it had read all requests; each that it did not answer was told


def sizes(root: str, oids: Sequence[str]) -> dict[str, int]:
    """How many bytes each object's content has, of those that the repository has."""
    if not oids:
        return {}
    request = "".join(f"{oid}\n" for oid in oids).encode("ascii")
    listing = output(root, "cat-file", "--batch-check=%(objectname) %(objectsize)", "--buffer", request=request)
    fields = (line.split() for line in listing.decode("ascii", "replace").splitlines())
    return {oid: int(size) for oid, size in fields if size.isdigit()}


def _ask(stream: IO[bytes], oids: Sequence[str]) -> None:
    try:
        stream.write(os.fsencode("".join(f"{oid}\n" for oid in oids)))
        stream.close()
    except OSError:
        pass  # git has stopped: the answers end as well


def _answer(oid: str, stream: IO[bytes]) -> Iterator[Content]:
    header = stream.readline().split()
    if len(header) != 3 or not header[2].isdigit():  # `ID missing`, or nothing any more
        yield Content(oid, 0, None)
        return
    size = int(header[2])
    if size <= _CHUNK:
        data = stream.read(size + 1)
        yield Content(oid, size, io.BufferedReader(io.BytesIO(data[:size])) if len(data) == size + 1 else None)
        return
    part = _Part(stream, size)
    yield Content(oid, size, io.BufferedReader(part, _CHUNK))
    part.finish()


class _Part(io.RawIOBase):
    """The next `size` bytes of a stream, which has one byte more behind them."""

    def __init__(self, stream: IO[bytes], size: int) -> None:
        super().__init__()
        self._stream = stream
        self._left = size

    def readable(self) -> bool:
        return True

    def readinto(self, buffer: Any, /) -> int:
        view = memoryview(buffer)
        data = self._stream.read(min(len(view), self._left))
        if not data and self._left:
            raise OSError("git stopped")
        self._left -= len(data)
        view[: len(data)] = data
        return len(data)

    def finish(self) -> None:
        """Pass over what nobody has read."""
        self._left += 1
        while self._left > 0 and (data := self._stream.read(min(self._left, _CHUNK))):
            self._left -= len(data)
