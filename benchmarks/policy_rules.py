"""Rules over manifests, parsing excluded: evaluations a second, and the same rules by cel-expr-python in the same run.

cel-expr-python evaluates in a process of its own: it counts references to None wrongly, and takes the interpreter with
it in the end. It is given each manifest once for all rules, and shared expressions worked out beforehand.
"""

from __future__ import annotations

import importlib.util
import json
import statistics
import subprocess
import sys
import time
from typing import TYPE_CHECKING, Any, NamedTuple

from benchmarks.measure import Ratio
from sealwright.policy.cel.errors import BudgetExceeded, EvaluationError
from sealwright.policy.cel.scope import Scope
from sealwright.policy.packs.checking import compiled
from sealwright.policy.packs.load import load_packs, shipped_packs

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from sealwright.policy.cel.program import Program
    from sealwright.policy.packs.model import Rules

BAR_A_SECOND = 100_000
"""Evaluations a second, at least, on one core."""
BAR_FASTER = 5
"""How many times as many as cel-expr-python, at least."""


class Work(NamedTuple):
    """Manifests with the rules that are about each, and the programs of the rules and of the shared expressions."""

    manifests: list[dict[str, Any]]
    rules: list[list[str]]
    programs: dict[str, Program]
    definitions: dict[str, Program]
    params: dict[str, Any]

    @property
    def evaluations(self) -> int:
        return sum(map(len, self.rules))


def measure(folder: Path, *, smoke: bool) -> Iterator[Ratio]:
    """Microseconds for one evaluation against what the bar allows, and against cel-expr-python."""
    count, runs = (60, 1) if smoke else (5000, 3)
    rules = load_packs(sorted(shipped_packs()), root="")
    work = _work(rules, list(_manifests(count)))
    ours = _ours(work, runs)
    allowed = 1_000_000 / BAR_A_SECOND
    name = f"{work.evaluations:,} evaluations of rules"
    yield Ratio(f"{name} / {BAR_A_SECOND:,} a second", ours / allowed, 1, ours, allowed, "us each")
    if importlib.util.find_spec("cel_expr_python") is None:
        print("note: cel-expr-python is not installed, so that there is nothing to compare with", file=sys.stderr)
        return
    understood = _understood(rules, work, folder)
    same = work._replace(rules=[[rule for rule in about if rule in understood] for about in work.rules])
    pairs = [(_ours(same, 1), _theirs(rules, same, folder)) for _ in range(runs)]
    ratio = statistics.median(mine / other for mine, other in pairs)
    mine, other = (statistics.median(side) for side in zip(*pairs, strict=True))
    name = f"{same.evaluations:,} evaluations / cel-expr-python"
    yield Ratio(name, ratio, 1 / BAR_FASTER, mine, other, "us each")


def _work(rules: Rules, manifests: list[dict[str, Any]]) -> Work:
    about = [
        [rule.id for rule in rules.about(manifest["apiVersion"], manifest["kind"], "kubernetes") if rule.expression]
        for manifest in manifests
    ]
    wanted = {name for names in about for name in names}
    programs = {rule.id: compiled(rule.expression, rules.variables) for rule in rules.rules if rule.id in wanted}
    definitions = {f"variables.{name}": compiled(text, rules.variables) for name, text in rules.variables.items()}
    return Work(manifests, about, programs, definitions, dict(rules.params))


def _ours(work: Work, runs: int) -> float:
    """Microseconds of the processor for one evaluation, the median of several runs: others may use the machine, too."""
    _evaluate(work)
    times = []
    for _ in range(runs):
        started = time.process_time()
        _evaluate(work)
        times.append(time.process_time() - started)
    return statistics.median(times) * 1_000_000 / work.evaluations


def _evaluate(work: Work) -> None:
    programs = work.programs
    for manifest, about in zip(work.manifests, work.rules, strict=True):
        scope = Scope({"object": manifest, "params": work.params}, work.definitions)
        for rule in about:
            _verdict(programs[rule], scope)


def _verdict(program: Program, scope: Scope) -> Any:
    try:
        return program.evaluate(scope)
    except EvaluationError:
        return None


def _understood(rules: Rules, work: Work, folder: Path) -> set[str]:
    """The rules that cel-expr-python can compile: it has none of the functions that Kubernetes adds."""
    (folder / "rules.json").write_text(json.dumps(_texts(rules, work)), encoding="utf-8")
    return set(json.loads(_worker(str(folder / "rules.json"))))


def _theirs(rules: Rules, work: Work, folder: Path) -> float:
    shared = []
    for manifest in work.manifests:
        scope = Scope({"object": manifest, "params": work.params}, work.definitions)
        shared.append({name.partition(".")[2]: _value(scope, name) for name in work.definitions})
    task: dict[str, Any] = {"texts": _texts(rules, work), "manifests": work.manifests, "rules": work.rules}
    task |= {"variables": shared, "params": work.params}
    (folder / "work.json").write_text(json.dumps(task), encoding="utf-8")
    return float(_worker(str(folder / "work.json"))) * 1_000_000 / work.evaluations


def _value(scope: Scope, name: str) -> Any:
    try:
        return scope[name]
    except (EvaluationError, BudgetExceeded):
        return ""


def _texts(rules: Rules, work: Work) -> dict[str, str]:
    return {rule.id: rule.expression for rule in rules.rules if rule.id in work.programs}


def _worker(path: str) -> str:
    command = [sys.executable, "-m", "benchmarks.policy_rules", path]
    return subprocess.run(command, check=True, capture_output=True, text=True).stdout


def _evaluate_theirs(path: str) -> None:
    """What runs in the other process: rules alone are compiled, rules with manifests are timed after a warm-up."""
    from cel_expr_python import cel
    from cel_expr_python.ext import ext_bindings, ext_optional, ext_strings

    with open(path, encoding="utf-8") as file:
        task = json.load(file)
    extensions = [ext_optional.ExtOptional(), ext_strings.ExtStrings(), ext_bindings.ExtBindings()]
    known = dict.fromkeys(("object", "variables", "params"), cel.Type.DYN)
    environment = cel.NewEnv(variables=known, extensions=extensions)
    expressions = {}
    for name, text in task.get("texts", task).items():
        expression = _compiled_theirs(environment, text)
        if expression is not None:
            expressions[name] = expression
    if "texts" not in task:
        print(json.dumps(sorted(expressions)))
        return
    for timed in (False, True):
        started = time.process_time()
        for manifest, shared, about in zip(task["manifests"], task["variables"], task["rules"], strict=True):
            data = {"object": manifest, "variables": shared, "params": task["params"]}
            given = environment.Activation(data)
            for rule in about:
                expressions[rule].eval(given).type()
        if timed:
            print(time.process_time() - started)


def _compiled_theirs(environment: Any, text: str) -> Any:
    try:
        return environment.compile(text)
    except Exception:  # noqa: BLE001 - its exceptions have no common class
        return None


def _manifests(count: int) -> Iterator[dict[str, Any]]:
    """Objects as repositories have them: mostly workloads, some of everything that rules are about."""
    for number in range(count):
        yield _KINDS[number % len(_KINDS)](number)


def _pod(number: int) -> dict[str, Any]:
    variables: list[dict[str, Any]] = [{"name": f"SETTING_{place}", "value": str(place)} for place in range(number % 7)]
    variables.append({"name": "DB_USER", "valueFrom": {"configMapKeyRef": {"name": "db", "key": "user"}}})
    mounts = [{"name": "data", "mountPath": "/data"}, {"name": "certificate", "mountPath": "/tls", "readOnly": True}]
    container: dict[str, Any] = {"name": "app", "image": f"registry.example.com/shop/app:{number}", "env": variables}
    container |= {"args": ["--port=8080", f"--shard={number}"], "volumeMounts": mounts}
    side = {"name": "proxy", "image": "registry.example.com/proxy:1.2", "args": ["--quiet"]}
    volumes: list[dict[str, Any]] = [
        {"name": "data", "emptyDir": {}},
        {"name": "certificate", "secret": {"secretName": "tls"}},
    ]
    return {"serviceAccountName": "app", "containers": [container, side], "volumes": volumes}


def _named(number: int, api_version: str, kind: str) -> dict[str, Any]:
    metadata = {"name": f"app-{number}", "namespace": "shop", "labels": {"app.kubernetes.io/name": "app"}}
    return {"apiVersion": api_version, "kind": kind, "metadata": metadata}


def _deployment(number: int) -> dict[str, Any]:
    template = {"metadata": {"labels": {"app": "app"}}, "spec": _pod(number)}
    return _named(number, "apps/v1", "Deployment") | {"spec": {"replicas": 2, "template": template}}


def _cron_job(number: int) -> dict[str, Any]:
    spec = {"schedule": "0 3 * * *", "jobTemplate": {"spec": {"template": {"spec": _pod(number)}}}}
    return _named(number, "batch/v1", "CronJob") | {"spec": spec}


def _config_map(number: int) -> dict[str, Any]:
    data = {"LOG_LEVEL": "info", "settings.yaml": "server:\n  port: 8080\n" * (number % 9)}
    return _named(number, "v1", "ConfigMap") | {"data": data}


def _external_secret(number: int) -> dict[str, Any]:
    data = [{"secretKey": f"k{place}", "remoteRef": {"key": f"shop/db/{place}"}} for place in range(1 + number % 5)]
    spec = {"refreshInterval": "1h", "secretStoreRef": {"name": "aws", "kind": "SecretStore"}, "data": data}
    return _named(number, "external-secrets.io/v1", "ExternalSecret") | {"spec": spec}


def _secret_store(number: int) -> dict[str, Any]:
    auth = {"jwt": {"serviceAccountRef": {"name": "reader"}}}
    provider = {"aws": {"service": "SecretsManager", "region": "us-east-1", "auth": auth}}
    return _named(number, "external-secrets.io/v1", "SecretStore") | {"spec": {"provider": provider}}


def _sealed_secret(number: int) -> dict[str, Any]:
    items = {f"key{place}": "AgB" + "x" * 700 for place in range(1 + number % 3)}
    return _named(number, "bitnami.com/v1alpha1", "SealedSecret") | {"spec": {"encryptedData": items}}


def _cluster_role(number: int) -> dict[str, Any]:
    rules = [{"apiGroups": [""], "resources": ["pods", "services"], "verbs": ["get", "list"]}] * (1 + number % 4)
    return _named(number, "rbac.authorization.k8s.io/v1", "ClusterRole") | {"rules": rules}


_KINDS = (
    *(_deployment, _config_map, _deployment, _external_secret, _deployment, _sealed_secret, _cron_job),
    *(_deployment, _cluster_role, _secret_store),
)

if __name__ == "__main__":
    _evaluate_theirs(sys.argv[1])
