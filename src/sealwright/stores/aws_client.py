"""A client of one AWS service, made when it is first needed; every failure in words of ours.

Credentials are found as every AWS program finds them. Retries are botocore's standard ones (exponential, with a limit
for all calls together; AWS_MAX_ATTEMPTS and AWS_RETRY_MODE are honoured); a token that makes a call safe to repeat is
the same in all attempts.
"""

from __future__ import annotations

import os
from threading import Lock
from typing import TYPE_CHECKING, Any

from sealwright.errors import ConfigurationError, StoreError
from sealwright.patterns import Pattern
from sealwright.stores.aws_errors import SENSELESS, Refused, code_of, explained, senseless, unusable
from sealwright.stores.loopback import is_loopback

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from sealwright import config

_ATTEMPTS = 8
_CONNECT_SECONDS = 5
_READ_SECONDS = 20
_CONNECTIONS = 32
_INFO = 20
_TAG = Pattern(r"[\w .:/=+@-]{0,256}\Z")


class AwsClient:
    """Calls one service. A client of the SDK serves several threads; here, they share its connections."""

    def __init__(self, store: config.Store, service: str) -> None:
        in_clear = not store.endpoint.startswith("https://")
        if store.endpoint and in_clear and not (store.endpoint.startswith("http://") and is_loopback(store.endpoint)):
            hint = "write https://...; where you mean it, AWS_ENDPOINT_URL can say http"
            raise ConfigurationError(f"stores.{store.name}.endpoint would carry values in clear", hint=hint)
        self._store = store
        self._service = service
        self._lock = Lock()
        self._client: Any = None

    @property
    def region(self) -> str:
        """The region as the configuration or the environment names it, '' where neither does."""
        named = (os.environ.get(name) for name in ("AWS_REGION", "AWS_DEFAULT_REGION"))
        return self._store.region or next(filter(None, named), "")

    def call(self, operation: str, name: str, known: tuple[str, ...] = (), **given: Any) -> Mapping[str, Any]:
        """One call, and its answer. Raises Refused for a code in `known`, StoreError for any other failure."""
        client = None
        try:
            client = self._made()
            answer = getattr(client, operation)(**given)
        except StoreError:
            raise
        except self._failures() as error:
            failure = error
        else:
            return answer if isinstance(answer, dict) else {}
        if client is None and senseless(failure):
            raise unusable(self._store)
        # Outside of the `except`, so that the SDK's error, which may quote the value, does not travel along.
        code = code_of(failure)
        permission = f"{self._service}:{operation.title().replace('_', '')}"
        raise Refused(code) if code in known else explained(failure, self._store, permission, name)

    def pages(self, operation: str, **given: Any) -> Iterator[Mapping[str, Any]]:
        """The answers to a call that lists things. Raises StoreError."""
        token: dict[str, Any] = {}
        seen = set()
        while True:
            answer = self.call(operation, "", **given, **token)
            yield answer
            following = answer.get("NextToken")
            if not following or following in seen:
                return
            seen.add(following)
            token = {"NextToken": following}

    def strange(self, name: str) -> StoreError:
        """For an answer that lacks what every answer of AWS has."""
        return explained(ValueError(), self._store, "", name)

    def _made(self) -> Any:
        with self._lock:
            if self._client is None:
                self._client = self._make()
            return self._client

    def _make(self) -> Any:
        try:
            from boto3.session import Session
            from botocore.config import Config
        except ImportError:
            hint = "pip install 'sealwright[aws]'"
            raise StoreError(f"store {self._store.name} needs the AWS SDK for Python", hint=hint) from None
        _keep_values_out_of_logs()
        retries: dict[str, Any] = {} if os.environ.get("AWS_RETRY_MODE") else {"mode": "standard"}
        if not os.environ.get("AWS_MAX_ATTEMPTS"):
            retries["total_max_attempts"] = _ATTEMPTS
        settings = Config(
            retries=retries,
            connect_timeout=_CONNECT_SECONDS,
            read_timeout=_READ_SECONDS,
            max_pool_connections=_CONNECTIONS,
        )
        session = Session(profile_name=self._store.profile or None, region_name=self.region or None)
        return session.client(self._service, endpoint_url=self._store.endpoint or None, config=settings)

    def _failures(self) -> tuple[type[Exception], ...]:
        """Everything that the SDK raises, also for an answer that makes no sense to it."""
        from botocore.exceptions import BotoCoreError, ClientError
        from botocore.parsers import ResponseParserError

        return (BotoCoreError, ClientError, ResponseParserError, OSError, *SENSELESS)


def tags_of(labels: Mapping[str, str]) -> list[dict[str, str]]:
    """Labels as AWS wants its tags."""
    return [{"Key": key, "Value": value} for key, value in labels.items()]


def labels_of(tags: Any) -> dict[str, str]:
    """Tags as an answer has them; whatever is none is left out."""
    pairs = [(tag.get("Key"), tag.get("Value", "")) for tag in tags or () if isinstance(tag, dict)]
    return {key: value for key, value in pairs if isinstance(key, str) and isinstance(value, str)}


def flaw_of_labels(labels: Mapping[str, str]) -> str:
    """Why AWS would not take them as tags, '' if it would. Source: TagValue in the model of SSM, the stricter one."""
    for key, value in labels.items():
        if not _TAG.match(value):
            return f"its label {key} cannot be a tag in AWS"
    return ""


def _keep_values_out_of_logs() -> None:
    """At its level DEBUG the SDK logs requests and answers whole, and hashes of them, whoever turned that on."""
    from botocore import auth, endpoint, parsers

    for logger in (auth.logger, endpoint.logger, parsers.LOG):
        logger.setLevel(_INFO)
