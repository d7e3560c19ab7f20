"""A slow and obvious check of the fast scan and of sealing, on any repository.

    python tests/scenarios/slow_checker.py FOLDER

It parses every YAML and JSON file with ruamel.yaml, lists every non-empty value of every Secret, and compares with what
`sealwright scan` says. Then it seals everything in a copy, and opens every item again with the private key.
"""

from __future__ import annotations

import base64
import json
import shutil
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from pathlib import Path
from typing import Any, NamedTuple

import ruamel.yaml
from ruamel.yaml.error import YAMLError

PROGRAM = str(Path(sys.executable).parent / "sealwright")


class Value(NamedTuple):
    """A value of a Secret: where, and its bytes as Kubernetes would read them."""

    path: str
    secret: str
    field: str
    content: bytes


class Listing(NamedTuple):
    values: list[Value]
    unparsable: list[str]


def list_values(folder: Path) -> Listing:
    """Every non-empty value of every Secret that a YAML library sees in the folder's files."""
    values, unparsable = [], []
    for path in sorted(folder.rglob("*")):
        name = path.relative_to(folder).as_posix()
        if (
            path.suffix in {".yaml", ".yml", ".json"}
            and path.is_file()
            and not path.is_symlink()
            and ".git/" not in name
        ):
            try:
                values += [Value(name, *rest) for document in _load(path) for rest in _secrets(document)]
            except (YAMLError, ValueError, TypeError, AttributeError):
                unparsable.append(name)
    return Listing(values, unparsable)


def _load(path: Path) -> list[Any]:
    loader = ruamel.yaml.YAML(typ="safe", pure=True)
    loader.allow_duplicate_keys = True
    loader.version = "1.1"
    if path.suffix == ".json":
        return [json.loads(path.read_bytes().decode("utf-8-sig"))]
    return list(loader.load_all(path.read_bytes()))


def _secrets(node: Any) -> Iterator[tuple[str, str, bytes]]:
    if isinstance(node, list):
        for item in node:
            yield from _secrets(item)
    if not isinstance(node, dict):
        return
    kind = node.get("kind")
    if isinstance(kind, str) and kind.endswith("List") and isinstance(node.get("items"), list):
        yield from _secrets(node["items"])
    if kind == "Secret" and "/" not in str(node.get("apiVersion", "v1")) and "sops" not in node:
        metadata = node.get("metadata") or {}
        name = f"{metadata.get('namespace', '')}/{metadata.get('name', '')}"
        for field in ("data", "stringData"):
            holder = node.get(field)
            for key, value in holder.items() if isinstance(holder, dict) else ():
                if value not in (None, "", b""):
                    yield name, f"{field}.{key}", _content(field, value)


def _content(field: str, value: Any) -> bytes:
    if isinstance(value, bytes):
        return value
    if field == "data":
        try:
            return base64.b64decode(str(value), validate=False)
        except ValueError:
            pass
    return str(value).encode()


def scanned(folder: Path) -> tuple[set[tuple[str, str, str]], dict[str, Any]]:
    """(path, namespace/name, field) of what the scan reports about Secrets, and its whole report."""
    result = subprocess.run([PROGRAM, "scan", "--format", "json", "."], cwd=folder, capture_output=True, check=False)
    report = json.loads(result.stdout)
    found = {
        (finding["path"], f"{finding['resource']['namespace']}/{finding['resource']['name']}", finding["field"])
        for finding in report["findings"]
        if finding["rule"] in {"secret-data", "secret-string-data"}
    }
    return found, report


def compare(folder: Path) -> tuple[set[tuple[str, str, str]], set[tuple[str, str, str]], Listing, dict[str, Any]]:
    """(only the slow checker sees, only the scan sees, the listing, the report)."""
    listing = list_values(folder)
    slow = {value[:3] for value in listing.values}
    fast, report = scanned(folder)
    return slow - fast, fast - slow, listing, report


def seal_and_open(folder: Path) -> tuple[int, list[str]]:
    """Seal everything in a copy, one file after the other, and open it again: (values opened, complaints)."""
    from sealwright.plaintext import Plaintext
    from sealwright.sealing.keys import generate_keypair, load_private_keys
    from sealwright.sealing.scheme import decode, open_sealed
    from sealwright.sealing.scope import label_as_read, scope_of

    pem, certificate = generate_keypair(bits=2048)
    (key,) = load_private_keys(pem, source="check")
    complaints = []
    opened = 0
    with tempfile.TemporaryDirectory() as scratch:
        copy = Path(scratch) / "copy"
        shutil.copytree(folder, copy, symlinks=True)
        pinned = Path(scratch) / "cert.pem"
        pinned.write_bytes(certificate)
        before = list_values(copy)
        missing = {value[:3] for value in before.values} - scanned(copy)[0]
        for path in sorted({value.path for value in before.values}):
            command = [PROGRAM, "seal", "--in-place", "--certificate", str(pinned), "-n", "assumed", "--", path]
            result = subprocess.run(command, cwd=copy, capture_output=True, text=True, check=False)
            if result.returncode and "but assumed was asked for" in result.stderr:
                command.remove("-n")
                command.remove("assumed")
                result = subprocess.run(command, cwd=copy, capture_output=True, text=True, check=False)
            if result.returncode:
                complaints.append(f"{path}: not sealed: {result.stderr.splitlines()[0]}")
        for value in before.values:
            if value[:3] in missing or any(note.startswith(f"{value.path}:") for note in complaints):
                continue
            item = _sealed_item(copy / value.path, value)
            if item is None:
                complaints.append(f"{value.path}: {value.secret} {value.field} is gone")
                continue
            text, metadata = item
            label = label_as_read(
                scope_of(metadata.get("annotations") or {}), str(metadata.get("namespace", "")), str(metadata["name"])
            )
            if open_sealed(key.key, decode(text), label) != Plaintext(value.content):
                complaints.append(f"{value.path}: {value.secret} {value.field} opens to other bytes")
            opened += 1
    return opened, complaints


def _sealed_item(path: Path, value: Value) -> tuple[str, dict[str, Any]] | None:
    key = value.field.split(".", 1)[1]
    stack = _load(path)
    while stack:
        node = stack.pop()
        if isinstance(node, list):
            stack.extend(node)
        elif isinstance(node, dict):
            stack.extend(node["items"] if isinstance(node.get("items"), list) else ())
            metadata = node.get("metadata") or {}
            same = metadata.get("name", "") == value.secret.split("/", 1)[1]
            items = node["spec"].get("encryptedData", {}) if node.get("kind") == "SealedSecret" else {}
            if same and key in items:
                return str(items[key]), metadata
    return None


def main() -> int:
    """Print the comparison for one folder."""
    folder = Path(sys.argv[1])
    missed, extra, listing, report = compare(folder)
    print(f"{len(listing.values)} values in Secrets, {len(listing.unparsable)} files that ruamel.yaml cannot parse")
    print(f"scan: {report['summary']}, {len(report['errors'])} errors")
    for title, places in (("only the slow checker", missed), ("only the scan", extra)):
        print(f"{title}: {len(places)}")
        for place in sorted(places):
            print("   ", *place)
    for error in report["errors"]:
        print("error", error)
    opened, complaints = seal_and_open(folder)
    print(f"sealed and opened again: {opened}")
    for complaint in complaints:
        print("   ", complaint)
    return 0


if __name__ == "__main__":
    sys.exit(main())
