"""How long a hook takes to start: the price that every commit pays."""

from __future__ import annotations

import sys
from typing import TYPE_CHECKING

from benchmarks.measure import Ratio, process_ratio, program

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

CLEAN = "apiVersion: v1\nkind: ConfigMap\nmetadata:\n  name: a\ndata:\n  colour: blue\n"
SECRET = "apiVersion: v1\nkind: Secret\nmetadata:\n  name: a\nstringData:\n  password: hunter2\n"
WORKLOAD = """\
apiVersion: apps/v1
kind: Deployment
metadata: {name: api, namespace: shop}
spec:
  selector: {matchLabels: {app: api}}
  template:
    metadata: {labels: {app: api}}
    spec:
      containers:
        - name: api
          image: registry.example.com/api:1
          env:
            - {name: LOG, value: info}
"""


def measure(folder: Path, *, smoke: bool) -> Iterator[Ratio]:
    """Cold starts of hooks against the bare interpreter."""
    runs = 3 if smoke else 25
    bare = [sys.executable, "-c", "pass"]
    clean, secret = folder / "clean.yaml", folder / "secret.yaml"
    clean.write_text(CLEAN, encoding="utf-8")
    secret.write_text(SECRET, encoding="utf-8")
    hook = program("sealwright-scan")
    yield process_ratio("sealwright-scan, one clean file / python -c pass", [hook, str(clean)], bare, 2.5, runs=runs)
    yield process_ratio("sealwright-scan, one Secret / python -c pass", [hook, str(secret)], bare, 6, runs=runs)
    workload = folder / "api.yaml"
    workload.write_text(WORKLOAD, encoding="utf-8")
    hook = program("sealwright-gate")
    yield process_ratio("sealwright-gate, one Deployment / python -c pass", [hook, str(workload)], bare, 8, runs=runs)
