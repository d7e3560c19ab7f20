"""A Kubernetes Secret keeps a value in `stringData`.

`stringData` is plain text: whoever can read the repository can read the value.

Finds: every non-empty value under `stringData` of a core/v1 Secret, in YAML or JSON, alone, in a List, a SecretList
or several documents; numbers and short words included, since what a Secret holds is secret by intent.

Leaves alone: empty values, certificates and public keys, SOPS documents whose values are encrypted, references
(`op://...`, `<path:...>`, `vault:...`), substitutions (`${VAR}`, `{{ ... }}`) and words such as `CHANGEME`.

Bad:

    kind: Secret
    stringData:
      password: hunter2

Good:

    kind: Secret
    stringData:
      password: ${DB_PASSWORD}

Fix: `sealwright seal --in-place FILE`, then change the secret if it was ever pushed: what has been in Git is known.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from sealwright.detect.secret_values import STRING_DATA, secret_hits

if TYPE_CHECKING:
    from collections.abc import Iterator

    from sealwright.detect.base import Hit, View

RULE = "secret-string-data"


def find(view: View) -> Iterator[Hit]:
    """Values under `stringData` of every Secret that stands by itself."""
    return secret_hits(view, STRING_DATA)
