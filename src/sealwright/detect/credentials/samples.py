"""Values that people make up for documentation: `my-secret-password`, `S00perS3cret`, `T0pS3cr3t!`, `abc123`.

In a manifest such a value may be in use all the same; in documentation and in comments it is taken for what it says.
"""

from __future__ import annotations

from sealwright.detect.credentials.names import Promise, promise_of
from sealwright.detect.credentials.values import looks_random
from sealwright.patterns import Pattern

_WORDS_TEXT = """
    a abc abcd abcdef admin and api apikey argocd auth bar basic baz bearer bob bucket change changeme client cluster
    cookie correct credential credentials data database db default demo dev do dont dummy encoded encryption ever
    example fake foo foobar for from generated good grafana great hello here hunter id in is it jwt k key keycloak
    kubernetes letmein local long master me minio mongo more most my mypass mysql new no not of oidc ok old or our pass
    passw passwd password passphrase postgres postgresql private prod production pw pwd qwerty random real really redis
    replace root safe sample secret secretkey secure service session shared so some sooper string strong super
    supersecret test testing text the this to token top uid use user username uuid value very vault weak welcome word
    world your x xx xxx xxxx xyz
"""
_WORDS = frozenset(_WORDS_TEXT.split())
_LONGEST_WORD = 12
_LONGEST = 60
_LEET = str.maketrans("034571@$!", "oeastlasi")
_SEPARATORS = Pattern(r"[^a-z0-9]+")
_COUNT = Pattern(r"[0-9]{1,8}\Z|^[0-9]{1,4}")
_MASKED = Pattern(r"\*{3}|[xX]{4}|\.{3}|\u2026|<[^>]{0,60}>|0{6}|123456|abcdef|ABCDEF|1234abcd|abcd1234|deadbeef")
_IDENTIFIER = Pattern(r"[A-Za-z]+(?:[-_.][A-Za-z]+)*\Z")


def looks_real(text: str) -> bool:
    """Whether a value looks made by a machine and not made up for a reader."""
    return looks_random(text) and not is_sample(text)


def is_sample(text: str) -> bool:
    """Whether a value is masked, the name of a credential, or made of the words of which samples are made.

    Digits may stand for letters, as in `p4ssw0rd`.
    """
    if _MASKED.search(text) or (_IDENTIFIER.match(text) and promise_of(text) is not Promise.NOTHING):
        return True
    if len(text) > _LONGEST:
        return False
    lowered = text.lower()
    return any(_is_words(form) for form in (lowered, lowered.translate(_LEET)))


def _is_words(text: str) -> bool:
    letters = _COUNT.sub("", _SEPARATORS.sub("", _COUNT.sub("", text)))
    reachable = {0}
    for end in range(1, len(letters) + 1):
        if any(end - size in reachable and letters[end - size : end] in _WORDS for size in range(1, _LONGEST_WORD + 1)):
            reachable.add(end)
    return len(letters) in reachable
