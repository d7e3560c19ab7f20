"""What converting a repository costs beyond putting values into the store, against bare calls to the same server."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
import time
import uuid
from concurrent.futures import ThreadPoolExecutor
from typing import TYPE_CHECKING

from benchmarks.measure import Ratio, peak_megabytes, program
from sealwright.run.convert.upload import WORKERS

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path
    from typing import Any

SECRET = """\
apiVersion: v1
kind: Secret
metadata:
  name: s{number}
  namespace: ns{group}
stringData:
  password: pw-{number}-x7Kq9
  user: user{number}
"""
PER_FILE = 5
"""Secrets in a file: each file of a conversion is held open twice, and not every system lets a process hold 20,000."""
STORE = "stores: {aws: {backend: aws-secrets-manager, region: eu-central-1, key: '%s/{namespace}/{name}'}}\n"
SERVER = """\
import sys
from moto.secretsmanager.models import SecretsStore
from moto.server import ThreadedMotoServer
# moto looks through all of its objects for each request, and trips over those that come meanwhile.
SecretsStore.get = lambda self, key: dict.get(self, key)
SecretsStore.__getitem__ = lambda self, key: dict.__getitem__(self, key)
SecretsStore.__contains__ = lambda self, key: dict.__contains__(self, key)
server = ThreadedMotoServer(port=0, verbose=False)
server.start()
print(server.get_host_and_port()[1], flush=True)
sys.stdin.read()
"""


def measure(folder: Path, *, smoke: bool) -> Iterator[Ratio]:
    """The whole of it, planning and rewriting included; and the memory, beside that of a tenth of the Secrets.

    `SECRETS=10000 make bench` measures as many.
    """
    count = 50 if smoke else int(os.environ.get("SECRETS", "2000"))
    pipes: dict[str, Any] = {"stdin": subprocess.PIPE, "stdout": subprocess.PIPE, "stderr": subprocess.DEVNULL}
    server = subprocess.Popen([sys.executable, "-c", SERVER], text=True, **pipes)
    assert server.stdin is not None
    assert server.stdout is not None
    os.environ |= {
        "AWS_ENDPOINT_URL": f"http://127.0.0.1:{int(server.stdout.readline())}",
        "AWS_ACCESS_KEY_ID": "bench",
        "AWS_SECRET_ACCESS_KEY": "bench",
        "XDG_STATE_HOME": str(folder / "state"),
    }
    try:
        small = _converted(folder / "small", count // 10)
        large = _converted(folder / "large", count)
        bare = _bare(count)
        name = f"converting {count:,} Secrets / the SDK's own calls, {WORKERS} at a time"
        yield Ratio(name, large[0] / bare[0], 2.0, large[0] * 1000, bare[0] * 1000)
        yield Ratio(f"{name}, processor time", large[2] / bare[1], 2.0, large[2] * 1000, bare[1] * 1000)
        name = f"memory for {count:,} Secrets / for {count // 10:,}"
        yield Ratio(name, large[1] / small[1], 0, large[1], small[1], "MB")
    finally:
        server.stdin.close()
        server.wait()


def _converted(folder: Path, count: int) -> tuple[float, float, float]:
    """Seconds, MB and seconds of the processor of one conversion."""
    for first in range(0, count, PER_FILE):
        path = folder / f"apps{first % 100}" / f"s{first}.yaml"
        path.parent.mkdir(parents=True, exist_ok=True)
        numbers = range(first, min(first + PER_FILE, count))
        texts = (SECRET.format(number=number, group=number % 50) for number in numbers)
        path.write_text("---\n".join(texts), encoding="utf-8")
    (folder / ".sealwright.yaml").write_text(STORE % uuid.uuid4().hex, encoding="utf-8")
    subprocess.run(["git", "init", "--quiet", str(folder)], check=True)
    here = os.getcwd()
    os.chdir(folder)
    try:
        started, worked = time.perf_counter(), _worked()
        peak = peak_megabytes([program("sealwright"), "convert", "--to", "external-secret", "--write"])
        seconds, worked = time.perf_counter() - started, _worked() - worked
    finally:
        os.chdir(here)
    if "kind: ExternalSecret" not in (folder / "apps0" / "s0.yaml").read_text(encoding="utf-8"):
        sys.exit("nothing was converted")
    shutil.rmtree(folder)
    return seconds, peak, worked


def _worked() -> float:
    """Seconds of the processor that processes took which have ended."""
    times = os.times()
    return times.children_user + times.children_system


def _bare(count: int) -> tuple[float, float]:
    """Seconds, and seconds of the processor, of creating and reading as many objects, as the SDK does it."""
    import boto3

    client: Any = boto3.client("secretsmanager", region_name="eu-central-1")

    def one(number: int) -> None:
        name = f"{run}/{number}"
        client.create_secret(Name=name, SecretString='{"password":"pw-x7Kq9","user":"u"}')
        client.get_secret_value(SecretId=name)

    run = uuid.uuid4().hex
    started, worked = time.perf_counter(), time.process_time()
    with ThreadPoolExecutor(WORKERS) as pool:
        list(pool.map(one, range(count)))
    return time.perf_counter() - started, time.process_time() - worked
