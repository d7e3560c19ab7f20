"""Verifying what the cluster gets: overlays and charts rendered by the real programs, told of where people edit."""

from __future__ import annotations

import json
import os
import shutil
import subprocess
from pathlib import Path
from threading import Thread
from typing import Any

import pytest
from oracle_renderers import folder_with, needs_helm, needs_kustomize, renderer_path
from support import Repository, posix_only, run_program
from unit.verify.made import key, pair, sealed

from sealwright.sealing.fingerprint import fingerprint_of
from sealwright.sealing.scope import Scope

pytestmark = posix_only

HEAD = "apiVersion: bitnami.com/v1alpha1\nkind: SealedSecret\n"


def sealed_secret(text: str, name: str = "db", namespace: str = "prod", item: str = "password") -> str:
    space = f"  namespace: {namespace}\n" if namespace else ""
    return f"{HEAD}metadata:\n  name: {name}\n{space}spec:\n  encryptedData:\n    {item}: {text}\n"


@pytest.fixture
def repository(tmp_path: Path) -> Repository:
    made = Repository.init(tmp_path / "repository")
    (tmp_path / "key.pem").write_bytes(pair()[0])
    (tmp_path / "other.pem").write_bytes(pair(1)[0])
    return made


class Run:
    """What a verification says: its exit code, verdicts and problems."""

    def __init__(
        self, repository: Repository, *arguments: str, programs: tuple[str, ...] = ("kustomize", "helm")
    ) -> None:
        folder = repository.path.parent / "-".join(("bin", *programs))
        path = str(folder) if folder.exists() else folder_with(folder, *programs)
        keys = [] if any("private-key" in argument for argument in arguments) else ["--private-key", "../key.pem"]
        command = ["sealwright", "verify", *keys, "--format", "json", *arguments]
        done = run_program(*command, cwd=repository.path, env={"PATH": path})
        self.code = done.returncode
        self.said = done.stdout.decode() + done.stderr.decode()
        report: dict[str, Any] = json.loads(done.stdout)
        self.verdicts = [
            (each["path"], each["line"], f"{each['resource']['namespace']}/{each['resource']['name']}", each["verdict"])
            for each in report["verdicts"]
        ]
        self.reasons = [each["reason"] for each in report["verdicts"]]
        self.problems = [(each["path"], each["message"]) for each in report["errors"]]


@needs_kustomize
def test_an_overlay_that_renames_is_seen_and_one_that_does_not_is_not(repository: Repository) -> None:
    repository.write("base/kustomization.yaml", "resources: [db.yaml]\n")
    repository.write("base/db.yaml", f"# the database\n{sealed_secret(sealed())}")
    repository.write("overlays/prod/kustomization.yaml", "resources: [../../base]\nnamePrefix: a-\nnamespace: shop\n")
    repository.write("overlays/same/kustomization.yaml", "resources: [../../base]\nlabels: [{pairs: {a: b}}]\n")
    plain, done = Run(repository), Run(repository, "--render")
    assert (plain.code, plain.verdicts) == (0, [("base/db.yaml", 9, "prod/db", "opens")])
    assert done.code == 1
    assert done.verdicts == [
        ("base/db.yaml", 9, "shop/a-db", "fails"),
        ("base/db.yaml", 9, "prod/db", "opens"),
    ]
    assert "sealed for prod/db (strict), but stands here as shop/a-db (strict)" in done.reasons[0]
    assert done.reasons[0].endswith(", as overlays/prod renders it")
    assert done.problems == []


@needs_kustomize
@pytest.mark.parametrize("named", ["base", "base/db.yaml", "overlays/prod", "overlays", "."])
def test_whatever_is_named_the_overlay_counts(repository: Repository, named: str) -> None:
    repository.write("base/kustomization.yaml", "resources: [db.yaml]\n")
    repository.write("base/db.yaml", sealed_secret(sealed(namespace="shop"), namespace=""))
    repository.write("overlays/prod/kustomization.yaml", "resources: [../../base]\nnamespace: shop\n")
    done = Run(repository, "--render", named)
    assert (done.code, done.verdicts) == (0, [("base/db.yaml", 7, "shop/db", "opens")])


@needs_kustomize
def test_what_no_rendering_reads_is_verified_as_it_stands(repository: Repository) -> None:
    repository.write("app/kustomization.yaml", "resources: [db.yaml]\nnamespace: shop\n")
    repository.write("app/db.yaml", sealed_secret(sealed(namespace="shop"), namespace=""))
    repository.write("app/left.yaml", sealed_secret(sealed(name="left"), "left"))
    repository.write("app/gone.yaml", sealed_secret(sealed(name="gone"), "lost"))
    done = Run(repository, "--render")
    assert sorted(done.verdicts) == [
        ("app/db.yaml", 7, "shop/db", "opens"),
        ("app/gone.yaml", 8, "prod/lost", "fails"),
        ("app/left.yaml", 8, "prod/left", "opens"),
    ]


@needs_kustomize
def test_what_flux_moves_when_it_applies_an_overlay_is_not_judged(repository: Repository) -> None:
    repository.write("base/kustomization.yaml", "resources: [db.yaml]\n")
    repository.write("base/db.yaml", sealed_secret(sealed()))
    for name, namespace in (("moved", "shop"), ("same", "prod")):
        repository.write(f"apps/{name}/kustomization.yaml", "resources: [../../base]\nlabels: [{pairs: {a: b}}]\n")
        flux = "apiVersion: kustomize.toolkit.fluxcd.io/v1\nkind: Kustomization\nspec:\n"
        repository.write(f"flux/{name}.yaml", f"{flux}  path: ./apps/{name}\n  targetNamespace: {namespace}\n")
    done = Run(repository, "--render")
    assert [verdict[3] for verdict in done.verdicts] == ["unknown", "opens"]
    assert done.reasons[0].startswith("flux/moved.yaml:1 puts it into another namespace when it is applied")


@needs_kustomize
def test_patches_are_no_sealed_secrets_of_their_own(repository: Repository) -> None:
    repository.write("app/kustomization.yaml", "resources: [db.yaml]\npatches: [{path: wide.yaml}]\n")
    repository.write("app/db.yaml", sealed_secret(sealed(scope=Scope.CLUSTER_WIDE)))
    wide = '  annotations: {sealedsecrets.bitnami.com/cluster-wide: "true"}\n'
    repository.write("app/wide.yaml", f"{HEAD}metadata:\n  name: db\n  namespace: prod\n{wide}")
    assert Run(repository).code == 1
    assert Run(repository, "--render").verdicts == [("app/db.yaml", 8, "prod/db", "opens")]


@needs_kustomize
def test_the_path_of_the_overlay_says_for_which_cluster_it_is(repository: Repository) -> None:
    prints = [fingerprint_of(key(number).key.public_key()) for number in (0, 1)]
    config = "".join(
        f"  {name}: {{paths: [overlays/{name}/**], fingerprint: '{mark}'}}\n"
        for name, mark in zip(("prod", "staging"), prints, strict=True)
    )
    repository.write(".sealwright.yaml", f"clusters:\n{config}")
    repository.write("base/kustomization.yaml", "resources: [db.yaml]\n")
    repository.write("base/db.yaml", sealed_secret(sealed()))
    for name in ("prod", "staging"):
        repository.write(f"overlays/{name}/kustomization.yaml", "resources: [../../base]\n")
    keys = ("--private-key", "../key.pem", "--private-key", "../other.pem")
    done = Run(repository, "--render", *keys)
    assert [verdict for *_, verdict in done.verdicts] == ["opens", "fails"]
    assert done.reasons[1] == "sealed with the key of cluster prod, as overlays/staging renders it"


@pytest.mark.parametrize(
    ("keys", "code", "said"),
    [
        (("prod=../key.pem", "staging=../other.pem"), 1, "sealed with the key of cluster staging"),
        (("../key.pem", "../other.pem"), 0, ""),
        (("staging=../key.pem", "prod=../other.pem"), 0, ""),
        (("proud=../key.pem",), 2, "names no cluster"),
    ],
)
def test_key_files_are_given_for_clusters(repository: Repository, keys: tuple[str, ...], code: int, said: str) -> None:
    repository.write(".sealwright.yaml", "clusters:\n  prod: {paths: [prod/**]}\n  staging: {paths: [staging/**]}\n")
    repository.write("prod/db.yaml", sealed_secret(sealed(by=key(1))))
    options = [f"--private-key={each}" for each in keys]
    done = run_program("sealwright", "verify", *options, cwd=repository.path)
    assert done.returncode == code, done.stderr
    assert said in done.stdout.decode() + done.stderr.decode()


def test_a_key_that_is_pinned_elsewhere_is_not_taken_for_this_cluster(repository: Repository) -> None:
    pinned = fingerprint_of(key().key.public_key())
    repository.write(".sealwright.yaml", f"clusters:\n  prod: {{}}\n  staging: {{fingerprint: '{pinned}'}}\n")
    done = run_program("sealwright", "verify", "--private-key", "prod=../key.pem", cwd=repository.path)
    assert done.returncode == 2
    assert b"it holds the key of cluster staging" in done.stderr


BROKEN = {
    "a base elsewhere": ("resources: [db.yaml, 'https://user:hunter2@example.com/x']\n", "nothing is fetched"),
    "a chart": ("resources: [db.yaml]\nhelmCharts: [{name: x}]\n", "inflates a Helm chart"),
    "a file that is missing": ("resources: [db.yaml, hunter2.yaml]\n", "not there"),
    "twice the same": ("resources: [db.yaml, again.yaml]\n", "have the same kind, name and namespace"),
    "a patch for nothing": (
        "resources: [db.yaml]\npatches: [{target: {kind: Job}, patch: 'hunter2: [}'}]\n",
        "kustomize cannot render it",
    ),
    "an unknown field": ("resources: [db.yaml]\nhunter2: x\n", "has a field that this version does not know"),
    "a plug-in": ("resources: [db.yaml]\ngenerators: [plug.yaml]\n", "kustomize cannot render it"),
}


@needs_kustomize
@pytest.mark.parametrize(("content", "said"), BROKEN.values(), ids=BROKEN.keys())
def test_what_is_not_rendered_is_a_problem_and_is_not_repeated(repository: Repository, content: str, said: str) -> None:
    repository.write("app/kustomization.yaml", content)
    repository.write("app/db.yaml", sealed_secret(sealed()))
    repository.write("app/again.yaml", sealed_secret(sealed()))
    script = repository.write("app/plug.sh", "#!/bin/sh\ntouch ../executed\n")
    script.chmod(0o755)
    function = "{config.kubernetes.io/function: 'exec: {path: ./plug.sh}'}"
    repository.write(
        "app/plug.yaml",
        f"apiVersion: example.com/v1\nkind: Plug\nmetadata: {{name: hunter2, annotations: {function}}}\n",
    )
    done = Run(repository, "--render")
    assert done.code == 3
    assert [path for path, _ in done.problems] == ["app/kustomization.yaml"]
    assert said in done.problems[0][1]
    assert "hunter2" not in done.said
    assert {verdict for *_, verdict in done.verdicts} == {"opens"}  # judged as they stand
    assert not (repository.path / "executed").exists()


@needs_kustomize
def test_nobody_complains_about_what_has_no_sealed_secrets(repository: Repository) -> None:
    repository.write("app/kustomization.yaml", "resources: ['https://example.com/x']\n")
    repository.write("db.yaml", sealed_secret(sealed()))
    repository.write("chart/Chart.yaml", "not a chart\n")
    done = Run(repository, "--render")
    assert (done.code, done.problems) == (0, [])


def test_without_the_programs_it_is_said_what_is_missing(repository: Repository) -> None:
    for name in ("a", "b"):
        repository.write(f"{name}/kustomization.yaml", "resources: [db.yaml]\n")
        repository.write(f"{name}/db.yaml", sealed_secret(sealed()))
    done = Run(repository, "--render", programs=())
    assert done.code == 3
    assert done.problems == [("a", "not rendered and 1 more: there is no kustomize on the PATH")]


@pytest.mark.skipif(shutil.which("kubectl") is None, reason="another platform is needed: one with kubectl")
def test_kubectl_renders_as_well(repository: Repository) -> None:
    repository.write("app/kustomization.yaml", "resources: [db.yaml]\nnamespace: shop\n")
    repository.write("app/db.yaml", sealed_secret(sealed(namespace="shop"), namespace=""))
    done = Run(repository, "--render", programs=("kubectl",))
    assert (done.code, done.verdicts) == (0, [("app/db.yaml", 7, "shop/db", "opens")])


CHART = "apiVersion: v2\nname: shop\nversion: 0.1.0\n"


def chart(repository: Repository, namespace: str = "prod", name: str = "db") -> None:
    repository.write("chart/Chart.yaml", CHART)
    text = sealed_secret('"{{ .Values.password }}"', name, namespace)
    repository.write("chart/templates/db.yaml", text)
    repository.write("chart/values.yaml", f"# sealed\npassword: {sealed()}\n")


@needs_helm
def test_an_item_is_found_in_the_values_that_a_chart_takes_it_from(repository: Repository) -> None:
    chart(repository)
    assert [verdict for *_, verdict in Run(repository).verdicts] == ["unknown"]
    done = Run(repository, "--render")
    assert (done.code, done.verdicts) == (0, [("chart/values.yaml", 2, "prod/db", "opens")])
    assert done.reasons[0].endswith(", as chart renders it")


@needs_helm
def test_each_values_file_is_an_environment(repository: Repository) -> None:
    chart(repository)
    repository.write("chart/values-prod.yaml", f"password: {sealed()}\n")
    repository.write("chart/values-dev.yaml", f"password: {sealed(namespace='dev')}\n")
    done = Run(repository, "--render")
    assert done.verdicts == [
        ("chart/values-dev.yaml", 1, "prod/db", "fails"),
        ("chart/values-prod.yaml", 1, "prod/db", "opens"),
    ]
    assert done.reasons[0].endswith(", as chart renders it with values-dev.yaml")


@needs_helm
@pytest.mark.parametrize(
    ("namespace", "name"), [("", "db"), ("{{ .Release.Namespace }}", "db"), ("prod", "{{ .Release.Name }}-db")]
)
def test_what_an_installation_decides_is_not_guessed(repository: Repository, namespace: str, name: str) -> None:
    chart(repository, namespace, name)
    done = Run(repository, "--render")
    assert [verdict for *_, verdict in done.verdicts] == ["unknown"]
    assert "comes with the release" in done.reasons[0]


@needs_helm
@pytest.mark.parametrize(
    ("template", "said"),
    [
        ("{{ fail .Values.password }}", "a template refuses its values"),
        ("{{ .Values.a.b.c }}", "a template uses a value that is not set"),
        ("{{ nonsense }}", "a template does not parse"),
        ("a: [", "what a template makes is not YAML"),
    ],
)
def test_why_a_chart_cannot_be_rendered(repository: Repository, template: str, said: str) -> None:
    chart(repository)
    repository.write("chart/templates/bad.yaml", f"{template}\n")
    repository.write("chart/values.yaml", "password: hunter2\n")
    done = Run(repository, "--render")
    assert done.code == 3
    assert done.problems[0][0] == "chart/Chart.yaml"
    assert said in done.problems[0][1]
    assert "hunter2" not in done.said


@needs_helm
def test_charts_in_charts_and_libraries_are_no_roots(repository: Repository) -> None:
    chart(repository)
    for place, kind in (("chart/charts/part", "application"), ("library", "library")):
        repository.write(f"{place}/Chart.yaml", f"{CHART}type: {kind}\n".replace("shop", "part"))
        repository.write(f"{place}/templates/other.yaml", sealed_secret(sealed(name="part"), "part"))
    done = Run(repository, "--render")
    rendered = [reason.rpartition("as ")[2] for reason in done.reasons if "renders it" in reason]
    assert rendered == ["chart renders it", "chart renders it"]
    assert ("library/templates/other.yaml", 8, "prod/part", "opens") in done.verdicts


@needs_kustomize
@needs_helm
def test_what_was_rendered_elsewhere_is_verified_as_any_manifest(repository: Repository) -> None:
    repository.write("app/kustomization.yaml", "resources: [db.yaml]\nnamespace: shop\n")
    repository.write("app/db.yaml", sealed_secret(sealed(namespace="shop"), namespace=""))
    chart(repository)
    built = subprocess.run(
        [renderer_path("kustomize") or "", "build", "app"], cwd=repository.path, capture_output=True, check=True
    ).stdout
    done = run_program("sealwright", "verify", "--private-key", "../key.pem", "-", cwd=repository.path, stdin=built)
    assert (done.returncode, b"opens" in done.stdout) == (0, True)
    helm = [renderer_path("helm") or "", "template", "x", "chart", "--output-dir", "../rendered"]
    subprocess.run(helm, cwd=repository.path, capture_output=True, check=True)
    done = run_program("sealwright", "verify", "--private-key", "../key.pem", "../rendered", cwd=repository.path)
    assert (done.returncode, b"opens" in done.stdout) == (0, True)


def test_staged_and_render_do_not_go_together(repository: Repository) -> None:
    done = run_program(
        "sealwright", "verify", "--private-key", "../key.pem", "--render", "--staged", cwd=repository.path
    )
    assert done.returncode == 2
    assert b"--render reads the work tree" in done.stderr


@needs_helm
def test_a_link_in_a_chart_does_not_lead_out(repository: Repository) -> None:
    chart(repository)
    (repository.path.parent / "outside.yaml").write_text("password: hunter2\n")
    (repository.path / "chart" / "values-x.yaml").symlink_to(repository.path.parent / "outside.yaml")
    done = Run(repository, "--render")
    assert (done.code, done.problems) == (
        3,
        [("chart/values-x.yaml", "not rendered: a symbolic link in it leads out of the repository")],
    )


@needs_kustomize
def test_a_pipe_is_not_waited_for(repository: Repository) -> None:
    repository.write("app/kustomization.yaml", "resources: [db.yaml, pipe.yaml]\n")
    repository.write("app/db.yaml", sealed_secret(sealed()))
    os.mkfifo(repository.path / "app" / "pipe.yaml")
    done = Run(repository, "--render")
    assert (done.code, done.problems) == (
        3,
        [("app/kustomization.yaml", "not rendered: it names something that is not there")],
    )


def test_standard_input_is_rendered_already(repository: Repository) -> None:
    repository.write("app/kustomization.yaml", "resources: ['https://example.com/x', db.yaml]\n")
    repository.write("app/db.yaml", sealed_secret(sealed()))
    command = ["sealwright", "verify", "--private-key", "../key.pem", "--render", "-"]
    done = run_program(*command, cwd=repository.path, stdin=sealed_secret(sealed()).encode())
    assert (done.returncode, done.stderr) == (0, b"")


@needs_kustomize
def test_what_cannot_be_found_in_the_sources_is_reported_at_the_kustomization(repository: Repository) -> None:
    text = sealed()
    lines = "\n".join(f"      {text[at : at + 76]}" for at in range(0, len(text), 76))
    repository.write("app/kustomization.yaml", "resources: [db.yaml]\n")
    repository.write("app/db.yaml", sealed_secret(f"|\n{lines}"))
    done = Run(repository, "--render")
    assert (done.code, done.verdicts) == (0, [("app/kustomization.yaml", 1, "prod/db", "opens")])


def test_a_key_file_may_be_a_pipe(repository: Repository) -> None:
    repository.write(".sealwright.yaml", "clusters: {prod: {}}\n")
    repository.write("db.yaml", sealed_secret(sealed()))
    pipe = repository.path.parent / "pipe"
    os.mkfifo(pipe)
    writer = Thread(target=pipe.write_bytes, args=(pair()[0],))
    writer.start()
    done = run_program("sealwright", "verify", f"--private-key=prod={pipe}", cwd=repository.path)
    writer.join()
    assert done.returncode == 0, done.stderr


@needs_kustomize
def test_stamps_and_the_hook_see_what_an_overlay_breaks(repository: Repository) -> None:
    pinned = fingerprint_of(key().key.public_key())
    repository.write(".sealwright.yaml", f"clusters: {{prod: {{fingerprint: '{pinned}'}}}}\n")
    repository.write("../prod.pem", pair()[1])
    values = "stringData: {password: correct-horse}\n"
    repository.write("base/db.yaml", f"apiVersion: v1\nkind: Secret\nmetadata: {{name: db, namespace: prod}}\n{values}")
    repository.write("base/kustomization.yaml", "resources: [db.yaml]\n")
    overlay = repository.write("overlay/kustomization.yaml", "resources: [../base]\n")
    done = run_program("sealwright", "seal", "--in-place", "--certificate", "../prod.pem", "base", cwd=repository.path)
    assert done.returncode == 0, done.stderr
    path = folder_with(repository.path.parent / "hook", "kustomize")
    hook = ["sealwright-verify", "overlay/kustomization.yaml"]
    assert run_program(*hook, "--render", cwd=repository.path, env={"PATH": path}).returncode == 0
    overlay.write_text("resources: [../base]\nnamePrefix: a-\n")
    assert run_program(*hook, cwd=repository.path, env={"PATH": path}).returncode == 0
    done = run_program(*hook, "--render", cwd=repository.path, env={"PATH": path})
    assert done.returncode == 1
    assert b"sealed for prod/db (strict)" in done.stdout
