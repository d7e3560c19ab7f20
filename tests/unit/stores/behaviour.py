"""What Vault, Secret Manager and Key Vault have in common, as tests: a class for each store that knows its stand-in.

The stand-ins are real servers, and the packages that talk to them are the real ones.
"""

from __future__ import annotations

import logging
import traceback
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from typing import ClassVar

import pytest
from loopback_server import Answered, Fault, Service

from sealwright.errors import AlreadyThere, Changed, StoreError
from sealwright.plaintext import Plaintext
from sealwright.stores import attempts, putting
from sealwright.stores.placement import bundle
from sealwright.stores.putting import What, put
from sealwright.stores.remote_names import SecretName, labels
from sealwright.stores.store import Form, Remote, Store

SECRET = "correct horse battery staple"
WHOSE = SecretName("prod", "shop", "Db.with.dots")
NASTY = "\x00\x07\t\r\n\"\\</script>&'\u2028\ufeff\U0001f600\ufffe é" + "x" * 300
UNAVAILABLE = Answered(503, b"<html>busy</html>", {"Content-Type": "text/html"})
THROTTLED = Answered(429, b'{"errors":["slow down"],"error":{"code":429}}', {"Retry-After": "0"})


@pytest.fixture(autouse=True)
def _quick(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(attempts, "FIRST_PAUSE", 0.001)
    monkeypatch.setattr(attempts, "_LONGEST_PAUSE", 0.01)
    monkeypatch.setattr(putting, "_PAUSES", (0.01, 0.01))


ODD_ANSWERS = [
    b"",
    b"null",
    b"[]",
    b"{}",
    b'"',
    b"[" * 100_000,
    b'{"data":[]}',
    b'{"errors":5}',
    b'{"data":{"data":5,"metadata":"x","keys":"abc","version":[],"current_version":"x","custom_metadata":[1]}}',
    (
        b'{"data":{"data":{},"metadata":{"version":"x"},"keys":{"a":1},"current_version":5,"versions":7,'
        b'"current_metadata_version":"x","custom_metadata":{"managed-by":"sealwright"}}}'
    ),
    (
        b'{"data":{"keys":["a/",".","../",5,""],"current_version":-1,"versions":{"-1":{"deletion_time":7}},'
        b'"custom_metadata":{"managed-by":"sealwright"},"current_metadata_version":null}}'
    ),
    b'{"name":5,"payload":"x","secrets":{"a":1},"labels":[]}',
    b'{"name":"x","payload":{"data":"?"},"state":"NEW","secrets":[{}],"nextPageToken":"1"}',
    b'{"name":"x/versions/y","payload":{"data":"eA==","dataCrc32c":"-1"},"state":"ENABLED","etag":"x"}',
    b'{"id":7,"value":7,"attributes":[],"tags":5,"nextLink":5}',
    b'{"id":"x","value":null,"attributes":{"enabled":"x","created":"x"},"tags":{"a":null}}',
    b'{"id":"https://x/secrets/a/b","value":[1,null,{}],"attributes":null,"nextLink":"/x"}',
]


def remote(name: str, value: str = SECRET, whose: SecretName = WHOSE) -> Remote:
    return Remote(name, bundle([("password", value), ("tls.crt", "x")]), Form.BUNDLE, labels(whose))


def shown_by(error: BaseException | None) -> str:
    """All that the error and what led to it say."""
    if error is None:
        return ""
    shown = "".join(traceback.TracebackException.from_exception(error).format())
    return f"{shown}{error.__context__!r}{error.__cause__!r}{getattr(error, 'hint', '')}"


def refusal_of(attempt: Callable[[], object]) -> StoreError | None:
    """The StoreError that it raises, None for none."""
    try:
        attempt()
    except StoreError as error:
        return error
    return None


class Behaviour:
    """`NAME` is a remote name, `WRITES` are (method, part of path) of the requests that change something."""

    NAME: ClassVar[str]
    WRITES: ClassVar[list[tuple[str, str]]]

    @pytest.fixture
    def faulty(self, store: Store) -> Service:
        """The stand-in, once the store has been used: what a client asks first is not what is meant."""
        raise NotImplementedError

    def test_the_life_of_an_object(self, store: Store) -> None:
        one = remote(self.NAME)
        assert store.get(self.NAME) is None
        assert store.names() == []
        first = put(store, one, update=False)
        assert first.what is What.CREATED
        found = store.get(self.NAME)
        assert found is not None
        assert (found.version, dict(found.labels)) == (first.version, dict(one.labels))
        assert store.names() == [self.NAME]
        with pytest.raises(AlreadyThere):
            store.create(one)
        again = put(store, one, update=False)
        assert (again.version, again.what) == (first.version, What.SAME)
        with pytest.raises(StoreError, match="another value"):
            put(store, remote(self.NAME, "another"), update=False)
        second = put(store, remote(self.NAME, NASTY), update=True)
        assert second.what is What.UPDATED
        older = store.get(self.NAME, first.version)
        assert older is not None
        assert putting.same_value(older.body, one)
        newest = store.get(self.NAME)
        assert newest is not None
        assert putting.same_value(newest.body, remote(self.NAME, NASTY))
        assert store.get(self.NAME, "f" * 32) is None

    def test_a_version_that_is_not_the_newest_is_not_replaced(self, store: Store) -> None:
        first = store.create(remote(self.NAME))
        second = store.update(remote(self.NAME, "b"), first)
        with pytest.raises(Changed):
            store.update(remote(self.NAME, "c"), first)
        with pytest.raises(Changed):
            store.discard(self.NAME, first)
        found = store.get(self.NAME)
        assert found is not None
        assert found.version == second

    def test_what_is_taken_back_can_be_put_again(self, store: Store) -> None:
        store.discard(self.NAME, store.create(remote(self.NAME)))
        assert store.get(self.NAME) is None
        store.discard(self.NAME, "1")  # nothing is there: nothing happens
        assert put(store, remote(self.NAME, "b"), update=False).what is What.CREATED
        assert store.names() == [self.NAME]

    def test_another_secrets_object_is_left_alone(self, store: Store) -> None:
        store.create(remote(self.NAME))
        for value in (SECRET, "another"):
            with pytest.raises(StoreError, match=r"Secret shop/Db\.with\.dots") as caught:
                put(store, remote(self.NAME, value, SecretName("prod", "shop", "db-with-dots")), update=True)
            assert not isinstance(caught.value, AlreadyThere)

    @pytest.mark.parametrize("answer", [UNAVAILABLE, THROTTLED], ids=["unavailable", "throttled"])
    def test_a_busy_service_is_asked_again(self, store: Store, faulty: Service, answer: Answered) -> None:
        faulty.faults = [Fault("", "", answer, times=3)]
        assert put(store, remote(self.NAME), update=False).what is What.CREATED
        assert faulty.faults == []

    def test_a_service_that_stays_busy_is_not_asked_for_ever(self, store: Store, faulty: Service) -> None:
        faulty.faults = [Fault("", "", UNAVAILABLE, times=1000)]
        with pytest.raises(StoreError) as caught:
            store.get(self.NAME)
        assert caught.value.hint
        assert len(faulty.seen) < 50

    def test_a_service_that_asks_to_wait_for_long_is_believed(self, store: Store, faulty: Service) -> None:
        faulty.faults = [Fault("", "", THROTTLED._replace(headers={"Retry-After": "3600"}), times=1000)]
        before = len(faulty.seen)
        with pytest.raises(StoreError):
            store.get(self.NAME)
        assert len(faulty.seen) - before == 1

    @pytest.mark.parametrize("done", [True, False], ids=["done", "not done"])
    def test_lost_answers_make_no_second_version(self, store: Store, faulty: Service, *, done: bool) -> None:
        for method, path in self.WRITES:
            faulty.faults = [Fault(method, path, done=done)]
            version = store.create(remote(self.NAME))
            assert faulty.faults == [], (method, path)
            faulty.faults = [Fault(method, path, done=done)]
            version = store.update(remote(self.NAME, "b"), version)
            faulty.faults = []
            found = store.get(self.NAME)
            assert found is not None
            assert found.version == version
            assert self.versions(store, self.NAME) == 2
            self.forget()

    def versions(self, store: Store, name: str) -> int:
        """How many versions the stand-in has of an object."""
        raise NotImplementedError

    def forget(self) -> None:
        """Empty the stand-in."""
        raise NotImplementedError

    def test_several_at_once(self, store: Store) -> None:
        with ThreadPoolExecutor(8) as pool:
            written = list(pool.map(lambda i: put(store, remote(f"{self.NAME}{i}", f"v{i}"), update=False), range(40)))
        assert {outcome.what for outcome in written} == {What.CREATED}
        assert len(store.names()) == 40

    def test_many_putting_the_same_make_one(self, store: Store) -> None:
        def attempt(_: int) -> str:
            try:
                return put(store, remote(self.NAME), update=False).version
            except StoreError as error:
                return type(error).__name__

        with ThreadPoolExecutor(8) as pool:
            found = set(pool.map(attempt, range(16)))
        stored = store.get(self.NAME)
        assert stored is not None
        assert stored.version in found
        assert putting.same_value(stored.body, remote(self.NAME))

    @pytest.mark.parametrize("status", [200, 301, 400, 401, 403, 404, 409, 413, 418, 500])
    def test_no_refusal_shows_a_value(
        self, store: Store, faulty: Service, caplog: pytest.LogCaptureFixture, status: int
    ) -> None:
        caplog.set_level(logging.DEBUG)
        store.create(remote(f"{self.NAME}x"))
        echo = b'{"error":{"code":"%d","message":"%s"},"errors":["%s"]}' % (status, *(SECRET.encode(),) * 2)
        for body in (echo, SECRET.encode()):
            faulty.faults = [Fault("", "", Answered(status, body), times=1000)]
            for attempt in (
                lambda: store.create(remote(self.NAME)),
                lambda: store.update(remote(self.NAME), "1"),
                lambda: store.get(self.NAME),
                lambda: store.discard(self.NAME, "1"),
                store.names,
            ):
                error = refusal_of(attempt)
                assert SECRET not in shown_by(error)
                assert error is None or error.__context__ is None
        assert SECRET not in caplog.text + repr([record.__dict__ for record in caplog.records])

    @pytest.mark.parametrize("body", ODD_ANSWERS)
    def test_odd_answers_are_no_crash(self, store: Store, faulty: Service, body: bytes) -> None:
        version = store.create(remote(self.NAME))
        faulty.faults = [Fault("", "", Answered(200, body), times=10_000)]
        for attempt in (
            lambda: store.create(remote(f"{self.NAME}x")),
            lambda: store.update(remote(self.NAME), version),
            lambda: dict(found.labels) if (found := store.get(self.NAME)) else None,
            lambda: store.discard(self.NAME, version),
            store.names,
        ):
            refusal_of(attempt)  # which is a StoreError or none
        assert len(faulty.seen) < 200

    def test_nobody_there(self, store: Store, faulty: Service) -> None:
        faulty.faults = [Fault("", "", times=1000)]
        with pytest.raises(StoreError, match=r"reached|broke off") as caught:
            store.create(remote(self.NAME))
        assert caught.value.__context__ is None

    @pytest.mark.parametrize(
        "name", ["", "..", "a/../../sys/seal", "a?b", "a b", "a\n", "ä", "%2e%2e", "{x}", "a//b", "/a"]
    )
    def test_names_that_lead_elsewhere(self, store: Store, name: str) -> None:
        assert store.flaw(remote(name))
        with pytest.raises(StoreError):
            store.get(name)
        with pytest.raises(StoreError):
            store.create(remote(name))

    def test_what_fits_and_what_does_not(self, store: Store) -> None:
        largest = store.traits.largest
        body = Plaintext(bundle([("a", "x" * (largest - 8))]).reveal())
        assert len(body.reveal()) == largest
        fits = Remote(self.NAME, body, Form.BUNDLE, labels(WHOSE))
        assert store.flaw(fits) == ""
        assert put(store, fits, update=False).what is What.CREATED
        assert "larger" in store.flaw(fits._replace(body=Plaintext(bundle([("a", "x" * (largest - 7))]).reveal())))
