"""Numbers with a check digit: Chinese resident ids and bank cards."""

from __future__ import annotations

import re
from collections.abc import Iterator

from features.redact.check_digits import is_barcode, is_resident_id, passes_luhn
from features.redact.context import Called, called, glued

_RESIDENT_ID = re.compile(
    r"[1-9](?<![0-9].)[0-9]{5}[ -]?[0-9]{4}[ -]?[0-9]{4}[ -]?[0-9]{3}[0-9Xx](?![0-9A-Za-z])"
)
_CARD = re.compile(
    r"[0-9](?<![0-9.-].)[0-9]{3}(?:(?:[ -]?[0-9]{4}){2,3}[ -]?[0-9]{1,4}"
    r"|[ -][0-9]{6}[ -][0-9]{4,5}|[0-9]{2}[ -][0-9]{10,13})"
    r"(?![0-9A-Za-z_]|[.,-][0-9]| ?(?:元|万|亿|件|%))"
)
_ISSUERS = re.compile(
    r"4(?:[0-9]{12}|[0-9]{15}|[0-9]{18})"  # Visa
    r"|(?:5[1-5][0-9]{2}|222[1-9]|22[3-9][0-9]|2[3-6][0-9]{2}|27[01][0-9]|2720)[0-9]{12}"  # Mastercard
    r"|3[47][0-9]{13}"  # American Express
    r"|3(?:0[0-59]|[689][0-9])[0-9]{11}"  # Diners Club
    r"|35(?:2[89]|[3-8][0-9])[0-9]{12,15}"  # JCB
    r"|6[0234578][0-9]{14,17}"  # UnionPay, Discover, Maestro
    r"|(?:5[0678]|69|81|94)[0-9]{14,17}|955[0-9]{13,16}"  # Maestro, and older ones of Chinese banks
)
"""Which first digits are issued, with which lengths. By chance one number in ten passes Luhn."""
_NOT_DIGITS = str.maketrans("", "", " -")


def resident_ids(text: str) -> Iterator[tuple[int, int]]:
    """Chinese resident ids of 18 characters. Those of 15 ended in 2013 and have nothing to check."""
    for found in _RESIDENT_ID.finditer(text):
        if is_resident_id(found[0].translate(_NOT_DIGITS)):
            yield found.span()


def bank_cards(text: str) -> Iterator[tuple[int, int]]:
    """Card numbers of 13 to 19 digits that pass Luhn, and are an issuer's or are called a card."""
    for found in _CARD.finditer(text):
        digits = found[0].translate(_NOT_DIGITS)
        if len(digits) <= 19 and passes_luhn(digits) and _is_card(digits, text, found.start()):
            yield found.span()


def _is_card(digits: str, text: str, start: int) -> bool:
    said = called(text, start)
    if said is Called.CARD:
        return True
    return (
        said is not Called.OTHER
        and not glued(text, start)
        and _ISSUERS.fullmatch(digits) is not None
        and not is_barcode(digits)
    )
