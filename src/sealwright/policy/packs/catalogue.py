"""All rules and packs that there are: the shipped ones, from the compact form of policies/, and a repository's own.

`policies/compiled.json` is made of `policies/*.yaml` by scripts/write_policy_pages.py, and a test holds them equal: a
hook starts before every commit, and reading that much YAML would take it longer than all the rest.
"""

from __future__ import annotations

import os
from functools import cache
from typing import TYPE_CHECKING, Any, NamedTuple

from sealwright.finding import Confidence, Severity
from sealwright.policy.packs.model import Export, Fix, Pack, Param, Rule

if TYPE_CHECKING:
    from collections.abc import Mapping

COMPILED = "compiled.json"
RULES = ',"rules":{\n'
"""What stands before the rules in it."""


class Catalogue(NamedTuple):
    """`raw` are rules as texts of JSON, by id; made into a Rule when one is asked for.

    `homes` are the names of the packs that define the rules, by id: other packs only include them.
    """

    raw: dict[str, str]
    own: dict[str, Rule]
    packs: dict[str, Pack]
    params: dict[str, Param]
    variables: dict[str, str]
    homes: dict[str, str]

    def rule(self, name: str) -> Rule:
        """The rule of that id. Raises KeyError."""
        if name in self.own:
            return self.own[name]
        import json

        return rule_of(json.loads(self.raw[name]))

    def ids(self) -> set[str]:
        """Ids of all rules."""
        return self.raw.keys() | self.own.keys()


def policies_folder() -> str:
    """Where the shipped packs lie."""
    import sealwright.policies

    return os.path.dirname(os.path.abspath(sealwright.policies.__file__))


@cache
def shipped() -> Catalogue:
    """What comes with the program. The rules stand on lines of their own, so that only those in use are read."""
    import json

    with open(os.path.join(policies_folder(), COMPILED), encoding="utf-8") as file:
        head, _, rules = file.read().partition(RULES)
    content = json.loads(head + "}")
    lines = (line.rstrip(",") for line in rules.split("\n") if line.startswith('"'))
    raw = {name: text for name, _, text in (line[1:].partition('":') for line in lines)}
    packs = {
        name: Pack(
            name,
            pack["version"],
            pack["title"],
            pack["description"],
            {rule: Severity(level) for rule, level in pack["rules"].items()},
            pack["settings"],
        )
        for name, pack in content["packs"].items()
    }
    params = {name: Param(name, *values) for name, values in content["params"].items()}
    homes = {rule: name for name, rules in content["homes"].items() for rule in rules}
    return Catalogue(raw, {}, packs, params, content["variables"], homes)


def same_type(value: Any, usual: Any) -> bool:
    """Whether a parameter's new value is of its usual one's kind; lists must hold the like."""
    if isinstance(usual, list):
        of = type(usual[0]) if usual else str
        return isinstance(value, list) and all(type(item) is of for item in value)
    if isinstance(usual, float):
        return type(value) in {int, float}
    return type(value) is type(usual)


def type_name(value: Any) -> str:
    """What a parameter is, for people."""
    names = {list: "a list", dict: "a mapping", str: "a text", bool: "true or false", int: "a whole number"}
    return names.get(type(value), "a number")


def as_json(rule: Rule) -> dict[str, Any]:
    """A rule for the compact form; what is empty is left out."""
    fields = rule._asdict()
    fields["severity"], fields["confidence"] = int(rule.severity), rule.confidence.value
    fields["fix"] = list(rule.fix) if rule.fix else None
    fields["export"] = list(rule.export)
    return {name: value for name, value in fields.items() if value not in ("", (), None, {})}


def rule_of(raw: Mapping[str, Any]) -> Rule:
    """The inverse of `as_json`."""
    fields = dict(raw)
    for name in ("kinds", "variables", "params", "at"):
        fields[name] = tuple(fields.get(name, ()))
    fields["severity"], fields["confidence"] = Severity(raw["severity"]), Confidence(raw["confidence"])
    fields["controls"] = {name: tuple(ids) for name, ids in raw.get("controls", {}).items()}
    fields["fix"] = Fix(*raw["fix"]) if "fix" in raw else None
    fields["export"] = Export(*raw["export"])
    return Rule(**fields)
