"""What the pack `baseline` finds in public repositories, held against a list in which each finding was judged.

`findings.csv` has a line for each: repository, rule, path, line, judgement (right or wrong), reason. A finding that is
not in the list, and a line of the list that is not found any more, is told, so that the judgements stay true.
"""

from __future__ import annotations

import csv
import json
import subprocess
import sys
from collections import Counter, defaultdict
from pathlib import Path
from typing import TYPE_CHECKING, NamedTuple

from benchmarks.quality.page import table
from benchmarks.quality.public import LABELLED, REPOSITORIES, Checkout, fetched
from benchmarks.quality.tools import NotHereError

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence

LIST = Path(__file__).with_name("findings.csv")
JUDGED = (
    *REPOSITORIES,
    LABELLED,
    Checkout("HariSekhon/Kubernetes-configs", "b65cc9b9483daf443fdef099aa2009a164ca4f3f"),
    Checkout("acidonper/ocp-gitops-argocd-with-sealed-secrets", "2ec71345d51af1fc1e45de13c8546770baafae87"),
    Checkout("addreas/homelab", "ba69b4618dac924b37d98bcf41cad40239ed08fa"),
    Checkout("argoproj/argo-workflows", "f016ad89eb269d282aec06dc491c29f396a38df4"),
    Checkout("aws/secrets-store-csi-driver-provider-aws", "a74182c14f96eb4787eb624d44265659f07e4008"),
    Checkout("aws-ia/terraform-aws-eks-blueprints", "98d0eb4069e787210848eeefcb2b9ba8e52706e7"),
    Checkout("aws-samples/eks-gitops-crossplane-flux", "bb822b2fb9e6c088937d7bdfebb064ed4412bf30"),
    Checkout("aws-samples/eks-workshop-v2", "bb1b30007ba61a406d5efc18e48dff87ea879a36"),
    Checkout("billimek/k8s-gitops", "ff56e2511d273f5bea4cd07a1b442f5e89c0e035"),
    Checkout("bjw-s/home-ops", "143c271bba615426248632e0f36c97b7caf3beb5"),
    Checkout("kasuboski/k8s-gitops", "8097593bc4b9be91b693b56edb1fdd29e21908b0"),
    Checkout("khuedoan/homelab", "cb046acfba61e88079905c334c179b2c73e4b05f"),
    Checkout("particuleio/teks", "0b71bbc97a5598d54ffcc14703523e22708ec839"),
    Checkout("prometheus-community/helm-charts", "cf408a290aec489277a94450bb3511432477a53a"),
    Checkout("redhat-cop/gitops-catalog", "7727f2425149abf9e061665c6d1268a70238c138"),
    Checkout("ricsanfre/pi-cluster", "8daabcd53111b3ac2cf85be2d02fda1c3b8f535e"),
)
"""The benchmark's repositories, and more of people who run clusters from Git."""
_SHOWN = 6
"""Places in one cell; the list has all."""


class Judged(NamedTuple):
    """One finding. `line` is that of the place that it points at."""

    repository: str
    rule: str
    path: str
    line: int
    judgement: str = ""
    reason: str = ""

    @property
    def place(self) -> tuple[str, str, str, int]:
        """What tells it from others."""
        return self[:4]


def judged() -> list[Judged]:
    """The list, checked: two judgements, each with a reason."""
    with LIST.open(encoding="utf-8", newline="") as file:
        _, *rows = csv.reader(file)
        found = [
            Judged(name, rule, path, int(line), judgement, reason) for name, rule, path, line, judgement, reason in rows
        ]
    for each in found:
        if each.judgement not in {"right", "wrong"} or not each.reason:
            raise ValueError(f"{LIST.name}: no judgement of {each.place}")
    return found


def measured(cache: Path, sets_folder: Path | None) -> tuple[list[Judged], dict[str, str]]:
    """What the pack finds now, and the repositories that could not be had with the reason."""
    found: list[Judged] = []
    absent: dict[str, str] = {}
    for checkout in JUDGED:
        print(f"gate over {checkout.name}", file=sys.stderr, flush=True)
        try:
            folder = fetched(checkout, cache, sets_folder)
        except NotHereError as error:
            absent[checkout.name] = str(error)
        else:
            found.extend(_gate(checkout.name, folder))
    return found, absent


def _gate(name: str, folder: Path) -> Iterator[Judged]:
    options = ["--pack", "baseline", "--format", "json", "--no-baseline", "--no-progress", "--exit-zero"]
    command = [sys.executable, "-m", "sealwright", "gate", *options]
    result = subprocess.run(command, cwd=folder, capture_output=True, text=True, encoding="utf-8", check=False)
    if not result.stdout:
        raise RuntimeError(f"sealwright gate failed:\n{result.stderr}")
    for each in json.loads(result.stdout)["findings"]:
        if each["rule"][-3:].isdigit():  # a rule of policy; the rest is what the scan finds
            yield Judged(name, each["rule"], each["path"], each["start"]["line"])


def differences(found: Iterable[Judged], absent: Iterable[str]) -> list[str]:
    """What the list does not hold, and what of it is not found; nothing of repositories that are absent."""
    now, listed = Counter(each.place for each in found), Counter(each.place for each in judged())
    missing = set(absent)
    return [
        *(f"not judged yet: {_told(place)}" for place in sorted((now - listed).elements())),
        *(
            f"not found any more: {_told(place)}"
            for place in sorted((listed - now).elements())
            if place[0] not in missing
        ),
    ]


def _told(place: tuple[str, str, str, int]) -> str:
    repository, rule, path, line = place
    return f"{rule} in {repository} {path}:{line}"


def section(found: Sequence[Judged]) -> str:
    """The tables: by rule with the share of wrong ones, by repository, and what was judged."""
    wrong = sum(each.judgement == "wrong" for each in found)
    total = f"{len(found)} findings in {len(JUDGED)} repositories, {wrong} of them wrong ({wrong / len(found):.1%})."
    return "\n\n".join((total, _by_rule(found), _by_repository(found), _places(found)))


def _by_rule(found: Sequence[Judged]) -> str:
    counts = Counter((each.rule, each.judgement) for each in found)
    rules = sorted({each.rule for each in found})
    return table(("rule", "right", "wrong"), [(rule, counts[rule, "right"], counts[rule, "wrong"]) for rule in rules])


def _by_repository(found: Sequence[Judged]) -> str:
    counts = Counter((each.repository, each.judgement) for each in found)
    rows = [(f"{name} `{commit[:8]}`", counts[name, "right"], counts[name, "wrong"]) for name, commit in sorted(JUDGED)]
    return table(("repository", "right", "wrong"), rows)


def _places(found: Sequence[Judged]) -> str:
    groups: dict[tuple[str, str, str, str], list[str]] = defaultdict(list)
    for each in found:
        groups[each.rule, each.repository, each.judgement, each.reason].append(f"{each.path}:{each.line}")
    lines = ["| rule | repository | places | judgement |", "| --- | --- | --- | --- |"]
    for (rule, name, judgement, reason), places in sorted(groups.items()):
        more = f", and {len(places) - _SHOWN} more" if len(places) > _SHOWN else ""
        shown = ", ".join(f"`{place}`" for place in places[:_SHOWN])
        lines.append(f"| {rule} | {name} | {shown}{more} | {judgement}: {reason} |")
    return "\n".join(lines)
