"""IP addresses and networks; addresses with a zone and IPv4 addresses inside IPv6 are refused, as Kubernetes does."""

from __future__ import annotations

from ipaddress import AddressValueError, IPv4Address, IPv6Address, NetmaskValueError, ip_address, ip_network

from sealwright.patterns import Pattern
from sealwright.policy.cel.definitions import define
from sealwright.policy.cel.errors import EvaluationError
from sealwright.policy.cel.values import CIDR, IP

_LENGTH = Pattern(r"0|[1-9][0-9]{0,2}")
_LINK_LOCAL_MULTICAST = ip_network("224.0.0.0/24")
_BROADCAST = IPv4Address("255.255.255.255")


def _read_ip(text: str) -> IP | None:
    try:
        address = ip_address(text) if text.isascii() and "%" not in text and "/" not in text else None
    except ValueError:
        return None
    if address is None or (isinstance(address, IPv6Address) and address.ipv4_mapped):
        return None
    return IP(address)


def _read_cidr(text: str) -> CIDR | None:
    address, _, length = text.rpartition("/")
    ip = _read_ip(address)
    if ip is None or not _LENGTH.fullmatch(length):
        return None
    try:
        return CIDR(ip.address, ip_network(f"{ip.address}/{length}", strict=False))
    except (AddressValueError, NetmaskValueError, ValueError):
        return None


def _ip(text: str) -> IP:
    ip = _read_ip(text)
    if ip is None:
        raise EvaluationError("ip(): the string is not an IP address")
    return ip


def _cidr(text: str) -> CIDR:
    cidr = _read_cidr(text)
    if cidr is None:
        raise EvaluationError("cidr(): the string is not a network in CIDR notation")
    return cidr


def _is_ip(text: str) -> bool:
    return _read_ip(text) is not None


def _is_cidr(text: str) -> bool:
    return _read_cidr(text) is not None


def _ip_text(ip: IP) -> str:
    return str(ip.address)


def _cidr_text(cidr: CIDR) -> str:
    return f"{cidr.address}/{cidr.network.prefixlen}"


def _is_canonical(text: str) -> bool:
    return _ip_text(_ip(text)) == text


def _family(ip: IP) -> int:
    return ip.address.version


def _is_unspecified(ip: IP) -> bool:
    return ip.address.is_unspecified


def _is_loopback(ip: IP) -> bool:
    return ip.address.is_loopback


def _is_link_local_multicast(ip: IP) -> bool:
    if isinstance(ip.address, IPv6Address):
        return int(ip.address) >> 112 & 0xFF0F == 0xFF02
    return ip.address in _LINK_LOCAL_MULTICAST


def _is_link_local_unicast(ip: IP) -> bool:
    return ip.address.is_link_local


def _is_global_unicast(ip: IP) -> bool:
    address = ip.address
    special = address.is_unspecified or address.is_loopback or address.is_multicast or address.is_link_local
    return not special and address != _BROADCAST


def _contains_ip(cidr: CIDR, ip: IP) -> bool:
    return ip.address in cidr.network


def _contains_ip_text(cidr: CIDR, text: str) -> bool:
    return _contains_ip(cidr, _ip(text))


def _contains_cidr(cidr: CIDR, other: CIDR) -> bool:
    return other.network.network_address in cidr.network and cidr.network.prefixlen <= other.network.prefixlen


def _contains_cidr_text(cidr: CIDR, text: str) -> bool:
    return _contains_cidr(cidr, _cidr(text))


def _address_of(cidr: CIDR) -> IP:
    return IP(cidr.address)


def _masked(cidr: CIDR) -> CIDR:
    return CIDR(cidr.network.network_address, cidr.network)


def _prefix_length(cidr: CIDR) -> int:
    return cidr.network.prefixlen


FUNCTIONS = (
    *define(_ip, "ip(string): ip", since=30),
    *define(_is_ip, "isIP(string): bool", since=30),
    *define(_is_canonical, "ip.isCanonical(string): bool", since=30),
    *define(_family, "ip family(): int", since=30),
    *define(_is_unspecified, "ip isUnspecified(): bool", since=30),
    *define(_is_loopback, "ip isLoopback(): bool", since=30),
    *define(_is_link_local_multicast, "ip isLinkLocalMulticast(): bool", since=30),
    *define(_is_link_local_unicast, "ip isLinkLocalUnicast(): bool", since=30),
    *define(_is_global_unicast, "ip isGlobalUnicast(): bool", since=30),
    *define(_ip_text, "string(ip): string", since=30),
    *define(_cidr, "cidr(string): cidr", since=30),
    *define(_is_cidr, "isCIDR(string): bool", since=30),
    *define(_contains_ip, "cidr containsIP(ip): bool", since=30),
    *define(_contains_ip_text, "cidr containsIP(string): bool", since=30),
    *define(_contains_cidr, "cidr containsCIDR(cidr): bool", since=30),
    *define(_contains_cidr_text, "cidr containsCIDR(string): bool", since=30),
    *define(_address_of, "cidr ip(): ip", since=30),
    *define(_masked, "cidr masked(): cidr", since=30),
    *define(_prefix_length, "cidr prefixLength(): int", since=30),
    *define(_cidr_text, "string(cidr): string", since=30),
)
