"""Packs of files joined to those that there are: names that clash or lead nowhere are errors with their places."""

from __future__ import annotations

from typing import TYPE_CHECKING

from sealwright.errors import ConfigurationError
from sealwright.policy.packs.catalogue import Catalogue, same_type, type_name
from sealwright.policy.packs.model import Pack

if TYPE_CHECKING:
    from collections.abc import Iterable

    from sealwright.finding import Severity
    from sealwright.policy.packs.model import Include, PackFile


def with_files(catalogue: Catalogue, files: Iterable[PackFile]) -> Catalogue:
    """The catalogue with the rules and packs of these files. Raises ConfigurationError."""
    files = list(files)
    joined = Catalogue(
        catalogue.raw,
        dict(catalogue.own),
        dict(catalogue.packs),
        dict(catalogue.params),
        dict(catalogue.variables),
        dict(catalogue.homes),
    )
    slugs = {catalogue.rule(name).slug: name for name in catalogue.ids()}
    names: set[str] = set()
    for file in files:
        if file.name in catalogue.packs or file.name in names:
            raise ConfigurationError(f"there is a pack `{file.name}` already", place=file.path, hint="rename it")
        names.add(file.name)
        _add_rules(file, joined, slugs)
        _add_names(file, joined)
    _resolve(files, joined, names)
    return joined


def _add_rules(file: PackFile, joined: Catalogue, slugs: dict[str, str]) -> None:
    for rule in file.rules:
        if rule.id in joined.own or rule.id in joined.raw:
            raise _error(file, f"{rule.id}.id", f"there is a rule `{rule.id}` already", "give it another id")
        if rule.slug in slugs:
            raise _error(file, f"{rule.id}.slug", f"the rule {slugs[rule.slug]} has this slug", "find another")
        joined.own[rule.id] = rule
        joined.homes[rule.id] = file.name
        slugs[rule.slug] = rule.id


def _add_names(file: PackFile, joined: Catalogue) -> None:
    for name, expression in file.variables.items():
        if joined.variables.setdefault(name, expression) != expression:
            raise _error(file, f"variables.{name}", f"there is a variable `{name}` already", "rename it")
    for name, param in file.params.items():
        if name in joined.params:
            hint = "rename it, or use `set`"
            raise _error(file, f"params.{name}", f"there is a parameter `{name}` already", hint)
        joined.params[name] = param


def _resolve(files: list[PackFile], joined: Catalogue, names: set[str]) -> None:
    waiting = list(files)
    while waiting:  # a pack may include another that comes later
        ready = [file for file in waiting if _is_ready(file, joined)]
        for file in ready:
            joined.packs[file.name] = _resolved(file, joined)
            waiting.remove(file)
        if not ready:
            raise _stuck(waiting, joined, names)


def _stuck(waiting: list[PackFile], joined: Catalogue, names: set[str]) -> ConfigurationError:
    for file in waiting:
        for include in file.includes:
            for name in include.packs:
                if name not in joined.packs and name not in names:
                    return _unknown(file, include, name, joined.packs, "pack")
    return ConfigurationError("the pack includes itself", place=waiting[0].path, hint="break the circle")


def _is_ready(file: PackFile, catalogue: Catalogue) -> bool:
    return all(name in catalogue.packs for include in file.includes for name in include.packs)


def _resolved(file: PackFile, catalogue: Catalogue) -> Pack:
    rules: dict[str, Severity] = {}
    for include in file.includes:
        for name, severity in _included(file, include, catalogue).items():
            rules[name] = severity if include.severity is None else include.severity
    rules.update((rule.id, rule.severity) for rule in file.rules)
    for name, value in file.settings.items():
        if name not in catalogue.params:
            hint = _hint(name, catalogue.params)
            raise _error(file, f"set.{name}", f"there is no parameter `{name[:40]}`", hint)
        if not same_type(value, catalogue.params[name].value):
            hint = f"it is {type_name(catalogue.params[name].value)}"
            raise _error(file, f"set.{name}", f"the parameter `{name}` has another type", hint)
    return Pack(file.name, file.version, file.title, file.description, dict(sorted(rules.items())), dict(file.settings))


def _included(file: PackFile, include: Include, catalogue: Catalogue) -> dict[str, Severity]:
    found: dict[str, Severity] = {}
    for name in include.packs:
        found.update(catalogue.packs[name].rules)
    ids = catalogue.ids()
    for name in (*include.rules, *include.without):
        if name not in ids:
            raise _unknown(file, include, name, ids, "rule")
    found.update((name, catalogue.rule(name).severity) for name in include.rules)
    if include.controls:
        rules = [catalogue.rule(name) for name in sorted(ids)]
        serving = {rule.id: rule.severity for rule in rules if include.controls in rule.controls}
        if not serving:
            known = {framework for rule in rules for framework in rule.controls}
            raise _unknown(file, include, include.controls, known, "framework")
        found.update(serving)
    return {name: severity for name, severity in found.items() if name not in include.without}


def _unknown(file: PackFile, include: Include, name: str, known: Iterable[str], what: str) -> ConfigurationError:
    place = f"{file.path}:{include.place.line}:{include.place.column}"
    return ConfigurationError(f"there is no {what} `{name[:40]}`", place=place, hint=_hint(name, known))


def _error(file: PackFile, part: str, message: str, hint: str) -> ConfigurationError:
    place = file.places.get(part)
    where = f"{file.path}:{place.line}:{place.column}" if place else file.path
    return ConfigurationError(message, place=where, hint=hint)


def _hint(name: str, known: Iterable[str]) -> str:
    from difflib import get_close_matches

    names = sorted(known)
    close = get_close_matches(name[:80], names, n=1)
    return f"did you mean `{close[0]}`?" if close else "`sealwright policy list` names them all"
