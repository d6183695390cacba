"""What only asks where a request is, is told from what says something new."""

from __future__ import annotations

import pytest

from features.records import Request
from features.text.chasers import is_chaser


@pytest.mark.parametrize(
    "text",
    [
        "催办",
        "催一下，谢谢！",
        "请问有进展吗？",
        "怎么还没处理？？！！",
        "已经等了3天了，麻烦尽快处理",
        "什么时候能解决",
        "Any news?",
        "Any update on this? It is URGENT!!!",
        "Hi team, just following up on my ticket. Thanks",
        "When will this be fixed?",
        "Still waiting.\n\n-----Original Message-----\nFrom: a@b.c\nSubject: x\n\nThe whole site is down",
    ],
)
def test_chasers(text):
    assert is_chaser(Request(text=text))


@pytest.mark.parametrize(
    "text",
    [
        "",
        "谢谢",
        "ok",
        "现在整个车间都停产了",
        "还没解决，现在整个财务部都无法开票，请尽快",
        "漏水了，赶紧",
        "催一下，已经影响110人了",
        "It is on fire, hurry",
        "Any news? Now the whole site is down",
        "We now have 40 people affected, please hurry",
        "When will this be fixed? Our audit is tomorrow.",
        "Any news? " + "The machine stands still. " * 40,
    ],
)
def test_what_says_something(text):
    assert not is_chaser(Request(text=text))
