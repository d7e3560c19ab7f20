"""The files, and what they say together: the first file that has a name decides what it means."""

from __future__ import annotations

import os
from typing import TYPE_CHECKING, Any, NamedTuple

from sealwright.errors import ConfigurationError

if TYPE_CHECKING:
    from collections.abc import Iterable

_MAX_BYTES = 1024 * 1024
_HINT = "check --kubeconfig, KUBECONFIG or clusters.*.controller.kubeconfig"


class Entry(NamedTuple):
    """What stands under a name, and in which file: relative paths in it start from that file's folder."""

    values: dict[str, Any]
    path: str

    def __repr__(self) -> str:
        return f"Entry({self.path!r})"  # the values may hold credentials

    @property
    def folder(self) -> str:
        """The file's folder."""
        return os.path.dirname(os.path.abspath(self.path))

    def text(self, key: str) -> str:
        """A string of the entry; '' where there is none. Raises ConfigurationError for anything else."""
        value = self.values.get(key)
        if value is None:
            return ""
        if not isinstance(value, str):
            raise ConfigurationError(f"`{key}` is not a string", place=self.path, hint="quote it")
        return value

    def file(self, key: str) -> str:
        """A path of the entry, from where the process runs; '' where there is none."""
        text = self.text(key)
        return os.path.join(self.folder, text) if text else ""


class Kubeconfig(NamedTuple):
    """Entries by name, from all files."""

    contexts: dict[str, Entry]
    clusters: dict[str, Entry]
    users: dict[str, Entry]
    current: str

    def __repr__(self) -> str:
        return "Kubeconfig()"


def usual_files() -> list[str]:
    """The files that exist of those that KUBECONFIG names, or else `~/.kube/config`, if it exists."""
    named = os.environ.get("KUBECONFIG", "")
    paths = named.split(os.pathsep) if named else [os.path.join(os.path.expanduser("~"), ".kube", "config")]
    return [path for path in dict.fromkeys(paths) if path and os.path.exists(path)]


def load(paths: Iterable[str]) -> Kubeconfig:
    """All files as one. Raises ConfigurationError for one that cannot be read or is no kubeconfig."""
    merged = Kubeconfig({}, {}, {}, "")
    for path in paths:
        content = _read(path)
        for section, kind, entries in (
            ("contexts", "context", merged.contexts),
            ("clusters", "cluster", merged.clusters),
            ("users", "user", merged.users),
        ):
            for name, values in _named(content, section, kind, path):
                entries.setdefault(name, Entry(values, path))
        current = content.get("current-context")
        if not merged.current and isinstance(current, str):
            merged = merged._replace(current=current)
    return merged


def read_bytes(path: str, what: str) -> bytes:
    """A small file. Raises ConfigurationError."""
    try:
        with open(path, "rb") as file:
            data = file.read(_MAX_BYTES + 1)
    except (OSError, ValueError) as error:
        reason = getattr(error, "strerror", None) or type(error).__name__
        raise ConfigurationError(f"{what} cannot be read: {reason}", place=path, hint=_HINT) from None
    if len(data) > _MAX_BYTES:
        raise ConfigurationError(f"{what} is larger than 1 MiB", place=path, hint=_HINT)
    return data


def is_inside(path: str, folders: Iterable[str]) -> bool:
    """Whether a file lies in one of some folders, by its name or by where its name leads."""
    roots = tuple(os.path.normcase(os.path.join(os.path.realpath(folder), "")) for folder in folders)
    places = (os.path.abspath(path), os.path.realpath(path))
    return any(os.path.normcase(place).startswith(roots) for place in places)


def _read(path: str) -> dict[str, Any]:
    from sealwright.config.plain import plain_yaml

    content = plain_yaml(read_bytes(path, "the kubeconfig"), path)
    if content is None:
        return {}
    if not isinstance(content, dict) or content.get("kind", "Config") != "Config":
        raise ConfigurationError("it is not a kubeconfig", place=path, hint=_HINT)
    return content


def _named(content: dict[str, Any], section: str, kind: str, path: str) -> list[tuple[str, dict[str, Any]]]:
    items = content.get(section) or []
    found = []
    for item in items if isinstance(items, list) else [items]:
        name = item.get("name") if isinstance(item, dict) else None
        values = (item.get(kind) or {}) if isinstance(item, dict) else None
        if not isinstance(name, str) or not isinstance(values, dict):
            hint = f"each of `{section}` has `name` and `{kind}`"
            raise ConfigurationError(f"`{section}` cannot be read", place=path, hint=hint)
        found.append((name, values))
    return found
