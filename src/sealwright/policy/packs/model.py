"""What packs are made of: rules as data, and the packs that choose among them. docs/policy.md says it for people."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, NamedTuple

if TYPE_CHECKING:
    from collections.abc import Mapping

    from sealwright.finding import Confidence, Severity

OBJECT, WORLD = "object", "world"
"""What a rule in Python looks at: one object (`packs.checks`), or everything there is (`relations.registry`)."""

WORKLOADS = "workloads"
"""Stands for all kinds that have a Pod template."""

WORKLOAD_KINDS = (
    "v1/Pod",
    "v1/ReplicationController",
    "apps/v1/Deployment",
    "apps/v1/StatefulSet",
    "apps/v1/DaemonSet",
    "apps/v1/ReplicaSet",
    "batch/v1/Job",
    "batch/*/CronJob",
)


class Fix(NamedTuple):
    """A mechanical repair, one operation of JSON Patch. `path` begins with `/` at the object, with `.` at the blamed
    value: `.` is that value, `./readOnly` a key of it, `../value` one beside it.
    """

    op: str
    path: str
    value: Any = None


class Export(NamedTuple):
    """Whether the rule can become a ValidatingAdmissionPolicy; `reason` says why not, `minimum` from which version."""

    admission: bool
    reason: str = ""
    minimum: str = "1.30"


class Rule(NamedTuple):
    """One rule. Exactly one of `expression` (CEL, true is compliant), `schema` and `check` is given.

    `kinds` are `apiVersion/Kind` with `*` in any part (`v1/Secret`, `external-secrets.io/*/ExternalSecret`); `family`
    narrows them to what comes from there, '' for any. `controls` are ids by framework. `noisy` says why the rule is
    off unless it is asked for by name, '' where it is not. `variables` and `params` are what the expression uses.
    `at` are keys, the best first, at which findings point where the expression looks at several; see `places`.
    """

    id: str
    slug: str
    title: str
    why: str
    severity: Severity
    confidence: Confidence
    kinds: tuple[str, ...]
    message: str
    remediation: str
    controls: Mapping[str, tuple[str, ...]]
    expression: str = ""
    schema: Any = None
    check: str = ""
    family: str = ""
    noisy: str = ""
    variables: tuple[str, ...] = ()
    params: tuple[str, ...] = ()
    fix: Fix | None = None
    export: Export = Export(admission=False)
    at: tuple[str, ...] = ()


class Param(NamedTuple):
    """A parameter of rules, with the value that it has unless a pack or the configuration says otherwise."""

    name: str
    value: Any
    description: str


class Fixture(NamedTuple):
    """Something to try a rule on: manifests as one text, or a small tree of files (paths to texts).

    `params` differ from the usual ones. `today`, `rendered`, `changed` (path to the day of its last commit) and
    `touched` (paths) are for rules over several objects; see `policy.world`.
    """

    text: str = ""
    files: Mapping[str, str] = {}
    params: Mapping[str, Any] = {}
    today: str = "2026-01-15"
    rendered: bool = False
    changed: Mapping[str, str] = {}
    touched: tuple[str, ...] = ()


class Tests(NamedTuple):
    """What a rule must let pass, and what it must find fault with."""

    passing: tuple[Fixture, ...]
    failing: tuple[Fixture, ...]


class Place(NamedTuple):
    """Where something is written in a pack's file; `exact` where the text there is the value, letter by letter."""

    line: int
    column: int
    exact: bool = False


class Include(NamedTuple):
    """Rules of other packs: by id, by whole packs, or by a framework that they serve."""

    rules: tuple[str, ...]
    packs: tuple[str, ...]
    controls: str
    without: tuple[str, ...]
    severity: Severity | None
    place: Place


class PackFile(NamedTuple):
    """The content of one file, checked by itself. `places` are those of rules and their parts (`WRK001.expression`)."""

    path: str
    name: str
    version: str
    title: str
    description: str
    variables: Mapping[str, str]
    params: Mapping[str, Param]
    settings: Mapping[str, Any]
    includes: tuple[Include, ...]
    rules: tuple[Rule, ...]
    tests: Mapping[str, Tests]
    places: Mapping[str, Place]


class Pack(NamedTuple):
    """A pack, resolved: ids of its rules with the severities that they have in it, and its values of parameters."""

    name: str
    version: str
    title: str
    description: str
    rules: Mapping[str, Severity]
    settings: Mapping[str, Any]


class Rules:
    """The rules of a run, by what they are about. `params` and `variables` are what their expressions may use.

    `dormant` are ids of rules that count only where an override of the configuration names them.
    """

    __slots__ = ("_by_kind", "_found", "_wide", "dormant", "params", "plans", "rules", "slow", "variables", "world")

    def __init__(
        self,
        rules: tuple[Rule, ...],
        params: Mapping[str, Any],
        variables: Mapping[str, str],
        dormant: frozenset[str] = frozenset(),
    ) -> None:
        self.rules = rules
        self.params = params
        self.variables = variables
        self.dormant = dormant
        self.plans: dict[str, Any] = {}  # what judging.py prepares, by rule
        self.slow: dict[str, int] = {}  # on how many objects a rule took too long
        self.world = tuple(rule for rule in rules if rule.check == WORLD)
        self._found: dict[tuple[str, str, str], tuple[Rule, ...]] = {}
        self._wide: list[Rule] = []
        self._by_kind: dict[str, list[Rule]] = {}
        for rule in rules:
            if rule.check != WORLD:
                kinds = {kind.rpartition("/")[2] for kind in expanded(rule.kinds)}
                if any("*" in kind for kind in kinds):
                    self._wide.append(rule)
                else:
                    for kind in kinds:
                        self._by_kind.setdefault(kind, []).append(rule)

    def about(self, api_version: str, kind: str, family: str) -> tuple[Rule, ...]:
        """The rules for single objects that are about one of this kind, in the order of their ids."""
        key = (api_version, kind, family)
        found = self._found.get(key)
        if found is None:
            near = (*self._by_kind.get(kind, ()), *self._wide)
            found = tuple(sorted(rule for rule in near if is_about(rule, api_version, kind, family)))
            self._found[key] = found
        return found


def expanded(kinds: tuple[str, ...]) -> tuple[str, ...]:
    """The kinds with the named group replaced by what it stands for."""
    if WORKLOADS not in kinds:
        return kinds
    return (*(kind for kind in kinds if kind != WORKLOADS), *WORKLOAD_KINDS)


def is_about(rule: Rule, api_version: str, kind: str, family: str) -> bool:
    """Whether the rule is about objects of this kind."""
    if rule.family and rule.family != family:
        return False
    for pattern in expanded(rule.kinds):
        version, _, name = pattern.rpartition("/")
        if _fits(name, kind) and _fits(version, api_version):
            return True
    return False


def _fits(pattern: str, text: str) -> bool:
    """`*` stands for any letters but `/`."""
    if "*" not in pattern:
        return pattern == text
    parts, names = pattern.split("/"), text.split("/")
    return len(parts) == len(names) and all(map(_fits_part, parts, names))


def _fits_part(pattern: str, text: str) -> bool:
    first, *rest = pattern.split("*")
    if not rest:
        return pattern == text
    if not text.startswith(first) or not text.endswith(rest[-1]) or len(text) < len(first) + len(rest[-1]):
        return False
    position, end = len(first), len(text) - len(rest[-1])
    for part in rest[:-1]:
        found = text.find(part, position, end)
        if found < 0:
            return False
        position = found + len(part)
    return True
