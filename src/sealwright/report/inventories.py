"""The formats of an inventory by their names on the command line. Adding one adds a line here."""

from __future__ import annotations

from typing import TYPE_CHECKING

from sealwright.errors import UsageError

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from sealwright.inventory.model import Inventory
    from sealwright.policy.packs.model import Rule

# (module, function): imported when asked for.
INVENTORY_FORMATS = {
    "text": ("sealwright.report.inventory_text", "inventory_text"),
    "json": ("sealwright.report.inventory_json", "inventory_json"),
    "html": ("sealwright.report.html.page", "inventory_page"),
    "cyclonedx": ("sealwright.report.cyclonedx.document", "cyclonedx"),
}


_EXPLAINING = frozenset({"html"})
"""Formats that say what the rules of the findings are about."""


def writer(name: str) -> Callable[[Inventory, Sequence[Rule]], str]:
    """From an inventory, and the rules of policy that its findings are of, to the whole report.

    Raises UsageError for a format that does not exist.
    """
    if name not in INVENTORY_FORMATS:
        raise UsageError(f"there is no format `{name}`", hint=f"one of {', '.join(INVENTORY_FORMATS)}")
    from importlib import import_module

    module, function = INVENTORY_FORMATS[name]
    found = getattr(import_module(module), function)

    def write(inventory: Inventory, rules: Sequence[Rule]) -> str:
        text: str = found(inventory, rules) if name in _EXPLAINING else found(inventory)
        return text

    return write
