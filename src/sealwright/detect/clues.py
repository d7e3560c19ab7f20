"""What a file shows at first sight, so that only the detectors are loaded and run that may find something in it.

Like the byte test this errs towards yes; a property test compares it with running all of them.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

from sealwright.detect.prefilter import ENCODED, may_hide_words
from sealwright.detect.prefilter.addresses import holds_docker_auth, holds_url_credential
from sealwright.detect.prefilter.credential_names import all_naming_places
from sealwright.detect.prefilter.secret_word import says_secret
from sealwright.detect.prefilter.tokens import holds_token
from sealwright.manifest.families import Family
from sealwright.manifest.resource import resources
from sealwright.patterns import Pattern

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator, Sequence

    from sealwright.manifest.documents import Document

_AUTH_BELOW = Pattern(
    r"""auth(?:\\{0,3}["'])?[ \t]{0,40}:(?:[ \t]{0,40}[|>&!*][^\n]{0,200})?[\s\\"']{0,200}"""
    r"""[A-Za-z0-9+/=]{6}(?![\w.\-]{0,200}["']?[ \t]{0,40}:)"""
)
"""`auth` and its value, perhaps on the next line; what is a key there is none."""
_ENCODED = tuple(needle.decode("ascii") for needle in ENCODED)


class Clues(NamedTuple):
    """One file at first sight. `hidden`: words may be there that a search does not see, so that no search counts."""

    text: str
    name: str
    family: Family
    purpose: str
    hidden: bool
    only_secrets: bool
    """All it holds is Secrets, so that the rules about other objects have nothing to say."""


def clues(text: str, name: str, family: Family, purpose: str, documents: Sequence[Document]) -> Clues:
    """The clues of one file; `name` is its base name."""
    hidden = any(_hides(manifest) for manifest in _manifests(text, family, documents))
    return Clues(text, name, family, purpose, hidden, not hidden and _holds_only_secrets(text, documents))


def _manifests(text: str, family: Family, documents: Sequence[Document]) -> Iterator[str]:
    """What YAML's ways to spell words apply to."""
    if family is Family.MANIFEST:
        yield text
        return
    for document in documents:
        yield text[document.start : document.end]


def _hides(text: str) -> bool:
    return may_hide_words(text) or any(needle in text for needle in _ENCODED)


def _holds_only_secrets(text: str, documents: Sequence[Document]) -> bool:
    """Whether every object is a Secret and the word stands there once for each: none is inside another object."""
    if "kapp" in text or "last-applied" in text or text.count("Secret") > len(documents):
        return False
    kinds = [resource.ref.kind for document in documents for resource in resources(document)]
    return bool(kinds) and set(kinds) == {"Secret"} and len(kinds) == text.count("Secret")


def always(_seen: Clues) -> bool:
    """For detectors that ask for nothing that could be searched for."""
    return True


def says(*words: str) -> Callable[[Clues], bool]:
    """One of the words stands in the text."""

    def test(seen: Clues) -> bool:
        return seen.hidden or any(word in seen.text for word in words)

    return test


def may_embed_secret(seen: Clues) -> bool:
    """There is something besides Secrets, and the kind stands somewhere."""
    return not seen.only_secrets and (seen.hidden or says_secret(seen.text.encode("utf-8", "surrogatepass")))


def may_hold_docker_auth(seen: Clues) -> bool:
    """The `auth` of a registry, also in the lines below its key, or whatever stands in `auths`."""
    if seen.hidden or holds_docker_auth(seen.text.encode("utf-8", "surrogatepass")):
        return True
    return "auth" in seen.text and _AUTH_BELOW.search(seen.text) is not None


def may_hold_url_credential(seen: Clues) -> bool:
    """A URL with a password or with parameters."""
    return seen.hidden or holds_url_credential(seen.text.encode("utf-8", "surrogatepass"))


def other_objects(seen: Clues) -> bool:
    """There is something besides Secrets."""
    return not seen.only_secrets


def is_dotenv(seen: Clues) -> bool:
    """A dotenv file by its name or by another file's word."""
    return bool(seen.purpose) or "env" in seen.name


def is_code(seen: Clues) -> bool:
    """Source code, and Terraform written as JSON."""
    return seen.family is Family.CODE or seen.name.endswith(".tf.json")


def may_hold_commands(seen: Clues) -> bool:
    """A script, documentation, or a pipeline, which is YAML without a kind."""
    return seen.family is not Family.CODE and not seen.only_secrets


def has_remarks(seen: Clues) -> bool:
    """A comment that may hold a credential: it names one, or it has a Secret's fields."""
    text = seen.text
    if seen.family is not Family.MANIFEST or ("#" not in text and "/*" not in text):
        return False
    data = text.encode("ascii", "replace")
    places = all_naming_places(data)
    if b"/*" in data:
        return b"ata:" in data or bool(places)
    return _any_in_remark(data, places) or _any_in_remark(data, _fields(data))


def _any_in_remark(data: bytes, places: Iterable[int]) -> bool:
    """Whether a `#` stands before one of the places in its line. Each run of ascending places is one walk."""
    seen = 0
    for place in places:
        seen = seen if seen <= place else 0
        begin = data.rfind(b"\n", seen, place) + 1
        if data.find(b"#", begin or seen, place) >= 0:
            return True
        seen = place
    return False


def _fields(data: bytes) -> Iterator[int]:
    """Where `data:` and `stringData:` stand."""
    at = data.find(b"ata:")
    while at >= 0:
        yield at
        at = data.find(b"ata:", at + 4)


def may_hold_token(seen: Clues) -> bool:
    """A long run of letters and digits that begins as a known token does."""
    return seen.hidden or holds_token(seen.text.encode("utf-8", "surrogatepass"))
