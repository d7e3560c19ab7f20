"""A container is started with a credential in its command line.

Arguments are seen by whoever may list processes or describe the Pod, and they stand in Git.

Finds: options and assignments whose name promises a credential (`--redis.password=...`, `--token ...`,
`PGPASSWORD=... psql`), the same under base64 (`echo aHVudGVyMg== | base64 -d`), and passwords given to `chpasswd`, in
`command`, `args`, scripts, and the commands of Kubeadm and cloud-init.

Leaves alone: `$(VAR)` and `${VAR}`, files (`--password-file`), placeholders, switches.

Bad:

    kind: Pod
    spec:
      containers:
        - name: exporter
          args: ["--redis.password=hunter2"]

Good:

    kind: Pod
    spec:
      containers:
        - name: exporter
          args: ["--redis.password=$(REDIS_PASSWORD)"]

Fix: put the value in a Secret, seal it, take it into the environment with `secretKeyRef` and refer to it as `$(VAR)`.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from sealwright.detect.credentials.owners import CONTAINER_ARGUMENTS
from sealwright.detect.credentials.search import named_hits

if TYPE_CHECKING:
    from collections.abc import Iterator

    from sealwright.detect.base import Hit, View

RULE = CONTAINER_ARGUMENTS


def find(view: View) -> Iterator[Hit]:
    """Credentials in the command lines of the view's objects."""
    yield from named_hits(view, RULE)
