"""Check digits, by which a number with one is told from any other number of its length."""

from __future__ import annotations

import re
from datetime import date
from operator import mul

_ID_WEIGHTS = (7, 9, 10, 5, 8, 4, 2, 1, 6, 3, 7, 9, 10, 5, 8, 4, 2)
_ID_CHECKS = "10X98765432"
_PROVINCES = re.compile(r"1[1-5]|2[1-3]|3[1-7]|4[1-6]|5[0-4]|6[1-5]|71|8[123]|91")
"""The first two digits: provinces, Taiwan, Hong Kong, Macao, and 91 for foreigners with residence."""
_ZERO = ord("0")
_DOUBLED = bytes.maketrans(b"0123456789", bytes((0, 2, 4, 6, 8, 1, 3, 5, 7, 9)))
"""A digit -> the sum of the digits of its double."""


def is_resident_id(number: str) -> bool:
    """Whether 17 digits and a digit or X are a Chinese resident id (GB 11643-1999).

    Province, a date of birth between 1900 and 2099 that exists, and the check character (ISO 7064 MOD 11-2).
    """
    if not _PROVINCES.match(number) or number[6:8] not in ("19", "20"):
        return False
    try:
        date(int(number[6:10]), int(number[10:12]), int(number[12:14]))
    except ValueError:
        return False
    total = sum(map(mul, _ID_WEIGHTS, number.encode())) - _ZERO * sum(_ID_WEIGHTS)
    return _ID_CHECKS[total % 11] == number[17].upper()


def passes_luhn(digits: str) -> bool:
    """Whether digits end in their Luhn check digit (ISO/IEC 7812-1)."""
    plain = digits.encode()
    singles = plain[::-2]
    return (sum(singles) - _ZERO * len(singles) + sum(plain[-2::-2].translate(_DOUBLED))) % 10 == 0


def is_barcode(digits: str) -> bool:
    """Whether 13 digits are an EAN-13, the number under a barcode."""
    values = [int(digit) for digit in digits]
    return len(values) == 13 and (sum(values[::2]) + 3 * sum(values[1::2])) % 10 == 0
