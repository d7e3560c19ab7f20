"""The byte test: may this file hold anything a detector would report?

It may only err towards yes, and it runs before every commit, over every file: no regular expression, no parsing, and
nothing is imported that Python has not loaded by itself. What a file may hold depends on its family, as in the scanner;
what the single tests look for, the detectors look for. Property tests hold the two together.
"""

from __future__ import annotations

from sealwright.detect.prefilter.addresses import holds_docker_auth, holds_url_credential
from sealwright.detect.prefilter.commands import may_run_with_credential
from sealwright.detect.prefilter.credential_names import names_credential
from sealwright.detect.prefilter.private_keys import holds_private_key
from sealwright.detect.prefilter.schemas import without_schemas
from sealwright.detect.prefilter.secret_word import says_secret
from sealwright.detect.prefilter.skim import holds_any, with_rests
from sealwright.detect.prefilter.tokens import holds_token
from sealwright.manifest.endings import MANIFESTS, base_name, is_code, is_prose, is_shell
from sealwright.manifest.spelling import hides_words, is_wide, may_hide_words

__all__ = ["ALLOWANCE", "is_wide", "manifest_may_matter", "may_hide_words", "may_matter", "text_may_matter"]

ALLOWANCE = "sealwright:"
"""An inline allowance, which may be unused."""

ENCODED = (
    b"U2VjcmV0",  # base64 of `Secret`, at each of its three offsets
    b"NlY3Jld",
    b"TZWNyZX",
    b"YXBpVmVyc2lvbj",  # base64 of `apiVersion:`, for base64 whose lines are broken
    b"a2luZD",  # base64 of `kind:`
    b"eyJ",  # base64 of `{"`, and the beginning of every JSON web token
    b"ewog",  # base64 of `{`, newline, space
    b"ewoJ",  # base64 of `{`, newline, tab
    b"LS0tCm",  # base64 of `---`, newline
    b"H4sI",  # base64 of a gzip header
)
"""Manifests under base64."""

ANYWHERE = (
    b"AGE-SECRET-KEY-",
    b"LS0tLS1CRUdJTi",  # base64 of `-----BEGIN `
    ALLOWANCE.encode("ascii"),
)
"""What matters in any text."""

IN_MANIFESTS = (
    *ENCODED,
    b"sops",
    b"fake",
    b"Fake",
    b"EncryptionConfig",
    b"ecretGenerator",
    b"tringData",  # also in a comment, or in a patch that does not say the kind
    b"client-key-data",
    b"auth-provider",
    b"binaryData",
    b";base64,",
    b"Bearer ",
    b"Basic ",
    b"dentified by",
    b"DENTIFIED BY",
    b"define(",
    b"SHA}",
    b"+@",  # rules of access of Redis
    b"allkeys",
    b'PSK "',
    b'EAP "',
    b'XAUTH "',
    b"cache_peer",
)
"""What matters in a manifest, a script or documentation."""

IN_CODE = (
    b"tringData",
    b"tring_data",
    b"kubernetes_secret",
    b"helm_release",
    b"Secret",
    b"secret.",
    b"Chart(",
    b"Release(",
    b"secret_from_dict",
)
"""What code that declares things says of Secrets and charts."""
_DECLARATIONS = (".tf", ".tofu", ".hcl", ".tfvars", ".jsonnet", ".libsonnet", ".cue")
_STRICT = (".java", ".kt", ".kts", ".cs", ".rb", ".scala")
_IN_STRICT_CODE = (b"tringData", b"tring_data", b"kubernetes_secret", b"Secret(")

_ANYWHERE = with_rests(ANYWHERE)
_IN_MANIFESTS = with_rests(IN_MANIFESTS)
_IN_CODE = with_rests(IN_CODE)
_IN_STRICT = with_rests(_IN_STRICT_CODE)

_CRYPT = (b":$apr1$", b":$2", b":$y$", b":$6$", b":$5$")
_OPERATIONS = (b" op:", b"{op:", b"\nop:", b'"op"', b"'op'", b'op\\"', b"jsonOp")
_SNIFFED = 8000
"""Bytes in which a NUL means that a file is no text, as git sees it."""


def may_matter(data: bytes, path: str = "") -> bool:
    """Whether the file must be parsed. False only where no detector could report anything.

    `path` is the file's, '' for a manifest without a name.
    """
    if is_wide(data):
        return True  # UTF-16 or UTF-32: the test on the decoded text decides
    name = base_name(path)
    if b"\0" in data[:_SNIFFED] and not name.endswith(MANIFESTS):
        return False  # an image, a program
    if holds_any(data, _ANYWHERE) or holds_private_key(data):
        return True
    if name.endswith(".tf.json") and holds_any(data, _IN_CODE):
        return True
    if is_code(name):
        if name.endswith(_DECLARATIONS) and _declares(data):
            return True
        return _in_code(data, name) or holds_token(data) or holds_url_credential(data)
    if is_prose(name):
        return _in_prose(data)
    if is_shell(name):
        return may_run_with_credential(data) or _in_manifest(data)
    return _in_manifest(without_schemas(data))


def text_may_matter(text: str, path: str = "") -> bool:
    """The same test for text that was decoded already."""
    return may_matter(text.encode("utf-8", "surrogatepass"), path)


def manifest_may_matter(data: bytes) -> bool:
    """The same test for one document, for the detectors that read documents."""
    return _in_manifest(without_schemas(data))


def _in_code(data: bytes, name: str) -> bool:
    if name.endswith(".go"):  # a Secret is a struct there, and its data are bytes
        return b"tringData" in data or (b"[]byte(" in data and b"Secret{" in data)
    return holds_any(data, _IN_STRICT if name.endswith(_STRICT) else _IN_CODE)


def _in_manifest(data: bytes) -> bool:
    return (
        says_secret(data)
        or names_credential(data)
        or hides_words(data)
        or holds_any(data, _IN_MANIFESTS)
        or holds_url_credential(data)
        or holds_docker_auth(data)
        or holds_token(data)
        or may_run_with_credential(data)
        or _may_patch(data)
        or _holds_crypt(data)
    )


def _declares(data: bytes) -> bool:
    """A credential by its name in Terraform and its like, also as a variable's default."""
    return names_credential(data, random=True) or (b"variable" in data and b"default" in data)


def _in_prose(data: bytes) -> bool:
    """Documentation counts where it holds manifests, or what looks made by a machine."""
    manifests = b"kind" in data or b"apiVersion" in data
    if manifests and (says_secret(data) or holds_any(data, _IN_MANIFESTS) or _holds_crypt(data) or hides_words(data)):
        return True
    return (
        names_credential(data, random=not manifests)
        or may_run_with_credential(data)
        or holds_url_credential(data)
        or holds_token(data)
    )


def _holds_crypt(data: bytes) -> bool:
    """`user:$2y$10$...`, an entry of htpasswd or shadow."""
    return b":$" in data and any(entry in data for entry in _CRYPT)


def _may_patch(data: bytes) -> bool:
    """A JSON patch that sets a key of `data`."""
    return b"path" in data and b"value" in data and b"/" in data and any(form in data for form in _OPERATIONS)
