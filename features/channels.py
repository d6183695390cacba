"""The ways a request comes in, as data: codes, names in Chinese and English, and other programs' words."""

from __future__ import annotations

import unicodedata
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from importlib import resources

import yaml


@dataclass(frozen=True, kw_only=True)
class Channel:
    """A way a request comes in. name: language -> what it is called."""

    code: str
    name: Mapping[str, str]


def channels() -> Mapping[str, Channel]:
    """The channels that are known, by code."""
    return _known()[0]


def channel_of(word: str) -> str:
    """The code that a word for a channel means; where it is no known one the word, without outer blanks."""
    return _known()[1].get(_plain(word), word.strip())


def name_of(word: str) -> Mapping[str, str]:
    """What a channel is called in each language; its own word where it is no known one."""
    found = channels().get(channel_of(word))
    return {"zh": word, "en": word} if found is None else found.name


def _plain(word: str) -> str:
    return " ".join(unicodedata.normalize("NFKC", word).casefold().split())


@cache
def _known() -> tuple[Mapping[str, Channel], Mapping[str, str]]:
    raw = yaml.safe_load(resources.files("features").joinpath("channels.yaml").read_text("utf-8"))
    known = {code: Channel(code=code, name=dict(each["name"])) for code, each in raw.items()}
    words = {_plain(str(word)): code for code, each in raw.items() for word in (code, *each["words"])}
    return known, words
