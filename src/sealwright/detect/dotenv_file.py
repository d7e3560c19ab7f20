"""A dotenv file keeps a credential in clear.

Finds: in files named `.env`, `.env.production`, `shop.env` and the like, values whose name promises a credential; in
files that kustomize makes a Secret of (`envs` of a `secretGenerator`), every value whatever its name. `export`, quotes
and quoted values of several lines are understood.

Leaves alone: placeholders and references, empty values, values encrypted by SOPS or dotenvx, examples (`.env.example`,
`.env.sample`, `.env.template`, `.env.dist`), files that git ignores.

Bad:

    DB_USER=shop
    DB_PASSWORD=hunter2

Good:

    DB_USER=shop
    DB_PASSWORD=${DB_PASSWORD}

Fix: take the file out of Git and into .gitignore, give the program the values from a sealed Secret, and keep an example
without values.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from sealwright.detect.base import Hit
from sealwright.detect.credentials.values import judge
from sealwright.detect.dotenv import variables
from sealwright.detect.kustomize_files import secret_variables
from sealwright.detect.secret_values import key_shown
from sealwright.manifest.purposes import CONFIG, ENV
from sealwright.patterns import Pattern

if TYPE_CHECKING:
    from collections.abc import Iterator

    from sealwright.detect.base import View

RULE = "dotenv-file"
EXAMPLE = ".env"

_NAME = Pattern(r"\.env(?:\.[\w.\-]{1,100})?\Z|[\w.\-]{1,200}\.env\Z")
_PARTS = Pattern(r"[a-z]+")
_EXAMPLES = frozenset({"example", "examples", "sample", "samples", "template", "templates", "dist", "schema", "vault"})
"""`.env.vault` holds ciphertext only."""


def is_dotenv(path: str) -> bool:
    """Whether a file is a dotenv file by its name, and not an example of one."""
    name = path.rsplit("/", 1)[-1].lower()
    return _NAME.match(name) is not None and _EXAMPLES.isdisjoint(_PARTS.findall(name))


def find(view: View) -> Iterator[Hit]:
    """Values in clear, by what the file is for and by what it is called."""
    if view.purpose == ENV:
        yield from secret_variables(view.source.text)
    elif view.purpose != CONFIG and is_dotenv(view.source.path):
        for variable in variables(view.source.text):
            confidence = judge(variable.name, variable.value)
            if confidence is not None and not variable.is_encrypted:
                name = key_shown(variable.name)
                yield Hit(variable.span, f"This file keeps `{name}` in clear", field=name, confidence=confidence)
