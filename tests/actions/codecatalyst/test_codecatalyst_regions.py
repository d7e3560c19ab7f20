"""The multi-region example: a gate looks at what its region will get, and a wave that fails is the last one."""

from __future__ import annotations

import json
import shutil
from collections.abc import Callable
from pathlib import Path

import pytest
from actions.codecatalyst.conftest import Start
from actions.codecatalyst.runner import FAILED, SKIPPED, SUCCEEDED, Outcome
from actions.codecatalyst.workflow import read, uncommented
from support import ROOT, Repository, run_program

EXECUTES = ("examples/ci/codecatalyst/multi-region.yaml",)
[WORKFLOW] = EXECUTES

ONE, TWO, THREE = "eu-west-1", "us-east-1", "ap-southeast-2"
_VALUE = "correct-horse-" + "battery-staple"


@pytest.fixture
def regions(tmp_path: Path) -> Repository:
    """The example as a repository, with one commit."""
    shutil.copytree(ROOT / "examples" / "multi-region", tmp_path / "a repository")
    repository = Repository.init(tmp_path / "a repository")
    repository.commit("Begin")
    return repository


def _gate(region: str) -> str:
    return f"{'wave-one' if region == ONE else 'wave-two'}@Gate-{region}"


def _deploy(region: str) -> str:
    return _gate(region).replace("Gate", "Deploy")


def test_each_region_is_deployed_after_its_gate_and_after_the_wave_before(start: Start, regions: Repository) -> None:
    outcome = start(WORKFLOW, regions)
    assert set(outcome.status.values()) == {SUCCEEDED}, outcome.log
    turn = {key: place for place, key in enumerate(outcome.order)}
    assert len(turn) == 7
    for region in (ONE, TWO, THREE):
        assert turn["Render"] < turn[_gate(region)] < turn[_deploy(region)]
    assert turn[_deploy(ONE)] < min(turn[_gate(TWO)], turn[_gate(THREE)])
    _check_what_was_deployed(outcome)
    for region in (ONE, TWO, THREE):
        [verdicts] = outcome.artifact(f"VERDICTS_{region.upper().replace('-', '_')}").values()
        assert [each["verdict"] for each in json.loads(verdicts)["verdicts"]] == ["proved"]


def test_the_regions_of_a_wave_do_not_wait_for_one_another() -> None:
    needs = {action.key: action.needs for action in read(ROOT / WORKFLOW).actions}
    assert needs[_gate(TWO)] == needs[_gate(THREE)] == {_gate(ONE), _deploy(ONE)}


def _check_what_was_deployed(outcome: Outcome) -> None:
    """It is what the gate looked at."""
    rendered = outcome.artifact("Rendered")
    deployments = [action for action in read(ROOT / WORKFLOW).actions if "Deploy" in action.key]
    assert len(deployments) == 3
    for action in deployments:
        configuration = action.body["Configuration"]
        assert configuration["Manifests"] == f"rendered/{configuration['Region']}.yaml"
        assert configuration["Manifests"] in rendered
        assert action.inputs("Sources") == []  # the action takes one input only
        assert action.inputs("Artifacts") == ["Rendered"]


def _sealed_for_another_cluster(repository: Repository, region: str) -> None:
    other = TWO if region == ONE else ONE
    repository.write(f"regions/{region}/webhook.yaml", repository.read(f"regions/{other}/webhook.yaml"))


def _sealed_by_nobody_knows_whom(repository: Repository, region: str) -> None:
    """Nothing refutes it, and nothing proves it."""
    lines = repository.read(".sealwright.lock").splitlines(keepends=True)
    repository.write(".sealwright.lock", b"".join(line for line in lines if line.startswith(b"#")))


def _store_of_another_region(repository: Repository, region: str) -> None:
    _replace(repository, f"regions/{region}/database.yaml", f"aws-{region}", f"aws-{TWO if region == ONE else ONE}")


def _store_of_another_region_for_every_namespace(repository: Repository, region: str) -> None:
    other = f"{{kind: ClusterSecretStore, name: aws-{TWO if region == ONE else ONE}}}"
    content = f"{{secretStoreRef: {other}, dataFrom: [{{extract: {{key: a}}}}]}}"
    repository.write(f"regions/{region}/everywhere.yaml", _external("ClusterExternalSecret", content))


def _external(kind: str, content: str) -> str:
    """An object of External Secrets; `content`: its `spec`, of a kind for the whole cluster what is in there."""
    inner = {"ClusterExternalSecret": "externalSecretSpec", "ClusterPushSecret": "pushSecretSpec"}.get(kind)
    spec = f"{{namespaceSelectors: [{{matchLabels: {{a: b}}}}], {inner}: {content}}}" if inner else content
    version = "v1alpha1" if "Push" in kind else "v1"
    return f"apiVersion: external-secrets.io/{version}\nkind: {kind}\nmetadata: {{name: a}}\nspec: {spec}\n"


def _store_that_points_elsewhere(repository: Repository, region: str) -> None:
    _replace(repository, f"regions/{region}/store.yaml", f"region: {region}", "region: sa-east-1")


def _policy_that_does_not_hold(repository: Repository, region: str) -> None:
    _replace(repository, f"regions/{region}/store.yaml", "external-secrets.io/v1\n", "external-secrets.io/v1beta1\n")


def _plaintext(repository: Repository, region: str) -> None:
    text = f"apiVersion: v1\nkind: Secret\nmetadata: {{name: a, namespace: shop}}\nstringData: {{password: {_VALUE}}}\n"
    repository.write(f"regions/{region}/left.yaml", text)


def _nothing_to_deploy(repository: Repository, region: str) -> None:
    shutil.rmtree(repository.path / "regions" / region)


def _replace(repository: Repository, path: str, old: str, new: str) -> None:
    text = repository.read(path).decode()
    assert old in text
    repository.write(path, text.replace(old, new))


def _rendered_by_the_repository(repository: Repository, region: str) -> None:
    """Manifests that were committed where rendered ones go, and nothing to render them from."""
    database = repository.read(f"regions/{region}/database.yaml")
    _nothing_to_deploy(repository, region)
    repository.write(f"rendered/{region}.yaml", database)


_BREAKING = [
    (_sealed_for_another_cluster, "none that is known of cluster"),
    (_sealed_by_nobody_knows_whom, "unknown"),
    (_store_of_another_region, "REG001"),
    (_store_of_another_region_for_every_namespace, "REG001"),
    (_store_that_points_elsewhere, "ESO017"),
    (_policy_that_does_not_hold, "ESO001"),
    (_plaintext, "secret-string-data"),
    (_nothing_to_deploy, "No such file"),
    (_rendered_by_the_repository, "No such file"),
]


@pytest.mark.parametrize(("breaking", "said"), _BREAKING, ids=[each.__name__ for each, _ in _BREAKING])
def test_nothing_comes_after_a_region_whose_gate_fails(
    start: Start, regions: Repository, breaking: Callable[[Repository, str], None], said: str
) -> None:
    breaking(regions, ONE)
    regions.commit()
    outcome = start(WORKFLOW, regions)
    assert outcome.order == ("Render", _gate(ONE))
    assert outcome.status[_gate(ONE)] == FAILED
    skipped = {key for key, status in outcome.status.items() if status == SKIPPED}
    assert skipped == {_deploy(ONE), *map(_gate, (TWO, THREE)), *map(_deploy, (TWO, THREE))}
    assert said in outcome.log[_gate(ONE)]
    assert _VALUE not in outcome.log[_gate(ONE)]


_GENERATED = (
    "{sourceRef: {generatorRef: {apiVersion: generators.external-secrets.io/v1alpha1, kind: Password, name: a}}}"
)
_EACH = "{secretKey: a, remoteRef: {key: a}, sourceRef: {storeRef: {name: %s}}}"
_ALL = "{extract: {key: a}, sourceRef: {storeRef: {name: %s}}}"
_NAMING = [
    ("ExternalSecret", "{secretStoreRef: {name: %s}, dataFrom: [{extract: {key: a}}]}"),
    ("ExternalSecret", f"{{data: [{_EACH}]}}"),
    ("ExternalSecret", f"{{dataFrom: [{_GENERATED}, {_ALL}]}}"),
    ("ExternalSecret", f"{{secretStoreRef: {{name: aws-{ONE}}}, data: [{_EACH}]}}"),
    ("ClusterExternalSecret", "{secretStoreRef: {name: %s}, dataFrom: [{extract: {key: a}}]}"),
    ("ClusterExternalSecret", f"{{secretStoreRef: {{name: aws-{ONE}}}, dataFrom: [{_ALL}]}}"),
    ("PushSecret", f"{{secretStoreRefs: [{{name: aws-{ONE}}}, {{name: %s}}], selector: {{secret: {{name: a}}}}}}"),
    ("ClusterPushSecret", "{secretStoreRefs: [{name: %s}], selector: {secret: {name: a}}}"),
]
"""Kinds, and what names a store in them."""


@pytest.mark.parametrize(("kind", "content"), _NAMING)
def test_a_region_gets_nothing_that_names_a_store_of_another_one(regions: Repository, kind: str, content: str) -> None:
    assert _is_refused(regions, _external(kind, content % f"aws-{TWO}"))
    assert not _is_refused(regions, _external(kind, content % f"aws-{ONE}"))


def test_what_is_generated_needs_no_store(regions: Repository) -> None:
    for kind in ("ExternalSecret", "ClusterExternalSecret"):
        assert not _is_refused(regions, _external(kind, f"{{dataFrom: [{_GENERATED}]}}"))


def _is_refused(repository: Repository, manifest: str) -> bool:
    """Whether the gate of the first region says that a store is not its own."""
    command = ("gate", "--config", f"gates/{ONE}.yaml", "--format", "json", "-")
    ended = run_program("sealwright", *command, cwd=repository.path, stdin=manifest.encode())
    report = json.loads(ended.stdout)
    assert report["errors"] == []
    return "REG001" in {each["rule"] for each in report["findings"]}


def test_links_in_place_of_what_is_made_are_not_followed(start: Start, regions: Repository, tmp_path: Path) -> None:
    (tmp_path / "outside").mkdir()
    for name in ("reports", "rendered"):
        (regions.path / name).symlink_to(tmp_path / "outside")
    regions.commit()
    assert set(start(WORKFLOW, regions).status.values()) == {SUCCEEDED}
    assert list((tmp_path / "outside").iterdir()) == []


@pytest.mark.parametrize("breaking", [_sealed_for_another_cluster, _store_of_another_region, _plaintext])
def test_a_region_that_fails_later_takes_nothing_back_and_lets_its_neighbour_go(
    start: Start, regions: Repository, breaking: Callable[[Repository, str], None]
) -> None:
    breaking(regions, TWO)
    regions.commit()
    status = start(WORKFLOW, regions).status
    assert status[_deploy(ONE)] == SUCCEEDED
    assert (status[_gate(TWO)], status[_deploy(TWO)]) == (FAILED, SKIPPED)
    assert status[_deploy(THREE)] == SUCCEEDED


def test_a_deployment_that_fails_stops_the_next_wave(start: Start, regions: Repository) -> None:
    status = start(WORKFLOW, regions, refused=(_deploy(ONE),)).status
    assert status[_gate(ONE)] == SUCCEEDED
    assert status[_gate(TWO)] == status[_gate(THREE)] == SKIPPED


def test_an_approval_between_the_waves_is_waited_for(start: Start, regions: Repository, tmp_path: Path) -> None:
    """The one that stands in a comment. Regions of one wave only: what they are asked is shown above."""
    text = uncommented((ROOT / WORKFLOW).read_text(encoding="utf-8"))
    path = tmp_path / "workflow.yaml"
    path.write_text(text.replace("wave-two:\n    DependsOn: [wave-one]", "wave-two:\n    DependsOn: [Look]"), "utf-8")
    status = start(str(path), regions, refused=("Look",)).status
    assert status[_deploy(ONE)] == SUCCEEDED
    assert (status["Look"], status[_gate(TWO)], status[_gate(THREE)]) == (FAILED, SKIPPED, SKIPPED)


def test_the_example_holds_for_the_whole_repository_too(regions: Repository) -> None:
    """As its hooks and pull requests see it, by `.sealwright.yaml`."""
    for command in (["scan"], ["verify", "--require-proof"], ["gate"], ["policy", "test", "policies/region.yaml"]):
        ended = run_program("sealwright", *command, cwd=regions.path)
        assert ended.returncode == 0, ended.stdout
