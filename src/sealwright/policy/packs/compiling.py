"""The compact form of the shipped packs, which the program loads; see `catalogue`."""

from __future__ import annotations

import os
from typing import TYPE_CHECKING, Any

from sealwright.policy.packs.catalogue import RULES, Catalogue, as_json, policies_folder
from sealwright.policy.packs.joining import with_files
from sealwright.policy.packs.reader import read_pack

if TYPE_CHECKING:
    from sealwright.policy.packs.model import PackFile


def shipped_files(folder: str = "") -> list[PackFile]:
    """The files of the shipped packs, by name."""
    folder = folder or policies_folder()
    found = []
    for name in sorted(os.listdir(folder)):
        if name.endswith(".yaml"):
            with open(os.path.join(folder, name), "rb") as file:
                found.append(read_pack(file.read(), f"policies/{name}", shipped=True))
    return found


def compiled(folder: str = "") -> str:
    """The compact form as JSON, each rule on a line of its own. Raises ConfigurationError."""
    files = shipped_files(folder)
    catalogue = with_files(Catalogue({}, {}, {}, {}, {}, {}), files)
    content = {
        "variables": catalogue.variables,
        "params": {name: [param.value, param.description] for name, param in sorted(catalogue.params.items())},
        "packs": {
            name: {
                "version": pack.version,
                "title": pack.title,
                "description": pack.description,
                "rules": {rule: int(severity) for rule, severity in pack.rules.items()},
                "settings": pack.settings,
            }
            for name, pack in sorted(catalogue.packs.items())
        },
        "homes": {file.name: [rule.id for rule in file.rules] for file in files if file.rules},
    }
    rules = [f"{_dumped(name)}:{_dumped(as_json(rule))}" for name, rule in sorted(catalogue.own.items())]
    return _dumped(content)[:-1] + RULES + ",\n".join(rules) + "\n}}\n"


def _dumped(value: Any) -> str:
    import json

    return json.dumps(value, ensure_ascii=False, separators=(",", ":"), sort_keys=False)
