"""References as the operator reads them: measured with its own parser (gjson 1.18.0), provider by provider."""

from __future__ import annotations

import base64
import json

import pytest
from hypothesis import given
from hypothesis import strategies as st
from unit.convert.external_secret.held import Held

from sealwright.config import Store
from sealwright.convert.external_secret.model import remote_ref, resolve, whole_name
from sealwright.convert.external_secret.remote_ref import RemoteRef
from sealwright.errors import ConvertError, StoreError
from sealwright.plaintext import Plaintext
from sealwright.stores.placement import place
from sealwright.stores.reference import Reference
from sealwright.stores.registry import traits_of
from sealwright.stores.remote_names import SecretName

AWS, SSM, GCP, AZURE, VAULT, FAKE = (
    "aws-secrets-manager",
    "aws-parameter-store",
    "gcp-secret-manager",
    "azure-key-vault",
    "vault",
    "fake",
)
ALL = (AWS, SSM, GCP, AZURE, VAULT)
CANARY = "corr3ct-horse-battery"

FOUND = [  # property, object, what each provider finds; None where it finds nothing
    ("tls.crt", {"tls.crt": "a"}, dict.fromkeys(ALL, "a") | {FAKE: None}),
    (".dockerconfigjson", {".dockerconfigjson": "a"}, dict.fromkeys(ALL, "a") | {GCP: None, FAKE: None}),
    ("\\.dockerconfigjson", {".dockerconfigjson": "a"}, dict.fromkeys((*ALL, FAKE), "a")),
    ("tls\\.crt", {"tls.crt": "a"}, dict.fromkeys((*ALL, FAKE), "a")),
    (
        "a.b",
        {"a.b": "literal", "a": {"b": "nested"}},
        dict.fromkeys(ALL, "literal") | dict.fromkeys((AZURE, FAKE), "nested"),
    ),
    ("a.b", {"a": {"b": "nested"}}, dict.fromkeys((*ALL, FAKE), "nested")),
    ("a-b_c", {"a-b_c": "a"}, dict.fromkeys((*ALL, FAKE), "a")),
    ("1", {"1": "a"}, dict.fromkeys((*ALL, FAKE), "a")),
    ("-", {"-": "a"}, dict.fromkeys((*ALL, FAKE), "a")),
    ("_", {"_": "a"}, dict.fromkeys((*ALL, FAKE), "a")),
    ("e", {"e": ""}, dict.fromkeys((*ALL, FAKE), "")),
    ("n", {"n": 5}, dict.fromkeys((*ALL, FAKE), "5")),
    ("n", {"n": 1.50}, dict.fromkeys((*ALL, FAKE), "1.5")),
    ("n", {"n": 123456789012345678901234567890}, dict.fromkeys((*ALL, FAKE), "123456789012345678901234567890")),
    ("n", {"n": 1e21}, dict.fromkeys((*ALL, FAKE), "1000000000000000000000")),
    ("t", {"t": True}, dict.fromkeys((*ALL, FAKE), "true")),
    ("z", {"z": None}, dict.fromkeys((*ALL, FAKE), "")),
    ("a.0", {"a": ["x"]}, dict.fromkeys((*ALL, FAKE), "x")),
    ("a.1", {"a": ["x"]}, dict.fromkeys((*ALL, FAKE), None)),
    ("o", {"o": {"x": "y"}}, dict.fromkeys((*ALL, FAKE), None)),
    ("missing", {"a": CANARY}, dict.fromkeys((*ALL, FAKE), None)),
    ("a.b.c", {"a": {"b": CANARY}}, dict.fromkeys((*ALL, FAKE), None)),
    ("a|b", {"a": CANARY}, dict.fromkeys((*ALL, FAKE), None)),
    ("*", {"a": CANARY}, dict.fromkeys((*ALL, FAKE), None)),
]


@pytest.mark.parametrize(("wanted", "content", "found"), FOUND)
def test_a_property_finds_what_each_provider_finds(wanted: str, content: object, found: dict[str, str | None]) -> None:
    for backend, value in found.items():
        store = Held({"x": json.dumps(content).encode()})
        settings = Store("s", backend)
        if value is not None:
            assert resolve(store, settings, RemoteRef("x", wanted)).reveal() == value.encode(), backend
            continue
        with pytest.raises(StoreError) as caught:
            resolve(store, settings, RemoteRef("x", wanted))
        assert CANARY not in repr((caught.value, caught.value.__cause__, caught.value.__context__)), backend


def test_of_two_equal_keys_the_first_counts() -> None:
    store = Held({"x": b'{"a": "first", "a": "second"}'})
    assert resolve(store, Store("s", AWS), RemoteRef("x", "a")).reveal() == b"first"


@pytest.mark.parametrize("body", [b"", b"{", b"[1", b"\xff{}", b'{"a": NaN}', b"[" * 100_000, b"null"])
def test_what_is_no_json_has_no_property(body: bytes) -> None:
    with pytest.raises(StoreError, match="no JSON") as caught:
        resolve(Held({"x": body}), Store("s", AWS), RemoteRef("x", "a"))
    assert caught.value.__context__ is None  # the parser's own error has the whole text


@pytest.mark.parametrize("text", ["a", "YQ", "YQ=", " YQ==", "YQ== ", "YQ==YQ==", "Y-_=", "é", CANARY])
def test_base64_is_decoded_as_strictly_as_go_does(text: str) -> None:
    with pytest.raises(StoreError, match="base64") as caught:
        resolve(Held({"x": text.encode()}), Store("s", AWS), RemoteRef("x", decoding="Base64"))
    assert text not in str(caught.value) or len(text) < 4


@pytest.mark.parametrize(("text", "value"), [("", b""), ("YQ==", b"a"), ("Y\r\nQ\n==\n", b"a"), ("/wA=", b"\xff\0")])
def test_base64_is_decoded(text: str, value: bytes) -> None:
    assert resolve(Held({"x": text.encode()}), Store("s", AWS), RemoteRef("x", decoding="Base64")).reveal() == value


NAMED = [  # store, reference, what the manifest says
    (Store("s", AWS, prefix="prod/"), Reference("prod/shop/db", "a.b"), RemoteRef("shop/db", "a.b")),
    (Store("s", AWS), Reference("shop/db", "p", False, "v-1"), RemoteRef("shop/db", "p", "uuid/v-1")),
    (Store("s", SSM, prefix="/prod"), Reference("/prod/shop/db/p", version="3"), RemoteRef("/shop/db/p", "", "3")),
    (Store("s", GCP, prefix="p_"), Reference("p_db", "tls.crt"), RemoteRef("p_db", "tls\\.crt")),
    (Store("s", GCP), Reference("db", ".dockerconfigjson"), RemoteRef("db", "\\.dockerconfigjson")),
    (Store("s", FAKE), Reference("db", "tls.crt"), RemoteRef("db", "tls\\.crt")),
    (Store("s", AZURE, prefix="x"), Reference("xprod--db", "tls.crt"), RemoteRef("xprod--db", "tls.crt")),
    (Store("s", VAULT), Reference("prod/db", "tls.crt", True, "7"), RemoteRef("prod/db", "tls.crt", "7", "Base64")),
    (Store("s", VAULT), Reference("secret/db", "p"), RemoteRef("secret/secret/db", "p")),
    (Store("s", VAULT), Reference("secret/data/db", "p"), RemoteRef("secret/secret/data/db", "p")),
    (Store("s", VAULT, mount="/kv/team/"), Reference("kv/team/db", "p"), RemoteRef("kv/team/kv/team/db", "p")),
    (Store("s", VAULT, mount="data"), Reference("data/db", "p"), RemoteRef("data/data/data/db", "p")),
    (Store("s", "local"), Reference("prod/db", "tls.crt"), RemoteRef("prod/db", "tls.crt")),
]


@pytest.mark.parametrize(("store", "reference", "ref"), NAMED)
def test_a_reference_is_written_as_the_operator_reads_it(store: Store, reference: Reference, ref: RemoteRef) -> None:
    assert remote_ref(store, reference) == ref


@pytest.mark.parametrize(
    ("store", "name"),
    [(Store("s", AWS, prefix="prod/"), "test/db"), (Store("s", AZURE), "a/b"), (Store("s", AZURE), "secret/b")],
)
def test_a_name_that_no_key_leads_to_is_refused(store: Store, name: str) -> None:
    with pytest.raises(ConvertError):
        remote_ref(store, Reference(name))


@given(st.sampled_from(["secret", "data", "a/b"]), st.lists(st.sampled_from(["secret", "data", "a", "b"]), min_size=1))
def test_every_name_below_a_mount_can_be_written(mount: str, parts: list[str]) -> None:
    store, name = Store("s", VAULT, mount=mount), "/".join(parts)
    assert whole_name(store, remote_ref(store, Reference(name)).key) == name


@pytest.mark.parametrize(
    ("backend", "version"), [(AWS, "AWSPREVIOUS"), (AWS, "uuid/2"), (SSM, "2"), (VAULT, "2"), (AZURE, "2")]
)
def test_a_version_is_the_one_that_is_asked_for(backend: str, version: str) -> None:
    store = Held({"x": b"new", ("x", "2"): b"old"})
    if version == "AWSPREVIOUS":
        with pytest.raises(StoreError, match="stage"):
            resolve(store, Store("s", backend), RemoteRef("x", "", version))
        return
    assert resolve(store, Store("s", backend), RemoteRef("x", "", version)).reveal() == b"old"
    assert resolve(store, Store("s", backend), RemoteRef("x")).reveal() == b"new"
    with pytest.raises(StoreError, match="version 3 of x is not in store s"):
        resolve(store, Store("s", backend), RemoteRef("x", "", version.replace("2", "3")))


KEYS = st.text("-._abAB01", min_size=1, max_size=8).filter(lambda key: key not in {".", ".."})
TEXTS = st.text(st.characters(codec="utf-8"), max_size=20)


@given(
    st.sampled_from([AWS, GCP, AZURE, VAULT, "local"]),
    st.dictionaries(KEYS, st.one_of(st.binary(max_size=20), TEXTS.map(str.encode)), min_size=1, max_size=6),
    st.booleans(),
)
def test_every_value_is_found_again(backend: str, values: dict[str, bytes], pinned: bool) -> None:
    """Through placement, the reference and the way in which the operator reads it; whatever the values are."""
    settings = Store("s", backend, prefix="p" if backend == AWS else "")
    given_values = [(key, Plaintext(value)) for key, value in values.items()]
    placement = place(SecretName("prod", "shop", "db"), given_values, settings, traits_of(backend))
    store = Held({remote.name: remote.body.reveal() for remote in placement.remotes})
    store.pin("7")
    for key, value in values.items():
        reference = placement.references[key]._replace(version="7" if pinned else "")
        assert resolve(store, settings, remote_ref(settings, reference)).reveal() == value


def test_values_that_are_base64_themselves_stay_as_they_are() -> None:
    text = base64.b64encode(b"inner")
    store = Held({"x": json.dumps({"a": text.decode()}).encode()})
    assert resolve(store, Store("s", AWS), RemoteRef("x", "a")).reveal() == text
