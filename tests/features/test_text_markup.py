"""Bodies in HTML are read as their reader sees them; words that speak of tags stay as they are."""

from __future__ import annotations

import pytest

from features import text
from features.records import Request


def read(words: str) -> str:
    return text.read(Request(text=words)).words


def test_a_page_is_read_as_its_lines() -> None:
    page = (
        "<html><head><style>p{color:red}</style><title>x</title></head><body>"
        "<!--[if mso]><xml>a</xml><![endif]-->"
        "<p>The <b>prin</b>ter on floor&nbsp;3 prints &lt;blank&gt; pages &amp; jams&#33;</p>"
        "<ul><li>since Monday<li>all trays</ul>"
        "<table><tr><td>Serial</td><td>PX-1</td></tr><tr><th>Site</th><td>Leeds</td></tr></table>"
        "<script>alert(1)</script><img src='cid:1' alt='logo'></body></html>"
    )
    lines = ["The printer on floor 3 prints <blank> pages & jams!", "- since Monday", "- all trays"]
    assert read(page) == "\n".join([*lines, "Serial PX-1", "Site Leeds"])


def test_the_mail_below_is_known_in_a_page_too() -> None:
    gmail = (
        '<div dir="ltr">The VPN drops every ten minutes for our sales team.</div><div class="gmail_quote">'
        "<div>On Mon, Mar 2, 2026 at 10:00 AM S &lt;<a href='mailto:s@x.example'>s@x."
        "example</a>&gt; wrote:<br>"
        "</div>"
        '<blockquote class="gmail_quote">invoice sent<br>bye</blockquote></div>'
    )
    outlook = (
        "<div>The VPN drops every ten minutes for our sales team.</div><div><br></div>"
        "<div><b>发件人:</b> 客服<br><b>发送时间:</b> 2026年3月2日<br><b>主题:</b> "
        "发票<br></div><div>发票已寄出</div>"
    )
    assert read(gmail) == read(outlook) == "The VPN drops every ten minutes for our sales team."


def test_one_line_broken_by_tags_is_read_as_lines() -> None:
    assert read("您好，<br>三号机打不开<br/>请看看") == "三号机打不开\n请看看"


def test_lines_between_tags_that_break_none_are_kept() -> None:
    words = read("<b>Printer</b> on floor 3\nprints <i>blank</i>")
    assert words == "Printer on floor 3\nprints blank"


def test_of_a_page_the_words_are_counted_and_not_the_styles() -> None:
    style, words = "p{color:red} " * 4_000, "<p>The press stands still.</p>"
    page = f"<html><head><style>{style}</style></head><body>{words}</body></html>"
    assert text.read(Request(text=page)) == text.ReadText(words="The press stands still.", truncated=False)
    long = text.read(Request(text=f"<html><body>{words * 2_000}</body></html>"))
    assert long.truncated
    assert 19_000 < len(long.words) <= 20_000


@pytest.mark.parametrize(
    "page",
    [
        "<p>Press 4 stands <b>still",
        "<html><body>Press 4 stands<!-- never closed still",
        "<html><style>Press 4 stands still",
    ],
)
def test_what_is_never_closed_loses_no_words(page: str) -> None:
    assert "Press 4 stands" in read(page)


@pytest.mark.parametrize(
    "words",
    [
        'On your page the <br> tag shows up in the title: "Hello<br>World"',
        '<div id="widget"> isn\'t closed on your page, please fix it',
        "How do I embed it?\n<div id='widget'></div>\n<script src='w.js'></script>",
        "<script src='w.js'></script>",
        "x <y and z> w",
        "<3 this tool",
    ],
)
def test_words_that_speak_of_tags_are_no_page(words: str) -> None:
    assert read(words) == words
