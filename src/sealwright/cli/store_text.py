"""What `sealwright store` shows."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, NamedTuple

from sealwright.errors import ConvertError
from sealwright.report.wording import plural, printable

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence

    from sealwright import config
    from sealwright.convert.external_secret.remote_ref import RemoteRef
    from sealwright.errors import SealwrightError
    from sealwright.run.convert.referrers import Referrer
    from sealwright.stores.copying import Copied
    from sealwright.stores.reference import Reference


_MOST_SHOWN = 20


class Report(NamedTuple):
    """What became of a copy. `left` are the Secrets that were not tried any more."""

    source: config.Store
    target: config.Store
    done: Sequence[Copied]
    problems: Sequence[SealwrightError]
    left: int
    manifests: Sequence[Referrer] = ()
    """What reads from the source, of what was copied."""

    @property
    def errors(self) -> list[SealwrightError]:
        """Everything that went wrong."""
        return [*self.problems, *(one.error for one in self.done if one.error is not None)]

    @property
    def is_whole(self) -> bool:
        """Whether everything is in the target."""
        return not self.errors and not self.left

    @property
    def good(self) -> list[Copied]:
        """The Secrets that are in the target."""
        return [one for one in self.done if one.error is None]


class Change(NamedTuple):
    """A key for which an ExternalSecret has to say something else than before."""

    key: str
    before: RemoteRef
    after: RemoteRef


def stores(known: Sequence[config.Store]) -> str:
    """A line for each store."""
    name, backend = (max(len(getattr(store, field)) for store in known) for field in ("name", "backend"))
    rows = (f"{store.name:<{name}}  {store.backend:<{backend}}  {_where(store)}" for store in known)
    return "".join(f"{printable(row.rstrip())}\n" for row in rows)


def stores_json(known: Iterable[config.Store]) -> str:
    """The same for machines."""
    listed = [{"name": store.name, "backend": store.backend, "where": _where(store)} for store in known]
    return _json({"stores": listed})


def objects(settings: config.Store, names: Sequence[str]) -> str:
    """A line for each object that this program has put there."""
    lines = [printable(name) for name in names]
    lines += [] if names else [f"Nothing in store {settings.name} was put there by sealwright."]
    return "".join(f"{line}\n" for line in lines)


def objects_json(settings: config.Store, names: Sequence[str]) -> str:
    """The same for machines."""
    return _json({"store": settings.name, "backend": settings.backend, "objects": list(names)})


def copied_text(report: Report) -> str:
    """What was not copied and why, which references change, and how much of it is done."""
    lines = _failures(report)
    changed = [(one, changes) for one in report.good if (changes := _changes(report, one))]
    lines += ["What ExternalSecrets have to say now, in their `remoteRef`:"] if changed else []
    for one, changes in changed:
        cluster = f" in {one.secret.cluster}" if one.secret.cluster else ""
        lines.append(printable(f"  Secret {one.secret}{cluster}"))
        lines += [printable(f"    {line}") for line in _told(changes, len(one.moved))]
    lines += [f"Manifests that read them from {report.source.name} today:"] if report.manifests else []
    lines += [printable(f"  {one.path}:{one.line}  {one.ref}") for one in report.manifests[:_MOST_SHOWN]]
    more = len(report.manifests) - _MOST_SHOWN
    lines += [f"  and {more:,} more: --format json has them all"] if more > 0 else []
    return "".join(f"{line}\n" for line in [*lines, *_closing(report)])


def names_read(report: Report) -> set[str]:
    """What manifests say to find what was copied, in the source."""
    found = {_ref(report.source, moved.before).key for one in report.good for moved in one.moved}
    return found | {moved.before.name for one in report.good for moved in one.moved}


def copied_json(report: Report) -> str:
    """The same for machines, with every Secret."""
    secrets = [
        one.secret._asdict()
        | {"objects": [{"name": name, "outcome": what.value} for name, what in one.objects]}
        | {"references": [_change_data(change) for change in _changes(report, one)]}
        for one in report.good
    ]
    errors = [{"message": str(error), "hint": error.hint} for error in report.errors]
    summary = {"copied": len(secrets), "failed": len(errors), "notTried": report.left}
    data = {"from": report.source.name, "to": report.target.name, "secrets": secrets, "errors": errors}
    data["manifests"] = [{"path": one.path, "line": one.line, **one.ref._asdict()} for one in report.manifests]
    return _json(data | {"summary": summary})


def _failures(report: Report) -> list[str]:
    """What failed in the same way is said once; not more of it than a person reads."""
    times: dict[tuple[str, str], int] = {}
    for error in report.errors:
        said = (str(error), error.hint)
        times[said] = times.get(said, 0) + 1
    lines = []
    for (message, hint), count in list(times.items())[:_MOST_SHOWN]:
        lines.append(f"failed  {printable(message)}" + (f" ({count:,} times)" if count > 1 else ""))
        lines += [f"        {printable(hint)}"] if hint else []
    more = len(times) - _MOST_SHOWN
    return [*lines, f"failed  {more:,} more: --format json has them all"] if more > 0 else lines


def _closing(report: Report) -> list[str]:
    whats = [what.value for one in report.good for _, what in one.objects]
    kinds = ", ".join(f"{whats.count(what):,} {what}" for what in ("created", "updated", "same") if what in whats)
    copies = f"{plural(len(report.good), 'Secret')} in {report.target.name}, read back and compared"
    lines = [f"{copies}: {kinds}." if kinds else f"Nothing was copied from {report.source.name}."]
    if report.left:
        lines.append(f"{plural(report.left, 'Secret')} not tried, since nothing succeeded.")
    if report.good:
        ref = f"{report.target.ref_kind} {report.target.ref_name or report.target.name}"
        lines.append(f"Nothing was removed from {report.source.name}; manifests that are to read here name {ref}.")
    return lines


def _changes(report: Report, copied: Copied) -> list[Change]:
    """The keys whose `remoteRef` differs, by the language of each store's provider."""
    refs = (Change(key, _ref(report.source, before), _ref(report.target, after)) for key, before, after in copied.moved)
    return [change for change in refs if change.before != change.after]


def _ref(settings: config.Store, reference: Reference) -> RemoteRef:
    from sealwright.convert.external_secret.model import remote_ref
    from sealwright.convert.external_secret.remote_ref import RemoteRef

    try:
        return remote_ref(settings, reference)
    except ConvertError:  # a name that no ExternalSecret can say, so that none does
        return RemoteRef(reference.name, reference.property)


def _told(changes: Sequence[Change], keys: int) -> Iterator[str]:
    """A line for each object that keys are found in now, and one for each key that is found there in another way."""
    objects: dict[tuple[str, str], list[str]] = {}
    for key, before, after in changes:
        if before.key != after.key:
            objects.setdefault((before.key, after.key), []).append(key)
    for (old, new), names in objects.items():
        whose = "" if len(names) == keys else f"{', '.join(names)}: "
        yield f"{whose}key {old} -> {new}"
    for key, before, after in changes:
        if before.property != after.property:
            yield f"{key}: property {before.property or '(none)'} -> {after.property or '(none)'}"
        if before.decoding != after.decoding:
            yield f"{key}: decodingStrategy {before.decoding} -> {after.decoding}"


def _change_data(change: Change) -> dict[str, Any]:
    before, after = (
        {"key": ref.key, "property": ref.property, "decodingStrategy": ref.decoding}
        for ref in (change.before, change.after)
    )
    return {"key": change.key, "before": before, "after": after}


def _where(store: config.Store) -> str:
    fields = ("path", "region", "endpoint", "address", "mount", "namespace", "project", "location", "vault", "prefix")
    named = [f"{field} {getattr(store, field)}" for field in fields if getattr(store, field)]
    return ", ".join(named) or ("beside its key" if store.backend == "local" else "as the environment says")


def _json(data: dict[str, Any]) -> str:
    import json

    return json.dumps({"version": 1} | data, indent=2) + "\n"
