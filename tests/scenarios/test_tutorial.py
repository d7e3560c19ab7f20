"""Every command of the tutorial, and of pages like it, in their order, on the repository that they begin with."""

from __future__ import annotations

import base64
import os
import re
import shutil
import subprocess
from pathlib import Path

import pytest
import yaml
from support import ROOT, Repository, posix_only, program, scrubbed

from sealwright.sealing.keys import generate_keypair

PAGES = ("tutorial.md", "sealed-secrets.md", "setting-up.md")
CODE = re.compile(r" # exit code (\d+)")
UPSTREAM = "https://github.com/sealwright/sealwright"
INSTALLED = "pip install sealwright"
SECRET = """\
apiVersion: v1
kind: Secret
metadata: {name: db, namespace: shop}
stringData:
  username: shop
  password: tide-Lantern-88
"""


def lines(page: str) -> list[str]:
    """The commands of a page; that sealwright is installed is seen to already."""
    blocks = re.findall(r"^```bash\n(.*?)^```$", (ROOT / "docs" / page).read_text("utf-8"), re.MULTILINE | re.DOTALL)
    return [line for block in blocks for line in block.splitlines() if line != INSTALLED]


def prepared(folder: Path) -> None:
    """What the pages about one thing take for granted: a repository, a Secret, a cluster's certificate, its backup."""
    key, certificate = generate_keypair(bits=2048)
    repository = Repository.init(folder)
    repository.write("apps/db.yaml", SECRET)
    repository.write("prod.pem", certificate)
    data = {"tls.key": base64.b64encode(key).decode(), "tls.crt": base64.b64encode(certificate).decode()}
    backup = {"apiVersion": "v1", "kind": "Secret", "metadata": {"name": "sealed-secrets-key"}, "data": data}
    repository.write("key-backup.yaml", yaml.safe_dump(backup))
    repository.write(".gitignore", "key-backup.yaml\n")
    repository.commit()


@posix_only
@pytest.mark.parametrize("page", PAGES)
def test_every_command_ends_as_it_says(page: str, tmp_path: Path) -> None:
    if shutil.which("openssl") is None:
        pytest.skip("openssl is not installed")
    folder, codes = tmp_path / "work", tmp_path / "codes"
    folder.mkdir()
    if page != "tutorial.md":
        prepared(folder)
    environment = scrubbed(os.environ, tmp_path) | {
        "PATH": f"{Path(program('sealwright')).parent}{os.pathsep}{os.environ['PATH']}",
        "NEW_PASSWORD": "wave-Lantern-89",
        # This checkout stands in for the one on the net; it may belong to somebody else.
        "GIT_CONFIG_COUNT": "2",
        "GIT_CONFIG_KEY_0": f"url.{ROOT.as_uri()}.insteadOf",
        "GIT_CONFIG_VALUE_0": UPSTREAM,
        "GIT_CONFIG_KEY_1": "safe.directory",
        "GIT_CONFIG_VALUE_1": "*",
    }
    # Each line says on descriptor 3 how it ended.
    script = "".join(f"{line}\necho {number} $? >&3\n" for number, line in enumerate(lines(page)))
    done = subprocess.run(
        ["bash", "-c", f"exec 3>'{codes}'\n{script}"],
        cwd=folder,
        env=environment,
        stdin=subprocess.DEVNULL,
        capture_output=True,
        text=True,
        check=False,
        timeout=300,
    )
    ended = dict(map(str.split, codes.read_text(encoding="utf-8").splitlines()))
    for number, line in enumerate(lines(page)):
        expected = CODE.search(line)
        assert ended[str(number)] == (expected.group(1) if expected else "0"), (line, done.stdout, done.stderr)
    assert "Traceback" not in done.stderr
    assert "Lantern" not in done.stdout + done.stderr


@pytest.mark.parametrize("page", PAGES)
def test_the_pages_start_no_program_that_the_reader_was_not_told_of(page: str) -> None:
    words = {line.split()[0] for line in lines(page)}
    assert "sealwright" in words
    assert words <= {"sealwright", "git", "cp", "cd", "rm", "printf", "openssl", "source"}


def test_the_tutorial_shows_what_is_refused() -> None:
    assert len([line for line in lines("tutorial.md") if CODE.search(line)]) > 6
