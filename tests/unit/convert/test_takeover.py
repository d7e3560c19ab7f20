"""Edits of a takeover: what is asked for, and not a byte besides."""

from __future__ import annotations

import pytest

from sealwright.convert.takeover import Revision, new_name, unpruned
from sealwright.errors import ConvertError
from sealwright.manifest.documents import read_documents
from sealwright.manifest.nodes import Node, lookup, mapping_at
from sealwright.manifest.resource import Resource, resources
from sealwright.manifest.source import Source

SECRET = """\
# a secret
apiVersion: v1
kind: Secret
metadata:
  name: db  # its name
stringData:
  a: b  # not for long
"""
NEW = "apiVersion: external-secrets.io/v1\nkind: ExternalSecret\nmetadata:\n  name: db\n"
CONFIG = "---\nkind: ConfigMap\nmetadata: {name: c}\n"


def opened(text: str, path: str = "db.yaml") -> tuple[Revision, list[Resource]]:
    source = Source(path, text)
    documents = list(read_documents(source))
    return Revision(source, documents), [one for document in documents for one in resources(document)]


ANNOTATED: dict[str, tuple[str, str, str]] = {
    "none": (
        "metadata:\n  name: db  # its name\n",
        "flux",
        "metadata:\n  annotations:\n    kustomize.toolkit.fluxcd.io/prune: disabled\n  name: db  # its name\n",
    ),
    "others": (
        "metadata:\n  annotations:\n    a: 'x'  # note\n  name: db\n",
        "argo",
        (
            "metadata:\n  annotations:\n    a: 'x'  # note\n    argocd.argoproj.io/sync-options: 'Prune=false'\n"
            "  name: db\n"
        ),
    ),
    "another value": (
        "metadata:\n  annotations:\n    kustomize.toolkit.fluxcd.io/prune: enabled # on\n",
        "flux",
        "metadata:\n  annotations:\n    kustomize.toolkit.fluxcd.io/prune: disabled # on\n",
    ),
    "other options": (
        'metadata:\n  annotations:\n    argocd.argoproj.io/sync-options: "Prune=confirm, Replace=true"\n',
        "argo",
        'metadata:\n  annotations:\n    argocd.argoproj.io/sync-options: "Replace=true,Prune=false"\n',
    ),
    "there already": (
        "metadata:\n  annotations: {kustomize.toolkit.fluxcd.io/prune: disabled}\n",
        "flux",
        "metadata:\n  annotations: {kustomize.toolkit.fluxcd.io/prune: disabled}\n",
    ),
    "in braces": (
        "metadata: {name: db}\n",
        "flux",
        'metadata: {name: db, "annotations": {"kustomize.toolkit.fluxcd.io/prune": "disabled"}}\n',
    ),
    "JSON": (
        '{"metadata": {"name": "db"}}',
        "flux",
        '{"metadata": {"name": "db", "annotations": {"kustomize.toolkit.fluxcd.io/prune": "disabled"}}}',
    ),
    "nothing at all": (
        "metadata:\n  name: db\n  annotations:\nkind: Secret",
        "flux",
        "metadata:\n  name: db\n  annotations:\n    kustomize.toolkit.fluxcd.io/prune: disabled\nkind: Secret",
    ),
}


@pytest.mark.parametrize("ends", ["\n", "\r\n"])
@pytest.mark.parametrize("case", ANNOTATED, ids=str)
def test_an_annotation_is_added_or_changed(case: str, ends: str) -> None:
    before, tool, after = (part.replace("\n", ends) for part in ANNOTATED[case])
    revision, (secret,) = opened(before)
    revision.annotate(secret, unpruned(tool, secret))
    assert revision.text() == after


def test_a_document_comes_beside_another_and_the_other_goes() -> None:
    revision, (secret, _) = opened(f"{SECRET}{CONFIG}")
    revision.annotate(secret, unpruned("flux", secret))
    revision.add_beside(secret, NEW)
    first = revision.text()
    marks = "metadata:\n  annotations:\n    kustomize.toolkit.fluxcd.io/prune: disabled\n"
    marked = SECRET.replace("metadata:\n", marks)
    assert first == f"{marked}---\n{NEW}{CONFIG}"
    revision, (secret, _, _) = opened(first)
    revision.remove(secret)
    assert revision.text() == f"---\n{NEW}{CONFIG}"


REMOVED: dict[str, tuple[str, int, str]] = {
    "the first": (f"{SECRET}{CONFIG}", 0, CONFIG),
    "the last": (f"{CONFIG}---\n{SECRET}", 1, CONFIG),
    "between": (f"{CONFIG}---\n{SECRET}{CONFIG}", 1, CONFIG * 2),
    "the only one": (SECRET, 0, ""),
    "below what is said about the file": (f"# licence\n\n{SECRET}{CONFIG}", 0, f"# licence\n\n{CONFIG}"),
    "below what is said above the marker": (f"# licence\n---\n{SECRET}{CONFIG}", 0, f"# licence\n{CONFIG}"),
    "no line end": (f"{CONFIG}---\n{SECRET.rstrip()}", 1, CONFIG),
}


@pytest.mark.parametrize("case", REMOVED, ids=str)
def test_a_document_is_taken_out(case: str) -> None:
    before, number, after = REMOVED[case]
    revision, found = opened(before)
    revision.remove(found[number])
    assert revision.text() == after


def test_a_document_behind_a_last_line_without_an_end_and_in_a_file_with_crlf() -> None:
    revision, (secret,) = opened(SECRET.rstrip().replace("\n", "\r\n"))
    revision.add_beside(secret, NEW)
    assert revision.text() == f"{SECRET}---\n{NEW}".replace("\n", "\r\n")


def named(resource: Resource, *path: str) -> Node:
    holder = mapping_at(resource.node, *path[:-1])
    assert holder is not None
    node = lookup(holder, path[-1])
    assert node is not None
    return node


@pytest.mark.parametrize(
    ("before", "after"), [("db", "db-v2"), ('"db"', '"db-v2"'), ("'db'", "'db-v2'"), ("db # x", "db-v2 # x")]
)
def test_a_name_is_exchanged(before: str, after: str) -> None:
    text = "kind: Pod\nspec:\n  secretName: {}\n  other: db\n"
    revision, (pod,) = opened(text.format(before))
    revision.rename(pod, named(pod, "spec", "secretName"), "db-v2")
    assert revision.text() == text.format(after)


REFUSED = {
    "an item of a List": "kind: List\nitems:\n- kind: Secret\n  metadata: {name: db}\n",
    "a template": "kind: Secret\nmetadata:\n  name: {{ .Release.Name }}\n",
}


@pytest.mark.parametrize("case", REFUSED, ids=str)
def test_what_is_no_document_of_its_own_is_refused(case: str) -> None:
    revision, (secret, *_) = opened(REFUSED[case])
    with pytest.raises(ConvertError) as caught:
        revision.remove(secret)
    assert caught.value.hint
    assert caught.value.place.startswith("db.yaml:")
    with pytest.raises(ConvertError):
        revision.add_beside(secret, NEW)


def test_a_json_file_takes_no_second_document() -> None:
    revision, (secret,) = opened('{"kind": "Secret"}', "db.json")
    with pytest.raises(ConvertError, match="one document"):
        revision.add_beside(secret, NEW)


@pytest.mark.parametrize(
    "text",
    [
        "m: &m {x: y}\nmetadata:\n  annotations: *m\n",
        "metadata:\n  annotations:\n    argocd.argoproj.io/sync-options: &o Prune=true\n",
        "metadata:\n  annotations:\n    argocd.argoproj.io/sync-options: |\n      Prune=true\n",
        "metadata:\n  annotations:\n    argocd.argoproj.io/sync-options: a\n    argocd.argoproj.io/sync-options: b\n",
        "metadata: text\n",
    ],
)
def test_what_cannot_be_edited_is_refused(text: str) -> None:
    revision, (secret,) = opened(text)
    revision.annotate(secret, {"argocd.argoproj.io/sync-options": "Prune=false"})
    with pytest.raises(ConvertError, match=r"db\.yaml"):
        revision.text()


@pytest.mark.parametrize("node", ["name: &n db\n", "x: &n db\nname: *n\n", "name: |\n  db\n", "name: !!str db\n"])
def test_a_name_that_others_share_is_refused(node: str) -> None:
    revision, (pod,) = opened(node)
    with pytest.raises(ConvertError):
        revision.rename(pod, named(pod, "name"), "db-v2")


def test_new_names() -> None:
    assert [new_name(name) for name in ("db", "db-v2", "v2", "a-v0")] == ["db-v2", "db-v3", "v2-v2", "a-v0-v2"]
    assert new_name("db", frozenset({"db-v2", "db-v3"})) == "db-v4"
    with pytest.raises(ConvertError):
        new_name("a" * 251)
