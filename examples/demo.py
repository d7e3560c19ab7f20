"""The main job in half a minute, on a throw-away copy of examples/gitops, with the real pre-commit and git.

Nothing outside of the temporary folder is read or written, and no network is used.
"""

from __future__ import annotations

import os
import shlex
import shutil
import sys
import tempfile
from pathlib import Path
from typing import TYPE_CHECKING

from sealwright.cli.start.story import environment, execute

if TYPE_CHECKING:
    from subprocess import CompletedProcess

HERE = Path(__file__).resolve().parent
PROGRAMS = Path(sys.executable).parent
HOOK = """\
repos:
  - repo: local   # in your repository: the address of sealwright, and `rev:`
    hooks:
      - id: sealwright-scan
        name: sealwright scan
        entry: sealwright-scan
        language: system
        types: [file]
        require_serial: true
"""


CLUSTERS = """\
clusters:   # in your repository: .sealwright.yaml at its root
  staging: {paths: [apps/shop/overlays/staging]}
  prod: {paths: ["**"]}
"""

STORE = """\
apiVersion: external-secrets.io/v1
kind: SecretStore
metadata:
  name: vault
  namespace: shop
spec:
  provider:
    vault:
      server: http://vault.vault.svc:8200
      auth: {kubernetes: {mountPath: kubernetes, role: shop}}
"""


def main() -> int:
    """Run the story; 0 when every step ended as it should."""
    with tempfile.TemporaryDirectory(prefix="sealwright-demo-") as folder:
        root = Path(folder) / "gitops"
        shutil.copytree(HERE / "gitops", root)
        return Demo(root).run()


class Demo:
    """The steps. Each says what it does, shows the command, and checks how it ended."""

    def __init__(self, root: Path) -> None:
        self._root = root
        self._ok = True
        self._environment = environment(str(root.parent)) | {
            "PATH": f"{PROGRAMS}{os.pathsep}{os.environ.get('PATH', '')}",
            "PRE_COMMIT_HOME": str(root.parent / "pre-commit"),
        }

    def run(self) -> int:
        self._prepare()
        self._say("1. Somebody commits. The hook reads what would go into Git, and says no.")
        self._show("git", "commit", "-qm", "Add the shop", expected=1)
        self._say(
            "2. One way out: the values go to a store, here an encrypted folder, and Git keeps references to them."
        )
        self._show(
            "sealwright", "convert", "--to", "external-secret", "--write", "--config", "../clusters.yaml", limit=110
        )
        self._say(
            "   Each was read back by its reference before a file changed. And back again, as if nothing had been:"
        )
        self._show("sealwright", "convert", "--undo")
        self._say(
            "3. Another way: seal the Secrets for the cluster, in place: only the cluster's private key can open them."
        )
        self._show("sealwright", "seal", "--in-place", "--certificate", "cluster.pem", ".")
        self._say("4. What changed in one file: the values. Comments, order and the other documents are as they were.")
        self._show("git", "diff", "--unified=1", "apps/shop/overlays/prod/secrets.yaml", limit=72)
        self._say("5. Would the cluster open all of it? This checks with the key that only it has.")
        self._show("sealwright", "verify", "--private-key", "../cluster.key")
        self._say("6. Now the commit goes through, and nothing in it is in clear.")
        self._quiet("git", "add", "--all")
        self._show("git", "commit", "-qm", "Add the shop, sealed")
        self._show("sealwright", "scan", "--format", "text")
        self._say("7. May a change be merged? The gate adds rules of policy, and counts what the change brings.")
        (self._root / "infrastructure" / "store.yaml").write_text(STORE, encoding="utf-8")
        self._show("sealwright", "gate", "--base", "HEAD", expected=1, limit=118)
        print("\nThat is all." if self._ok else "\nA step did not end as it should have; see above.")
        print("Next: put the hook into your own repository, as README.md shows.")
        return 0 if self._ok else 1

    def _prepare(self) -> None:
        from sealwright.sealing.keys import generate_keypair

        print("A throw-away GitOps repository: two environments, kustomize, a Helm chart, Flux, six Secrets in clear.")
        self._quiet("git", "init", "-q")
        (self._root / ".pre-commit-config.yaml").write_text(HOOK, encoding="utf-8")
        self._quiet("pre-commit", "install")
        key, certificate = generate_keypair()
        (self._root / "cluster.pem").write_bytes(certificate)
        (self._root.parent / "cluster.key").write_bytes(key)
        (self._root.parent / "clusters.yaml").write_text(CLUSTERS, encoding="utf-8")
        self._quiet("git", "add", "--all")
        print("A key pair such as the Sealed Secrets controller makes: cluster.pem may be public, the key stays away.")

    def _say(self, text: str) -> None:
        print(f"\n{text}\n")

    def _show(self, *command: str, expected: int = 0, limit: int = 0) -> None:
        print(f"  $ {shlex.join(command)}", flush=True)
        result = self._execute(command)
        if not result.stdout.strip():
            print("  (nothing to say)")
        for line in result.stdout.splitlines():
            print(f"  {line[:limit]}..." if limit and len(line) > limit else f"  {line}")
        if result.returncode != expected:
            self._ok = False
            print(f"  (ended with {result.returncode}, expected {expected})")

    def _quiet(self, *command: str) -> None:
        result = self._execute(command)
        if result.returncode:
            raise SystemExit(f"{' '.join(command)} failed:\n{result.stdout}")

    def _execute(self, command: tuple[str, ...]) -> CompletedProcess[str]:
        program = shutil.which(command[0], path=self._environment["PATH"]) or command[0]
        return execute([program, *command[1:]], str(self._root), self._environment)


if __name__ == "__main__":
    sys.exit(main())
