"""What a pack says, as one number: two runs with the same digest judged by the same rules."""

from __future__ import annotations

import json
from hashlib import sha256
from typing import TYPE_CHECKING, Any

from sealwright.patterns import Pattern
from sealwright.policy.packs.catalogue import as_json

if TYPE_CHECKING:
    from collections.abc import Mapping

    from sealwright.policy.packs.catalogue import Catalogue
    from sealwright.policy.packs.model import Pack

_VARIABLE = Pattern(r"\bvariables\.([A-Za-z0-9_]+)")
_PARAM = Pattern(r"\bparams\.([A-Za-z0-9_]+)")


def digest(pack: Pack, catalogue: Catalogue) -> str:
    """SHA-256 in hex over the pack's rules with their severities, the expressions that they share, and parameters.

    Over JSON with sorted keys and no blanks; examples and the order of the file do not count.
    """
    rules = {name: as_json(catalogue.rule(name)._replace(severity=severity)) for name, severity in pack.rules.items()}
    text = json.dumps(rules)
    shared = _shared(text, catalogue.variables)
    params = {*_PARAM.findall(text), *_PARAM.findall(json.dumps(shared))}
    params |= {name for rule in rules.values() for name in rule.get("params", ())}
    content: dict[str, Any] = {
        "pack": pack.name,
        "version": pack.version,
        "rules": rules,
        "variables": shared,
        "params": {name: catalogue.params[name].value for name in params if name in catalogue.params},
        "set": dict(pack.settings),
    }
    return sha256(json.dumps(content, sort_keys=True, separators=(",", ":")).encode("ascii")).hexdigest()


def _shared(text: str, variables: Mapping[str, str]) -> dict[str, str]:
    """The variables that the text uses, and those that they use."""
    found: dict[str, str] = {}
    waiting = _VARIABLE.findall(text)
    while waiting:
        name = waiting.pop()
        if name in variables and name not in found:
            found[name] = variables[name]
            waiting += _VARIABLE.findall(variables[name])
    return found
