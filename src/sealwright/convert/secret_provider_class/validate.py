"""What the driver and its providers would refuse in a SecretProviderClass, found before any cluster sees it.

Sources: pkg/util/secretutil and pkg/util/fileutil of the Secrets Store CSI driver (the schema asks for less than it
does at run time); for the providers see `aws_rules` and `other_rules`.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from sealwright.convert.secret_provider_class.aws_rules import aws_files
from sealwright.convert.secret_provider_class.embedded import Malformed
from sealwright.convert.secret_provider_class.model import API_VERSION, KIND
from sealwright.convert.secret_provider_class.other_rules import azure_files, gcp_files, vault_files

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator

    from sealwright.manifest.scalars import Plain

_FILES: dict[str, Callable[[dict[str, str]], list[str]]] = {
    "aws": aws_files,
    "azure": azure_files,
    "gcp": gcp_files,
    "vault": vault_files,
}
_TLS = "kubernetes.io/tls"
_TLS_KEYS = frozenset({"tls.crt", "tls.key"})
_LONGEST_PATH = 4096
_LONGEST_NAME = 255


def flaws(plain: Plain) -> list[str]:
    """Everything that is wrong with a SecretProviderClass given as plain data, [] for nothing."""
    return list(_flaws(plain if isinstance(plain, dict) else {}))


def _flaws(plain: dict[str, Plain]) -> Iterator[str]:
    if plain.get("apiVersion") != API_VERSION or plain.get("kind") != KIND:
        yield f"it is no {KIND} of {API_VERSION}"
    spec = plain.get("spec")
    if not isinstance(spec, dict):
        yield "it has no spec"
        return
    written = spec.get("parameters")
    parameters = written if isinstance(written, dict) else {}
    wrong = [name for name, value in parameters.items() if not _is_text(value)]
    if wrong:
        yield f"parameter {wrong[0]} is not a text; put it in quotes"
        return
    provider = spec.get("provider")
    find = _FILES.get(provider) if isinstance(provider, str) else None
    if find is None:
        yield f"its provider is none of {', '.join(_FILES)}"
        return
    try:
        files = find({name: str(value) for name, value in parameters.items()})
    except Malformed as flaw:
        yield str(flaw)
        return
    yield from _of_paths(files)
    yield from _of_synced(spec.get("secretObjects"), files)


def _of_paths(files: Iterable[str]) -> Iterator[str]:
    seen: set[str] = set()
    for name in files:
        parts = name.split("/")
        if not name or name.startswith(("/", "..")) or any(part in {"", ".", ".."} for part in parts):
            yield f"no file can be called `{name}`"
        if len(name) > _LONGEST_PATH or any(len(part.encode()) > _LONGEST_NAME for part in parts):
            yield "a file's name is too long"
        if name in seen:
            yield f"two objects are mounted as `{name}`"
        seen.add(name)
    for name in seen:
        if any(other.startswith(f"{name}/") for other in seen):
            yield f"`{name}` is a file and a folder"


def _of_synced(written: Plain, files: list[str]) -> Iterator[str]:
    if written is None:
        return
    if not isinstance(written, list):
        yield "secretObjects is not a list"
        return
    names: set[str] = set()
    for item in written:
        fields = item if isinstance(item, dict) else {}
        name, kind, data = fields.get("secretName"), fields.get("type"), fields.get("data")
        if not _is_text(name) or not name:
            yield "a synced Secret has no secretName"
        elif str(name) in names:
            yield f"two synced Secrets are called {name}"
        names.add(str(name))
        if not _is_text(kind) or not kind:
            yield "a synced Secret has no type"
        if not isinstance(data, list) or not data:
            yield "a synced Secret has no data"
            continue
        for entry in data:
            yield from _of_entry(entry if isinstance(entry, dict) else {}, str(kind), files)


def _of_entry(entry: dict[str, Plain], kind: str, files: list[str]) -> Iterator[str]:
    name, key = entry.get("objectName"), entry.get("key")
    if not _is_text(name) or not str(name).strip() or not _is_text(key) or not str(key).strip():
        yield "an entry of a synced Secret has no objectName or no key"
    elif str(name).strip() not in files:
        yield f"`{name}` is synced, but no file is called so"
    elif kind == _TLS and key not in _TLS_KEYS:
        yield f"a synced Secret of type {_TLS} cannot have {key}"


def _is_text(value: Plain) -> bool:
    return isinstance(value, str) and not value.startswith("\0")
