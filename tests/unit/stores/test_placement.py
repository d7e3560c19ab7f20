"""Where the values of a Secret go: every byte comes back, or the Secret is refused before anything is sent."""

from __future__ import annotations

import json
from base64 import b64decode
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from sealwright import config
from sealwright.errors import ConfigurationError, ConvertError
from sealwright.plaintext import Plaintext
from sealwright.stores.placement import place
from sealwright.stores.reference import Placement
from sealwright.stores.registry import MODULES, open_store, traits_of
from sealwright.stores.remote_names import SecretName, labels, remote_name, secret_of
from sealwright.stores.store import Form, Remote, Traits

DB = SecretName("prod", "shop", "db")
OURS = ("local", "aws-secrets-manager", "aws-parameter-store")
EVERYTHING = Traits(bundles=True, singles=True, binary=True, empty=True, largest=0)


def placed(
    values: dict[str, bytes], backend: str = "aws-secrets-manager", traits: Traits | None = None, **more: Any
) -> Placement:
    split = frozenset(more.pop("split", ()))
    given = [(key, Plaintext(value)) for key, value in values.items()]
    return place(DB, given, config.Store("it", backend, **more), traits or traits_of(backend), split=split)


def read_back(placement: Placement) -> dict[str, bytes]:
    """As an operator does, who knows nothing but the references."""
    bodies = {remote.name: remote.body.reveal() for remote in placement.remotes}
    assert len(bodies) == len(placement.remotes)
    found = {}
    for key, reference in placement.references.items():
        body = bodies[reference.name]
        value = json.loads(body)[reference.property].encode() if reference.property else body
        found[key] = b64decode(value, validate=True) if reference.base64 else value
    return found


KEYS = st.from_regex(r"[-_a-zA-Z0-9][-._a-zA-Z0-9]{0,12}", fullmatch=True)
VALUES = st.dictionaries(KEYS, st.binary(max_size=40) | st.text(max_size=40).map(str.encode), max_size=6)
TRAITS = st.builds(
    Traits,
    bundles=st.booleans(),
    singles=st.booleans(),
    binary=st.booleans(),
    empty=st.booleans(),
    largest=st.sampled_from([0, 30, 100]),
)


@given(VALUES, TRAITS, st.sets(KEYS), st.sampled_from(["local", "aws-parameter-store", "vault"]))
def test_every_byte_comes_back_or_the_secret_is_refused(
    values: dict[str, bytes], traits: Traits, more: set[str], backend: str
) -> None:
    split = more | set(list(values)[::2])
    try:
        placement = placed(values, backend, traits, split=split)
    except ConvertError:
        assert traits.largest or not traits.empty
        return
    assert read_back(placement) == values
    assert list(placement.references) == list(values)
    for remote in placement.remotes:
        assert not traits.largest or len(remote.body.reveal()) <= traits.largest
        assert remote.form is not Form.BINARY or traits.binary
        assert remote.form is Form.BUNDLE or traits.singles
        assert remote.body or traits.empty
        if remote.form is Form.BUNDLE:
            assert all(isinstance(value, str) for value in json.loads(remote.body.reveal()).values())


def test_one_object_for_each_secret_unless_there_are_reasons() -> None:
    values = {"user": b"\xc3\xa9", "empty": b"", "keystore.jks": b"\xff\x00", "cert": b"-"}
    (remote,) = placed(values).remotes
    assert remote == Remote("prod/shop/db", remote.body, Form.BUNDLE, labels(DB))
    placement = placed(values, split={"keystore.jks", "cert"})
    assert [(one.name, one.form) for one in placement.remotes] == [
        ("prod/shop/db", Form.BUNDLE),
        ("prod/shop/db/keystore.jks", Form.BINARY),
        ("prod/shop/db/cert", Form.TEXT),
    ]
    assert placement.remotes[1].labels["k8s-key"] == "keystore.jks"
    assert not placement.references["keystore.jks"].base64
    assert placed({"a": b"\xff"}, "aws-parameter-store").references["a"].base64
    assert placed({}).remotes == ()


def test_the_largest_values_move_out_of_a_bundle_that_is_too_large() -> None:
    values = {"small": b"x", "large": b"y" * 60_000, "middle": b"z" * 6_000}
    placement = placed(values)
    assert [remote.name for remote in placement.remotes] == ["prod/shop/db", "prod/shop/db/large"]
    assert list(json.loads(placement.remotes[0].body.reveal())) == ["small", "middle"]
    for alone in (b"x" * 65_530, b"\xff" * 65_536):
        (remote,) = placed({"big": alone}).remotes
        assert (remote.name, remote.body.reveal()) == ("prod/shop/db/big", alone)


@pytest.mark.parametrize(
    ("values", "backend", "more", "message"),
    [
        ({"token": b""}, "aws-parameter-store", {}, "Secret shop/db: token is empty"),
        ({"token": b"", "b": b"c"}, "aws-secrets-manager", {"split": {"token"}}, "Secret shop/db: token is empty"),
        ({"big": b"x" * 65_537, "b": b"c"}, "aws-secrets-manager", {}, "Secret shop/db: big is larger than the 65,536"),
        ({"big": b"\xff" * 65_537}, "aws-secrets-manager", {}, "big is larger"),
        ({"big": b"x" * 8_193}, "aws-parameter-store", {}, "big is larger than the 8,192"),
        ({"big": b"\xff" * 6_200}, "aws-parameter-store", {}, "big is larger than the 8,192"),
        ({"a.b": b"1", "a_b": b"2"}, "azure-key-vault", {"split": {"a.b", "a_b"}}, "a.b and a_b would be one object"),
        ({"a": b"1", "b": b"2"}, "aws-parameter-store", {"key": "/x/{name}/{name}", "split": ()}, ""),
    ],
)
def test_what_cannot_be_stored_is_refused_with_what_else_to_do(
    values: dict[str, bytes], backend: str, more: dict[str, Any], message: str
) -> None:
    if not message:
        assert [remote.name for remote in placed(values, backend, **more).remotes] == ["/x/db/db/a", "/x/db/db/b"]
        return
    with pytest.raises(ConvertError, match=message) as caught:
        placed(values, backend, EVERYTHING if backend == "azure-key-vault" else None, **more)
    assert caught.value.hint
    assert "store it" in str(caught.value)


@pytest.mark.parametrize(
    ("backend", "secret", "key", "more", "name"),
    [
        ("aws-secrets-manager", DB, "", {}, "prod/shop/db"),
        ("aws-secrets-manager", DB, "tls.crt", {}, "prod/shop/db/tls.crt"),
        ("aws-secrets-manager", SecretName("", "shop", "app-secret"), "", {}, "shop/app-secret_"),
        ("aws-secrets-manager", SecretName("", "shop", "app-secret"), "x", {}, "shop/app-secret/x"),
        ("aws-secrets-manager", DB, "", {"prefix": "team-a/"}, "team-a/prod/shop/db"),
        ("aws-secrets-manager", DB, "", {"key": "k8s/{name}.{namespace}"}, "k8s/db.shop"),
        ("aws-secrets-manager", DB, "a", {"key": "{name}/{key}/x"}, "db/a/x"),
        ("aws-parameter-store", DB, "TOKEN", {}, "/prod/shop/db/TOKEN"),
        ("aws-parameter-store", SecretName("", "", "db"), "TOKEN", {}, "/db/TOKEN"),
        ("vault", SecretName("", "shop", "db"), "", {}, "shop/db"),
        ("gcp-secret-manager", SecretName("prod", "shop", "a.b"), "", {}, "prod_shop_a__b"),
        ("gcp-secret-manager", SecretName("", "shop", "db"), "tls.crt", {}, "shop_db_tls__crt"),
        ("azure-key-vault", SecretName("Prod", "shop", "a.b"), "", {}, "prod--shop--a-b"),
        ("azure-key-vault", SecretName("Prod", "", "db"), "A_b", {}, "prod--db--a-b"),
        ("local", SecretName("", "", "db"), "", {"key": "all/{name}-{cluster}"}, "all/db"),
        ("local", SecretName("", "", "db"), "", {"key": "apps{cluster}/{name}"}, "apps/db"),
        ("local", SecretName("", "", "db"), "", {"key": "{cluster}/apps/{name}"}, "apps/db"),
    ],
)
def test_names(backend: str, secret: SecretName, key: str, more: dict[str, str], name: str) -> None:
    assert remote_name(config.Store("it", backend, **more), secret, key) == name


@pytest.mark.parametrize("template", ["{", "}", "{}", "{nam}/x", "{{name}}", "{name!r}", "{name.x}", "a{name}}"])
def test_other_braces_are_an_error(template: str) -> None:
    with pytest.raises(ConfigurationError, match=r"stores\.it\.key"):
        remote_name(config.Store("it", "local", key=template), DB)


@pytest.mark.parametrize("bad", ["..", ".", "a/b", "../x", "a b", "{name}", "é", "a\n"])
@pytest.mark.parametrize("field", ["cluster", "namespace", "name"])
def test_names_that_lead_elsewhere_are_refused(field: str, bad: str) -> None:
    with pytest.raises(ConvertError):
        remote_name(config.Store("it", "vault"), DB._replace(**{field: bad}))


def test_labels_say_whose_it_is_and_never_that_the_operator_may_delete_it() -> None:
    assert labels(DB, "k") == {
        "managed-by": "sealwright",
        "k8s-cluster": "prod",
        "k8s-namespace": "shop",
        "k8s-name": "db",
        "k8s-key": "k",
    }
    assert secret_of(labels(DB)) == DB
    assert secret_of(labels(SecretName("", "", "db"))) == SecretName("", "", "db")
    assert secret_of({"managed-by": "x"}) is None


FLAWS = [
    ("aws-secrets-manager", "prod/shop/db", b"x" * 65_536, ""),
    ("aws-secrets-manager", "prod/shop/db", b"x" * 65_537, "larger than 65,536"),
    ("aws-secrets-manager", "prod/shop/db", b"", "empty"),
    ("aws-secrets-manager", "x" * 512, b"x", ""),
    ("aws-secrets-manager", "x" * 513, b"x", "1 to 512"),
    ("aws-secrets-manager", "", b"x", "1 to 512"),
    ("aws-secrets-manager", "a b", b"x", "1 to 512"),
    ("aws-secrets-manager", "é", b"x", "1 to 512"),
    ("aws-secrets-manager", "a\n", b"x", "1 to 512"),
    ("aws-secrets-manager", "my-secret", b"x", "hyphen and six"),
    ("aws-secrets-manager", "my-secrets", b"x", ""),
    ("aws-parameter-store", "/prod/shop/db/k", b"x" * 8192, ""),
    ("aws-parameter-store", "/prod/shop/db/k", b"x" * 8193, "larger than 8,192"),
    ("aws-parameter-store", "/prod/shop/db/k", b"", "empty"),
    ("aws-parameter-store", "/prod/shop/db/k", b"{{ .Values.x }}", "double braces"),
    ("aws-parameter-store", "/prod/shop/db/k", b'{"a":{"b":1}}', ""),
    ("aws-parameter-store", "plain", b"x", ""),
    ("aws-parameter-store", "prod/db", b"x", "must begin"),
    ("aws-parameter-store", "/prod//db", b"x", "single slashes"),
    ("aws-parameter-store", "/prod/db/", b"x", "single slashes"),
    ("aws-parameter-store", "/prod/d b", b"x", "single slashes"),
    ("aws-parameter-store", "/aws/db", b"x", "begins with aws"),
    ("aws-parameter-store", "/SSM/db", b"x", "begins with aws"),
    ("aws-parameter-store", "awsome", b"x", "begins with aws"),
    ("aws-parameter-store", "/1" * 15, b"x", ""),
    ("aws-parameter-store", "/1" * 16, b"x", "15 levels"),
    ("aws-parameter-store", "/" + "x" * 940, b"x", ""),
    ("aws-parameter-store", "/" + "x" * 960, b"x", "longer than"),
    ("local", "", b"", "empty"),
    ("local", "any thing é", b"", ""),
]


@pytest.mark.parametrize(("backend", "name", "value", "message"), FLAWS)
def test_limits_of_the_services_are_known_here(backend: str, name: str, value: bytes, message: str) -> None:
    store = open_store(config.Store("it", backend))
    flaw = store.flaw(Remote(name, Plaintext(value), Form.TEXT, labels(DB)))
    assert message in flaw
    assert bool(flaw) == bool(message)


@pytest.mark.parametrize("backend", OURS[1:])
@pytest.mark.parametrize("cluster", ["pr,od", "x" * 257])
def test_labels_that_can_be_no_tags_are_refused(backend: str, cluster: str) -> None:
    store = open_store(config.Store("it", backend))
    flaw = store.flaw(Remote("/a/b", Plaintext(b"x"), Form.TEXT, labels(SecretName(cluster, "n", "s"))))
    assert "k8s-cluster" in flaw


def test_an_endpoint_without_tls_is_for_this_machine_only() -> None:
    for url in (
        "http://example.com",
        "ftp://127.0.0.1",
        "http://127.0.0.1.example.com",
        "http://localhost.example.com",
    ):
        with pytest.raises(ConfigurationError, match="in clear"):
            open_store(config.Store("it", "aws-secrets-manager", endpoint=url))
    for url in ("https://example.com", "http://127.0.0.1:4566", "http://localhost:4566/", "http://[::1]:4566"):
        open_store(config.Store("it", "aws-secrets-manager", endpoint=url))


def test_the_table_of_backends_is_the_one_of_the_configuration() -> None:
    from sealwright.config.reader import BACKENDS

    assert tuple(MODULES) == BACKENDS
    with pytest.raises(ConfigurationError):
        open_store(config.Store("it", "other"))
