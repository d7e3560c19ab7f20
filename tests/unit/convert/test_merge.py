"""Values into a SealedSecret: what must not change does not, and what cannot be done exactly is refused."""

from __future__ import annotations

import difflib
import json
import re
from collections.abc import Callable
from typing import Any

import pytest
from unit.convert.merging import SECRET, merged, sealed_json, sealed_yaml, template, values, values_in
from unit.convert.sealing_again import CLUSTER_WIDE, NAMESPACE_WIDE, load_all, pair

from sealwright.convert.merge import Merge
from sealwright.errors import SealingError
from sealwright.sealing.scope import Scope

CIPHERTEXT = re.compile(r"AQ[A-Za-z0-9+/=]{300,}")
BEFORE = {"api-user": "app", "password": "tide.Lantern.88", "url": "postgres://db"}
NEW = "N3w-value.77-ab"  # as long as what it replaces


def changed_lines(before: str, after: str) -> list[str]:
    """The lines that differ, with their sign, ciphertext left out."""
    lines = difflib.ndiff(before.splitlines(), after.splitlines())
    return [CIPHERTEXT.sub("<sealed>", line) for line in lines if line[0] in "+-"]


def test_only_the_line_of_a_changed_item_changes() -> None:
    text = sealed_yaml()
    outcome = merged(text, Merge(values(password=NEW)))
    assert values_in(outcome.text) == BEFORE | {"password": NEW}
    line = "    password: <sealed>  # rotate me"
    assert changed_lines(text, outcome.text) == [f"- {line}", f"+ {line}"]
    assert (outcome.changed, outcome.added, outcome.deleted) == (("password",), (), ())
    assert outcome.kept == ("api-user", "url")


@pytest.mark.parametrize(
    ("key", "neighbour"),
    [("aaa", "encryptedData:"), ("api-key", "encryptedData:"), ("k", "api-user"), ("zzz", "url"), ("Z.y", "enc")],
)
def test_a_new_item_stands_where_the_order_wants_it(key: str, neighbour: str) -> None:
    text = sealed_yaml()
    outcome = merged(text, Merge(values(**{key: NEW})))
    assert values_in(outcome.text) == BEFORE | {key: NEW}
    assert changed_lines(text, outcome.text) == [f"+     {key}: <sealed>"]
    lines = outcome.text.splitlines()
    assert neighbour in lines[next(n for n, line in enumerate(lines) if line.startswith(f"    {key}:")) - 1]


def test_items_without_order_get_the_new_one_at_their_end() -> None:
    text = sealed_yaml(SECRET.replace("api-user", "zed"))
    assert list(values_in(merged(text, Merge(values(a=NEW))).text)) == ["zed", "password", "url", "a"]


def test_items_go_with_their_own_line_only() -> None:
    text = sealed_yaml()
    outcome = merged(text, Merge(delete=frozenset({"api-user", "password"})))
    assert values_in(outcome.text) == {"url": "postgres://db"}
    assert "    # the user\n" in outcome.text
    assert [line[:14] for line in changed_lines(text, outcome.text)] == ["-     api-user", "-     password"]


@pytest.mark.parametrize("text", [sealed_yaml(), sealed_json(), sealed_json(None)], ids=["yaml", "json", "one line"])
def test_prune_and_exchange(text: str) -> None:
    pruned = merged(text, Merge(values(url="x", other="y"), prune=True))
    assert values_in(pruned.text) == {"url": "x", "other": "y"}
    assert (pruned.added, pruned.changed, pruned.deleted) == (("other",), ("url",), ("api-user", "password"))
    exchanged = merged(text, Merge(values(a="1", b="2"), prune=True))
    assert values_in(exchanged.text) == {"a": "1", "b": "2"}
    assert values_in(merged(exchanged.text, Merge(values(c="3"))).text) == {"a": "1", "b": "2", "c": "3"}


@pytest.mark.parametrize("text", [sealed_yaml(), sealed_json(), sealed_json(None)], ids=["yaml", "json", "one line"])
def test_an_empty_one_is_left_and_filled_again(text: str) -> None:
    gone = frozenset(BEFORE)
    with pytest.raises(SealingError, match="nothing would be left"):
        merged(text, Merge(delete=gone))
    empty = merged(text, Merge(delete=gone, allow_empty=True)).text
    assert load_all(empty)[0]["spec"]["encryptedData"] == {}
    assert values_in(merged(empty, Merge(values(a="1", b="2"))).text) == {"a": "1", "b": "2"}


@pytest.mark.parametrize("shown", ["encryptedData: {}", "encryptedData:", "encryptedData: null  # none yet", ""])
def test_what_has_no_items_yet_gets_some(shown: str) -> None:
    """kubeseal panics here."""
    head, tail = sealed_yaml().partition("  encryptedData:")[0], sealed_yaml().partition("  template:")[2]
    text = f"{head}{f'  {shown}' if shown else ''}\n  template:{tail}"
    outcome = merged(text, Merge(values(a="1", b="2")))
    assert values_in(outcome.text) == {"a": "1", "b": "2"}
    assert "# none yet" in outcome.text or "none yet" not in shown


@pytest.mark.parametrize("indent", [None, 2, 4, "\t"])
@pytest.mark.parametrize("newline", ["\n", "\r\n"])
def test_json_stays_json_in_its_own_manner(indent: Any, newline: str) -> None:
    text = json.dumps(json.loads(sealed_json()), indent=indent).replace("\n", newline) + newline
    outcome = merged(text, Merge(values(zzz=NEW, password=NEW), delete=frozenset({"url"})))
    again = json.dumps(json.loads(outcome.text), indent=indent).replace("\n", newline) + newline
    assert outcome.text == again
    assert values_in(outcome.text) == {"api-user": "app", "password": NEW, "zzz": NEW}


STYLES: dict[str, tuple[Callable[[str], str], str]] = {
    "quoted": (lambda text: f'"{text}"', '"'),
    "single": (lambda text: f"'{text}'", "'"),
    "literal": (lambda text: "|\n" + "\n".join(f"      {text[at : at + 64]}" for at in range(0, len(text), 64)), "|"),
    "folded": (lambda text: f">-\n      {text}", ">-"),
}


@pytest.mark.parametrize("style", STYLES)
@pytest.mark.parametrize("newline", ["\n", "\r\n"])
def test_the_way_of_writing_stays(style: str, newline: str) -> None:
    write, mark = STYLES[style]
    text = CIPHERTEXT.sub(lambda match: write(match.group()), sealed_yaml(SECRET.replace("  # rotate me", "")))
    text = text.replace("\n", newline)
    outcome = merged(text, Merge(values(password=NEW, zz=NEW)))
    assert values_in(outcome.text) == BEFORE | {"password": NEW, "zz": NEW}
    assert f"password: {mark}" in outcome.text
    assert "\n" not in outcome.text.replace(newline, "")
    assert outcome.text.count(newline) == text.count(newline) + 1
    quote = mark if mark in {"'", '"'} else "A"
    assert f"    zz: {quote}" in outcome.text


@pytest.mark.parametrize(
    ("annotation", "scope"),
    [("", Scope.STRICT), (NAMESPACE_WIDE, Scope.NAMESPACE_WIDE), (CLUSTER_WIDE, Scope.CLUSTER_WIDE)],
)
def test_the_scope_is_that_of_the_file(annotation: str, scope: Scope) -> None:
    """kubeseal takes it from the input, and writes an item that nobody can open."""
    note = f'  annotations:\n    {annotation}: "true"\n' if annotation else ""
    text = sealed_yaml(SECRET.replace("  labels:\n", f"{note}  labels:\n"))
    for asked in (None, scope):
        outcome = merged(text, Merge(values(password=NEW, new=NEW), scope=asked))
        assert values_in(outcome.text) == BEFORE | {"password": NEW, "new": NEW}
    for other in set(Scope) - {scope}:
        with pytest.raises(SealingError, match=f"it is {scope.value}, and {other.value} was asked for"):
            merged(text, Merge(values(password=NEW), scope=other))


def test_other_documents_stay_as_they_are() -> None:
    """kubeseal deletes every document after the first."""
    other = sealed_yaml(SECRET.replace("name: db", "name: api"))
    config = "# head\napiVersion: v1\nkind: ConfigMap\nmetadata: {name: c}\ndata: {a:   b}\n"
    text = f"{config}---\n{sealed_yaml()}---\n{other}...\n---\n{config}"
    outcome = merged(text, Merge(values(password=NEW)), name="api")
    assert outcome.text.startswith(f"{config}---\n{sealed_yaml()[:40]}")
    assert outcome.text.endswith(f"...\n---\n{config}")
    assert len(changed_lines(text, outcome.text)) == 2
    assert values_in(outcome.text, "api")["password"] == NEW
    assert values_in(outcome.text, "db") == BEFORE


def test_in_a_list_and_without_a_last_line_end() -> None:
    inner = "".join(f"  {line}\n" for line in sealed_yaml().splitlines())
    text = f"apiVersion: v1\nkind: List\nitems:\n-{inner[1:]}".rstrip("\n")
    outcome = merged(text, Merge(values(zz=NEW, password=NEW), template=template(labels={"new": "x"})))
    assert values_in(outcome.text) == BEFORE | {"zz": NEW, "password": NEW}
    bare = "apiVersion: bitnami.com/v1alpha1\nkind: SealedSecret\nmetadata: {name: db, namespace: prod}\nspec:\n"
    for end in ("  encryptedData: {}", "  encryptedData:", "  template: {}"):
        assert values_in(merged(bare + end, Merge(values(a="1", b="2"))).text) == {"a": "1", "b": "2"}


# fmt: off
REFUSED = [
    ({}, Merge(delete=frozenset({"nope"})), "it has no item nope"),
    ({}, Merge(values(url="x"), delete=frozenset({"url"})), "url is to be deleted and to be sealed"),
    ({}, Merge(values(a="x"), namespace="dev"), "it is in namespace prod, but dev was asked for"),
    ({"  namespace: prod\n": ""}, Merge(values(a="x")), "no namespace is given"),
    ({"    url: ": "    password: "}, Merge(values(a="x")), "the item password stands there twice"),
    ({"    url: ": "    url: &x "}, Merge(values(url="x")), "an anchor or an alias on the item `url`"),
    ({"    url: ": "    url: !!str "}, Merge(values(url="x"), delete=frozenset({"password"})), None),
    ({"  encryptedData:\n": "  encryptedData: &all\n"}, Merge(delete=frozenset(BEFORE), allow_empty=True), "an anchor"),
    ({"    url: ": "    ? url\n    : "}, Merge(values(a="x")), "an explicit key"),
    ({"name: db\n  namespace": "name: db\n  x: {{ .y }}\n  namespace"}, Merge(values(a="x")), "it is a template"),
    ({"spec:\n": "spec: 5\nold:\n"}, Merge(values(a="x")), "it has no `spec`"),
    ({"spec:\n": "spec:\n  data: AgAB\n"}, Merge(values(a="x")), "it is in the format of before 2019"),
    ({"spec:\n": "=======\nspec:\n"}, Merge(values(a="x")), "its document does not parse"),
    ({"    url: ": "    url: [a]\n    uri: "}, Merge(values(a="x")), "the item url is not a string"),
]
# fmt: on


@pytest.mark.parametrize(("edits", "wanted", "words"), REFUSED)
def test_what_cannot_be_done_exactly_is_refused(edits: dict[str, str], wanted: Merge, words: str | None) -> None:
    text = sealed_yaml()
    for old, new in edits.items():
        assert old in text
        text = text.replace(old, new, 1)
    if words is None:
        assert values_in(merged(text, wanted).text) == {"api-user": "app", "url": "x"}
        return
    with pytest.raises(SealingError) as caught:
        merged(text, wanted)
    assert words in caught.value.message, caught.value.message
    assert caught.value.hint
    assert caught.value.place.startswith("sealed.yaml:")


# Labels and annotations.


@pytest.mark.parametrize("text", [sealed_yaml(), sealed_json(), sealed_json(None)], ids=["yaml", "json", "one line"])
@pytest.mark.parametrize("there", [True, False])
def test_labels_and_annotations_are_added_and_replaced(text: str, there: bool) -> None:
    """kubeseal panics where the file has none."""
    if not there:
        data = load_all(text)[0]
        del data["spec"]["template"]
        text = json.dumps(data, indent=2)
    wanted = template(labels={"app": "api", "tier": "Ünï 🔑\n"}, annotations={"a/b": "1.10", "n": "", "z": "\x08\x7f"})
    outcome = merged(text, Merge(values(password=NEW), template=wanted))
    read = json.loads if text.startswith("{") else lambda text: load_all(text)[0]
    made = read(outcome.text)["spec"]["template"]["metadata"]
    assert made["labels"] == {"app": "api", "tier": "Ünï 🔑\n"}
    assert made["annotations"] == wanted.annotations
    assert set(outcome.template) == {"app", "tier", "a/b", "n", "z"}
    again = merged(outcome.text, Merge(template=wanted))
    assert (again.text, again.template) == (outcome.text, ())
    assert "# who" in outcome.text or "{" in text[:1]


def test_the_comment_of_a_label_that_is_replaced_stays() -> None:
    text = sealed_yaml().replace("app: web  # who", "app: | # who\n          web")
    outcome = merged(text, Merge(template=template(labels={"app": ""})))
    assert 'app: "" # who\n' in outcome.text
    assert load_all(outcome.text)[0]["spec"]["template"]["metadata"]["labels"] == {"app": ""}


def test_a_template_that_is_written_oddly_is_refused_and_not_guessed_at() -> None:
    text = sealed_yaml().replace("      labels:\n        app: web", "      labels: &x\n        app: &y web")
    with pytest.raises(SealingError, match="an anchor"):
        merged(text, Merge(template=template(labels={"app": "api"})))
    assert merged(text, Merge(template=template(labels={"app": "web"}))).text == text


def test_nothing_secret_is_shown() -> None:
    outcome = merged(sealed_yaml(), Merge(values(password=NEW)))
    assert NEW not in repr(outcome)
    assert NEW.encode() not in pair()[1]
