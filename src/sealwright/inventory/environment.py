"""Which environment a file is for, by the folders that it lies in.

In this order: the folder below one that is called as environments are kept (`clusters/prod`, `envs/blue`), whatever it
is called; a folder that is called as an environment (`overlays/staging`); a folder or a file with such a word among
others (`prod-eu`, `values-staging.yaml`). Words for the same are made one: `production` is `prod`.
"""

from __future__ import annotations

from sealwright.patterns import Pattern

UMBRELLAS = frozenset(
    {"clusters", "cluster", "environments", "environment", "envs", "env", "stages", "stage", "landscapes"}
    | {"regions", "region"}
)
"""What folders are called that hold one folder for each environment."""
SHARED = frozenset(
    {"base", "bases", "common", "shared", "default", "defaults", "all", "global", "lib", "components", "component"}
    | {"templates", "apps", "infrastructure", "core", "config", "flux", "argocd", "bootstrap"}
)
"""Folders below those that are for all of them."""
NAMES = {
    "prod": "prod",
    "production": "prod",
    "prd": "prod",
    "live": "prod",
    "staging": "staging",
    "stage": "staging",
    "stg": "staging",
    "preprod": "preprod",
    "preproduction": "preprod",
    "nonprod": "nonprod",
    "uat": "uat",
    "qa": "qa",
    "test": "test",
    "testing": "test",
    "integration": "integration",
    "int": "integration",
    "dev": "dev",
    "development": "dev",
    "sandbox": "sandbox",
    "preview": "preview",
}
"""What environments are called, and which of these names are the same."""
_ONLY_ALONE = frozenset({"live", "stage", "test", "testing", "integration", "int", "preview"})
"""Words that mean something else in most longer names."""
_WORD = Pattern(r"[a-z]+|[0-9]+")
_TURNED = {"non": "nonprod", "pre": "preprod"}


def environment_of(path: str) -> str:
    """The environment of a file, by its path from the root; '' where nothing says it."""
    *folders, name = path.lower().split("/")
    below = [*folders[1:], name.partition(".")[0]]
    for above, folder in zip(folders, below, strict=False):
        if above in UMBRELLAS and folder not in UMBRELLAS and folder not in SHARED and folder != "kustomization":
            return NAMES.get(folder) or _among(folder) or folder
    for position, folder in enumerate(folders):
        if folder in NAMES and not (position == 0 and folder in _ONLY_ALONE):
            return NAMES[folder]
    return next(filter(None, map(_among, [*folders, name])), "")


def _among(name: str) -> str:
    """The environment that a longer name speaks of."""
    before = ""
    for found in _WORD.findall(name):
        word = str(found)
        known = NAMES.get(word, "") if word not in _ONLY_ALONE else ""
        if known == "prod" and before in _TURNED:
            return _TURNED[before]
        if known and before != "not":
            return known
        before = word
    return ""
