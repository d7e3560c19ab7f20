"""Which SecretProviderClasses a Secret becomes: one for every set of files that pods see of it.

A volume of the driver shows all files of its class. A pod that had some keys only, or under other names, gets a class
of its own, so that no pod sees more files than before.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from sealwright.convert.graph.use import How
from sealwright.convert.secret_provider_class.model import UNREAD_MODE, File, Plan, ProviderClass
from sealwright.convert.secret_provider_class.volume_files import files_of

if TYPE_CHECKING:
    from collections.abc import Collection, Sequence

    from sealwright.convert.graph.use import Use
    from sealwright.convert.secret_facts import SecretFacts

_SYNCED = "-csi"


def planned(facts: SecretFacts, uses: Sequence[Use], taken: Collection[str] = ()) -> Plan:
    """The classes for a Secret and its uses, which are those that `refusals.fits` has accepted.

    `taken` are the names of Secrets and SecretProviderClasses that the namespace has for other things. Raises Unclear
    for a volume that cannot be read.
    """
    keys = [value.key for value in facts.values]
    views: dict[tuple[File, ...], list[Use]] = {}
    for use in uses:
        if use.how is How.VOLUME:
            views.setdefault(files_of(use.node, keys), []).append(use)
    whole = _whole(views, keys)
    synced = _synced(uses, keys)
    names = {whole: facts.name}
    used = {facts.name, *taken}
    for files, found in views.items():
        if files not in names:
            names[files] = _free(f"{facts.name}-{found[0].consumer.ref.name}", used)
    first = ProviderClass(facts.name, whole, synced, _free(f"{facts.name}{_SYNCED}", used) if synced else "")
    others = [ProviderClass(name, files) for files, name in names.items() if files != whole]
    volumes = {id(use.node): names[files] for files, found in views.items() for use in found}
    return Plan((first, *others), volumes)


def _whole(views: dict[tuple[File, ...], list[Use]], keys: Sequence[str]) -> tuple[File, ...]:
    """The files with which every key is mounted: as the first volume that has all has them, or for nobody to read."""
    complete = [files for files in views if {file.key for file in files} == set(keys)]
    as_named = [files for files in complete if all(file.name == file.key for file in files)]
    found = as_named or complete
    return found[0] if found else tuple(File(key, key, UNREAD_MODE) for key in keys)


def _synced(uses: Sequence[Use], keys: Sequence[str]) -> tuple[str, ...]:
    """The keys that containers have in their environment, in the Secret's order."""
    if any(use.how is How.ENV_FROM for use in uses):
        return tuple(keys)
    asked = {key for use in uses if use.how is How.ENV for key in use.keys}
    return tuple(key for key in keys if key in asked)


def _free(name: str, used: set[str]) -> str:
    number = 1
    shown = name
    while shown in used:
        number += 1
        shown = f"{name}-{number}"
    used.add(shown)
    return shown
