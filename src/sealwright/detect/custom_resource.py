"""A field of an object that is no Secret keeps a credential in clear.

Finds: fields of custom resources and built-in kinds whose name promises a credential: Grafana data sources, Kafka
connectors, Tekton parameters, analysis templates, StorageClass parameters, Kubeadm and cloud-init users, and whatever
else a controller accepts; also credentials inside their strings.

Leaves alone: references (`secretKeyRef`, `passwordSecretRef`), names of objects, switches, paths, placeholders, schemas
of custom resources.

Bad:

    kind: KafkaConnector
    spec:
      config:
        database.user: debezium
        database.password: hunter2

Good:

    kind: KafkaConnector
    spec:
      config:
        database.user: debezium
        database.password: ${secrets:shop/db:password}

Fix: nearly every controller takes a reference to a Secret; seal the Secret and refer to it.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from sealwright.detect.credentials.owners import CUSTOM_RESOURCE
from sealwright.detect.credentials.search import named_hits

if TYPE_CHECKING:
    from collections.abc import Iterator

    from sealwright.detect.base import Hit, View

RULE = CUSTOM_RESOURCE


def find(view: View) -> Iterator[Hit]:
    """Credentials in clear that belong to this rule."""
    return named_hits(view, RULE)
