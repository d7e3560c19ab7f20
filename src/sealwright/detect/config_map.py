"""A ConfigMap keeps a credential in clear.

ConfigMaps are for what anyone may read: they are shown, logged and cached everywhere, and Git keeps them for ever.

Finds: values whose key promises a credential (`DB_PASSWORD`), and what the text inside a value gives such a name to:
properties, dotenv, INI, TOML, YAML, JSON, XML, connection strings, `.npmrc`; each at its own line. The same in the
literals of a `configMapGenerator` and in the files that it names.

Leaves alone: placeholders and references, paths, names of objects, settings about passwords (`passwordPolicy`,
`tokenExpiry`), digests, public keys, dashboards.

Bad:

    kind: ConfigMap
    data:
      application.properties: |
        spring.datasource.username=shop
        spring.datasource.password=hunter2

Good:

    kind: ConfigMap
    data:
      application.properties: |
        spring.datasource.username=shop
        spring.datasource.password=${DB_PASSWORD}

Fix: move the value to a Secret, seal it, and let the program read it from the environment or a mounted file.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from sealwright.detect.credentials.owners import CONFIG_MAP
from sealwright.detect.credentials.search import named_hits
from sealwright.detect.kustomize_files import config_file
from sealwright.manifest.purposes import CONFIG

if TYPE_CHECKING:
    from collections.abc import Iterator

    from sealwright.detect.base import Hit, View

RULE = CONFIG_MAP


def find(view: View) -> Iterator[Hit]:
    """Credentials in clear that belong to this rule."""
    if view.purpose == CONFIG:
        yield from config_file(view)
    yield from named_hits(view, RULE)
