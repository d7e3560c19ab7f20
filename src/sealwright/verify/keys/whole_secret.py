"""The format of before 2019, `spec.data`: one sealed blob that holds the whole Secret as JSON.

Source: upstream sealedsecret_expansion.go, `NewSealedSecretV1` and the second half of `Unseal`.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from sealwright.sealing import go_base64
from sealwright.sealing.old_format import whole_secret
from sealwright.sealing.scheme import open_sealed
from sealwright.sealing.scope import label_as_read

if TYPE_CHECKING:
    from sealwright.sealing.keys import PrivateKey
    from sealwright.verify.sealed_items import SealedItem


def doubt_about(key: PrivateKey, item: SealedItem) -> str:
    """Why the controller would make no Secret of a blob that this key opens; '' if it would."""
    label = label_as_read(item.scope, item.resource.namespace, item.resource.name)
    value = open_sealed(key.key, go_base64.decode(item.text or ""), label)
    return (
        ""
        if whole_secret(value) is not None
        else f"it opens with key {key.short}, but holds no Secret: it was sealed for `encryptedData`"
    )
