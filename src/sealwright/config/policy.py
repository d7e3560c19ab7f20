"""What the gate asks for, and what is accepted: the sections `policy` and `waivers`, and overrides of severities."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from sealwright.config import Override, Policy, ResourceSelector, Waiver, WaiverLimits
from sealwright.config.shapes import ShapeReader, joined
from sealwright.patterns import Pattern

if TYPE_CHECKING:
    from sealwright.config import Named

SEVERITIES = ("info", "low", "medium", "high", "critical")
_LEVELS = ("off", *SEVERITIES)
_OFF = frozenset({"off", "Off", "OFF"})
_INTEGER = Pattern(r"-?(?:0|[1-9][0-9]{0,17})\Z")
_FRACTION = Pattern(r"-?(?:0|[1-9][0-9]{0,14})\.[0-9]{1,15}\Z")
_FINGERPRINT = Pattern(r"[0-9a-f]{32}\Z")
_DEEPEST = 20

_WAIVER = {
    "rule": "rules",
    "path": "string",
    "resource": "selector",
    "fingerprint": "findings",
    "reason": "words",
    "owner": "words",
    "ticket": "words",
    "approved-by": "people",
    "created": "date",
    "expires": "date",
}
_SELECTOR = dict.fromkeys(("kind", "namespace", "name"), "string")
_NUMBERS = dict.fromkeys(SEVERITIES, "number")
_LIMITS = {"maximum-days": _NUMBERS, "approvals": _NUMBERS}
_OVERRIDE = {"paths": "strings", "rules": "levels"}
_POLICY = {
    "packs": "names",
    "severity-threshold": "severity",
    "overrides": ["policy_override"],
    "params": "params",
    "waivers": "limits",
}


class PolicyReader(ShapeReader):
    """Methods that shapes name."""

    def policy(self, node: Any, where: str) -> Policy:
        """What the gate asks for."""
        keys = self.read(node, _POLICY, where)
        if keys is None:
            return Policy()
        overrides, params = tuple(keys.get("overrides", ())), keys.get("params", ())
        threshold, limits = keys.get("severity-threshold", ""), keys.get("waivers", WaiverLimits())
        return Policy(keys.get("packs"), threshold, overrides, params, limits)

    def limits(self, node: Any, where: str) -> WaiverLimits:
        """How long a waiver may last, and how many have to agree to it."""
        keys = self.read(node, _LIMITS, where)
        return WaiverLimits(*(tuple(keys.get(name, {}).items()) for name in _LIMITS))

    def params(self, node: Any, where: str) -> tuple[tuple[Named, Any], ...]:
        """Values for the parameters of packs; what they must be is for the packs to say."""
        values = self._mapping(node, {"*": ""}, where)
        names = {key.value: self.named(key, where) for key, _, _ in self._entries(node, where)}
        return tuple((names[name], self._plain(value, joined(where, name), 0)) for name, value in values.items())

    def _plain(self, node: Any, where: str, depth: int) -> Any:
        """A value of any shape: mappings, lists, strings, numbers, booleans."""
        if depth > _DEEPEST:
            raise self._error(node, f"{where} is nested too deeply", "write less")
        kind, text = self._kind(self._counted(node)), node.value
        if kind == "map":
            pairs = self._mapping(node, {"*": ""}, where).items()
            return {key: self._plain(value, joined(where, key), depth + 1) for key, value in pairs}
        if kind == "seq":
            return [self._plain(item, f"{where}[{at}]", depth + 1) for at, item in enumerate(node.value)]
        if kind == "bool":
            return self.boolean(node, where)
        if kind == "int" and _INTEGER.match(text):
            return int(text)
        if kind == "float" and _FRACTION.match(text):
            return float(text)
        if kind in {"str", "timestamp"}:
            return str(text)
        raise self._error(node, f"{where} is no value of a parameter", "write a list, a text in quotes, or a number")

    def waiver(self, node: Any, where: str) -> tuple[Waiver, ...]:
        """An exception that somebody answers for: one for each of its rules."""
        keys = self.read(node, _WAIVER, where)
        for name in ("rule", "reason", "owner"):
            if name not in keys:
                raise self._error(node, f"{where} has no `{name}`", "a waiver says rule, path, reason and owner")
        if not keys.keys() & {"path", "resource", "fingerprint"}:
            hint = "say what it covers, by one of them or by several: what it covers fits all of them"
            raise self._error(node, f"{where} has no `path`, and neither `resource` nor `fingerprint`", hint)
        if "created" in keys and "expires" in keys and keys["expires"] < keys["created"]:
            raise self._error(node, f"{where} expires before it was created", "check both dates")
        rules = keys.pop("rule")
        rest = {name.replace("-", "_"): value for name, value in keys.items()}
        return tuple(Waiver(rule, **rest) for rule in rules)

    def selector(self, node: Any, where: str) -> ResourceSelector:
        """Which objects."""
        keys = self.read(node, _SELECTOR, where)
        if not keys:
            raise self._error(
                node, f"{where} selects nothing", "name a kind, a namespace or a name; `*` stands for any"
            )
        return ResourceSelector(**keys)

    def findings(self, node: Any, where: str) -> tuple[str, ...]:
        """Fingerprints of findings: one, or a list."""
        found = self.strings(node, where) if self._kind(node) == "seq" else (self.string(node, where),)
        if not found or not all(map(_FINGERPRINT.match, found)):
            hint = "take it from a report: --format json says each finding's `fingerprint`"
            raise self._error(node, f"{where} is not 32 lower-case hexadecimal digits", hint)
        return found

    def rules(self, node: Any, where: str) -> tuple[Named, ...]:
        """Names with their places: one, or a list."""
        found = self.names(node, where) if self._kind(node) == "seq" else (self.named(node, where),)
        if not found:
            raise self._error(node, f"{where} names no rule", "name one, or a list of them")
        return found

    def names(self, node: Any, where: str) -> tuple[Named, ...]:
        """A list of names with their places."""
        items = self._items(node, where)
        return tuple(self.named(self._counted(item), f"{where}[{at}]") for at, item in enumerate(items))

    def people(self, node: Any, where: str) -> tuple[str, ...]:
        """Who agreed."""
        items = self._items(node, where)
        return tuple(self.words(self._counted(item), f"{where}[{at}]") for at, item in enumerate(items))

    def override(self, node: Any, where: str) -> Override:
        """Severities for some paths."""
        keys = self.read(node, _OVERRIDE, where)
        for name in ("paths", "rules"):
            if name not in keys:
                raise self._error(node, f"{where} has no `{name}`", "an override has paths and rules")
        return Override(**keys)

    def policy_override(self, node: Any, where: str) -> Override:
        """Severities for some paths, or another threshold, or both."""
        keys = self.read(node, {**_OVERRIDE, "severity-threshold": "severity"}, where)
        hint = "an override has paths, and rules or a severity-threshold"
        if "paths" not in keys:
            raise self._error(node, f"{where} has no `paths`", hint)
        if len(keys) == 1:
            raise self._error(node, f"{where} has no `rules`", hint)
        return Override(keys["paths"], keys.get("rules", ()), keys.get("severity-threshold", ""))

    def levels(self, node: Any, where: str) -> tuple[tuple[Named, str], ...]:
        """Severities by rule. YAML 1.1 takes `off` for a boolean."""
        values = self._mapping(node, {"*": ""}, where)
        names = {key.value: self.named(key, where) for key, _, _ in self._entries(node, where)}
        return tuple((names[rule], self._level(value, joined(where, rule))) for rule, value in values.items())

    def _level(self, node: Any, where: str) -> str:
        level = "off" if self._kind(node) == "bool" and node.value in _OFF else node.value
        if self._kind(node) not in {"str", "bool"} or level not in _LEVELS:
            raise self._error(node, f"{where} is no severity", f"one of {', '.join(_LEVELS)}")
        return str(level)

    def severity(self, node: Any, where: str) -> str:
        """A threshold."""
        if self._kind(node) != "str" or node.value not in SEVERITIES:
            raise self._error(node, f"{where} is no severity", f"one of {', '.join(SEVERITIES)}")
        return str(node.value)
