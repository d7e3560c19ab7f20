"""What verification without keys costs beside parsing the files: certificate and stamps, plain and signed.

Parsed with the reader of this program, as any command but `verify` would read them; PyYAML's C loader takes as long, or
longer. Files that no sealer writes so are measured as well: those are parsed, and then judged.
"""

from __future__ import annotations

import gc
import json
import subprocess
from pathlib import Path
from typing import TYPE_CHECKING

import yaml

from benchmarks.measure import Ratio, call_ratio, process_ratio, program
from sealwright.config import Cluster, Config, StampRules
from sealwright.finding import Outcome, Verdict
from sealwright.manifest.discover import Selection
from sealwright.manifest.documents import read_documents
from sealwright.manifest.git import Repository
from sealwright.manifest.source import decode
from sealwright.plaintext import Plaintext
from sealwright.rewrite.transaction import FileChange, commit
from sealwright.run.evidence import Evidence
from sealwright.run.stamping import Keeping, kept_stamps, with_stamps
from sealwright.run.verify import verify
from sealwright.sealing.certificate import load_certificate
from sealwright.sealing.keys import generate_keypair
from sealwright.sealing.scheme import encode, seal
from sealwright.sealing.scope import Scope, label
from sealwright.sealing.stamp_lines import content
from sealwright.sealing.stamp_signing import load_signing_key
from sealwright.sealing.stamps import stamp_of

if TYPE_CHECKING:
    from collections.abc import Iterator

    from sealwright.sealing.certificate import SealingCertificate
    from sealwright.sealing.stamps import Stamp

MANIFEST = """\
---
apiVersion: bitnami.com/v1alpha1
kind: SealedSecret
metadata:
  name: s{number}
  namespace: shop
spec:
  encryptedData:
{items}  template:
    metadata:
      labels:
        app.kubernetes.io/name: s{number}
      name: s{number}
      namespace: shop
    type: Opaque
"""
"""As kubeseal writes it."""


def measure(folder: Path, *, smoke: bool) -> Iterator[Ratio]:
    """Verification of files against parsing them, in one process; and the hook where nothing is sealed."""
    files, runs = (50, 1) if smoke else (1000, 7)
    gc.set_threshold(100_000, 50, 50)  # as the program has it, for both sides
    subprocess.run(["git", "init", "--quiet", str(folder)], check=True)
    _, pem = generate_keypair()
    (folder / "cert.pem").write_bytes(pem)
    key = folder / "stamp.key"
    subprocess.run(["openssl", "genpkey", "-algorithm", "ed25519", "-out", str(key)], check=True, capture_output=True)
    certificate = load_certificate(pem, source="benchmark")
    cluster = Cluster("prod", str(folder / "cert.pem"), certificate.fingerprint)
    repository = Repository(str(folder))
    items = 3
    paths, stamps = _sealed(folder, certificate, files, items)

    def read() -> None:
        for path in paths:
            with open(path, "rb") as file:
                assert len(list(read_documents(decode(path, file.read())))) == 1

    def checked() -> None:
        read()
        for signature, line in signed_lines:
            signer.private.public_key().verify(signature, line)

    def verified(rules: StampRules, wanted: Outcome) -> None:
        config = Config(clusters=(cluster,), stamps=rules)
        evidence = Evidence(config, kept_stamps(repository, rules), network=False, notes=[])
        results = list(verify(Selection((str(folder / "apps"),)), repository, evidence.by_path))
        assert [result.outcome for result in results if isinstance(result, Verdict)] == [wanted] * (files * items)

    def rewritten(old: str, new: str) -> None:
        for path in paths:
            Path(path).write_text(Path(path).read_text(encoding="utf-8").replace(old, new), encoding="utf-8")

    name = f"{files * items:,} items / parsing their files"
    plain = StampRules()
    yield call_ratio(
        f"verify without keys or stamps {name}", lambda: verified(plain, Outcome.UNKNOWN), read, 1.5, runs=runs
    )
    commit(with_stamps([], stamps, repository))
    yield call_ratio(f"verify by stamps {name}", lambda: verified(plain, Outcome.PROVED), read, 1.5, runs=runs)
    rewritten("type: Opaque", "type: Opaque  # by hand")
    yield call_ratio(f"the same with comments {name}", lambda: verified(plain, Outcome.PROVED), read, 1.5, runs=runs)
    rewritten("name: s", "name:  s")
    yield call_ratio(f"the same, written otherwise {name}", lambda: verified(plain, Outcome.PROVED), read, 0, runs=runs)
    rewritten("name:  s", "name: s")
    texts = {path: Path(path).read_text(encoding="utf-8") for path in paths}
    for words, indent in {"in JSON": 2, "in JSON of one line": None}.items():
        for path, text in texts.items():
            Path(path).write_text(json.dumps(yaml.safe_load(text), indent=indent) + "\n", encoding="utf-8")
        yield call_ratio(f"the same {words} {name}", lambda: verified(plain, Outcome.PROVED), read, 1.5, runs=runs)
    listed = {"kind": "List", "apiVersion": "v1", "items": [yaml.safe_load(text) for text in texts.values()]}
    Path(paths[0]).write_text(json.dumps(listed, indent=4) + "\n", encoding="utf-8")
    for path in paths[1:]:
        Path(path).unlink()
    paths[1:], others = [], paths[1:]
    yield call_ratio(f"the same in one List {name}", lambda: verified(plain, Outcome.PROVED), read, 1.5, runs=runs)
    paths += others
    for path, text in texts.items():
        Path(path).write_text(text, encoding="utf-8")
    signer = load_signing_key(str(key))
    lines = [content(stamp).encode() for stamp in stamps]
    signed_lines = [(signer.private.sign(line), line) for line in lines]
    (folder / ".sealwright.lock").unlink()
    commit(with_stamps([], stamps, repository, Keeping(key_file=str(key), trusted=(signer.public,))))
    rules = StampRules(trusted=(signer.public,), required=True)
    name += " and bare Ed25519"
    yield call_ratio(
        f"verify by signed stamps {name}", lambda: verified(rules, Outcome.PROVED), checked, 1.5, runs=runs
    )
    clean = folder / "clean.yaml"
    clean.write_text("kind: Deployment\n", encoding="utf-8")
    hook, scan = [program("sealwright-verify"), str(clean)], [program("sealwright-scan"), str(clean)]
    yield process_ratio("sealwright-verify / sealwright-scan, one clean file", hook, scan, 1.1, runs=3 * runs)


def _sealed(folder: Path, certificate: SealingCertificate, files: int, items: int) -> tuple[list[str], list[Stamp]]:
    """Files with one SealedSecret each, and what is known of their items."""
    changes, stamps = [], []
    (folder / "apps").mkdir()
    for number in range(files):
        mark = label(Scope.STRICT, "shop", f"s{number}")
        blobs = [seal(certificate.public_key, Plaintext(b"x" * 24), mark) for _ in range(items)]
        stamps += [stamp_of(blob, certificate.fingerprint, Scope.STRICT, "shop", f"s{number}") for blob in blobs]
        lines = "".join(f"    key{index}: {encode(blob)}\n" for index, blob in enumerate(blobs))
        text = MANIFEST.format(number=number, items=lines)
        changes.append(FileChange(str(folder / "apps" / f"{number}.yaml"), None, text.encode()))
    commit(changes)
    return [change.path for change in changes], stamps
