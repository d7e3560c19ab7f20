"""What errors of AWS and of its SDK mean, in words of ours: theirs may repeat what was sent.

Sources: the error lists of both services' models in botocore, and botocore.exceptions.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, NamedTuple

from sealwright.errors import StoreError
from sealwright.patterns import Pattern

if TYPE_CHECKING:
    from sealwright import config

_CREDENTIALS = "sign in (aws sso login), or set AWS_PROFILE; in CI, let the job assume a role"
_ENDPOINT = "check region and endpoint in .sealwright.yaml, AWS_ENDPOINT_URL, and the network"
_KEY = "check `kms-key`, that the key is enabled, and that you may use it (kms:GenerateDataKey, kms:Decrypt)"
_AGAIN = "run it again later: what is there already stays"
_PERMISSION = "--iam-policy writes what the uploader needs"


SENSELESS = (ValueError, TypeError, AttributeError, LookupError, RecursionError)
"""What the SDK stumbles over where an answer, or a setting, is not what it expects."""


class _Meaning(NamedTuple):
    message: str
    hint: str


_DENIED = _Meaning("access denied: {operation}", _PERMISSION)
_EXPIRED = _Meaning("the AWS credentials are expired", _CREDENTIALS)
_REJECTED = _Meaning("AWS does not accept these credentials", _CREDENTIALS)
_SLOW_DOWN = _Meaning("AWS still asks to slow down after several attempts", _AGAIN)
_FAILED = _Meaning("the service failed, several times", _AGAIN)
_BAD_KEY = _Meaning("the KMS key cannot be used", _KEY)
_QUOTA = _Meaning("a quota of the account is used up", "ask for a higher one (Service Quotas), or use another store")
_INVALID = _Meaning("the service refused the request as invalid", "check the name, and the store in .sealwright.yaml")
_UNUSABLE = _Meaning(
    "the AWS configuration cannot be used", "check `profile`, ~/.aws/config and the variables that begin with AWS_"
)
_NO_FILE = _Meaning(
    "a file that the AWS configuration names cannot be read",
    "check AWS_CA_BUNDLE, AWS_WEB_IDENTITY_TOKEN_FILE, and ~/.aws/config",
)
_NO_SERVICE = _Meaning("what answers there is not this service of AWS", _ENDPOINT)
_NO_CREDENTIALS = _Meaning("there are no AWS credentials", _CREDENTIALS)
_NO_REGION = _Meaning("no AWS region is known", "add `region:` to the store in .sealwright.yaml, or set AWS_REGION")

_WORDS = (
    ("AccessDeniedException AccessDenied UnauthorizedException OptInRequired", _DENIED),
    ("ExpiredTokenException ExpiredToken RequestExpired", _EXPIRED),
    ("UnrecognizedClientException InvalidClientTokenId InvalidSignatureException SignatureDoesNotMatch", _REJECTED),
    ("IncompleteSignature MissingAuthenticationToken MissingAuthenticationTokenException AuthFailure", _REJECTED),
    ("ThrottlingException Throttling TooManyRequestsException RequestLimitExceeded TooManyUpdates", _SLOW_DOWN),
    ("ThrottledException RequestThrottled SlowDown", _SLOW_DOWN),
    ("EncryptionFailure DecryptionFailure InvalidKeyId KMSAccessDeniedException KMSDisabledException", _BAD_KEY),
    ("KMSNotFoundException KMSInvalidStateException", _BAD_KEY),
    ("LimitExceededException ParameterLimitExceeded ParameterMaxVersionLimitExceeded", _QUOTA),
    ("InternalServiceError InternalServerError ServiceUnavailable", _FAILED),
    ("ValidationException InvalidParameterException InvalidRequestException", _INVALID),
    ("UnknownOperationException 404 405 301", _NO_SERVICE),
)
"""Codes of the services, apart by spaces, and what they mean."""

_ERRORS = (
    (("NoCredentialsError", "PartialCredentialsError", "CredentialRetrievalError", "TokenRetrievalError"), None),
    (("SSOError", "NoAuthTokenError", "MetadataRetrievalError", "RefreshWithMFAUnsupportedError"), None),
    (("LoginError",), None),
    (("NoRegionError", "InvalidRegionError"), _NO_REGION),
    (
        ("ProfileNotFound", "InfiniteLoopConfigError", "InvalidConfigError", "ConfigParseError", "ConfigNotFound"),
        _UNUSABLE,
    ),
    (
        ("SSLError",),
        _Meaning("no TLS that can be trusted", "check the endpoint; AWS_CA_BUNDLE names an authority's file"),
    ),
    (("ProxyConnectionError",), _Meaning("the proxy does not let through", "check HTTPS_PROXY and NO_PROXY")),
    (("ReadTimeoutError", "ConnectTimeoutError"), _Meaning("no answer in time, several times", _ENDPOINT)),
    (("EndpointConnectionError", "ConnectionError"), _Meaning("no connection", _ENDPOINT)),
    (
        (
            "InvalidEndpointConfigurationError",
            "UnknownEndpointError",
            "EndpointProviderError",
            "EndpointResolutionError",
        ),
        _Meaning("there is no such endpoint", _ENDPOINT),
    ),
    (("HTTPClientError",), _Meaning("the connection broke off, several times", _ENDPOINT)),
    (("ParamValidationError",), _INVALID),
)
"""Names in botocore.exceptions, the more special ones first; None for what is wrong with credentials."""

_SHOWN = Pattern(r"[A-Z][A-Za-z]{2,50}(?:Exception|Error|Failure|Exceeded|NotFound|Mismatch)\Z")


class Refused(Exception):  # noqa: N818 - what the service says, not a mistake
    """An answer that the caller knows what to do with: the service's code for it."""

    def __init__(self, code: str) -> None:
        super().__init__(code)
        self.code = code


def code_of(error: Exception) -> str:
    """The service's own code for an error, '' for an error of another kind."""
    response: Any = getattr(error, "response", None)
    given = response.get("Error") if isinstance(response, dict) else None
    code = given.get("Code") if isinstance(given, dict) else None
    return code if isinstance(code, str) else ""


def explained(error: Exception, store: config.Store, operation: str, name: str) -> StoreError:
    """The error in words of ours. `operation` is the permission that was needed, `name` the object's or ''."""
    meaning = _meaning(error)
    where = f"store {store.name}: " + (f"{name}: " if name else "")
    return StoreError(where + meaning.message.format(operation=operation), hint=meaning.hint)


def senseless(error: Exception) -> bool:
    """Whether the SDK itself did not know what to say of it."""
    from botocore.exceptions import BotoCoreError

    return isinstance(error, SENSELESS) and not isinstance(error, BotoCoreError)


def unusable(store: config.Store) -> StoreError:
    """For settings that the SDK makes no client from."""
    return StoreError(f"store {store.name}: {_UNUSABLE.message}", hint=_UNUSABLE.hint)


def _meaning(error: Exception) -> _Meaning:
    response: Any = getattr(error, "response", None)
    if isinstance(response, dict):
        return _of_code(code_of(error), response)
    from botocore import exceptions

    for names, meaning in _ERRORS:
        kinds = tuple(kind for kind in (getattr(exceptions, name, None) for name in names) if kind)
        if isinstance(error, kinds):
            return meaning or _NO_CREDENTIALS
    if isinstance(error, FileNotFoundError | PermissionError | IsADirectoryError):
        return _NO_FILE
    if isinstance(error, OSError):
        return _Meaning("no connection", _ENDPOINT)
    return _NO_SERVICE


def _of_code(code: str, response: dict[str, Any]) -> _Meaning:
    said = (response.get("Error") or {}).get("Message")
    if code.startswith("AccessDenied") and isinstance(said, str) and "KMS" in said:
        return _BAD_KEY
    for codes, meaning in _WORDS:
        if code in codes.split():
            return meaning
    status = (response.get("ResponseMetadata") or {}).get("HTTPStatusCode")
    if isinstance(status, int) and status >= 500:
        return _FAILED
    if status == 403:
        return _DENIED
    if _SHOWN.match(code):
        return _Meaning(f"the service refused the request ({code})", "look the code up in the AWS documentation")
    return _NO_SERVICE
