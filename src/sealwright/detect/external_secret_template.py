"""An ExternalSecret keeps a credential in clear in its template.

Finds: values under `spec.target.template` whose name promises a credential and that are no template action, and what
their text gives such a name to.

Leaves alone: `{{ .password }}` and everything made of such actions, names of remote keys, other configuration.

Bad:

    kind: ExternalSecret
    spec:
      target:
        template:
          data:
            admin-password: hunter2

Good:

    kind: ExternalSecret
    spec:
      target:
        template:
          data:
            admin-password: "{{ .adminPassword }}"

Fix: put the value in the store that the ExternalSecret reads, and refer to it.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from sealwright.detect.credentials.owners import EXTERNAL_SECRET_TEMPLATE
from sealwright.detect.credentials.search import named_hits

if TYPE_CHECKING:
    from collections.abc import Iterator

    from sealwright.detect.base import Hit, View

RULE = EXTERNAL_SECRET_TEMPLATE


def find(view: View) -> Iterator[Hit]:
    """Credentials in clear that belong to this rule."""
    return named_hits(view, RULE)
