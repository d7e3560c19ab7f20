"""A configuration of the API server holds the keys that encrypt its storage.

With one of these keys every Secret in a copy of etcd can be read: it is the one secret that protects all the others.

Finds: `secret` of every key of the providers aescbc, aesgcm and secretbox in an EncryptionConfiguration (or
EncryptionConfig, as it was called), in a file of its own, in a ConfigMap, and among the files that KubeadmConfigs and
cloud-init write.

Leaves alone: placeholders such as `<BASE 64 ENCODED SECRET>`, templates, and configurations that ask a KMS.

Bad:

    kind: EncryptionConfiguration
    resources:
      - resources: [secrets]
        providers:
          - aescbc:
              keys:
                - name: key1
                  secret: MDEyMzQ1Njc4OWFiY2RlZmdoaWprbG1ub3BxcnN0dXY=

Good:

    kind: EncryptionConfiguration
    resources:
      - resources: [secrets]
        providers:
          - kms:
              apiVersion: v2
              name: vault
              endpoint: unix:///run/kms.sock

Fix: let a KMS hold the key, or write the file on the control plane only. Then add a new key in front of the leaked one,
encrypt all Secrets anew, and take the leaked one out.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from sealwright.detect.objects import below, objects, shows
from sealwright.detect.secret_values import DATA
from sealwright.finding import Confidence, Severity, Span
from sealwright.manifest.resource import reference

if TYPE_CHECKING:
    from collections.abc import Iterator

    from sealwright.detect.base import Hit, View

RULE = "encryption-configuration"

_KINDS = frozenset({"EncryptionConfiguration", "EncryptionConfig"})
_PROVIDERS = ("aescbc", "aesgcm", "secretbox")


def find(view: View) -> Iterator[Hit]:
    """Keys in clear in every configuration of encryption at rest."""
    for placed in objects(view, "resources"):
        if reference(placed.node).kind not in _KINDS:
            continue
        for provider in _PROVIDERS:
            path = ("resources", "*", "providers", "*", provider, "keys", "*", "secret")
            for trail, value in below(placed.node, placed.trail, view.budget, *path):
                if shows(value, DATA, "secret"):
                    message = f"a key for {provider} stands in clear: it opens every Secret of the cluster's storage"
                    span = Span(value.start, value.end)
                    yield placed.hit(trail, span, message, Confidence.CERTAIN, Severity.CRITICAL)
