"""What verifying costs beyond the private operations that it cannot do without, spread over two cores."""

from __future__ import annotations

import json
import os
import random
from base64 import b64encode
from typing import TYPE_CHECKING

from cryptography.hazmat.primitives.asymmetric import padding
from cryptography.hazmat.primitives.hashes import SHA256

from benchmarks.measure import Ratio, call_ratio
from sealwright.manifest.discover import Selection
from sealwright.plaintext import Plaintext
from sealwright.run.verify import verify
from sealwright.sealing.keys import PrivateKey, generate_keypair, load_private_keys
from sealwright.sealing.scheme import encode, seal
from sealwright.verify.keys.examiner import KeyExaminer
from sealwright.verify.keys.keyring import load_keyring

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Sequence
    from pathlib import Path

ITEMS = 1000
EACH = 10
KEYS = 36
CORES = min(2, os.cpu_count() or 1)
HEAD = "apiVersion: bitnami.com/v1alpha1\nkind: SealedSecret\nmetadata:\n  name: s{0}\n  namespace: a\nspec:\n"


def measure(folder: Path, *, smoke: bool) -> Iterator[Ratio]:
    """Reading and verifying 1,000 items under one key, and under 36; against as many bare decryptions on two cores."""
    runs, items, count = (1, ITEMS // 10, 3) if smoke else (7, ITEMS, KEYS)
    pairs = [generate_keypair(bits=2048 if smoke else 4096) for _ in range(count)]
    keys = [load_private_keys(pem, source="benchmark", trusted=True)[0] for pem, _ in pairs]
    (folder / "key.pem").write_bytes(pairs[-1][0])
    (folder / "backup.json").write_text(_backup([pem for pem, _ in pairs]))
    chance = random.Random(1)
    objects, few = items // EACH, items // 5
    layouts = [
        ("one key", "key.pem", [keys[-1:]] * objects, EACH, 1.2),
        (f"{count} keys, all under the newest", "backup.json", [keys[-1:]] * objects, EACH, 2),
        (f"{count} keys, any one an object", "backup.json", [[chance.choice(keys)] for _ in range(objects)], EACH, 2),
        (f"{count} keys, turn about in one object", "backup.json", [keys], items, 0),
        (f"{count} keys, any one an item", "backup.json", [[chance.choice(keys)] for _ in range(few)], 1, 0),
    ]
    for number, (words, evidence, by, each, bar) in enumerate(layouts):
        path = folder / f"{number}.yaml"
        path.write_text("---\n".join(_object(index, own, each) for index, own in enumerate(by)))
        ring = load_keyring([str(folder / evidence)])

        def ours() -> None:
            examiner = KeyExaminer(ring, workers=CORES)  # noqa: B023 - called before the next round
            results = verify(Selection((str(path),)), None, lambda _: examiner)  # noqa: B023
            opened = sum(getattr(result, "key", "") != "" for result in results)
            assert opened == len(by) * each  # noqa: B023

        name = f"verify {len(by) * each:,} items, {words} / bare, {CORES} cores"
        yield call_ratio(name, ours, _bare(keys[-1], len(by) * each // CORES), bar, runs=runs if bar else 1)


def _bare(key: PrivateKey, count: int) -> Callable[[], None]:
    """What one core does in the best of worlds: its share of the private operations, and nothing else."""
    oaep = padding.OAEP(padding.MGF1(SHA256()), SHA256(), b"a/s")
    block = key.key.public_key().encrypt(os.urandom(32), oaep)

    def decrypt() -> None:
        for _ in range(count):
            key.key.decrypt(block, oaep)

    return decrypt


def _object(number: int, keys: Sequence[PrivateKey], each: int) -> str:
    lines = [HEAD.format(number), "  encryptedData:\n"]
    for index in range(each):
        label = f"a/s{number}".encode()
        blob = seal(keys[index % len(keys)].key.public_key(), Plaintext(b"value"), label)
        lines.append(f"    key{index}: {encode(blob)}\n")
    return "".join(lines)


def _backup(pems: Sequence[bytes]) -> str:
    """As `kubectl get secret -o json` writes it, without the certificates."""
    secrets = [
        {"apiVersion": "v1", "kind": "Secret", "metadata": {"name": f"key{number}"}, "data": {"tls.key": encoded}}
        for number, encoded in enumerate(b64encode(pem).decode() for pem in pems)
    ]
    return json.dumps({"apiVersion": "v1", "kind": "List", "items": secrets})
