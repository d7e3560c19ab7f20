"""Sealing the Secrets of a file: either it is refused without a word of a value, or all opens again as it was."""

from __future__ import annotations

from functools import cache

from fuzz.held import CANARY, hold_no_value
from fuzz.manifests import ENCODED, SEEDS, WORDS

from sealwright.convert.seal import SealedResource, SealOptions, seal_source
from sealwright.convert.sealer import Sealer
from sealwright.errors import SealwrightError
from sealwright.manifest.documents import read_documents
from sealwright.manifest.source import Source, decode
from sealwright.sealing.keys import PrivateKey, generate_keypair, load_private_keys
from sealwright.sealing.scheme import decode as decode_base64
from sealwright.sealing.scheme import open_sealed
from sealwright.sealing.scope import Scope, label_as_read
from sealwright.sealing.sealing_key import of_private_key

__all__ = ["SEEDS", "WORDS", "run"]


@cache
def key() -> PrivateKey:
    """One for all inputs: to make it takes longer than all the rest."""
    [loaded] = load_private_keys(generate_keypair(bits=2048)[0], source="key", trusted=True)
    return loaded


def run(data: bytes) -> None:
    source = decode("a.yaml", data)
    if source.flaw:
        return
    made: list[SealedResource] = []
    sealer = Sealer(lambda: of_private_key(key(), "key"))
    try:
        done = seal_source(source, sealer, SealOptions(namespace="shop"), lambda _: len(made) < 5, made.append)
    except SealwrightError as error:
        hold_no_value([error.message, error.hint], data)
        return
    if not made:
        assert done.text == source.text
        return
    _opens(made)
    left = [document.flaw for document in read_documents(Source("a.yaml", done.text))]
    assert len(left) == len(list(read_documents(source)))
    if done.text.count(CANARY) == source.text.count(CANARY) and source.text.count(ENCODED) == done.text.count(ENCODED):
        assert not any(CANARY.encode() in value.plaintext.reveal() for one in made[:1] for value in one.model.values)


def _opens(made: list[SealedResource]) -> None:
    one = made[0]
    scope = one.sealed.scope
    namespace = one.model.namespace or ("" if scope is Scope.CLUSTER_WIDE else "shop")
    for value in one.model.values[:2]:
        label = label_as_read(scope, namespace, one.model.name)
        assert open_sealed(key().key, decode_base64(one.sealed.items[value.key]), label) == value.plaintext
