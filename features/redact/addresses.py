"""Addresses on a network: e-mail, IPv4 and IPv6."""

from __future__ import annotations

import re
from collections.abc import Iterator

from features.redact.context import Called, called, glued

_EMAIL = re.compile(
    r"(?<![A-Za-z0-9À-ɏ._%+'-])[A-Za-z0-9À-ɏ_%+'](?:[A-Za-z0-9À-ɏ._%+'-]{0,62}[A-Za-z0-9À-ɏ_%+-])?+"
    r"@(?![0-9]+\.[0-9]+\.)(?:[A-Za-z0-9](?:[A-Za-z0-9-]{0,61}[A-Za-z0-9])?\.){1,8}[A-Za-z]{2,24}(?![A-Za-z0-9])"
)
"""Local part of at most 64 characters, a host of two labels or more that ends in letters (RFC 5321)."""
_IPV4 = re.compile(
    r"[0-9](?<![0-9.].)[0-9]{0,2}\.[0-9]{1,3}\.[0-9]{1,3}\.[0-9]{1,3}(?![0-9A-Za-z_]|[.-][0-9A-Za-z])"
)
_IPV6 = re.compile(
    r"[23f](?<![0-9A-Za-z.].)(?<![0-9a-f]:.)(?:(?<!f)[0-9a-f]|(?<=f)[c-f])[0-9a-f]{2}(?::[0-9a-f]{0,4}){1,7}+(?![0-9A-Za-z:])",
    re.IGNORECASE,
)
"""Global, local, link-local and multicast addresses: all that people have. They start with four digits."""
_FEWEST_PLAIN = 10
"""`3.2.1.4` is a clause or a version unless it is called an address; one number of ten or more tells it."""


def emails(text: str) -> Iterator[tuple[int, int]]:
    """E-mail addresses. A package's version (`react@18.2.0`) is none."""
    yield from (found.span() for found in _EMAIL.finditer(text))


def ips(text: str) -> Iterator[tuple[int, int]]:
    """IP addresses of machines; not the own machine's (127.x), a netmask, a net (10.1.0.0) or a version."""
    yield from (found.span() for found in _IPV4.finditer(text) if _is_machine(found, text))
    yield from (found.span() for found in _IPV6.finditer(text) if _is_whole(found[0]))


def _is_machine(found: re.Match[str], text: str) -> bool:
    octets = [int(octet) for octet in found[0].split(".")]
    if octets[0] in (0, 127) or octets[0] > 239 or max(octets) > 255 or octets[2:] == [0, 0]:
        return False
    said = called(text, found.start())
    if said is Called.ADDRESS:
        return True
    pinned = text[max(0, found.start() - 2) : found.start()] == "=="  # as packages are: cudnn==8.6.0.163
    return (
        said is not Called.OTHER
        and not glued(text, found.start())
        and not pinned
        and max(octets) >= _FEWEST_PLAIN
    )


def _is_whole(address: str) -> bool:
    """Eight groups, or fewer with one `::` in place of the rest (RFC 4291)."""
    if address.count("::") > 1 or ":::" in address or address.endswith(":") > address.endswith("::"):
        return False
    groups = [group for group in address.split(":") if group]
    return len(groups) < 8 if "::" in address else len(groups) == 8
