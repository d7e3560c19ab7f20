"""The values of a conversion that has begun, from what its files held before: for looking where else they stand."""

from __future__ import annotations

from typing import TYPE_CHECKING

from sealwright.convert.seal import is_secret
from sealwright.convert.secret_facts import facts_of
from sealwright.errors import SealwrightError
from sealwright.manifest.documents import read_documents
from sealwright.manifest.resource import resources
from sealwright.manifest.source import decode

if TYPE_CHECKING:
    from collections.abc import Iterator

    from sealwright.manifest.places import Places
    from sealwright.manifest.resource import Resource
    from sealwright.plaintext import Plaintext
    from sealwright.run.convert.journal import Journal


def values_before(journal: Journal, places: Places) -> dict[str, Plaintext]:
    """The values of every Secret in the old contents, by what they are called. Raises StoreError."""
    found: dict[str, Plaintext] = {}
    for kept in journal.files:
        content, new = journal.content(kept.before), journal.content(kept.after)
        path = places.shown(kept.location)
        if content is None:
            continue
        still = {(one.ref.namespace, one.ref.name) for one in _secrets(path, new or b"")}
        for secret in _secrets(path, content):
            if (secret.ref.namespace, secret.ref.name) in still:
                continue
            try:
                values = facts_of(secret).values
            except SealwrightError:
                continue  # it was not converted
            line = secret.document.source.position(secret.node.start).line
            found |= {f"`{value.key}` of {secret.ref} ({path}:{line})": value.plaintext for value in values}
    return found


def _secrets(path: str, content: bytes) -> Iterator[Resource]:
    for document in read_documents(decode(path, content)):
        yield from (resource for resource in resources(document) if is_secret(resource))
