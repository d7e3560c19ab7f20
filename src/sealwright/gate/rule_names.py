"""Names in the configuration: whether there are such rules, packs and parameters. It does not know them itself."""

from __future__ import annotations

from typing import TYPE_CHECKING

from sealwright.errors import ConfigurationError
from sealwright.patterns import Pattern

if TYPE_CHECKING:
    from collections.abc import Collection, Iterable, Iterator

    from sealwright.config import Config, Named

_POLICY_ID = Pattern(r"[A-Z]{3}[0-9]{3}\Z")
_SHOWN = Pattern(r"[A-Za-z0-9._-]{1,40}\Z")
_ALL = "`sealwright policy list` names them all"


def is_policy_rule(name: str) -> bool:
    """Whether this is the name of a rule of a pack (`WRK001`), not of a scan (`secret-data`)."""
    return _POLICY_ID.match(name) is not None


def is_scan_rule(name: str) -> bool:
    """The others."""
    return not is_policy_rule(name)


def is_pack_path(name: str) -> bool:
    """Whether a pack is named by where it lies in the repository."""
    return "/" in name or name.endswith((".yaml", ".yml"))


def unknown_rules(config: Config, known: Collection[str]) -> ConfigurationError | None:
    """The error for the first rule in `policy.overrides` and `waivers` that is not known; None where all are."""
    return _first(_rules(config), known, "rule", config.path)


def unknown_packs(config: Config, shipped: Collection[str]) -> ConfigurationError | None:
    """The error for the first pack in `policy.packs` that is neither shipped nor a path; None where all are."""
    packs = (pack for pack in config.policy.packs or () if not is_pack_path(pack.name))
    return _first(packs, shipped, "pack", config.path)


def unknown_params(config: Config, known: Collection[str]) -> ConfigurationError | None:
    """The error for the first of `policy.params` that no pack has; None where all are known."""
    return _first((name for name, _ in config.policy.params), known, "parameter", config.path)


def unknown_name(named: Named, known: Collection[str], what: str, path: str) -> ConfigurationError:
    """The error for a name of a `what` that is not known, with the nearest that is. `path` is the configuration's."""
    from difflib import get_close_matches

    names = sorted(known)
    # `pci` stands for `pci-dss-4.0.1`, not for `csi`.
    longer = [name for name in names if named.name and name.startswith(f"{named.name}-")]
    longer = longer or [name for name in names if name.casefold() == named.name.casefold()]
    close = longer or get_close_matches(named.name[:80], names, n=1)
    if close:
        hint = f"did you mean `{close[0]}`?"
    elif what == "rule":
        hint = _ALL
    else:
        hint = f"there are: {', '.join(names)}" if names else "there are none"
    # Anything may have slipped in where a name belongs.
    shown = f"there is no {what} `{named.name}`" if _SHOWN.match(named.name) else f"there is no such {what}"
    return ConfigurationError(shown, place=f"{path}:{named.start.line}:{named.start.column}", hint=hint)


def _rules(config: Config) -> Iterator[Named]:
    for override in config.policy.overrides:
        yield from (rule for rule, _ in override.rules)
    yield from (waiver.rule for waiver in config.waivers)


def _first(names: Iterable[Named], known: Collection[str], what: str, path: str) -> ConfigurationError | None:
    unknown = next((named for named in names if named.name not in known), None)
    return unknown_name(unknown, known, what, path) if unknown is not None else None
