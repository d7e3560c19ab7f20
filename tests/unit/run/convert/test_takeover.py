"""The steps of a takeover: their order, and that kubectl takes every command and means by it what is said."""

from __future__ import annotations

import os
import shutil
import subprocess
from collections.abc import Iterator
from pathlib import Path

import pytest
from support import posix_only, scrubbed
from unit.run.convert.api_server import Cluster, running

from sealwright.errors import UsageError
from sealwright.run.convert.takeover import KINDS, LAST_APPLIED, Converted, runbook, steps

CONVERTED = (
    Converted("shop", "db", "db", "apps/db.yaml"),
    Converted("shop", "tls", "tls", "apps/tls.yaml", consumers=("deployment/api",)),
)
RENAMED = tuple(one._replace(new_secret=f"{one.secret}-v2") for one in CONVERTED)
PRUNE = "kustomize.toolkit.fluxcd.io/prune"


@pytest.fixture
def cluster() -> Iterator[Cluster]:
    """One that the operator has taken over already."""
    made = Cluster()
    ready = {"conditions": [{"type": "Ready", "status": "True"}]}
    owner = {"kind": "ExternalSecret", "apiVersion": "external-secrets.io/v1", "name": "db", "uid": "1"}
    for name in ("db", "tls"):
        made.put("externalsecrets", "shop", name, status=ready, spec={"target": {"creationPolicy": "Orphan"}})
        marks = {PRUNE: "disabled", LAST_APPLIED: "{}", "keep": "me"}
        made.put("secrets", "shop", name, metadata={"ownerReferences": [owner], "annotations": marks})
    established = {"conditions": [{"type": "Established", "status": "True"}]}
    made.put("customresourcedefinitions", "", "externalsecrets.external-secrets.io", status=established)
    rolled = {"observedGeneration": 1, "replicas": 1, "updatedReplicas": 1, "availableReplicas": 1}
    made.put("deployments", "shop", "api", metadata={"generation": 1}, spec={"replicas": 1}, status=rolled)
    with running(made):
        yield made


def run(command: str, cluster: Cluster, home: Path) -> subprocess.CompletedProcess[str]:
    """A command of the runbook, by a shell, against the cluster."""
    if shutil.which("kubectl") is None:
        pytest.skip("another platform is needed: one with kubectl")
    config = home / "config"
    config.write_text(
        f"apiVersion: v1\nkind: Config\nclusters: [{{name: c, cluster: {{server: '{cluster.server}'}}}}]\n"
        "current-context: c\ncontexts: [{name: c, context: {cluster: c, user: u}}]\nusers: [{name: u, user: {}}]\n"
    )
    environment = scrubbed(os.environ, home) | {"KUBECONFIG": str(config)}
    words = command.replace("--timeout=10m", "--timeout=1s").replace("--timeout=60s", "--timeout=1s")
    return subprocess.run(
        ["sh", "-c", words], env=environment, capture_output=True, text=True, check=False, timeout=60, cwd=home
    )


@posix_only
@pytest.mark.parametrize("kind", KINDS)
def test_kubectl_takes_every_command(kind: str, cluster: Cluster, tmp_path: Path) -> None:
    made = steps(kind, RENAMED if kind == "new-name" else CONVERTED)
    for step in made:
        for command in (*step.gate, *(command for _, commands in step.rollback for command in commands), *step.run):
            result = run(command, cluster, tmp_path)
            assert result.returncode == 0, (command, result.stderr)
    if kind == "flux":
        assert cluster.objects["secrets", "shop", "db"]["metadata"]["annotations"] == {"keep": "me"}


@posix_only
@pytest.mark.parametrize("missing", ["owner", "annotation", "ready"])
def test_no_gate_opens_before_the_cluster_is_there(missing: str, cluster: Cluster, tmp_path: Path) -> None:
    secret = cluster.objects["secrets", "shop", "tls"]["metadata"]
    if missing == "owner":
        del secret["ownerReferences"]
    elif missing == "annotation":
        secret["annotations"] = {PRUNE: "enabled"}
    else:
        status = {"conditions": [{"type": "Ready", "status": "False"}]}
        cluster.put("externalsecrets", "shop", "tls", status=status)
    gate = steps("flux", CONVERTED)[1].gate
    assert [run(command, cluster, tmp_path).returncode for command in gate].count(0) == len(gate) - 1


def test_a_secret_goes_from_git_only_after_it_was_marked_and_adopted() -> None:
    for kind, mark in (("argo", "argocd.argoproj.io/sync-options"), ("flux", PRUNE)):
        ready, first, second, last = steps(kind, CONVERTED)
        assert not ready.changes
        marked = [change.name for change in first.changes if mark in change.annotations]
        assert marked == ["db", "tls"]
        assert any("ownerReferences" in command for command in first.gate)
        assert [(change.what, change.name) for change in second.changes] == [
            ("goes from Git", "db"),
            ("goes from Git", "tls"),
        ]
        assert all(LAST_APPLIED + "-" in command for command in last.run[:1])
        words = runbook([first])
        assert words.index("creationPolicy: Orphan") < words.index("Then git revert")


def test_what_the_csi_driver_fills_has_a_new_name_always() -> None:
    mounted = Converted("shop", "db", "db", kind="SecretProviderClass", new_secret="db-csi", consumers=("cronjob/x",))
    made = steps("argo", [mounted, CONVERTED[1]])
    assert [change.name for step in made[1:4] for change in step.changes if change.kind == "Secret"] == ["tls", "tls"]
    assert "db-csi" in made[4].changes[0].what
    assert made[4].gate == ()  # a CronJob has no roll-out


def test_nothing_and_the_unknown() -> None:
    assert steps("argo", []) == []
    with pytest.raises(UsageError):
        steps("helm", CONVERTED)


@posix_only
def test_a_name_cannot_become_a_command(tmp_path: Path) -> None:
    hostile = "x; touch broken\n```\n$(touch broken)`touch broken`"
    made = steps("argo", [Converted(hostile, hostile, hostile, hostile)])
    commands = [command for step in made for command in (*step.gate, *step.run)]
    said = [
        subprocess.run(["sh", "-c", words], capture_output=True, text=True, check=True, cwd=tmp_path).stdout
        for words in (command.replace("kubectl ", "printf '%s|' ", 1) for command in commands)
    ]
    assert sum(f"/{hostile}|--namespace={hostile}|" in words for words in said) == len(commands) - 1
    assert list(tmp_path.iterdir()) == []
    fences = [line for line in runbook(made).splitlines() if line.startswith("```")]
    assert set(fences) == {"```bash", "```"}
    assert fences[::2] == ["```bash"] * (len(fences) // 2)
