"""A cache that several machines share, at a place that fsspec can reach: s3://, gs://, abfs://, a mounted folder.

What a run finds out is put there in segments, files that are written once and never changed. A run begins by taking the
segments that this machine does not have yet into a local cache, and asks that one from then on: a lookup over the
network for each content would take longer than looking at it. Needs the extra `fleet-shared`, and the one that fsspec
wants for the kind of place.
"""

from __future__ import annotations

import json
import os
import zlib
from hashlib import sha256
from typing import TYPE_CHECKING, Any

from sealwright.errors import UsageError
from sealwright.fleet.cache.local import LocalCache

if TYPE_CHECKING:
    from collections.abc import Collection, Mapping

_WORTH = 4 * 1024 * 1024
"""Bytes of results from which on a segment is written before the end."""
_VERSION = "v1"


class SharedCache:
    """The cache of one set of rules at `place`, with a copy in `folder`. Credentials are those that fsspec finds.

    Raises UsageError where fsspec is not installed, or the place cannot be listed. A place that several parties can
    write to has to be trusted by all of them: whoever writes there can say that a content holds nothing.
    """

    def __init__(self, place: str, folder: str, rules: str) -> None:
        self._files, root = _reached(place)
        self._root = f"{root.rstrip('/')}/sealwright-{_VERSION}/{rules[:32]}"
        self._local = LocalCache(os.path.join(folder, "shared", sha256(place.encode()).hexdigest()[:16]), rules)
        self._new: dict[bytes, bytes] = {}
        self._weight = 0
        self._trouble = ""
        self._take(place)

    @property
    def trouble(self) -> str:
        """Why something could not be kept."""
        return self._trouble or self._local.trouble

    def get(self, keys: Collection[bytes]) -> dict[bytes, bytes]:
        """Those of the keys that this machine has, of its own or of a segment."""
        return self._local.get(keys)

    def put(self, entries: Mapping[bytes, bytes]) -> None:
        """Keep them here at once, and there when they are enough for a segment."""
        self._local.put(entries)
        self._new.update(entries)
        self._weight += sum(len(key) + len(value) for key, value in entries.items())
        if self._weight >= _WORTH:
            self._give()

    def close(self) -> None:
        """The last segment."""
        self._give()
        self._local.close()

    def _take(self, place: str) -> None:
        """The segments that are new here."""
        try:
            found = {str(name).rsplit("/", 1)[-1]: str(name) for name in self._files.glob(f"{self._root}/*.segment")}
        except Exception as error:  # noqa: BLE001 - every kind of place has its own
            hint = "check the place, and the credentials for it"
            raise UsageError(f"the cache cannot be listed ({type(error).__name__})", place=place, hint=hint) from None
        marks = {_mark(name): name for name in found}
        had = self._local.get(marks)
        for mark in sorted(marks.keys() - had.keys()):
            name = marks[mark]
            try:
                self._local.put({**_entries(self._files.cat_file(found[name]), name), mark: b""})
            except Exception as error:  # noqa: BLE001 - as above; without the segment, its contents are looked at again
                self._trouble = f"a segment of the shared cache could not be read ({type(error).__name__})"

    def _give(self) -> None:
        if not self._new:
            return
        entries, self._new, self._weight = self._new, {}, 0
        rows = [[key.hex(), value.decode("latin-1")] for key, value in sorted(entries.items())]
        data = zlib.compress(json.dumps(rows, separators=(",", ":")).encode())
        name = f"{sha256(data).hexdigest()}.segment"
        try:
            self._files.makedirs(self._root, exist_ok=True)
            self._files.pipe_file(f"{self._root}/{name}", data)
            self._local.put({_mark(name): b""})
        except Exception as error:  # noqa: BLE001 - as above
            self._trouble = f"the shared cache could not be written ({type(error).__name__})"


def _reached(place: str) -> tuple[Any, str]:
    try:
        import fsspec
    except ImportError:
        hint = "pip install 'sealwright[fleet-shared]'; or give a folder"
        raise UsageError("fsspec is not installed", hint=hint) from None
    try:
        files, root = fsspec.core.url_to_fs(place)
    except (ImportError, ValueError) as error:
        hint = "a URL that fsspec knows, such as s3://BUCKET/FOLDER; some kinds need a package of their own, as s3fs"
        raise UsageError(f"the cache cannot be reached ({type(error).__name__})", hint=hint) from None
    return files, str(root)


def _entries(data: bytes, name: str) -> dict[bytes, bytes]:
    """Raises ValueError for a segment that is not what its name says: it was cut short, or changed."""
    if f"{sha256(data).hexdigest()}.segment" != name:
        raise ValueError("not what was written")
    return {bytes.fromhex(key): value.encode("latin-1") for key, value in json.loads(zlib.decompress(data))}


def _mark(name: str) -> bytes:
    """Under which the local cache knows that it has a segment."""
    return sha256(f"segment {name}".encode()).digest()[:16]
