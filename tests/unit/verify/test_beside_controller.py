"""Whole manifests, as the real controller reads them: what we say opens, it opens, and the reverse.

Not compared is what it takes although nothing comes of it (no items at all), and what a file holds beside one object.
"""

from __future__ import annotations

from base64 import b64encode
from collections.abc import Iterator

import pytest
from oracle_controller import NOT_BUILT, controller_path, upstream
from unit.verify.made import pair, sealed, verdicts

from sealwright.finding import Outcome

TEXT = """\
apiVersion: bitnami.com/v1alpha1
kind: SealedSecret
metadata:
  name: db
  namespace: prod
spec:
  encryptedData:
    a: ITEM
"""
TIME = "2020-01-01T00:00:00Z"


def metadata(line: str) -> str:
    return TEXT.replace("  name: db\n", f"  name: db\n  {line}\n")


def template(flow: str) -> str:
    return f"{TEXT}  template: {{{flow}}}\n"


OPENS = {
    "as it is": TEXT,
    "%YAML 1.1": f"%YAML 1.1\n---\n{TEXT}",
    "a tag directive": f"%TAG ! tag:example.com,2000:\n---\n{TEXT}",
    "a binary name": TEXT.replace("name: db", "name: !!binary ZGI="),
    "a binary namespace": TEXT.replace("namespace: prod", f"namespace: !!binary {b64encode(b'prod').decode()}"),
    "a binary annotation": metadata("annotations: {x: !!binary eA==}"),
    "a number for an item's name": TEXT.replace("    a:", "    1:"),
    "lone CRs": TEXT.replace("\n", "\r"),
    "no time": metadata("creationTimestamp: null"),
    "a time": metadata(f"creationTimestamp: {TIME}"),
    "unknown fields": metadata("other: [1]"),
    "a status": f"{TEXT}status: {{conditions: []}}\n",
    "null in the template": template("data: {x: null}, type: null, metadata: null"),
    "finalizers": metadata("finalizers: [a, null]"),
    "tagged nulls": metadata("generation: !!null ''\n  labels: !!null ''"),
    "a tagged generation": metadata("generation: !!int '3'"),
    "generation": metadata("generation: 2"),
    "owners": metadata("ownerReferences: [{kind: A}, null]"),
    "infinity in quotes, and for a key": metadata("annotations: {a: '.inf', b: a.nan, .inf: c}"),
    "a number too large": metadata("other: 1e999"),
    "folded in": TEXT.replace("a: ITEM", "a: |\n      ITEM"),
}
FAILS = {
    "%YAML 1.2": (f"%YAML 1.2\n---\n{TEXT}", "write 1.1"),
    "%YAML 1.2 below a comment": (f"# of 2020\n\n%YAML 1.2\n---\n{TEXT}", "write 1.1"),
    "infinity": (metadata("other: .inf"), "reads `.inf` or `.nan`"),
    "less than anything": (f"{TEXT}other: [-.Inf]\n", "reads `.inf` or `.nan`"),
    "no number": (f"{TEXT}status: {{x: .NaN}}\n", "reads `.inf` or `.nan`"),
    "tagged infinity": (metadata("other: !!float .inf"), "reads `.inf` or `.nan`"),
    "null for an item's name": (TEXT.replace("    a:", "    ~:"), "an item's name"),
    "metadata is a list": (TEXT.replace("metadata:\n  name: db\n  namespace: prod\n", "metadata: [a]\n"), "`metadata`"),
    "uid": (metadata("uid: 1"), "`metadata.uid` is not a string"),
    "generation": (metadata("generation: x"), "`metadata.generation` is not a whole number"),
    "half a generation": (metadata("generation: 1.5"), "`metadata.generation` is not a whole number"),
    "a tagged number": (metadata("uid: !!int '3'"), "`metadata.uid` is not a string"),
    "a tagged number for a label": (metadata("labels: {a: !!int '3'}"), "`a` is not a string"),
    "creationTimestamp": (metadata("creationTimestamp: x"), "`metadata.creationTimestamp` is not a time"),
    "finalizers": (metadata("finalizers: x"), "`metadata.finalizers` is not a list of strings"),
    "a finalizer": (metadata("finalizers: [1]"), "`metadata.finalizers` is not a list of strings"),
    "ownerReferences": (metadata("ownerReferences: [x]"), "`metadata.ownerReferences` is not a list of objects"),
    "managedFields": (metadata("managedFields: x"), "`metadata.managedFields` is not a list of objects"),
    "status": (f"{TEXT}status: x\n", "`status` is not a mapping"),
    "a template's finalizers": (template("metadata: {finalizers: x}"), "`spec.template.metadata.finalizers`"),
    "a template's generation": (template("metadata: {generation: x}"), "`spec.template.metadata.generation`"),
    "a template's data": (template("data: {x: 1}"), "`x` is not a string"),
    "a template's time": (template("metadata: {creationTimestamp: ''}"), "`spec.template.metadata.creationTimestamp`"),
}


@pytest.fixture(scope="module")
def controller(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    if controller_path() is None:
        pytest.skip(NOT_BUILT)
    with upstream(tmp_path_factory.mktemp("controller"), pair()) as base:
        yield base


def whole(text: str) -> str:
    return text.replace("ITEM", sealed())


@pytest.mark.parametrize("text", OPENS.values(), ids=OPENS)
def test_opens(text: str) -> None:
    assert [verdict.outcome for verdict in verdicts(whole(text))] == [Outcome.OPENS]


@pytest.mark.parametrize(("text", "words"), FAILS.values(), ids=FAILS)
def test_fails(text: str, words: str) -> None:
    [verdict] = verdicts(whole(text))
    assert (verdict.outcome, words in verdict.reason) == (Outcome.FAILS, True)
    assert "no cluster takes" in verdict.reason


@pytest.mark.parametrize("name", [*OPENS, *FAILS])
def test_the_controller_says_so_too(controller: str, name: str) -> None:
    import requests

    for texts, opens in ((OPENS, True), ({key: text for key, (text, _) in FAILS.items()}, False)):
        if name not in texts:
            continue
        try:
            status = requests.post(f"{controller}/v1/verify", data=whole(texts[name]).encode(), timeout=10).status_code
        except requests.exceptions.ConnectionError:
            status = 0  # some texts it cannot even answer
        assert (status == 200) is opens
