"""Names of rules in the configuration: whether a scan has such rules. The configuration itself does not know them."""

from __future__ import annotations

from typing import TYPE_CHECKING

from sealwright.gate.rule_names import is_policy_rule, unknown_name

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence

    from sealwright.config import Config, Named, Waiver


def check_names(config: Config) -> None:
    """Raise ConfigurationError for a name that no rule of a scan has; waivers may name policy rules as well."""
    named = list(_named(config))
    if not named:
        return
    from sealwright.gate.waiver import COMPLAINTS
    from sealwright.report.rules import rule_pages

    known = rule_pages().keys() - COMPLAINTS
    for rule in named:
        if rule.name not in known:
            raise unknown_name(rule, known, "rule", config.path)


def check_policy_names(
    config: Config, packs: Sequence[str], root: str, given: Mapping[str, bytes | None] | None = None
) -> None:
    """Raise ConfigurationError for a pack, a rule or a parameter of the configuration that is not there.

    `given` is as for `load_packs`.
    """
    from sealwright.gate.rule_names import unknown_packs, unknown_params, unknown_rules
    from sealwright.gate.waiver import COMPLAINTS
    from sealwright.policy.packs.load import load_catalogue, shipped_packs
    from sealwright.report.rules import rule_pages

    error = unknown_packs(config, shipped_packs())
    if error is None and (config.waivers or config.policy.overrides or config.policy.params):
        catalogue = load_catalogue([*packs, *(pack.name for pack in config.policy.packs or ())], root, given)
        known = (rule_pages().keys() - COMPLAINTS) | catalogue.ids()
        error = unknown_rules(config, known) or unknown_params(config, catalogue.params.keys())
    if error is not None:
        raise error


def scan_waivers(config: Config) -> tuple[Waiver, ...]:
    """The waivers that are about rules of a scan."""
    return tuple(waiver for waiver in config.waivers if not is_policy_rule(waiver.rule.name))


def _named(config: Config) -> Iterator[Named]:
    for override in config.overrides:
        yield from (rule for rule, _ in override.rules)
    yield from (waiver.rule for waiver in scan_waivers(config))
