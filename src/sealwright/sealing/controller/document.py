"""What is sent to a controller, and what comes back: SealedSecrets with nothing in them but what opening needs.

No template goes along: older controllers render it, which makes the answer depend on their version and can put values
into their logs. Nor do the names of items: they are not bound to the ciphertext, so numbers do.
"""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

from sealwright.sealing.scope import annotations_for

if TYPE_CHECKING:
    from collections.abc import Sequence

    from sealwright.sealing.scope import Scope

_API_VERSION = "bitnami.com/v1alpha1"
_KIND = "SealedSecret"


def request_body(scope: Scope, namespace: str, name: str, items: Sequence[str]) -> bytes:
    """The JSON of a SealedSecret with these items (base64 text), for the label of scope, namespace and name.

    The controller looks at it with a YAML parser first, which ends the request at JSON's pairs of escapes and takes no
    control characters: so whatever has four hex digits is escaped, and nothing else. Half of a pair is U+FFFD, as in
    the label.
    """
    annotations = annotations_for(scope)
    metadata = {"name": name, "namespace": namespace} | ({"annotations": annotations} if annotations else {})
    data = {str(number): text for number, text in enumerate(items)}
    document = {"apiVersion": _API_VERSION, "kind": _KIND, "metadata": metadata, "spec": {"encryptedData": data}}
    text = json.dumps(document, separators=(",", ":"), ensure_ascii=False)
    whole = text.encode("utf-16-le", "surrogatepass").decode("utf-16-le", "replace")
    return "".join(c if " " <= c < "\x7f" or c > "\uffff" else f"\\u{ord(c):04x}" for c in whole).encode()


def items_of_answer(body: bytes, count: int) -> list[str] | None:
    """The items of a re-encrypted SealedSecret, in the order of the request; None if it is not just those.

    The controller leaves out `kind` and `apiVersion` when it answers.
    """
    try:
        document = json.loads(body)
        data = document["spec"]["encryptedData"]
        items = [data[str(number)] for number in range(count)]
    except (ValueError, KeyError, TypeError, RecursionError):
        return None
    return items if len(data) == count and all(isinstance(item, str) and item for item in items) else None
