"""What a release is made of. Run from the root of the checkout, as .github/workflows/release.yml does:

python -m scripts.release check TAG      whether everything names this version
python -m scripts.release notes          what CHANGELOG.md says of it
python -m scripts.release build FOLDER   wheel, source distribution and bill of materials of HEAD, always the same bytes
"""

from __future__ import annotations

import base64
import gzip
import hashlib
import io
import json
import os
import re
import subprocess
import sys
import tarfile
import tempfile
import zipfile
from pathlib import Path

import sealwright
from scripts.bill_of_materials import bill

ROOT = Path(__file__).resolve().parent.parent
BILL = "sealwright.cdx.json"


def main(arguments: list[str]) -> int:
    """Do one of the three; exit code 1 where the tag is wrong, 2 for other arguments."""
    if arguments[:1] == ["check"] and len(arguments) == 2:
        wrong = complaints(arguments[1], (ROOT / "CHANGELOG.md").read_text(encoding="utf-8"))
        print("\n".join(wrong), file=sys.stderr, end="\n" if wrong else "")
        return 1 if wrong else 0
    if arguments == ["notes"]:
        print(notes((ROOT / "CHANGELOG.md").read_text(encoding="utf-8"), sealwright.__version__))
        return 0
    if arguments[:1] == ["build"] and len(arguments) == 2:
        with tempfile.TemporaryDirectory() as folder:
            export(Path(folder))
            build(Path(folder), Path(arguments[1]), commit_time())
        return 0
    print(__doc__, file=sys.stderr)
    return 2


def complaints(tag: str, changelog: str) -> list[str]:
    """What stands against releasing this commit under this tag; a test holds the other places to the version."""
    version = sealwright.__version__
    found = [] if tag == f"v{version}" else [f"the tag is {tag}, and the version is {version}"]
    if notes(changelog, "Unreleased"):
        found.append(
            "CHANGELOG.md has lines under Unreleased: they belong to this release, or the tag to another commit"
        )
    if not notes(changelog, version):
        found.append(f"CHANGELOG.md says nothing of {version}")
    return found


def notes(changelog: str, version: str) -> str:
    """What the changelog says of a version, without its heading; '' where it says nothing."""
    for section in re.split(r"(?m)^## ", changelog)[1:]:
        heading, _, text = section.partition("\n")
        if heading.startswith(f"[{version}]"):
            return text.strip()
    return ""


def commit_time() -> int:
    """When HEAD was committed, in seconds since 1970."""
    out = subprocess.run(["git", "log", "-1", "--format=%ct"], cwd=ROOT, capture_output=True, check=True).stdout
    return int(out)


def export(folder: Path) -> None:
    """Put the files of HEAD into a folder: what lies about in the checkout must not get into a release."""
    archive = subprocess.run(["git", "archive", "HEAD"], cwd=ROOT, capture_output=True, check=True).stdout
    with tarfile.open(fileobj=io.BytesIO(archive)) as files:
        files.extractall(folder, filter="data")


def build(source: Path, target: Path, epoch: int) -> None:
    """The wheel, the source distribution and the bill of materials of the files in `source`, into `target`."""
    # A wheel keeps permissions, and the umask of whoever builds has a part in those.
    for path in source.rglob("*"):
        path.chmod(0o755 if path.is_dir() or os.access(path, os.X_OK) else 0o644)
    target.mkdir(parents=True, exist_ok=True)
    command = [sys.executable, "-m", "build", "--no-isolation", "--outdir", str(target), str(source)]
    environment = dict(os.environ, SOURCE_DATE_EPOCH=str(epoch))
    umask = 0o022 if os.name == "posix" else -1
    subprocess.run(command, env=environment, umask=umask, stdout=subprocess.DEVNULL, check=True)
    text = json.dumps(bill(sealwright.__version__, epoch), indent=2, sort_keys=True) + "\n"
    (target / BILL).write_text(text, encoding="utf-8", newline="\n")
    for wheel in target.glob("*.whl"):
        embed(wheel, text.encode())
    for archive in target.glob("*.tar.gz"):
        settle(archive, epoch)


def embed(wheel: Path, content: bytes) -> None:
    """Put a bill of materials into a wheel, where PEP 770 has it, and into the wheel's list of files."""
    with zipfile.ZipFile(wheel) as old:
        files = [(info, old.read(info)) for info in old.infolist()]
    (record,) = (info for info, _ in files if info.filename.endswith(".dist-info/RECORD"))
    name = f"{os.path.dirname(record.filename)}/sboms/{BILL}"
    digest = base64.urlsafe_b64encode(hashlib.sha256(content).digest()).rstrip(b"=").decode()
    with zipfile.ZipFile(wheel, "w", zipfile.ZIP_DEFLATED) as new:
        for info, data in files:
            if info is record:
                added = zipfile.ZipInfo(name, record.date_time)
                added.external_attr, added.compress_type = record.external_attr, record.compress_type
                new.writestr(added, content)
                own = f"{record.filename},,\n".encode()
                line = f"{name},sha256={digest},{len(content)}\n".encode()
                new.writestr(info, data.replace(own, line + own))
            else:
                new.writestr(info, data)


def settle(archive: Path, epoch: int) -> None:
    """Take out of a source distribution who packed it, and when."""
    with tarfile.open(archive) as old:
        files = [(entry, old.extractfile(entry)) for entry in sorted(old.getmembers(), key=lambda entry: entry.name)]
        packed = io.BytesIO()
        with tarfile.open(fileobj=packed, mode="w", format=tarfile.PAX_FORMAT) as new:
            for entry, content in files:
                entry.mtime, entry.uid, entry.gid, entry.uname, entry.gname = epoch, 0, 0, "", ""
                entry.pax_headers = {}
                new.addfile(entry, content)
    archive.write_bytes(gzip.compress(packed.getvalue(), mtime=epoch))


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
