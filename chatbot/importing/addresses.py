"""Which network addresses may be fetched from: public ones, unless the owner allows others.

A page's address may come from anybody, and so may a redirect. Neither must make this program read what only the inside
of a network can reach.
"""

import ipaddress
import socket

_NAT64 = ipaddress.ip_network("64:ff9b::/96")


class NotPublic(Exception):
    """`args`: an address that the name resolves to and that is not public."""


def public_addresses(host: str, port: int) -> list[str]:
    """All addresses that `host` resolves to now. NotPublic if one of them is not public, OSError if there is none."""
    records = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)
    addresses = list(dict.fromkeys(str(entry[4][0]) for entry in records))
    for address in addresses:
        if not is_public(address):
            raise NotPublic(address)
    return addresses


def is_public(address: str) -> bool:
    """False for this machine, private and link-local networks, cloud metadata, multicast and reserved addresses."""
    ip = ipaddress.ip_address(address)
    inner = _embedded(ip) if isinstance(ip, ipaddress.IPv6Address) else None
    if inner is not None:
        return is_public(str(inner))
    return ip.is_global and not (ip.is_multicast or ip.is_reserved or ip.is_unspecified)


def _embedded(ip: ipaddress.IPv6Address) -> ipaddress.IPv4Address | None:
    """The IPv4 address that is embedded in `ip`, or None."""
    if ip.ipv4_mapped or ip.sixtofour:
        return ip.ipv4_mapped or ip.sixtofour
    if ip.teredo:
        return ip.teredo[1]
    return ipaddress.IPv4Address(int(ip) & 0xFFFFFFFF) if ip in _NAT64 else None
