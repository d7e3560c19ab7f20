"""A SealedSecret keeps a credential in clear in its template.

The controller encrypts nothing in `spec.template`: it is copied to the Secret as it stands.

Finds: values under `spec.template.data` and in annotations of the template whose name promises a credential, and what
their text gives such a name to.

Leaves alone: templates that take everything from the sealed values (`{{ index . "password" }}`), labels, types, other
configuration.

Bad:

    kind: SealedSecret
    spec:
      encryptedData:
        user: AgBy3i4OJSWK+...
      template:
        data:
          config.ini: |
            [db]
            password = hunter2

Good:

    kind: SealedSecret
    spec:
      encryptedData:
        password: AgBy3i4OJSWK+...
      template:
        data:
          config.ini: |
            [db]
            password = {{ index . "password" }}

Fix: seal the value as an item of its own and take it into the template with `{{ index . "KEY" }}`.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from sealwright.detect.credentials.owners import SEALED_SECRET_TEMPLATE
from sealwright.detect.credentials.search import named_hits

if TYPE_CHECKING:
    from collections.abc import Iterator

    from sealwright.detect.base import Hit, View

RULE = SEALED_SECRET_TEMPLATE


def find(view: View) -> Iterator[Hit]:
    """Credentials in clear that belong to this rule."""
    return named_hits(view, RULE)
