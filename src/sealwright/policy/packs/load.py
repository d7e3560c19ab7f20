"""The rules of a run: those of the packs that are asked for, with their parameters, everything checked."""

from __future__ import annotations

import os
from typing import TYPE_CHECKING, Any

from sealwright.errors import ConfigurationError
from sealwright.policy.packs.catalogue import same_type, shipped, type_name
from sealwright.policy.packs.model import Rules

if TYPE_CHECKING:
    from collections.abc import Collection, Mapping, Sequence
    from typing import TypeAlias

    from sealwright.config import Override
    from sealwright.policy.packs.catalogue import Catalogue
    from sealwright.policy.packs.model import Pack, PackFile

    Given: TypeAlias = Mapping[str, "bytes | None"]

MAX_BYTES = 1024 * 1024
"""Of a pack."""


def load_packs(
    names: Sequence[str],
    *,
    root: str,
    params: Mapping[str, Any] | None = None,
    overrides: Sequence[Override] = (),
    given: Given | None = None,
) -> Rules:
    """The rules of these packs: names of shipped ones, or paths from `root`. Where several have a rule, the severest
    counts; of several values for a parameter, the last, and those of the caller after all.

    `given` are the contents of files, by their paths, that are not read from the disk: those of the index. Rules that
    are off by themselves are there only if an override names them (`Rules.dormant`). Raises ConfigurationError.
    """
    catalogue = load_catalogue(names, root, given)
    chosen = [_pack_name(name, catalogue, root, given) for name in names]
    levels: dict[str, Any] = {}
    values = {name: param.value for name, param in catalogue.params.items()}
    for name in chosen:
        pack = catalogue.packs[name]
        values.update(pack.settings)
        for rule, severity in pack.rules.items():
            levels[rule] = max(severity, levels.get(rule, severity))
    _set(values, params or {})
    named = {rule.name for override in overrides for rule, level in override.rules if level != "off"}
    rules = [catalogue.rule(name)._replace(severity=severity) for name, severity in sorted(levels.items())]
    dormant = frozenset(rule.id for rule in rules if rule.noisy)
    awake = tuple(rule for rule in rules if rule.id not in dormant or rule.id in named)
    return Rules(awake, values, catalogue.variables, dormant & named)


def chosen(names: Sequence[str], root: str, given: Given | None = None) -> tuple[list[Pack], Catalogue]:
    """The packs of these names, as `load_packs` takes them, and all that there is. Raises ConfigurationError."""
    catalogue = load_catalogue(names, root, given)
    return [catalogue.packs[_pack_name(name, catalogue, root, given)] for name in names], catalogue


def load_catalogue(names: Sequence[str] = (), root: str = "", given: Given | None = None) -> Catalogue:
    """Everything that there is, with the packs of these names that are paths from `root`. Raises ConfigurationError."""
    catalogue = shipped()
    paths = list(dict.fromkeys(name for name in names if is_path(name)))
    if not paths:
        return catalogue
    from sealwright.policy.packs.checking import check_file
    from sealwright.policy.packs.joining import with_files

    files = [read_file(path, root, given) for path in paths]
    catalogue = with_files(catalogue, files)
    for file in files:
        check_file(file, catalogue)
    return catalogue


def is_path(name: str) -> bool:
    """Whether a pack is named by where its file lies."""
    return "/" in name or name.endswith((".yaml", ".yml"))


def shipped_packs() -> Collection[str]:
    """Names of the packs that come with the program."""
    return shipped().packs.keys()


def _pack_name(name: str, catalogue: Catalogue, root: str, given: Given | None) -> str:
    if is_path(name):
        return read_file(name, root, given).name
    if name not in catalogue.packs:
        from difflib import get_close_matches

        close = get_close_matches(name[:80], sorted(catalogue.packs), n=1)
        hint = f"did you mean `{close[0]}`?" if close else f"there are: {', '.join(sorted(catalogue.packs))}"
        raise ConfigurationError(f"there is no pack `{name[:40]}`", hint=hint)
    return name


def read_file(path: str, root: str, given: Given | None = None) -> PackFile:
    """A file of the repository: nothing outside of it, and nothing that is no file; `given` is as for `load_packs`."""
    from sealwright.policy.packs.reader import read_pack

    whole = os.path.realpath(os.path.join(root, path))
    top = os.path.realpath(root or os.curdir)
    if os.path.isabs(path) or os.path.commonpath([whole, top]) != top:
        raise ConfigurationError("a pack must lie in the repository", place=path, hint="copy it there")
    if given is not None and path in given:
        data = given[path]
        if data is None:
            raise ConfigurationError("there is no such pack in the index", place=path, hint="git add it")
        return read_pack(data, path)
    if not os.path.isfile(whole):
        raise ConfigurationError("there is no such pack", place=path, hint="a path from the repository's root")
    try:
        with open(whole, "rb") as file:
            data = file.read(MAX_BYTES + 1)
    except OSError as error:
        reason = error.strerror or type(error).__name__
        raise ConfigurationError(f"cannot be read: {reason}", place=path, hint="check its permissions") from None
    return read_pack(data, path)


def _set(values: dict[str, Any], params: Mapping[str, Any]) -> None:
    for name, value in params.items():
        if name not in values:
            from difflib import get_close_matches

            close = get_close_matches(name[:80], sorted(values), n=1)
            hint = f"did you mean `{close[0]}`?" if close else f"there are: {', '.join(sorted(values))}"
            raise ConfigurationError(f"there is no parameter `{name[:40]}`", hint=hint)
        if not same_type(value, values[name]):
            message = f"the parameter `{name}` has another type"
            raise ConfigurationError(message, hint=f"it is {type_name(values[name])}")
        values[name] = value
