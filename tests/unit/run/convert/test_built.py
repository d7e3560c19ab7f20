"""What two builds may differ in, and what they may not; and builds of real kustomizations, before and after."""

from __future__ import annotations

import os
import shutil
from pathlib import Path

import pytest
from support import Repository, run_program

from sealwright.cli.private_folder import PrivateFolder
from sealwright.convert.secret_facts import SecretFacts
from sealwright.errors import ConvertError
from sealwright.finding import ResourceRef
from sealwright.rewrite.transaction import FileChange
from sealwright.run.convert.building import builder, builds_of, compare
from sealwright.run.convert.built import built_objects, unplanned
from sealwright.run.convert.goal import Goal
from sealwright.run.convert.plan import Consumer, Move, Plan
from sealwright.stores.reference import Placement

API = (
    "apiVersion: apps/v1\nkind: Deployment\nmetadata: {{name: {name}, namespace: shop}}\n"
    "spec: {{secretName: {secret}}}\n"
)
SECRET = "apiVersion: v1\nkind: Secret\nmetadata: {{name: {name}, namespace: shop}}\nstringData: {{a: never-shown}}\n"
MADE = (
    "apiVersion: external-secrets.io/v1\nkind: ExternalSecret\nmetadata: {{name: {name}, namespace: shop}}\n"
    "spec: {{target: {{name: {target}}}}}\n"
)
HASHED = "db-4mf84b6kth"


def plan(*names: str, consumers: tuple[str, ...] = ()) -> Plan:
    moves = tuple(
        Move(
            ResourceRef("v1", "Secret", "shop", name),
            "a.yaml",
            1,
            SecretFacts(name, "shop", "Opaque", False, {}, {}, ()),
            Goal("external-secret"),
            Placement((), {}),
        )
        for name in names
    )
    return Plan(moves, consumers=tuple(Consumer(ResourceRef("", "Deployment", "", one), "", "") for one in consumers))


def api(secret: str = "db", name: str = "api") -> str:
    return API.format(name=name, secret=secret)


def made(name: str = "db", target: str = "") -> str:
    return MADE.format(name=name, target=target or name)


def differing(before: str, after: str, planned: Plan) -> list[str]:
    return sorted(unplanned(built_objects(before.encode()), built_objects(after.encode()), planned))


def both(*texts: str) -> str:
    return "---\n".join(texts)


DB = SECRET.format(name="db")
UNPLANNED = {
    "another Secret is gone": (both(DB, SECRET.format(name="x")), made(), ["Secret shop/x is gone"]),
    "nothing makes it": (DB, api(), ["Deployment shop/api is new", "Secret shop/db is gone"]),
    "made under another name": (DB, made("db", "other"), ["Secret shop/db is gone"]),
    "a user goes": (both(DB, api()), made(), ["Deployment shop/api is gone"]),
    "a user is another one": (both(DB, api()), both(made(), api("else")), ["Deployment shop/api is not what it was"]),
    "a user keeps the old name": (
        both(SECRET.format(name=HASHED), api(HASHED)),
        both(made(), api(HASHED)),
        ["Deployment shop/api is not what it was"],
    ),
    "something new": (DB, both(made(), made("more")), ["ExternalSecret shop/more is new"]),
    "a prefix is not followed": (
        both(SECRET.format(name="p-db"), api("p-db")),
        both(made("p-db", "db"), api("p-db")),
        ["Secret shop/p-db is gone"],
    ),
}


@pytest.mark.parametrize("case", UNPLANNED)
def test_what_was_not_planned(case: str) -> None:
    before, after, expected = UNPLANNED[case]
    found = differing(before, after, plan("db"))
    assert found == expected
    assert "never-shown" not in str(found)


@pytest.mark.parametrize(
    ("before", "after", "consumers"),
    [
        (both(DB, api()), both(api(), made()), ()),
        (both(SECRET.format(name=HASHED), api(HASHED)), both(made(), api("db")), ()),
        (both(SECRET.format(name="p-db"), api("p-db")), both(made("p-db"), api("p-db")), ()),
        (both(DB, api()), both(made(), api().replace("name: api,", "name: api, annotations: {a: b},")), ("api",)),
        (both(DB, api()), both(DB.replace("name: db,", "name: db, annotations: {a: b},"), made(), api()), ()),
    ],
)
def test_what_was_planned(before: str, after: str, consumers: tuple[str, ...]) -> None:
    assert differing(before, after, plan("db", consumers=consumers)) == []


needs_kubectl = pytest.mark.skipif(
    shutil.which("kubectl") is None, reason="another platform is needed: one with kubectl"
)
KUSTOMIZATION = "namePrefix: p-\nnamespace: shop\nresources: [api.yaml, {secret}]\n"
WORKLOAD = (
    "apiVersion: apps/v1\nkind: Deployment\nmetadata: {name: api}\nspec: {template: {spec: {containers: "
    "[{name: a, image: a, envFrom: [{secretRef: {name: db}}]}]}}}\n"
)


@pytest.fixture
def repository(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Repository:
    monkeypatch.setenv("HOME", str(tmp_path))
    found = Repository.init(tmp_path / "repository")
    found.write("k/kustomization.yaml", KUSTOMIZATION.format(secret="db.yaml"))
    found.write("k/api.yaml", WORKLOAD)
    found.write("k/db.yaml", "apiVersion: v1\nkind: Secret\nmetadata: {name: db}\nstringData: {a: corr3ct-horse-77}\n")
    found.commit("as it was")
    return found


@needs_kubectl
def test_a_build_that_would_break_is_refused_before_anything_is_done(repository: Repository) -> None:
    root = str(repository.path)
    place = os.path.join(root, "k", "db.yaml")
    before = repository.read("k/db.yaml")
    for content, words in (
        (b"not: [a manifest", "would not build any more"),
        (b"kind: ConfigMap\napiVersion: v1\nmetadata: {name: db}\n", "ConfigMap shop/p-db is new, Secret"),
        (made().encode(), "Secret shop/p-db is gone"),  # without what lets names follow
    ):
        changed = plan("db")._replace(changes=(FileChange(place, before, content),))
        builds = builds_of(root, [os.path.join(root, "k")], changed.changes)
        with pytest.raises(ConvertError) as caught, PrivateFolder(allow_disk=True) as folder:
            list(compare(folder, root, builder(root), builds, changed))
        assert all(word in str(caught.value) for word in words.split(", "))
        assert "corr3ct" not in str(caught.value)
    assert repository.read("k/db.yaml") == before


@needs_kubectl
def test_a_conversion_builds_what_it_touches(repository: Repository) -> None:
    repository.write("broken/kustomization.yaml", "resources: [db.yaml]\npatches: [{path: none.yaml}]\n")
    repository.write(
        "broken/db.yaml", "apiVersion: v1\nkind: Secret\nmetadata: {name: x}\nstringData: {a: corr3ct-7}\n"
    )
    arguments = ("sealwright", "convert", "--to", "external-secret")
    shown = run_program(*arguments, "--build", cwd=repository.path)
    assert (shown.returncode, b"broken is not built: " in shown.stderr) == (0, True)
    assert run_program(*arguments, cwd=repository.path).stderr == b""
    assert run_program(*arguments, "--write", cwd=repository.path).returncode == 0
    assert not [name for name in os.listdir("/dev/shm") if name.startswith("sealwright")]


def test_without_a_program_it_is_said_in_one_line(repository: Repository, tmp_path: Path) -> None:
    programs = tmp_path / "bin"
    programs.mkdir()
    os.symlink(shutil.which("git") or "git", programs / "git")
    command = ("sealwright", "convert", "--to", "external-secret", "--build")
    shown = run_program(*command, cwd=repository.path, env={**os.environ, "PATH": str(programs)})
    assert shown.returncode == 0
    assert shown.stderr == b"note: neither kustomize nor kubectl is here: 1 kustomization not built before and after\n"
