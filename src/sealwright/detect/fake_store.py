"""A store of the External Secrets Operator that holds its values itself.

The `fake` provider answers from its own manifest. It is meant for tests of the operator, and whatever is put there is
in Git in clear.

Finds: `value` and `valueMap` under `spec.provider.fake.data` of SecretStores and ClusterSecretStores, `spec.data` of
the generator Fake, and the same inside ClusterGenerators and inside strings.

Leaves alone: empty values, placeholders and references; stores with a real provider.

Bad:

    apiVersion: external-secrets.io/v1
    kind: SecretStore
    spec:
      provider:
        fake:
          data:
            - key: /shop/db
              value: hunter2

Good:

    apiVersion: external-secrets.io/v1
    kind: SecretStore
    spec:
      provider:
        aws:
          service: SecretsManager
          region: eu-central-1

Fix: put the values into a store that keeps them, and point the ExternalSecrets there.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from sealwright.detect.credentials.values import is_generic
from sealwright.detect.objects import below, objects, shows
from sealwright.detect.trail import shown
from sealwright.finding import Confidence, Span
from sealwright.manifest.nodes import Mapping, Scalar, lookup, text_of
from sealwright.manifest.resource import reference

if TYPE_CHECKING:
    from collections.abc import Iterator

    from sealwright.detect.base import Hit, View
    from sealwright.detect.budget import Budget
    from sealwright.detect.objects import Placed
    from sealwright.detect.trail import Trail
    from sealwright.manifest.nodes import Node

RULE = "fake-store"

_GROUP = "external-secrets.io/"
_STORES = frozenset({"SecretStore", "ClusterSecretStore"})
_GENERATORS = {"Fake": ("spec", "data", "*"), "ClusterGenerator": ("spec", "generator", "fakeSpec", "data", "*")}


def find(view: View) -> Iterator[Hit]:
    """Values that fake stores and fake generators hold."""
    for placed in objects(view, "spec"):
        ref = reference(placed.node)
        if ref.api_version and _GROUP not in ref.api_version:
            continue
        if ref.kind in _STORES:
            for name, trail, value in _in_store(placed, view.budget):
                yield from _hits(placed, name, trail, value)
        elif ref.kind in _GENERATORS:
            for way, value in below(placed.node, placed.trail, view.budget, *_GENERATORS[ref.kind]):
                if way is not None:
                    yield from _hits(placed, way.key, way, value)


def _in_store(placed: Placed, budget: Budget) -> Iterator[tuple[str, Trail, Node]]:
    """(remote key, way, value) of every value."""
    for way, entry in below(placed.node, placed.trail, budget, "spec", "provider", "fake", "data", "*"):
        if isinstance(entry, Mapping):
            name = text_of(lookup(entry, "key"))
            for path in (("value",), ("valueMap", "*")):
                for trail, value in below(entry, way, budget, *path):
                    if trail is not None:
                        yield name, trail, value


def _hits(placed: Placed, name: str, trail: Trail, value: Node) -> Iterator[Hit]:
    if isinstance(value, Scalar) and shows(value, key=trail.key):
        confidence = Confidence.POSSIBLE if is_generic(value.value) else Confidence.CERTAIN
        message = f"{reference(placed.node)} answers with the value of `{shown(name)}` in clear"
        yield placed.hit(trail, Span(value.start, value.end), message, confidence)
