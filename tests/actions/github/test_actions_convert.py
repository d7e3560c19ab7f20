"""The action that converts: the work tree is converted, the patch is exactly that, and nothing is opened or told."""

from __future__ import annotations

import stat
import sys
from pathlib import Path

import pytest
from actions.github.conftest import SECRET, VALUE, Workspace

from sealwright.sealing.keys import generate_keypair

if sys.platform == "win32":
    pytest.skip("another platform is needed: these run GitHub's Linux runner", allow_module_level=True)

STORE = """\
stores:
  here:
    backend: local
    ref: {kind: ClusterSecretStore, name: here}
convert:
  - {paths: ["**"], to: external-secret, store: here}
"""


@pytest.fixture(scope="session")
def certificate() -> bytes:
    return generate_keypair(bits=2048)[1]


@pytest.fixture
def plain(workspace: Workspace, certificate: bytes) -> Workspace:
    """A repository with a Secret in it, beside things that a conversion has nothing to do with."""
    workspace.write("apps/with blank/d\u00e9b.yaml", SECRET)
    workspace.write("cluster.pem", certificate)
    workspace.write("logo.bin", bytes(range(256)))
    workspace.commit("What is there")
    workspace.write("notes.txt", "somebody else's, not committed\n")
    return workspace


def applies(workspace: Workspace, patch: Path) -> None:
    """The patch fits onto HEAD, and gives what is in the work tree."""
    onto = workspace.clone(workspace.path.parent / "onto")
    onto.git("apply", "--check", patch)
    onto.git("apply", patch)
    for path in onto.git("ls-files", "-z", "--cached", "--others").split("\0")[:-1]:
        assert onto.read(path) == workspace.read(path), path


def test_sealing_leaves_a_converted_tree_and_a_patch_of_it(plain: Workspace) -> None:
    ran = plain.use("convert", to="sealed-secret", certificate="cluster.pem")
    assert (ran.status, ran.outputs["verdict"]) == ("success", "pass"), ran.log
    assert ran.outputs["changed-files"].split("\n") == [".sealwright.lock", "apps/with blank/d\u00e9b.yaml"]
    assert b"kind: SealedSecret" in plain.read("apps/with blank/d\u00e9b.yaml")
    assert VALUE not in ran.log + ran.summary + "".join(ran.outputs.values())
    patch = Path(ran.outputs["patch-file"])
    applies(plain, patch)
    assert "notes.txt" not in patch.read_text(encoding="utf-8")
    assert plain.git("status", "--porcelain", "-z").count("\0") == 3
    assert plain.git("diff", "--cached", "--name-only") == ""


def test_a_patch_can_be_read_by_nobody_else_and_a_plan_by_anybody(plain: Workspace) -> None:
    ran = plain.use("convert", to="sealed-secret", certificate="cluster.pem")
    assert ran.status == "success", ran.log
    patch, plan = Path(ran.outputs["patch-file"]), Path(ran.outputs["plan-file"])
    assert VALUE in patch.read_text(encoding="utf-8"), "what is said about the patch has to be true"
    assert stat.S_IMODE(patch.stat().st_mode) == 0o600
    assert stat.S_IMODE(patch.parent.stat().st_mode) == 0o700
    assert VALUE not in plan.read_text(encoding="utf-8")
    assert sorted(path.name for path in patch.parent.iterdir()) == ["conversion.patch", "plan.txt"]
    assert plan.read_text(encoding="utf-8").strip() in ran.summary


def test_values_go_to_a_store(plain: Workspace) -> None:
    plain.write(".sealwright.yaml", STORE)
    plain.commit("Configure")
    ran = plain.use("convert")
    assert (ran.status, ran.outputs["verdict"]) == ("success", "pass"), ran.log
    assert b"kind: ExternalSecret" in plain.read("apps/with blank/d\u00e9b.yaml")
    assert VALUE not in ran.log + ran.summary
    applies(plain, Path(ran.outputs["patch-file"]))


def test_a_plan_changes_nothing(plain: Workspace) -> None:
    ran = plain.use("convert", to="sealed-secret", certificate="cluster.pem", write="false")
    assert (ran.status, ran.outputs["patch-file"], ran.outputs["changed-files"]) == ("success", "", ""), ran.log
    assert "dry run" in ran.summary
    assert plain.git("status", "--porcelain") == "?? notes.txt"


def test_nothing_to_convert_makes_no_patch(workspace: Workspace, certificate: bytes) -> None:
    workspace.write("cluster.pem", certificate)
    ran = workspace.use("convert", to="sealed-secret", certificate="cluster.pem")
    assert (ran.status, ran.outputs["verdict"], ran.outputs["patch-file"]) == ("success", "pass", ""), ran.log


@pytest.mark.parametrize(
    "inputs",
    [
        {"to": "sealed-secret"},
        {"to": "external-secret", "store": "nowhere"},
        {"to": "sealed-secret", "certificate": "x"},
    ],
    ids=["no certificate", "no such store", "no such file"],
)
def test_what_cannot_be_converted_leaves_everything_as_it_was(plain: Workspace, inputs: dict[str, str]) -> None:
    ran = plain.use("convert", **inputs)
    assert (ran.status, ran.outputs["verdict"], ran.outputs["patch-file"]) == ("failure", "error", ""), ran.log
    assert plain.git("status", "--porcelain") == "?? notes.txt"
    assert ran.annotations[0].data


def test_a_folder_that_is_no_repository_cannot_be_converted(workspace: Workspace, tmp_path: Path) -> None:
    outside = Workspace(tmp_path / "outside")
    outside.path.mkdir()
    outside.checkout, outside.temporary = workspace.checkout, workspace.temporary
    ran = outside.use("convert", to="sealed-secret")
    assert (ran.status, ran.outputs["verdict"]) == ("failure", "incomplete"), ran.log
    assert "Traceback" not in ran.log


def test_a_repository_that_git_cannot_read_is_left_as_it_was(plain: Workspace) -> None:
    plain.write(".git/index", b"damaged")
    ran = plain.use("convert", to="sealed-secret", certificate="cluster.pem")
    assert (ran.status, ran.outputs["verdict"]) == ("failure", "incomplete"), ran.log
    assert ran.summary.startswith("### sealwright convert: incomplete\n")
    assert plain.read("apps/with blank/d\u00e9b.yaml") == SECRET.encode()
