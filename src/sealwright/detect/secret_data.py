"""A Kubernetes Secret keeps a value in `data`.

`data` is base64, which anyone can decode: whoever can read the repository can read the value.

Finds: every non-empty value under `data` of a core/v1 Secret, in YAML or JSON, alone, in a List, a SecretList or
several documents; duplicate keys, aliases and merge keys included.

Leaves alone: empty values, certificates and public keys, SOPS documents whose values are encrypted, references
(`op://...`, `<path:...>`, `vault:...`), substitutions (`${VAR}`, `{{ ... }}`) and words such as `CHANGEME`, also
under base64.

Bad:

    kind: Secret
    data:
      password: aHVudGVyMg==

Good:

    kind: SealedSecret
    spec:
      encryptedData:
        password: AgBy3i4OJSWK+...

Fix: `sealwright seal --in-place FILE`, then change the secret if it was ever pushed: what has been in Git is known.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from sealwright.detect.secret_values import DATA, secret_hits

if TYPE_CHECKING:
    from collections.abc import Iterator

    from sealwright.detect.base import Hit, View

RULE = "secret-data"


def find(view: View) -> Iterator[Hit]:
    """Values under `data` of every Secret that stands by itself."""
    return secret_hits(view, DATA, " (base64 is not encryption)")
