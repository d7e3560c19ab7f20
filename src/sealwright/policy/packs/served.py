"""Which rules serve which control of a framework: those of packs say it themselves, those of the scan by a twin.

What a verification asks of sealed items is about the management of keys: an item that does not open was sealed for
another key, or for another place, than the one that it is kept for.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from sealwright.policy.packs.catalogue import shipped

if TYPE_CHECKING:
    from collections.abc import Collection, Iterable, Mapping

    from sealwright.policy.packs.model import Rule

TWINS = {
    "config-map": "GIT006",
    "container-arguments": "GIT005",
    "encryption-configuration": "ENC004",
    "env-literal": "GIT004",
    "helm-values": "GIT009",
    "kustomize-patch": "GIT001",
    "kustomize-secret-generator": "GIT008",
    "last-applied-configuration": "GIT007",
    "sealed-secret-template": "SLS004",
    "secret-data": "GIT001",
    "secret-string-data": "GIT001",
    "shell-command": "GIT005",
    "sops-unencrypted": "GIT002",
}
"""Rules of a scan, each with the rule of policy that is about the same; a finding of either is against its controls."""
_ITEMS = {"nist-800-53r5": ("SC-12",)}
_OTHER = "GIT006"
"""Stands for a credential in clear wherever it is: no framework knows of its place, as some do of variables'."""


def served(
    rules: Iterable[Rule], scan_rules: Iterable[str] = (), item_rules: Iterable[str] = ()
) -> dict[str, tuple[str, ...]]:
    """`framework/control` to the ids of the rules that serve it, in the order in which they are given.

    `scan_rules` are names of the scan's rules about values in clear, where the run has scanned; `item_rules` are those
    about sealed items, where it has verified.
    """
    found: dict[str, list[str]] = {}
    for rule in rules:
        _add(found, rule.id, rule.controls)
    catalogue = shipped()
    for name in scan_rules:
        _add(found, name, catalogue.rule(TWINS.get(name, _OTHER)).controls)
    for name in item_rules:
        _add(found, name, _ITEMS)
    return {key: tuple(names) for key, names in found.items()}


def frameworks(packs: Collection[str], controls: Iterable[str]) -> set[str]:
    """Those that are asked for: what packs are named after, or all where none is. `controls` as keys of `served`."""
    known = {key.partition("/")[0] for key in controls}
    return known.intersection(packs) or known


def _add(found: dict[str, list[str]], rule: str, controls: Mapping[str, Iterable[str]]) -> None:
    for framework, ids in controls.items():
        for control in ids:
            found.setdefault(f"{framework}/{control}", []).append(rule)
