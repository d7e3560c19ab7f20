"""Values for a chart keep a credential in clear.

Finds: passwords and tokens in values files, in the values of Flux HelmReleases (`spec.values`, `postBuild.substitute`)
and Argo CD Applications (`helm.values`, `valuesObject`, `parameters`), in `helmCharts[].valuesInline` of kustomize;
also in strings that hold values, and in `env` lists inside values.

Leaves alone: empty values, names of existing Secrets (`existingSecret`, `secretName`, `passwordKey`), placeholders and
references, switches, files and paths.

Bad:

    postgresql:
      auth:
        username: shop
        password: hunter2

Good:

    postgresql:
      auth:
        username: shop
        password: ""
        existingSecret: postgresql

Fix: most charts take the name of an existing Secret; seal that Secret and name it.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from sealwright.detect.credentials.owners import HELM_VALUES
from sealwright.detect.credentials.search import named_hits

if TYPE_CHECKING:
    from collections.abc import Iterator

    from sealwright.detect.base import Hit, View

RULE = HELM_VALUES


def find(view: View) -> Iterator[Hit]:
    """Credentials in clear that belong to this rule."""
    return named_hits(view, RULE)
