"""The content of `.sealwright.yaml`, checked: from YAML nodes to the values of a shape, or an error with its place."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from sealwright.config import ConvertRule, Named, Override, StampRules, Waiver
from sealwright.errors import ConfigurationError
from sealwright.finding import Position
from sealwright.patterns import Pattern

if TYPE_CHECKING:
    from collections.abc import Iterator

_MAX_BYTES = 1024 * 1024
_MAX_DEPTH = 50
_MAX_VALUES = 100_000
"""Values that aliases and merge keys may multiply the file to."""

_TAG = "tag:yaml.org,2002:"
_FINGERPRINT = Pattern(r"sha256:[0-9a-f]{64}\Z")
_PUBLIC_KEY = Pattern(r"ed25519:[A-Za-z0-9+/]{42}[AEIMQUYcgkosw048]=\Z")
_ADDRESS = Pattern(r"https?://[^@\s]+\Z")
_NUMBER = Pattern(r"[1-9][0-9]{0,11}\Z")
_NAME = Pattern(r"[A-Za-z][A-Za-z0-9_./-]{0,39}\Z")
_DATE = Pattern(r"[0-9]{4}-[0-9]{2}-[0-9]{2}\Z")
_LEVELS = ("off", "info", "low", "medium", "high", "critical")
_OFF = frozenset({"off", "Off", "OFF"})
_BOOLEANS = {"true": True, "True": True, "TRUE": True, "false": False, "False": False, "FALSE": False}
_CREDENTIAL = Pattern(r"(?i)token|password|passwd|secret|credential|access[-_]?key|private[-_]?key|api[-_]?key")


def read_content(data: bytes, path: str) -> dict[str, Any] | None:
    """The sections of the file as values; None for an empty file. Raises ConfigurationError with place and hint."""
    root = compose(data, path)
    return None if root is None else dict(_Reader(path).read(root, _SHAPE, ""))


def compose(data: bytes, path: str) -> Any:
    """The root node of a file of at most 1 MiB, None for an empty one. Raises ConfigurationError with a place.

    Nodes, because they have lines and keep duplicate keys.
    """
    import yaml

    if len(data) > _MAX_BYTES:
        raise ConfigurationError("it is larger than 1 MiB", place=path, hint="is it the right file?")
    try:
        text = data.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        place = f"{path}:{data.count(10, 0, error.start) + 1}"
        raise ConfigurationError("it is not UTF-8", place=place, hint="save it as UTF-8") from None
    loader = getattr(yaml, "CSafeLoader", yaml.SafeLoader)
    try:
        _check_depth(yaml.parse(text, Loader=loader), path)
        return yaml.compose(text, Loader=loader)
    except (yaml.YAMLError, RecursionError, ValueError) as error:
        mark = getattr(error, "problem_mark", None)
        place = f"{path}:{mark.line + 1}:{mark.column + 1}" if mark else path
        hint = "check indentation and quotes; it must be one document"
        raise ConfigurationError("it is not well-formed YAML", place=place, hint=hint) from None


def _check_depth(events: Any, path: str) -> None:
    """Composing recurses, in C where libyaml does it: there, a file that is nested deeply ends the process."""
    import yaml

    depth = 0
    for event in events:
        depth += isinstance(event, yaml.CollectionStartEvent) - isinstance(event, yaml.CollectionEndEvent)
        if depth > _MAX_DEPTH:
            place = f"{path}:{event.start_mark.line + 1}:{event.start_mark.column + 1}"
            raise ConfigurationError("it is nested too deeply", place=place, hint="is it the right file?")


class _Reader:
    """From nodes to checked values. A leaf of a shape is the name of the method that reads it; "" is not read."""

    def __init__(self, path: str) -> None:
        self._path = path
        self._count = 0

    def read(self, node: Any, shape: Any, where: str) -> Any:
        """The value of a node: a dict for a dict shape ("*" stands for any key), a list for a list shape."""
        self._counted(node)
        if where in _SHAPE and self._kind(node) == "null":
            return None  # a section whose lines are all commented out
        if isinstance(shape, dict):
            return {
                key: self.read(value, shape["*"] if "*" in shape else shape[key], _joined(where, key))
                for key, value in self._mapping(node, shape, where).items()
            }
        if isinstance(shape, list):
            return [self.read(item, shape[0], f"{where}[{i}]") for i, item in enumerate(self._items(node, where))]
        return getattr(self, shape)(node, where) if shape else None

    def string(self, node: Any, where: str) -> str:
        """Text that is not empty."""
        if self._kind(node) != "str" or not node.value:
            raise self._error(node, f"{where} must be a string that is not empty", "quote it")
        return str(node.value)

    def strings(self, node: Any, where: str) -> tuple[str, ...]:
        """A list of texts."""
        items = self._items(node, where)
        return tuple(self.string(self._counted(item), f"{where}[{index}]") for index, item in enumerate(items))

    def number(self, node: Any, where: str) -> int:
        """A positive whole number."""
        if self._kind(node) != "int" or not _NUMBER.match(node.value):
            raise self._error(node, f"{where} must be a whole number above 0", "write digits only")
        return int(node.value)

    def fingerprint(self, node: Any, where: str) -> str:
        """The pin of a cluster's key."""
        text = self.string(node, where)
        if not _FINGERPRINT.match(text):
            hint = "`sealwright seal` prints a certificate's fingerprint when it refuses one"
            raise self._error(node, f"{where} is not `sha256:` and 64 lower-case hexadecimal digits", hint)
        return text

    def fingerprints(self, node: Any, where: str) -> tuple[str, ...]:
        """The pins of keys that a cluster had before."""
        items = self._items(node, where)
        return tuple(self.fingerprint(self._counted(item), f"{where}[{index}]") for index, item in enumerate(items))

    def boolean(self, node: Any, where: str) -> bool:
        """true or false, and none of YAML 1.1's other words for them."""
        if self._kind(node) != "bool" or node.value not in _BOOLEANS:
            raise self._error(node, f"{where} is neither true nor false", "write true or false")
        return _BOOLEANS[node.value]

    def public_key(self, node: Any, where: str) -> str:
        """Who is believed about stamps."""
        text = self.string(node, where)
        if not _PUBLIC_KEY.match(text):
            hint = "sealing with --stamp-key says the key's public half, in the form that belongs here"
            raise self._error(node, f"{where} is not `ed25519:` and 44 characters of base64", hint)
        return text

    def stamps(self, node: Any, where: str) -> StampRules:
        """Which stamps are kept and believed: where keys are trusted, what they signed, unless it says otherwise."""
        keys = self.read(node, {"keep": "boolean", "trusted": ["public_key"], "required": "boolean"}, where)
        trusted = tuple(keys.get("trusted", ()))
        if not trusted and ("trusted" in keys or "required" in keys):
            raise self._error(node, f"{where}.trusted names no key, so that nothing could be proved", "name one")
        return StampRules(keys.get("keep", True), trusted, keys.get("required", bool(trusted)))

    def words(self, node: Any, where: str) -> str:
        """Text for people: more than blanks."""
        text = self.string(node, where).strip()
        if not text:
            raise self._error(node, f"{where} is blank", "say it in a few words")
        return text

    def date(self, node: Any, where: str) -> str:
        """A day, which YAML may take for a string or for a timestamp."""
        from datetime import date

        try:
            if self._kind(node) in {"str", "timestamp"} and _DATE.match(node.value):
                return date.fromisoformat(node.value).isoformat()
        except ValueError:
            pass
        raise self._error(node, f"{where} is not a date", "write the last day as YYYY-MM-DD")

    def named(self, node: Any, where: str) -> Named:
        """A name with its place."""
        return Named(self.string(node, where), *_ends(node))

    def waiver(self, node: Any, where: str) -> Waiver:
        """An exception that somebody answers for."""
        keys = self.read(node, _WAIVER, where)
        for name in ("rule", "path", "reason", "owner"):
            if name not in keys:
                raise self._error(node, f"{where} has no `{name}`", "a waiver says rule, path, reason and owner")
        return Waiver(**keys)

    def store(self, node: Any, where: str) -> dict[str, Any]:
        """Where values live."""
        keys: dict[str, Any] = self.read(node, _STORE, where)
        if "backend" not in keys:
            raise self._error(node, f"{where} has no `backend`", f"one of {', '.join(BACKENDS)}")
        return keys

    def conversion(self, node: Any, where: str) -> ConvertRule:
        """What becomes of plaintext under some paths."""
        keys = self.read(node, _CONVERSION, where)
        for name in ("paths", "to"):
            if name not in keys:
                raise self._error(node, f"{where} has no `{name}`", "a conversion has paths and `to`")
        return ConvertRule(**keys)

    def backend(self, node: Any, where: str) -> str:
        """What kind of store it is."""
        return self._one_of(node, where, BACKENDS)

    def store_kind(self, node: Any, where: str) -> str:
        """The kind of object that ExternalSecrets point at."""
        return self._one_of(node, where, _STORE_KINDS)

    def form(self, node: Any, where: str) -> str:
        """What a Secret becomes."""
        return self._one_of(node, where, FORMS)

    def scope(self, node: Any, where: str) -> str:
        """The scope of SealedSecrets."""
        return self._one_of(node, where, _SCOPES)

    def _one_of(self, node: Any, where: str, choices: tuple[str, ...]) -> str:
        text = self.string(node, where)
        if text not in choices:
            raise self._error(node, f"{where} is none of those that there are", f"one of {', '.join(choices)}")
        return text

    def override(self, node: Any, where: str) -> Override:
        """Severities for some paths."""
        keys = self.read(node, {"paths": "strings", "rules": "levels"}, where)
        for name in ("paths", "rules"):
            if name not in keys:
                raise self._error(node, f"{where} has no `{name}`", "an override has paths and rules")
        return Override(**keys)

    def levels(self, node: Any, where: str) -> tuple[tuple[Named, str], ...]:
        """Severities by rule. YAML 1.1 takes `off` for a boolean."""
        values = self._mapping(node, {"*": ""}, where)
        names = {key.value: self.named(key, where) for key, _, _ in self._entries(node, where)}
        return tuple((names[rule], self._level(value, _joined(where, rule))) for rule, value in values.items())

    def _level(self, node: Any, where: str) -> str:
        level = "off" if self._kind(node) == "bool" and node.value in _OFF else node.value
        if self._kind(node) not in {"str", "bool"} or level not in _LEVELS:
            raise self._error(node, f"{where} is no severity", f"one of {', '.join(_LEVELS)}")
        return str(level)

    def controller(self, node: Any, where: str) -> Any:
        """An address, or how to find the controller through a cluster's API."""
        if self._kind(node) != "str":
            return self.read(node, _CONTROLLER, where)
        if not _ADDRESS.match(node.value):
            hint = "write https://HOST, without user name and password, or a mapping with kubeconfig and context"
            raise self._error(node, f"{where} is not an address", hint)
        return node.value

    def _mapping(self, node: Any, shape: dict[str, Any], where: str) -> dict[str, Any]:
        found: dict[str, Any] = {}
        for key, value, merged in self._entries(node, where):
            name = key.value
            if self._kind(key) != "str":
                raise self._error(key, f"{where or 'the file'}: every key must be a string", "quote it")
            if not name or ("*" not in shape and name not in shape):
                raise self._unknown(key, where, list(shape))
            if name in found and not merged:
                raise self._error(key, f"the key `{_joined(where, name)}` is there twice", "keep one of them")
            found.setdefault(name, value)
        return found

    def _entries(self, node: Any, where: str) -> Iterator[tuple[Any, Any, bool]]:
        """(key, value, merged in) of a mapping; what `<<` brings in comes after the mapping's own."""
        waiting, merged = [node], False
        while waiting:
            current = self._counted(waiting.pop())
            if self._kind(current) != "map":
                raise self._error(current, f"{where or 'the file'} must be a mapping", "write `key: value` lines")
            for key, value in current.value:
                self._counted(key)
                if self._kind(key) == "merge":
                    waiting.extend(reversed(value.value) if self._kind(value) == "seq" else [value])
                else:
                    yield key, value, merged
            merged = True

    def _items(self, node: Any, where: str) -> list[Any]:
        if self._kind(node) != "seq":
            raise self._error(node, f"{where} must be a list", "write `- ` before each")
        return list(node.value)

    def _kind(self, node: Any) -> str:
        """The node's type; '' where its tag says another than it has."""
        kind = str(node.tag).removeprefix(_TAG)
        return kind if node.id == {"map": "mapping", "seq": "sequence"}.get(kind, "scalar") else ""

    def _counted(self, node: Any) -> Any:
        self._count += 1
        if self._count > _MAX_VALUES:
            raise self._error(node, "its aliases or lists come to more than 100,000 values", "write less")
        return node

    def _unknown(self, key: Any, where: str, known: list[str]) -> ConfigurationError:
        from difflib import get_close_matches

        close = get_close_matches(key.value[:80], known, n=1)
        hint = f"did you mean `{close[0]}`?" if close else f"known here: {', '.join(known)}"
        if not key.value:
            return self._error(key, f"{where or 'the file'}: a key is empty", "give it a name")
        if _CREDENTIAL.search(key.value) and not close:
            hint = "no credentials here: they come from the environment, and this file is in Git"
        return self._error(key, f"unknown key `{_joined(where, key.value)}`", hint)

    def _error(self, node: Any, message: str, hint: str) -> ConfigurationError:
        mark = node.start_mark
        return ConfigurationError(message, place=f"{self._path}:{mark.line + 1}:{mark.column + 1}", hint=hint)


def _ends(node: Any) -> tuple[Position, Position]:
    """Where a node begins and ends, as people count."""
    start, end = node.start_mark, node.end_mark
    return Position(start.line + 1, start.column + 1), Position(end.line + 1, end.column + 1)


def _joined(where: str, key: str) -> str:
    """`clusters.prod`; a key that is no name is not repeated, since anything may have slipped in there."""
    shown = key if _NAME.match(key) else "..."
    return f"{where}.{shown}" if where else shown


_CONTROLLER = dict.fromkeys(("kubeconfig", "context", "namespace", "name"), "string")
_WAIVER = {"rule": "named", "path": "string", "reason": "words", "owner": "words", "expires": "date"}
_STORE = dict.fromkeys(
    (
        *("key", "region", "endpoint", "profile", "prefix", "kms-key", "path", "address", "mount"),
        *("namespace", "project", "location", "vault"),
    ),
    "string",
) | {"backend": "backend", "ref": {"kind": "store_kind", "name": "string"}}
_CONVERSION = {"paths": "strings", "to": "form", "store": "string", "scope": "scope"}
BACKENDS = (*("local", "aws-secrets-manager", "aws-parameter-store", "vault", "gcp-secret-manager", "azure-key-vault"),)
FORMS = ("sealed-secret", "external-secret", "secret-provider-class")
_STORE_KINDS = ("SecretStore", "ClusterSecretStore")
_SCOPES = ("strict", "namespace-wide", "cluster-wide")

_SHAPE: dict[str, Any] = {
    "clusters": {
        "*": {
            "paths": "strings",
            "certificate": "string",
            "fingerprint": "fingerprint",
            "controller": "controller",
            "previous-fingerprints": "fingerprints",
        },
    },
    "scan": {"skip-files": "strings", "max-bytes": "number", "overrides": ["override"]},
    "stores": {"*": "store"},
    "convert": ["conversion"],
    "policy": {"packs": "", "severity-threshold": "", "overrides": [{"paths": "", "rules": ""}]},
    "waivers": ["waiver"],
    "stamps": "stamps",
}
"""Sections of the file: dicts and lists of shapes, whose leaves name methods of _Reader."""
