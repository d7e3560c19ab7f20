"""A workload is given a credential as a literal environment variable.

Finds: `value` in `env` lists whose name promises a credential (`DB_PASSWORD`, `API_TOKEN`), in Pods and everything that
makes Pods, custom resources included.

Leaves alone: `valueFrom`, `$(OTHER)`, placeholders and references, names that only sound secret (`SECRET_NAME`,
`PASSWORD_FILE`, `TOKEN_EXPIRY_SECONDS`), paths and addresses.

Bad:

    kind: Pod
    spec:
      containers:
        - name: app
          env:
            - name: DB_PASSWORD
              value: hunter2

Good:

    kind: Pod
    spec:
      containers:
        - name: app
          env:
            - name: DB_PASSWORD
              valueFrom:
                secretKeyRef: {name: db, key: password}

Fix: put the value in a Secret, seal it, and refer to it with `secretKeyRef`.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from sealwright.detect.credentials.owners import ENV_LITERAL
from sealwright.detect.credentials.search import named_hits

if TYPE_CHECKING:
    from collections.abc import Iterator

    from sealwright.detect.base import Hit, View

RULE = ENV_LITERAL


def find(view: View) -> Iterator[Hit]:
    """Credentials in clear that belong to this rule."""
    return named_hits(view, RULE)
