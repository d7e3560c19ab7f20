"""The seal: which Secrets, with which certificate, and the changes to write. The caller prints or commits them."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

from sealwright.convert.fresh import fresh_source
from sealwright.convert.renaming import renamed
from sealwright.convert.seal import seal_source
from sealwright.convert.sealer import Sealer
from sealwright.detect.budget import Budget, TooMuch
from sealwright.detect.decode import from_base64, to_text
from sealwright.detect.placeholder import is_reference
from sealwright.detect.prefilter import is_wide
from sealwright.detect.secret_values import DATA, STRING_DATA, exposed_values
from sealwright.detect.sops import sops_metadata
from sealwright.errors import SealingError, SealwrightError, UnreadableError
from sealwright.manifest.discover import DEFAULT_MAX_BYTES, read_target
from sealwright.manifest.nodes import Mapping, Scalar, entries, resolve
from sealwright.manifest.source import decode

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator

    from sealwright.convert.advice import Advice
    from sealwright.convert.advice.adviser import Adviser
    from sealwright.convert.seal import SealedResource, SealOptions
    from sealwright.convert.sealer import Memory
    from sealwright.finding import ResourceRef
    from sealwright.manifest.discover import Target
    from sealwright.manifest.resource import Resource
    from sealwright.manifest.source import Source
    from sealwright.sealing.certificate import SealingCertificate
    from sealwright.sealing.stamps import Stamp

_SEALABLE_WORDS = (b"Secret", b"\\")


class SealedFile(NamedTuple):
    """One file's bytes before and after; equal where there was nothing to seal."""

    target: Target
    before: bytes
    after: bytes
    sealed: tuple[ResourceRef, ...]
    stamps: tuple[Stamp, ...] = ()
    advice: tuple[Advice, ...] = ()

    def __repr__(self) -> str:
        return f"SealedFile({self.target.path!r})"  # the bytes may hold secrets


class Choice(NamedTuple):
    """Which Secrets are meant. `exposed_only`: leave those alone that a scan would not report (for whole folders)."""

    exposed_only: bool = False
    allow_references: bool = False
    allow_empty: bool = False


class Sealing(NamedTuple):
    """How to seal the files of one run. `certificate_for` gets the path that people see, once there is a Secret.

    `name` renames the one Secret of a file. `adviser`, where there is one, has its say about every Secret. `form_for`
    says whether a file's Secrets are written anew, as json or yaml, or '' where the text is kept.
    """

    certificate_for: Callable[[str], SealingCertificate]
    options: SealOptions
    choice: Choice
    memory: Memory | None = None
    name: str = ""
    adviser: Adviser | None = None
    form_for: Callable[[Source], str] = lambda _: ""

    def chosen(self, resource: Resource) -> bool:
        """Whether a Secret is to be sealed. Raises SealingError where a part of it must not be."""
        return is_chosen(resource, self.choice)


def seal_files(targets: Iterable[Target], sealing: Sealing) -> Iterator[SealedFile | SealwrightError]:
    """Each target with its Secrets sealed, or the error that stands in the way. Nothing is written."""
    for target in targets:
        yield _sealed_or_error(target, sealing)


def _sealed_or_error(target: Target, sealing: Sealing) -> SealedFile | SealwrightError:
    try:
        return _seal_file(target, sealing)
    except SealwrightError as error:
        return error


def _seal_file(target: Target, sealing: Sealing) -> SealedFile:
    data, source = read_sealable(target)
    if source is None:
        return SealedFile(target, data, data, ())
    advice: list[Advice] = []
    sealer = Sealer(lambda: sealing.certificate_for(target.path), sealing.memory)
    read = renamed(source, sealing.name, sealing.chosen) if sealing.name else source

    def seen(made: SealedResource) -> None:
        advice.extend(advice_on(made, sealing.adviser))

    form = sealing.form_for(source)
    if form:
        result = fresh_source(read, sealer, sealing.options, sealing.chosen, form, seen)
        after = result.text.encode() if result.sealed else data
    else:
        result = seal_source(read, sealer, sealing.options, sealing.chosen, seen)
        after = source.encode(result.text) if result.sealed else data
    return SealedFile(target, data, after, result.sealed, result.stamps, tuple(advice))


def read_sealable(target: Target) -> tuple[bytes, Source | None]:
    """The bytes of a target, and its text; None where no Secret can be in it. Raises UnreadableError."""
    data = read_target(target, DEFAULT_MAX_BYTES)
    if len(data) > DEFAULT_MAX_BYTES:
        raise UnreadableError("larger than 10 MiB", place=target.path, hint="split it")
    if not any(word in data for word in _SEALABLE_WORDS) and not is_wide(data):
        return data, None
    source = decode(target.path, data)
    if source.flaw:
        if "Secret" not in source.text:
            return data, None
        raise UnreadableError(source.flaw, place=target.path, hint="convert it to UTF-8")
    return data, source


def advice_on(made: SealedResource, adviser: Adviser | None) -> Iterator[Advice]:
    """What there is to say about a Secret that was sealed."""
    if adviser is not None:
        from sealwright.convert.advice.adviser import subject_of

        yield from adviser.about(subject_of(made.resource, made.model))


def is_chosen(resource: Resource, choice: Choice) -> bool:
    """Whether a Secret is to be sealed. Raises SealingError where a part of it must not be."""
    document = resource.document
    if sops_metadata(document) is not None:
        return False
    if choice.exposed_only or not document.exact:
        if not _has_exposed(resource):
            return False
    elif not any(True for _ in _scalars(resource.node)) and not _has_exposed(resource):
        if not choice.allow_empty:
            hint = "add --allow-empty-data to seal it as it is"
            raise _refused(resource, "it has no values, which is most often a mistake", hint)
        return True
    reference = next((key for key, scalar, field in _scalars(resource.node) if _is_reference(scalar, field)), None)
    if reference is None:
        return True
    exposed = _has_exposed(resource)
    if choice.allow_references:
        return exposed or not choice.exposed_only
    if exposed:
        what = f"`{reference}` is filled in by something else; sealed, it would stay as it is written"
        hint = "move it to a Secret of its own, or add --allow-references to seal the words themselves"
        raise _refused(resource, what, hint)
    return False


def _has_exposed(resource: Resource) -> bool:
    """Whether a scan would report any of its values."""
    budget = Budget(len(resource.document.source.text))
    try:
        return any(True for field in (DATA, STRING_DATA) for _ in exposed_values(resource.node, field, budget))
    except TooMuch:
        raise _refused(resource, "its aliases stand for too much", "write the values out") from None


def _refused(resource: Resource, message: str, hint: str) -> SealingError:
    source = resource.document.source
    line, column = source.position(resource.node.start)
    return SealingError(f"{resource.ref}: {message}", hint=hint, place=f"{source.path}:{line}:{column}")


def _scalars(secret: Mapping) -> Iterator[tuple[str, Scalar, str]]:
    for field, _, value in entries(secret):
        holder = resolve(value)
        if field in {DATA, STRING_DATA} and isinstance(holder, Mapping):
            for key, _, node in entries(holder):
                target = resolve(node)
                if isinstance(target, Scalar):
                    yield key, target, field


def _is_reference(scalar: Scalar, field: str) -> bool:
    if is_reference(scalar.value):
        return True
    decoded = from_base64(scalar.value) if field == DATA else None
    text = to_text(decoded) if decoded else None
    return bool(text) and is_reference(text or "")
