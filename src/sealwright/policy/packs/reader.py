"""A pack's file to its content, checked for its shape. Errors say file, line and column, and the nearest known name."""

from __future__ import annotations

from typing import Any

from sealwright.config.nodes import compose
from sealwright.config.policy import PolicyReader
from sealwright.finding import Confidence, Severity
from sealwright.patterns import Pattern
from sealwright.policy.packs.model import (
    OBJECT,
    WORLD,
    Export,
    Fix,
    Fixture,
    Include,
    PackFile,
    Param,
    Place,
    Rule,
    Tests,
)
from sealwright.policy.packs.names import params_in, variables_in

_ID = Pattern(r"[A-Z]{3}[0-9]{3}\Z")
_SLUG = Pattern(r"[a-z][a-z0-9]*(?:-[a-z0-9]+)*\Z")
_NAME = Pattern(r"[a-z][a-z0-9.-]{0,59}\Z")
_IDENTIFIER = Pattern(r"[a-z][A-Za-z0-9]{0,59}\Z")
_KIND = Pattern(r"(?:workloads|[a-z0-9.*-]+(?:/[a-z0-9*]+)?/[A-Za-z0-9_:*-]+)\Z")
_POINTER = Pattern(r"(?:/|\.\.?(?:/|\Z))")
_MINOR = Pattern(r"1\.[0-9]{2}\Z")

_RULE = {
    "id": "rule_id",
    "slug": "slug",
    "title": "words",
    "why": "words",
    "severity": "severity",
    "precision": "precision",
    "kinds": "kinds",
    "family": "family",
    "expression": "string",
    "schema": "anything",
    "check": "check",
    "message": "words",
    "remediation": "words",
    "controls": {"*": "strings"},
    "fix": {"op": "operation", "path": "pointer", "value": "anything"},
    "export": {"admission": "boolean", "reason": "words", "minimum": "minor"},
    "noisy": "words",
    "params": "strings",
    "at": "strings",
    "tests": {"pass": ["fixture"], "fail": ["fixture"]},
}
_INCLUDE = {"rules": "strings", "packs": "strings", "controls": "string", "without": "strings", "severity": "severity"}
_PACK: dict[str, Any] = {
    "pack": "pack_name",
    "version": "string",
    "title": "words",
    "description": "words",
    "variables": "variables",
    "params": "parameters",
    "set": "settings",
    "include": ["include"],
    "rules": ["rule"],
}
_FIXTURE = {
    "object": "anything",
    "files": {"*": "text"},
    "params": "anything",
    "today": "date",
    "rendered": "boolean",
    "changed": {"*": "date"},
    "touched": "strings",
}
_NEEDED = ("id", "slug", "title", "why", "severity", "kinds", "message", "remediation")
FAMILIES = ("kubernetes", "terraform", "cloudformation", "helm-values")
PRECISIONS = tuple(confidence.value for confidence in Confidence)
OPERATIONS = ("add", "replace", "remove")


def read_pack(data: bytes, path: str, *, shipped: bool = False) -> PackFile:
    """The content of a pack's file. Only a shipped one may name checks in Python. Raises ConfigurationError."""
    root = compose(data, path)
    return _Reader(path, data, shipped=shipped).pack(root)


class _Reader(PolicyReader):
    """Methods that the shapes above name."""

    def __init__(self, path: str, data: bytes, *, shipped: bool) -> None:
        super().__init__(path)
        self._lines = data.decode("utf-8-sig").splitlines()
        self._shipped = shipped
        self._places: dict[str, Place] = {}
        self._tests: dict[str, Tests] = {}

    def pack(self, root: Any) -> PackFile:
        if root is None:
            self._places = {}
            root = compose(b"{}", self._path)
        keys = self.read(root, _PACK, "")
        for name in ("pack", "version", "title"):
            if name not in keys:
                raise self._error(root, f"a pack needs `{name}`", "see docs/policy.md")
        return PackFile(
            self._path,
            keys["pack"],
            keys["version"],
            keys["title"],
            keys.get("description", ""),
            keys.get("variables", {}),
            keys.get("params", {}),
            keys.get("set", {}),
            tuple(keys.get("include", ())),
            tuple(keys.get("rules", ())),
            self._tests,
            self._places,
        )

    def rule(self, node: Any, where: str) -> Rule:
        """One rule."""
        keys = self.read(node, _RULE, where)
        for name in _NEEDED:
            if name not in keys:
                raise self._error(node, f"{where} has no `{name}`", f"a rule has {', '.join(_NEEDED)}")
        ways = [name for name in ("expression", "schema", "check") if name in keys]
        if len(ways) != 1:
            hint = "expression (CEL), schema (JSON Schema), or, in packs that come with the program, check"
            raise self._error(node, f"{where} needs one condition, and has {len(ways) or 'none'}", hint)
        name, expression = keys["id"], keys.get("expression", "")
        if name in self._tests:
            raise self._error(node, f"the rule `{name}` is there twice", "give one of them another id")
        self._place(name, node)
        for key, value, _ in self._entries(node, where):
            self._place(f"{name}.{key.value}", value)
        tests = keys.get("tests", {})
        self._tests[name] = Tests(tuple(tests.get("pass", ())), tuple(tests.get("fail", ())))
        export = Export(**{"admission": False, **keys.get("export", {})})
        fix = self._fix(node, keys["fix"], where) if "fix" in keys else None
        return Rule(
            name,
            keys["slug"],
            keys["title"],
            keys["why"],
            Severity[keys["severity"].upper()],
            Confidence(keys.get("precision", "certain")),
            keys["kinds"],
            keys["message"],
            keys["remediation"],
            keys.get("controls", {}),
            expression,
            keys.get("schema"),
            keys.get("check", ""),
            keys.get("family", ""),
            keys.get("noisy", ""),
            variables_in(expression),
            tuple(sorted({*params_in(expression), *keys.get("params", ())})),
            fix,
            export,
            keys.get("at", ()),
        )

    def _fix(self, node: Any, keys: dict[str, Any], where: str) -> Fix:
        needed = {"op", "path"} if keys.get("op") == "remove" else {"op", "path", "value"}
        if not needed <= keys.keys():
            raise self._error(node, f"{where}.fix does not say what to do", "say op, path and, but to remove, value")
        return Fix(**keys)

    def include(self, node: Any, where: str) -> Include:
        """Rules of other packs."""
        keys = self.read(node, _INCLUDE, where)
        if not keys.keys() & {"rules", "packs", "controls"}:
            raise self._error(node, f"{where} chooses nothing", "say rules, packs, or a framework under controls")
        severity = Severity[keys["severity"].upper()] if "severity" in keys else None
        mark = node.start_mark
        return Include(
            keys.get("rules", ()),
            keys.get("packs", ()),
            keys.get("controls", ""),
            keys.get("without", ()),
            severity,
            Place(mark.line + 1, mark.column + 1),
        )

    def variables(self, node: Any, where: str) -> dict[str, str]:
        """Expressions that rules share."""
        found = self.read(node, {"*": "string"}, where)
        for key, value, _ in self._entries(node, where):
            if not _IDENTIFIER.match(key.value):
                raise self._error(key, f"{where}: a variable's name is one word, such as podSpec", "rename it")
            self._place(f"variables.{key.value}", value)
        return dict(found)

    def parameters(self, node: Any, where: str) -> dict[str, Param]:
        """What users of the pack may set."""
        found = self.read(node, {"*": {"value": "anything", "description": "words"}}, where)
        for key, value, _ in self._entries(node, where):
            if not _IDENTIFIER.match(key.value):
                raise self._error(key, f"{where}: a parameter's name is one word, such as allowedRegions", "rename it")
            if found[key.value].keys() != {"value", "description"}:
                raise self._error(value, f"{where}: a parameter has a value and a description", "add what is missing")
            self._place(f"params.{key.value}", value)
        return {name: Param(name, keys["value"], keys["description"]) for name, keys in found.items()}

    def settings(self, node: Any, where: str) -> dict[str, Any]:
        """Values for parameters of other packs."""
        found = dict(self.read(node, {"*": "anything"}, where))
        for key, _, _ in self._entries(node, where):
            self._place(f"set.{key.value}", key)
        return found

    def fixture(self, node: Any, where: str) -> Fixture:
        """A text, an object, or a mapping that says more."""
        if self._kind(node) == "str":
            return Fixture(self.string(node, where))
        names = [key.value for key, _, _ in self._entries(node, where)]
        if "object" not in names and "files" not in names:
            return Fixture(self._text_of(node))
        keys = self.read(node, _FIXTURE, where)
        if "object" in keys:
            inner = next(value for key, value, _ in self._entries(node, where) if key.value == "object")
            keys.pop("object")
            keys["text"] = inner.value if self._kind(inner) == "str" else self._text_of(inner)
        return Fixture(**keys)

    def _text_of(self, node: Any) -> str:
        """A collection as it is written, its indentation kept."""
        start, end = node.start_mark, node.end_mark
        lines = self._lines[start.line : end.line + 1]
        if end.line < len(self._lines):
            lines[-1] = lines[-1][: end.column]
        lines[0] = " " * start.column + lines[0][start.column :]
        return "\n".join(lines)

    def anything(self, node: Any, where: str) -> Any:
        """A value of any shape."""
        return self._plain(node, where, 0)

    def text(self, node: Any, where: str) -> str:
        """Text, which may be empty."""
        return str(self._counted(node).value) if self._kind(node) == "str" else self.string(node, where)

    def rule_id(self, node: Any, where: str) -> str:
        """Three letters and three digits."""
        return self._matching(_ID, node, where, "three capital letters and three digits, such as ABC001")

    def slug(self, node: Any, where: str) -> str:
        """Words in small letters."""
        return self._matching(_SLUG, node, where, "small words joined by hyphens")

    def pack_name(self, node: Any, where: str) -> str:
        """A pack's name."""
        return self._matching(_NAME, node, where, "small letters, digits, `-` and `.`")

    def pointer(self, node: Any, where: str) -> str:
        """Where a repair goes."""
        return self._matching(_POINTER, node, where, "`/` and keys from the object, or `.` and keys from the value")

    def minor(self, node: Any, where: str) -> str:
        """A version of Kubernetes."""
        return self._matching(_MINOR, node, where, 'a minor version in quotes, such as "1.30"')

    def kinds(self, node: Any, where: str) -> tuple[str, ...]:
        """What the rule is about."""
        if not self._items(node, where):
            raise self._error(
                node, f"{where} is empty, so the rule is about nothing", "name a kind, or delete the rule"
            )
        for item in self._items(node, where):
            hint = "apiVersion/Kind with `*` in any part, such as v1/Secret or apps/*/Deployment, or workloads"
            self._matching(_KIND, item, where, hint)
        return self.strings(node, where)

    def family(self, node: Any, where: str) -> str:
        """Where objects come from."""
        return self._named(node, where, FAMILIES)

    def precision(self, node: Any, where: str) -> str:
        """How sure a finding is."""
        return self._named(node, where, PRECISIONS)

    def operation(self, node: Any, where: str) -> str:
        """What a repair does."""
        return self._named(node, where, OPERATIONS)

    def check(self, node: Any, where: str) -> str:
        """What a rule in Python looks at."""
        if not self._shipped:
            raise self._error(node, f"{where}: packs of a repository are data, not code", "write an expression")
        return self._named(node, where, (OBJECT, WORLD))

    def _named(self, node: Any, where: str, choices: tuple[str, ...]) -> str:
        from difflib import get_close_matches

        text = self.string(node, where)
        if text not in choices:
            close = get_close_matches(text[:80], choices, n=1)
            hint = f"did you mean `{close[0]}`?" if close else f"one of {', '.join(choices)}"
            raise self._error(node, f"{where} is none of those that there are", hint)
        return text

    def _matching(self, pattern: Pattern, node: Any, where: str, form: str) -> str:
        text = self.string(node, where)
        if not pattern.match(text):
            raise self._error(node, f"{where} does not have the form that it needs", form)
        return text

    def _place(self, name: str, node: Any) -> None:
        mark = node.start_mark
        style = getattr(node, "style", None)
        if style == "|":
            line = self._lines[mark.line + 1] if mark.line + 1 < len(self._lines) else ""
            indent = len(line) - len(line.lstrip(" "))
            self._places[name] = Place(mark.line + 2, indent + 1, exact=True)
        else:
            exact = node.end_mark.line == mark.line and style != '"'
            self._places[name] = Place(mark.line + 1, mark.column + 1 + (style == "'"), exact=exact)
