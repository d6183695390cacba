"""What machines wrote into the words: image references, addresses' trackers, runs of base64, receipts."""

from __future__ import annotations

import re

LONGEST_ADDRESS = 120
"""A longer address is read up to its question mark, and no further than this."""

SHORTEST_BASE64 = 56
"""A run of letters and digits as long as this may be encoded bytes: mail breaks them at 76."""

_SIGNS = ("://", "www.", "cid:", "mailto:", "image:", "data:", "&nbsp")
_ADDRESS = re.compile(r"(?:https?://|www\.)[!-;=?-Z\[\]_a-z~]+", re.IGNORECASE)
_PARAMETER = re.compile(
    r"(?:utm_\w+|fbclid|gclid|dclid|gbraid|wbraid|msclkid|yclid|mc_[ce]id|_hs\w+|mkt_tok|igshid|spm|scm|"
    r"share_token|share_source|vero_id|trk\w*|oly_\w+|elq\w*|__s|s_cid)=",
    re.IGNORECASE,
)
_CONTENT_ID = re.compile(r"\[cid:[^\]\s]{1,200}\]|<cid:[^>\s]{1,200}>|\bcid:[^\s\]>@]{1,100}@[\w.-]{1,100}")
_MAILTO = re.compile(r"<mailto:[^>\s]{1,200}>|\[mailto:[^\]\s]{1,200}\]", re.IGNORECASE)
_IMAGE = re.compile(r"\[(?:inline )?image:([^\[\]\n]{0,200})\]", re.IGNORECASE)
_ORNAMENT = re.compile(r"logo|icon|banner|signature|facebook|linkedin|twitter|wechat|qr.?code", re.IGNORECASE)
_FILE = re.compile(r"\.(?:png|jpe?g|gif|bmp|svg|webp)$", re.IGNORECASE)
_DATA = re.compile(r"data:[a-z]+/[\w.+-]{1,60};base64,[A-Za-z0-9+/=]*+", re.IGNORECASE)
_BASE64 = re.compile(rf"(?<![A-Za-z0-9+/])[A-Za-z0-9+/]{{{SHORTEST_BASE64},}}+={{0,2}}")
_LAST_BASE64 = re.compile(r"[A-Za-z0-9+/]{2,}={0,2}")
_NBSP = re.compile(r"&nbsp;?", re.IGNORECASE)


def without_trackers(lines: list[str]) -> list[str]:
    """The lines without trackers; a line in which there was nothing else is left out."""
    left: list[str] = []
    in_base64 = False
    for line in lines:
        if in_base64 and line.endswith("=") and _LAST_BASE64.fullmatch(line):
            in_base64 = False
            continue
        if not _worth_a_look(line):
            in_base64 = False
            left.append(line)
            continue
        plain = " ".join(_plain(line).split())
        in_base64 = not plain
        if plain:
            left.append(plain)
    return left


def _worth_a_look(line: str) -> bool:
    lowered = line.lower()
    if any(sign in lowered for sign in _SIGNS):
        return True
    return len(line) >= SHORTEST_BASE64 and any(len(word) >= SHORTEST_BASE64 for word in line.split())


def _plain(line: str) -> str:
    line = _NBSP.sub(" ", line)
    line = _DATA.sub(" ", line)
    for pattern in (_CONTENT_ID, _MAILTO):
        line = pattern.sub(" ", line)
    line = _IMAGE.sub(_shown, line)
    line = _ADDRESS.sub(_short, line)
    return _BASE64.sub(_unless_encoded, line)


def _shown(image: re.Match[str]) -> str:
    """An image's description, unless it is a file name or names an ornament."""
    said = image[1].strip()
    return " " if " " not in said or _FILE.search(said) or _ORNAMENT.search(said) else image[0]


def _short(found: re.Match[str]) -> str:
    address = found[0].rstrip(".,;:!?)]'\"")
    rest = found[0][len(address) :]
    base, question, query = address.partition("?")
    kept = [each for each in query.split("#")[0].split("&") if not _PARAMETER.match(each)] if question else []
    if question and len(kept) < query.count("&") + 1:
        address = base + ("?" + "&".join(kept) if kept else "")
    if len(address) > LONGEST_ADDRESS:
        address = base
    if len(address) > LONGEST_ADDRESS:
        address = address[:LONGEST_ADDRESS]
    return address + rest


def _unless_encoded(run: re.Match[str]) -> str:
    """Nothing for base64; a serial number, a hash in hex, a long word or a path stays."""
    token = run[0]
    kinds = (str.isupper, str.islower, str.isdigit)
    encoded = (
        all(sum(kind(c) for c in token[:200]) >= 4 for kind in kinds) and token.count("/") < len(token) / 8
    )
    return " " if encoded else token
