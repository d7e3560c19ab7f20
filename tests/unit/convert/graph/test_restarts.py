"""Annotations for restarts: the lines that come, and nothing else; once; and what is left alone."""
# ruff: noqa: E501 - in tables, one case on one line reads better

from __future__ import annotations

import difflib

import pytest
from unit.convert.graph.graphs import deployment, graph, objects, secret

from sealwright.convert.change import Change, rewritten
from sealwright.convert.restarts import annotated, restart_of, restarted_by
from sealwright.errors import ConvertError
from sealwright.manifest.documents import read_documents
from sealwright.manifest.resource import annotations_of, resources
from sealwright.manifest.scalars import to_plain
from sealwright.manifest.source import Source

AUTO = {"reloader.stakater.com/auto": "true"}
NAMED = "secret.reloader.stakater.com/reload"
PLAIN = deployment("db", "shop")


def restarted(text: str, *secrets: str) -> str:
    """The text with every object of it annotated."""
    source = Source("a.yaml", text)
    documents = list(read_documents(source))
    found = [item for document in documents for item in resources(document)]
    planned = [(item, restart) for item in found if (restart := restart_of(item, secrets)) is not None]
    changes = [
        Change(
            tuple(restart.edits),
            (((item.node.start, item.node.end), annotated(to_plain(item.node), restart.annotations)),),
        )
        for item, restart in planned
    ]
    return rewritten(source, changes)


def noted(text: str) -> dict[str, str]:
    [item] = objects(text)
    return annotations_of(item.node)


def difference(before: str, after: str) -> list[str]:
    return [line for line in difflib.ndiff(before.splitlines(), after.splitlines()) if line[0] in "+-"]


LINE = '    reloader.stakater.com/auto: "true"'
FORMS = [
    (PLAIN, ["+   annotations:", f"+ {LINE}"]),
    (PLAIN.replace("\n", "\r\n"), ["+   annotations:", f"+ {LINE}"]),
    (deployment("db", more="  annotations:\n    # why\n    a: b  # c\n"), [f"+ {LINE}"]),
    (deployment("db", more="  annotations:\n"), [f"+ {LINE}"]),
    (deployment("db", more="  annotations: {}  # none\n"), ["-   annotations: {}  # none", "+   annotations:  # none", f"+ {LINE}"]),
    (deployment("db", more="  annotations: {a: b}\n"), ["-   annotations: {a: b}", '+   annotations: {a: b, "reloader.stakater.com/auto": "true"}']),
    ("apiVersion: apps/v1\nkind: Deployment\nspec: {}\n", ["+ metadata:", "+   annotations:", f"+ {LINE}"]),
    ("kind: Deployment\nmetadata: {name: a}\n", ["- metadata: {name: a}", '+ metadata: {name: a, "annotations": {"reloader.stakater.com/auto": "true"}}']),
    ('{"kind":"Deployment","metadata":{"name":"a"}}\n', ['- {"kind":"Deployment","metadata":{"name":"a"}}', '+ {"kind":"Deployment","metadata":{"name":"a","annotations":{"reloader.stakater.com/auto":"true"}}}']),
    ("kind: Deployment\nmetadata:\n  name: a", ["+   annotations:", f"+ {LINE}"]),
]  # fmt: skip


@pytest.mark.parametrize(("text", "changed"), FORMS)
def test_only_the_annotation_comes(text: str, changed: list[str]) -> None:
    after = restarted(text)
    assert difference(text, after) == changed
    assert AUTO.items() <= noted(after).items()
    assert restarted(after) == after
    assert text.count("\r\n") == text.count("\n") * ("\r\n" in text)
    assert "\r\n" not in text or after.count("\r\n") == after.count("\n")


def test_the_secrets_that_are_named_join_those_that_were() -> None:
    once = restarted(PLAIN, "db", "tls")
    assert noted(once) == {NAMED: "db,tls"}
    assert restarted(once, "tls") == once
    assert noted(restarted(once, "db", "more")) == {NAMED: "db,tls,more"}
    changed = difference(once, restarted(once, "more"))
    assert changed == [f'-     {NAMED}: "db,tls"', f'+     {NAMED}: "db,tls,more"']


@pytest.mark.parametrize(
    "annotation",
    ['reloader.stakater.com/auto: "true"', 'reloader.stakater.com/auto: "false"', 'secret.reloader.stakater.com/auto: "true"'],
)  # fmt: skip
@pytest.mark.parametrize("secrets", [(), ("db",)])
def test_what_says_it_already_or_says_no_stays(annotation: str, secrets: tuple[str, ...]) -> None:
    text = deployment("db", more=f"  annotations:\n    {annotation}\n")
    assert restarted(text, *secrets) == text


@pytest.mark.parametrize(
    "text",
    [
        "x: &a {a: b}\nkind: Deployment\nmetadata:\n  annotations: *a\n",
        "x: &m {name: a}\nkind: Deployment\nmetadata:\n  <<: *m\n",
        "kind: Deployment\nmetadata:\n  annotations: {a: b}\n  annotations: {c: d}\n",
        "kind: Deployment\nmetadata:\n  annotations: {a: b, # c\n    d: e}\n",
        f"kind: Deployment\nmetadata:\n  annotations:\n    {NAMED}: &a x\n",
        "kind: Deployment\nmetadata:\n  name: {{ .Values.name }}\n",
        "kind: Deployment\nmetadata:\n  name: [\n",
    ],
)
def test_what_cannot_be_kept_is_refused(text: str) -> None:
    with pytest.raises(ConvertError) as caught:
        restarted(text, "db")
    assert caught.value.place.startswith("a.yaml:")
    assert caught.value.hint


def test_which_workloads_are_restarted() -> None:
    job = deployment("db").replace("kind: Deployment", "kind: Job").replace("name: api\nspec", "name: job\nspec")
    files = {
        "s.yaml": secret("db"),
        "a.yaml": PLAIN,
        "j.yaml": job,
        "i.yaml": "kind: Ingress\nmetadata: {name: i}\nspec: {tls: [{secretName: db}]}\n",
        "p.yaml": "kind: Deployment\nmetadata: {name: p}\nspec: {template: {spec: {imagePullSecrets: [{name: db}]}}}\n",
    }
    found = [(item.ref.name, names) for item, names in restarted_by(graph(files).uses("", "db") * 2)]
    assert found == [("api", ("db",))]
