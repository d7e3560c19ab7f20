"""Which secrets of a mount are this program's: Vault cannot be asked for labels, so its folders are walked."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from sealwright.errors import StoreError
from sealwright.stores.remote_names import MANAGED_BY, MANAGER
from sealwright.stores.vault_line import Forbidden

if TYPE_CHECKING:
    from collections.abc import Iterable

    from requests import Response

    from sealwright import config
    from sealwright.stores.vault_line import Line

_AT_ONCE = 8
_MOST = 100_000
"""Secrets and folders: a mount with more is shared by many, and needs a `prefix`."""
_DEEPEST = 32
"""Folders inside folders."""


def walk(line: Line, store: config.Store) -> list[str]:
    """The names, sorted. Raises StoreError, also for more than can be looked through."""
    from concurrent.futures import ThreadPoolExecutor

    start = beginning(store)
    folders, leaves, seen, depth = [start], [], 0, 0
    with ThreadPoolExecutor(_AT_ONCE) as pool:
        while folders:
            entries = [entry for found in pool.map(lambda one: _entries(line, one, start), folders) for entry in found]
            seen += len(entries)
            depth += 1
            if seen > _MOST or depth > _DEEPEST:
                hint = "put what is this program's below a `prefix`"
                raise StoreError(f"there is too much below /{start} to look through", hint=hint)
            folders = [entry for entry in entries if entry.endswith("/")]
            leaves += [entry for entry in entries if not entry.endswith("/")]
        ours = pool.map(lambda name: _is_ours(line, name), leaves)
        return sorted(name for name, own in zip(leaves, ours, strict=True) if own)


def beginning(store: config.Store) -> str:
    """The folder that all names of the store lie in, with a slash at its end; '' for the mount's own."""
    fixed = store.prefix + store.key.partition("{")[0]
    return fixed[: fixed.rfind("/") + 1]


def _entries(line: Line, folder: str, start: str) -> Iterable[str]:
    """What is in a folder; folders end in a slash."""

    def look(client: Any, mount: str) -> Response:
        found: Response = client.secrets.kv.v2.list_secrets(folder, mount_point=mount)
        return found

    try:
        answer = line.ask(folder or "/", look, None)
    except Forbidden:
        if folder == start:
            raise
        return []
    found = answer.data.get("keys")
    keys = found if isinstance(found, list) else []
    # A name with dots only would lead back up.
    plain = [str(key) for key in keys if str(key).strip("./") and "//" not in str(key)]
    return [folder + key for key in plain]


def _is_ours(line: Line, name: str) -> bool:
    """Whether the labels say so, and the newest version is not marked as deleted or destroyed."""

    def look(client: Any, mount: str) -> Response:
        found: Response = client.secrets.kv.v2.read_secret_metadata(name, mount_point=mount)
        return found

    try:
        about = line.ask(name, look, None).data
    except Forbidden:
        return False
    labels, versions = about.get("custom_metadata"), about.get("versions")
    if not isinstance(labels, dict) or labels.get(MANAGED_BY) != MANAGER:
        return False
    newest = (versions if isinstance(versions, dict) else {}).get(str(about.get("current_version", "")))
    # A date of deletion may lie ahead, which is none yet: what is listed may still be gone when it is read.
    return (
        isinstance(newest, dict) and not newest.get("destroyed") and not _is_past(str(newest.get("deletion_time", "")))
    )


def _is_past(time: str) -> bool:
    """Whether a time of Vault (RFC 3339 in UTC, with nanoseconds) is over; '' is none."""
    from datetime import datetime, timezone

    return bool(time) and time[:19] <= datetime.now(timezone.utc).strftime("%Y-%m-%dT%H:%M:%S")
