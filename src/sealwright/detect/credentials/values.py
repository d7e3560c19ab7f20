"""Whether a value is the credential that its name promises.

Nothing here depends on the alphabet of the value: a password with a `!` is as good as one without. What decides is what
the value is not: a placeholder, a path, an address, the name of an object, a sentence.
"""

from __future__ import annotations

from sealwright.detect.credentials.names import Promise, promise_of, words_of
from sealwright.detect.decode import from_base64, to_text
from sealwright.detect.placeholder import is_placeholder
from sealwright.detect.public import is_public
from sealwright.finding import Confidence
from sealwright.patterns import Pattern

SHORTEST = 3
"""Characters of a password; shorter ones are switches and numbers."""
_SHORTEST_TOKEN = 8
_SHORTEST_UNSTRUCTURED = 16
_LONGEST = 16 * 1024
_LONGEST_NAME = 100

_SWITCHES = frozenset(
    {"true", "false", "yes", "no", "on", "off", "null", "none", "nil", "enabled", "disabled", "required"}
    | {"optional", "auto", "default", "always", "never", "random", "generated", "external", "internal"}
    | {"manual", "inherit", "unknown", "undefined", "empty"}
)
# A word that says what stands here instead of standing here itself.
_GENERIC = frozenset(
    {"password", "passwd", "pass", "pwd", "passphrase", "secret", "token", "key", "apikey", "credential"}
    | {"credentials", "user", "username", "string", "str", "value", "text", "basic", "bearer", "digest"}
    | {"oauth", "oauth2", "jwt", "oidc", "saml", "ldap", "file", "env", "vault", "secretref", "stringdata"}
    | {"base64", "plain", "plaintext", "hidden", "example", "sample", "demo", "test", "mock", "fake"}
    | {"foo", "bar", "baz", "foobar"}
)
_PATH = Pattern(
    r"(?:(?:~|\.{1,2}|[A-Za-z]:)[/\\]|[/\\][\w.@ {}$()\-]{1,100}[/\\])(?:[\w.@ {}$()\-]{1,100}[/\\]){0,20}"
    r"[\w.@ {}$()\-]{0,100}\Z|/[a-z\-]{3,30}\Z|(?:[\w.\-]{1,60}/){1,10}[\w.\-]{0,60}\.[a-z]{1,6}\Z"
)
_FILE = Pattern(
    r"[\w.\-]{1,80}\.(?:txt|json|ya?ml|pem|key|crt|cer|p12|jks|conf|cfg|ini|env|properties|toml|sh|py|js|html?|pub)\Z"
)
_NAMED_FILE = Pattern(r"[a-z][a-z0-9\-]{0,39}=[a-z0-9_.\-/]{1,120}\.(?:txt|json|ya?ml|pem|key|crt)\Z")
"""`--private-key prod=prod.yaml`: which file, and for what."""
_URL = Pattern(
    r"[a-z][a-z0-9+.\-]{1,20}://(?![^\s/]{0,200}@)[^\s]{0,2000}\Z",
)
_CONSTANT = Pattern(r"[A-Z][A-Z0-9]{0,30}(?:_[A-Z0-9]{1,30}){1,10}\Z")
_EXPRESSION = Pattern(
    r"(?:[A-Za-z_$][\w$]{0,60}(?:\(\)|\[[^\]\s]{0,40}\])?\.){1,8}[A-Za-z_$][\w$]{0,60}(?:\([^\n]{0,100}\)|\[[^\n\]]{0,100}\])?\Z"
)
_CALL = Pattern(r"[A-Za-z_$][\w$.]{0,80}\([^\n]{0,200}\)?\Z")
_NAME = Pattern(r"[a-z]{1,24}(?:[-_./ ][a-z]{1,24}){1,8}(?:[-_.][0-9]{1,4}|[-_.]v[0-9]{1,3})?\Z")
_VARIABLE = Pattern(r"\$(?:[A-Za-z_]\w{0,100}|[0-9@*#])\Z")
_MASKED = Pattern(r"\*{4}|[xX]{6}|\.{4}|\.{3}\Z|\AAg[A-Za-z0-9+/]{300,}={0,2}\Z")  # left out, or sealed
_ALPHANUMERIC = Pattern(r"[A-Za-z0-9]+")
_SHORTEST_PART = 6
_ACTION = Pattern(r"\{\{[^{}]{0,300}\}\}")
_NESTED = 4
_CHUNK = Pattern(r"[^-_./:@,;|]+")
_PLAIN_CHUNK = Pattern(
    r"(?:[a-z]{1,16}|[A-Z][a-z]{1,16}|[A-Z]{1,12}|[0-9]{1,4}|v[0-9]{1,3}|[a-z]{1,12}[0-9]{1,3}|[0-9]{1,2}[a-z]{1,3})\Z"
)
_SEAM = Pattern(r"(?<=[a-zA-Z])(?=[0-9])|(?<=[0-9])(?=[a-zA-Z])")
_HUMP = Pattern(r"(?<=[a-z])(?=[A-Z])")
_SCHEME = Pattern(r"(?:Bearer|Basic|Token|ApiKey)[ ]+(?=\S)")
_DIGEST = Pattern(r"(?:sha(?:1|224|256|384|512)|md5)[:\-=][A-Za-z0-9+/=]{16,}\Z")
_TIMESTAMP = Pattern(r"\d{4}-\d\d-\d\d(?:[T ][\d:.]{4,20}(?:Z|[+\-]\d\d:?\d\d)?)?\Z")
_IMAGE = Pattern(r"(?:[a-z0-9.\-]{1,80}(?::\d{1,5})?/){1,6}[a-z0-9.\-_]{1,80}(?:[:@][\w.\-:]{1,100})?\Z")
_HOST = Pattern(r"(?:[a-z0-9\-]{1,63}\.){1,8}[a-z]{2,20}(?::\d{1,5})?\Z")
_STOP_WORDS = frozenset(
    {"a", "an", "the", "to", "of", "for", "is", "are", "be", "in", "on", "with", "and", "or", "not"}
    | {"this", "that", "must", "should", "will", "can", "may", "used", "use", "when", "if", "by", "from"}
    | {"as", "it", "its", "your", "you", "we", "has", "have", "set"}
)
_FEW_WORDS = 2
_LABELS = frozenset(
    {
        "password",
        "passphrase",
        "passwort",
        "kennwort",
        "mot de passe",
        "contrase\u00f1a",
        "senha",
        "wachtwoord",
        "has\u0142o",
    }
    | {
        "l\u00f6senord",
        "adgangskode",
        "passord",
        "salasana",
        "heslo",
        "jelsz\u00f3",
        "parola",
        "\u043f\u0430\u0440\u043e\u043b\u044c",
    }
    | {
        "\u30d1\u30b9\u30ef\u30fc\u30c9",
        "\u5bc6\u7801",
        "\u5bc6\u78bc",
        "token",
        "secret",
        "api key",
        "key",
        "pass",
        "confirm password",
    }
)
_SPECIAL = frozenset("!#%^&*+=?$~<>")
_MANY_SEAMS = 3


def judge(name: str, value: str) -> Confidence | None:
    """How sure it is that `value`, under `name`, is a credential in clear; None where it is none.

    `possible` where only a word like `password` stands there, which may be a weak password or a description.
    """
    promise = promise_of(name)
    if promise is Promise.NOTHING:
        return None
    return judge_promised(promise, value)


def judge_promised(promise: Promise, value: str) -> Confidence | None:
    """The same where something else than a name promises the credential."""
    text = value.strip()
    if not SHORTEST <= len(text) <= _LONGEST or is_something_else(text):
        return None
    if promise is Promise.WEAK:
        return Confidence.LIKELY if looks_random(_SCHEME.sub("", text)) else None
    bare = text.rstrip(": ").lower()
    if bare in _LABELS and text[:1].isupper():
        return None  # what stands beside the field in a form
    if bare in _GENERIC or bare in _LABELS:
        return Confidence.POSSIBLE
    return Confidence.LIKELY


def is_generic(text: str) -> bool:
    """Whether the text is a word that says what would stand there: `password`, `token`, `example`."""
    return text.strip().lower() in _GENERIC


def is_something_else(text: str) -> bool:
    """Whether the text is known to be no credential whatever its name says."""
    lowered = text.lower()
    if not any(char.isalnum() for char in text) or text.lstrip(":=@,").startswith("$("):
        return True  # a pattern, or what a command prints
    if text.startswith("{{") and ("}}" not in text or (text.endswith("}}") and not _outside_actions(text))):
        return True  # an action with quotes in it, or one that writes an action
    if text.startswith("${") and text.count("{") > text.count("}"):
        return True  # quotes inside of an expansion
    if lowered in _SWITCHES or is_placeholder(text) or _is_prose(text) or is_public(text):
        return True
    if _VARIABLE.match(text) or _MASKED.search(text):
        return True
    if any(form.match(text) for form in (_PATH, _FILE, _URL, _CONSTANT, _DIGEST, _TIMESTAMP, _EXPRESSION, _CALL)):
        return not _has_credential_sign(text) and not _has_random_part(text)
    if _NAMED_FILE.match(text):
        return not _has_random_part(text)
    return _is_object_name(lowered) or _encodes_a_name(text)


def is_name(text: str) -> bool:
    """Whether a name is made of words, so that it may be repeated: base64 before a `=` looks like a name as well."""
    if len(text) > _LONGEST_NAME:
        return False
    return not any(
        len(match.group()) >= _SHORTEST_UNSTRUCTURED and looks_random(match.group())
        for match in _ALPHANUMERIC.finditer(text)
    )


def _outside_actions(text: str) -> str:
    """What stands outside of `{{ }}`, actions inside of actions included."""
    for _ in range(_NESTED):
        inner = _ACTION.sub("", text)
        if inner == text:
            break
        text = inner
    return "".join(char for char in text if char.isalnum())


def looks_random(text: str) -> bool:
    """Whether a value looks made by a machine, or like a password with all that policies ask for.

    Names of objects (`prod-db-1`, `letsencrypt-prod`), addresses, versions and dates do not.
    """
    if len(text) < _SHORTEST_TOKEN or any(char.isspace() for char in text):
        return False
    if _NAME.match(text) or _HOST.match(text) or _IMAGE.match(text):
        return False
    chunks = [match.group() for match in _CHUNK.finditer(text)]
    letters = any(char.isalpha() for char in text)
    if not _SPECIAL.isdisjoint(text.rstrip("=")) and letters:
        return True
    if all(_PLAIN_CHUNK.match(chunk) for chunk in chunks):
        return False
    longest = max(chunks, key=len, default="")
    seams = sum(1 for _ in _SEAM.finditer(longest))
    if seams >= _MANY_SEAMS or (seams and len(longest) >= _SHORTEST_UNSTRUCTURED):
        return True
    return (seams > 0 and _is_mixed(longest)) or (len(longest) >= _SHORTEST_UNSTRUCTURED and _is_jumbled(longest))


def _is_mixed(text: str) -> bool:
    return len(text) >= _SHORTEST_TOKEN and text != text.lower() and text != text.upper()


def _is_jumbled(text: str) -> bool:
    """Upper and lower case change places more often than in camel case."""
    changes = len(_HUMP.findall(text))
    return changes > len(text) // 6


def _encodes_a_name(text: str) -> bool:
    """Base64 of `example-app-secret`, `changeme` and the like."""
    if len(text) < _SHORTEST_TOKEN:
        return False
    plain = to_text(from_base64(text) or b"") or ""
    return plain.isprintable() and bool(plain.strip()) and (is_placeholder(plain) or _is_object_name(plain.lower()))


def _is_object_name(lowered: str) -> bool:
    """`postgres-credentials`, `app/db-password`: the name of the Secret that holds it."""
    if not _NAME.match(lowered):
        return False
    words = words_of(lowered)
    return any(word in _GENERIC or word in _OBJECTS for word in words)


_OBJECTS = frozenset(
    {"secret", "secrets", "creds", "auth", "login", "tls", "cert", "certs", "vault", "config", "store"}
)


def _has_credential_sign(text: str) -> bool:
    """Characters that paths, constants and expressions do not have."""
    return not frozenset("!#%^&*+=?").isdisjoint(text)


def _has_random_part(text: str) -> bool:
    """A part between two signs in which letters and digits change places, as in no word."""
    return any(
        len(match.group()) >= _SHORTEST_PART and len(_SEAM.findall(match.group())) > 1
        for match in _ALPHANUMERIC.finditer(text)
    )


def _is_prose(text: str) -> bool:
    """A sentence: several words, one of which only sentences have."""
    words = text.lower().split()
    if len(words) < _FEW_WORDS:
        return False
    if any(word.strip("(),") in _STOP_WORDS for word in words):
        return True
    return len(words) > _FEW_WORDS and text.endswith((".", ":", "?"))
