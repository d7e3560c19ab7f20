"""What Flux and Argo CD do to a folder leaves in doubt what they change, and nothing else."""

from __future__ import annotations

from pathlib import Path

import pytest
from unit.run.test_verify import EXAMINER
from unit.verify.made import sealed

from sealwright.finding import Verdict
from sealwright.manifest.discover import Selection
from sealwright.run.verify import verify
from sealwright.sealing.scope import Scope

FLUX = (
    "apiVersion: kustomize.toolkit.fluxcd.io/v1\nkind: Kustomization\nmetadata: {name: apps}\nspec:\n  path: ./apps\n"
)
ARGO = "apiVersion: argoproj.io/v1alpha1\nkind: Application\nspec:\n  destination: {namespace: other}\n"
PATCH = "  patches: [{target: {kind: %s}, patch: '- op: add'}]\n"
JUDGED = {
    "nothing that changes": FLUX,
    "its own namespace": FLUX + "  targetNamespace: prod\n",
    "another folder": FLUX.replace("./apps", "./other") + "  targetNamespace: other\n",
    "a folder of a name that is longer": FLUX.replace("./apps", "./app") + "  targetNamespace: other\n",
    "a patch of others": FLUX + PATCH % "Deployment",
    "a whole patch of others": FLUX + "  patches: [{patch: 'kind: Deployment'}]\n",
    "an annotation that binds nothing": FLUX + "  commonMetadata: {annotations: {team: a}}\n",
    "no Flux": FLUX.replace("toolkit.fluxcd.io", "config.k8s.io") + "  targetNamespace: other\n",
    "Argo's destination": ARGO + "  source: {path: apps}\n",
    "Argo for another folder": ARGO + "  source: {path: other, kustomize: {namespace: other}}\n",
}
DOUBTED = {
    "another namespace": (FLUX + "  targetNamespace: other\n", "flux/a.yaml:1 puts it into another namespace"),
    "all of the repository": (FLUX.replace("./apps", "./") + "  targetNamespace: other\n", "another namespace"),
    "no path": (FLUX.replace("  path: ./apps\n", "") + "  targetNamespace: other\n", "another namespace"),
    "one of two": (FLUX + f"  targetNamespace: prod\n---\n{FLUX}  targetNamespace: other\n", "flux/a.yaml:8"),
    "a prefix": (FLUX + "  namePrefix: a-\n", "`namePrefix` in flux/a.yaml:1"),
    "a suffix": (FLUX + "  nameSuffix: -a\n", "`nameSuffix`"),
    "a patch of SealedSecrets": (FLUX + PATCH % "SealedSecret", "`patches`"),
    "a patch of a pattern": (FLUX + PATCH % "'.*'", "`patches`"),
    "a patch of everything": (FLUX + "  patches: [{patch: '- op: add'}]\n", "`patches`"),
    "a component": (FLUX + "  components: [../x]\n", "`components`"),
    "a scope": (
        FLUX + '  commonMetadata: {annotations: {sealedsecrets.bitnami.com/cluster-wide: "true"}}\n',
        "`commonMetadata`",
    ),
    "Argo's namespace": (ARGO + "  source: {path: apps, kustomize: {namespace: other}}\n", "another namespace"),
    "one of Argo's sources": (ARGO + "  sources: [{path: x}, {path: apps, kustomize: {namePrefix: a-}}]\n", "`namePre"),
}


def said(scope: Scope, manifest: str, monkeypatch: pytest.MonkeyPatch, folder: Path) -> tuple[str, str]:
    """The outcome and the reason for an item of a file that no kustomization here reads."""
    monkeypatch.chdir(folder)
    note = f'  annotations: {{sealedsecrets.bitnami.com/{scope.value}: "true"}}\n' if scope is not Scope.STRICT else ""
    head = f"apiVersion: bitnami.com/v1alpha1\nkind: SealedSecret\nmetadata:\n{note}  name: db\n  namespace: prod\n"
    for name, text in (
        ("apps/db.yaml", f"{head}spec:\n  encryptedData:\n    a: {sealed(scope=scope)}\n"),
        ("flux/a.yaml", manifest),
    ):
        Path(name).parent.mkdir(exist_ok=True)
        Path(name).write_text(text, encoding="utf-8")
    found = list(verify(Selection((".",)), None, lambda _: EXAMINER, render=True))
    [verdict] = [each for each in found if isinstance(each, Verdict)]
    return verdict.outcome.value, verdict.reason


@pytest.mark.parametrize("manifest", JUDGED.values(), ids=JUDGED)
def test_judged_as_it_stands(manifest: str, monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    assert said(Scope.STRICT, manifest, monkeypatch, tmp_path)[0] == "opens"


@pytest.mark.parametrize(("manifest", "words"), DOUBTED.values(), ids=DOUBTED)
def test_not_judged(manifest: str, words: str, monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    outcome, reason = said(Scope.STRICT, manifest, monkeypatch, tmp_path)
    assert (outcome, words in reason) == ("unknown", True)


@pytest.mark.parametrize(("scope", "expected"), [(Scope.CLUSTER_WIDE, "opens"), (Scope.NAMESPACE_WIDE, "unknown")])
def test_a_namespace_matters_where_it_binds(
    scope: Scope, expected: str, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    assert said(scope, DOUBTED["another namespace"][0], monkeypatch, tmp_path)[0] == expected
