"""Which files a pod sees in a volume of a Secret, and with which permissions.

Source: core/v1 SecretVolumeSource and KeyToPath; modes are read as YAML 1.1 and JSON have them.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from sealwright.convert.secret_provider_class.model import DEFAULT_MODE, File
from sealwright.manifest.nodes import Mapping, Scalar, Sequence, lookup, resolve, text_of
from sealwright.manifest.scalars import kind_of

if TYPE_CHECKING:
    from collections.abc import Iterator
    from collections.abc import Sequence as Items

    from sealwright.manifest.nodes import Node

_MAX_MODE = 0o777


class Unclear(Exception):  # noqa: N818 - a signal to the caller, who knows the place
    """The volume cannot be read as the cluster would; the text says why."""


def files_of(volume: Mapping, keys: Items[str]) -> tuple[File, ...]:
    """The files of a volume's `secret` for a Secret that has `keys`. Raises Unclear.

    A key that the Secret does not have is an error for the cluster, and for us, unless the volume is optional.
    """
    mode = _mode(lookup(volume, "defaultMode"), DEFAULT_MODE)
    items = _items(volume)
    if not items:
        return tuple(File(key, key, mode) for key in keys)
    files = []
    for item in items:
        key, path = text_of(lookup(item, "key")), text_of(lookup(item, "path"))
        if key in keys:
            files.append(File(_checked(path), key, _mode(lookup(item, "mode"), mode)))
        elif not is_true(lookup(volume, "optional")):
            raise Unclear("it asks for a key that the Secret does not have")
    if len({file.name for file in files}) < len(files):
        raise Unclear("two of its items have one path")
    if not files:
        raise Unclear("none of its items is a key of the Secret")
    return tuple(files)


def is_true(node: Node | None) -> bool:
    """Whether a field says true."""
    target = resolve(node) if node is not None else None
    return isinstance(target, Scalar) and kind_of(target) == "boolean" and target.value.lower() in {"true", "yes", "on"}


def mappings(node: Node | None) -> Iterator[Mapping]:
    """The items of a list that are mappings."""
    target = resolve(node) if node is not None else None
    for item in target.items if isinstance(target, Sequence) else ():
        found = resolve(item)
        if isinstance(found, Mapping):
            yield found


def _items(volume: Mapping) -> list[Mapping]:
    return list(mappings(lookup(volume, "items")))


def _checked(path: str) -> str:
    parts = path.split("/")
    if not path or path.startswith("..") or any(part in {"", ".", ".."} for part in parts):
        raise Unclear("an item has a path that no volume can have")
    return path


def _mode(node: Node | None, default: int) -> int:
    """Octal with a leading zero, else decimal, as the API server gets it."""
    target = resolve(node) if node is not None else None
    if target is None or (isinstance(target, Scalar) and kind_of(target) == "null"):
        return default
    if not isinstance(target, Scalar) or kind_of(target) != "number":
        raise Unclear("a mode is not a number")
    text = target.value.replace("_", "").lower()
    try:
        mode = (
            int(text, 0) if text[:2] in {"0o", "0x", "0b"} else int(text, 8 if text[0] == "0" and len(text) > 1 else 10)
        )
    except ValueError:
        raise Unclear("a mode is not a number") from None
    if not 0 <= mode <= _MAX_MODE:
        raise Unclear("a mode is not between 0 and 0777")
    return mode
