"""Names of rules in the configuration: whether there are such rules. The configuration itself does not know them."""

from __future__ import annotations

from typing import TYPE_CHECKING

from sealwright.errors import ConfigurationError
from sealwright.patterns import Pattern

if TYPE_CHECKING:
    from collections.abc import Collection, Iterator

    from sealwright.config import Config, Named, Waiver

_POLICY_ID = Pattern(r"[A-Z]{3}[0-9]{3}\Z")
_SHOWN = Pattern(r"[A-Za-z0-9-]{1,40}\Z")


def check_names(config: Config) -> None:
    """Raise ConfigurationError for a name that no rule of a scan has; waivers may name policy rules as well."""
    named = list(_named(config))
    if not named:
        return
    from sealwright.gate.waiver import EXPIRED_RULE, UNUSED_RULE
    from sealwright.report.rules import rule_pages

    known = rule_pages().keys() - {EXPIRED_RULE, UNUSED_RULE}
    for rule in named:
        if rule.name not in known:
            raise _unknown(rule, config.path, known)


def scan_waivers(config: Config) -> tuple[Waiver, ...]:
    """The waivers that are about rules of a scan."""
    return tuple(waiver for waiver in config.waivers if not _POLICY_ID.match(waiver.rule.name))


def _named(config: Config) -> Iterator[Named]:
    for override in config.overrides:
        yield from (rule for rule, _ in override.rules)
    yield from (waiver.rule for waiver in scan_waivers(config))


def _unknown(rule: Named, path: str, known: Collection[str]) -> ConfigurationError:
    from difflib import get_close_matches

    close = get_close_matches(rule.name[:80], sorted(known), n=1)
    hint = f"did you mean `{close[0]}`?" if close else "`sealwright policy list` names them all"
    # Anything may have slipped in where a name belongs.
    shown = f"there is no rule `{rule.name}`" if _SHOWN.match(rule.name) else "there is no such rule"
    return ConfigurationError(shown, place=f"{path}:{rule.start.line}:{rule.start.column}", hint=hint)
