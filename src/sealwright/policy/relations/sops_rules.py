"""SOP001: `.sops.yaml` says nothing of a file with Secrets, or (where that is asked for) names no KMS for it.

Source: SOPS, README "Using .sops.yaml": the first of `creation_rules` whose `path_regex` matches the path, relative to
the folder of the configuration, decides; one without `path_regex` matches everything.
"""

from __future__ import annotations

import posixpath
from typing import TYPE_CHECKING, Any

from sealwright.policy.relations.index import Index, index_of
from sealwright.policy.relations.reading import yaml_subjects
from sealwright.policy.relations.values import items, mapping
from sealwright.policy.subject import Blame

if TYPE_CHECKING:
    from collections.abc import Iterator

    from sealwright.policy.subject import DocumentPath, Subject
    from sealwright.policy.world import World

PARAM = "sopsNeedsKms"
NAMES = (".sops.yaml", ".sops.yml")
_KMS = ("kms", "gcp_kms", "azure_keyvault", "hc_vault_transit_uri", "key_groups")


def check(world: World) -> Iterator[Blame]:
    """Every Secret that no rule is for, at its object; every rule without a KMS, at the rule."""
    configurations = {
        posixpath.dirname(path): subject
        for path in world.files
        if posixpath.basename(path) in NAMES
        for subject in yaml_subjects(path, world.read(path), "SopsConfiguration")
    }
    if not configurations:
        return
    if world.params.get(PARAM) is True:
        yield from (blame for each in configurations.values() for blame in _without_kms(each))
    index = index_of(world)
    for subject in _secrets(index):
        folder = _nearest(posixpath.dirname(subject.path), configurations)
        if folder is not None:
            configuration = configurations[folder]
            relative = posixpath.relpath(subject.path, folder or ".")
            rules = items(configuration.value, "creation_rules")
            if rules and not any(_matches(rule, relative) for rule in rules):
                yield Blame(subject, (("kind",),), f"no rule of {configuration.path} matches the file")


def _secrets(index: Index) -> Iterator[Subject]:
    """One Secret of each file that is encrypted by SOPS, or has to be."""
    seen: set[str] = set()
    for subject in index.of_kind("Secret"):
        holds = any(mapping(subject.value, field) for field in ("data", "stringData"))
        if holds and subject.path not in seen and index.is_applied(subject) and "sops" in subject.value:
            seen.add(subject.path)
            yield subject


def _nearest(folder: str, configurations: dict[str, Subject]) -> str | None:
    """The folder of the configuration that SOPS finds from there: the first one on the way up."""
    while folder not in configurations:
        if not folder:
            return None
        folder = posixpath.dirname(folder)
    return folder


def _matches(rule: Any, path: str) -> bool:
    """Believed where the expression is one that RE2 does not take, as SOPS would say, too."""
    from sealwright.policy.cel.errors import EvaluationError
    from sealwright.policy.cel.regex import compiled

    expression = rule.get("path_regex") if isinstance(rule, dict) else None
    if not isinstance(expression, str) or not expression:
        return True
    try:
        return compiled(expression).test(path)
    except EvaluationError:
        return True


def _without_kms(configuration: Subject) -> Iterator[Blame]:
    paths: list[DocumentPath] = [
        ("creation_rules", number)
        for number, rule in enumerate(items(configuration.value, "creation_rules"))
        if isinstance(rule, dict) and not any(rule.get(field) for field in _KMS)
    ]
    if paths:
        yield Blame(configuration, tuple(paths), "neither a KMS nor key groups")
