"""Whether an address leads to this machine, so that what is sent there does not leave it."""

from __future__ import annotations


def is_loopback(address: str) -> bool:
    """Whether the host of a URL is localhost or one of the loopback's numbers. Looks nothing up."""
    from ipaddress import ip_address
    from urllib.parse import urlsplit

    try:
        host = urlsplit(address).hostname or ""
        return host == "localhost" or ip_address(host).is_loopback
    except ValueError:
        return False
