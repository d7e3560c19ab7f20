"""`sealwright demo`: the main job on a throw-away repository, by the installed program itself.

Nothing outside of a temporary folder is read or written, and no network is used.
"""

from __future__ import annotations

import os
import shlex
import subprocess
import sys
import tempfile
from typing import TYPE_CHECKING, NamedTuple

from sealwright.rewrite.transaction import FileChange, commit

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

_MANIFEST = """\
# The database of the shop
apiVersion: v1
kind: Secret
metadata:
  name: db
  namespace: shop
stringData:
  username: shop
  password: tide-Lantern-88-moss   # rotated in spring
"""
_STORE = """\
apiVersion: external-secrets.io/v1
kind: SecretStore
metadata:
  name: vault
  namespace: shop
spec:
  provider:
    vault:
      server: http://vault.vault.svc:8200
"""


class Step(NamedTuple):
    """What is said, what is run (arguments of sealwright), and how it should end."""

    words: str
    arguments: tuple[str, ...]
    code: int


STEPS = (
    Step("Somebody has put a Secret into Git. A scan finds it, and shows no value.", ("scan",), 1),
    Step(
        "It is sealed in place for the cluster: only the cluster's private key can open it.",
        ("seal", "--in-place", "--certificate", "cluster.pem", "db.yaml"),
        0,
    ),
    Step("Does it open there? This is checked with the key that only the cluster has.",
         ("verify", "--private-key", "../cluster.key"), 0),
    Step("Nothing is in clear any more. May a change be merged that adds this store?", ("gate", "--base", "HEAD"), 1),
)  # fmt: skip


def tell() -> bool:
    """Tell the story; whether every step ended as it should. Raises UsageError without git."""
    with tempfile.TemporaryDirectory(prefix="sealwright-demo-") as folder:
        root = os.path.join(folder, "gitops")
        os.mkdir(root)
        return _Story(root).run()


class _Story:
    def __init__(self, root: str) -> None:
        self._root = root
        self._environment = environment(os.path.dirname(root))

    def run(self) -> bool:
        from sealwright.sealing.keys import generate_keypair

        key, certificate = generate_keypair()
        self._write("db.yaml", _MANIFEST.encode())
        self._write("cluster.pem", certificate)
        self._write("../cluster.key", key)
        self._git("init", "-q")
        good = [self._show(step) for step in STEPS[:3]]
        self._git("add", "--all")
        self._git("commit", "-q", "-m", "Add the shop")
        self._write("store.yaml", _STORE.encode())
        good += [self._show(step) for step in STEPS[3:]]
        return all(good)

    def _write(self, path: str, data: bytes) -> None:
        commit([FileChange(os.path.normpath(os.path.join(self._root, path)), None, data)])

    def _git(self, *arguments: str) -> None:
        from sealwright.errors import SealwrightError

        try:
            done = execute(["git", *arguments], self._root, self._environment)
        except FileNotFoundError:
            raise SealwrightError("the demo needs git", hint="install git") from None
        if done.returncode:
            raise SealwrightError("git could not make the repository of the demo", hint="check that git works here")

    def _show(self, step: Step) -> bool:
        sys.stdout.write(f"\n{step.words}\n\n  $ sealwright {shlex.join(step.arguments)}\n")
        done = execute([sys.executable, "-m", "sealwright", *step.arguments], self._root, self._environment)
        sys.stdout.write("".join(f"  {line}\n" for line in done.stdout.splitlines()) or "  (nothing to say)\n")
        sys.stdout.flush()
        return done.returncode == step.code


def environment(folder: str) -> dict[str, str]:
    """That of a throw-away repository: nobody's configuration; what git or we keep stays in `folder`."""
    kept = {name: value for name, value in os.environ.items() if not name.startswith(("GIT_", "SEALWRIGHT_"))}
    person = {f"GIT_{role}_{key}": "demo" for role in ("AUTHOR", "COMMITTER") for key in ("NAME", "EMAIL")}
    return kept | person | {
        "GIT_CONFIG_GLOBAL": os.devnull,
        "GIT_CONFIG_NOSYSTEM": "1",
        "XDG_DATA_HOME": os.path.join(folder, "data"),
        "XDG_STATE_HOME": os.path.join(folder, "state"),
        "LOCALAPPDATA": os.path.join(folder, "data"),
        "NO_COLOR": "1",
    }  # fmt: skip


def execute(command: Sequence[str], folder: str, variables: Mapping[str, str]) -> subprocess.CompletedProcess[str]:
    """Run a program there, without input; all that it says is in `stdout`, in order."""
    return subprocess.run(
        command,
        cwd=folder,
        env=variables,
        stdin=subprocess.DEVNULL,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        encoding="utf-8",
        errors="replace",
        check=False,
    )
