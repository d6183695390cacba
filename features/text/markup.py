"""A body in HTML, as its reader sees it: blocks as lines, no tags, styles or scripts.

A scanner of our own, in one pass: the parsers tried take quadratic time on hostile input (Lexbor 5 s for
200,000 characters of <div>, html.parser 0.4 s for 20,000 of <!--), and only the words are wanted.
"""

from __future__ import annotations

import html
import re

MOST_QUOTED = 8
"""Levels of quotation that are told apart."""

MOST_ESCAPED = 3
"""How often markup may stand in markup, escaped, before the text is taken for speaking of it."""

_KNOWN = (
    "a|abbr|address|article|b|big|blockquote|body|br|center|code|div|em|font|footer|h[1-6]|head|header|hr|"
    "html|i|img|li|main|o:p|ol|p|pre|s|section|small|span|strike|strong|sub|sup|table|tbody|td|tfoot|th|"
    "thead|tr|tt|u|ul"
)
_DOCUMENT = re.compile(r"\s*<(?:!doctype\s{1,9}html|html|head|body|meta|style)[\s>]", re.IGNORECASE)
_OPENS = re.compile(rf"\s*<(?:{_KNOWN})(?=[\s/>])", re.IGNORECASE)
_ENDS = re.compile(rf"<(?:/(?:{_KNOWN})|br|hr|img)\b[^<>]{{0,500}}>$", re.IGNORECASE)
_BREAKS = re.compile(r"(?<![\"'`“‘「<>])(?:<br\s{0,3}/?>|</p>|</div>)(?![\"'`”’」])", re.IGNORECASE)

_OF_TAGS = re.compile(r"\b(?:tags?|html|markup|source code)\b|标签|代码|源码", re.IGNORECASE)

_TOKEN = re.compile(
    r"<!--|<[!?][^<>]*+>|"
    r"<(?P<close>/?)(?P<name>[a-z][a-z0-9:-]*)(?=[\s/>])"
    r"(?P<rest>(?:[^<>\"']|\"[^\"<]*\"|'[^'<]*')*+|[^<>]*+)>",
    re.IGNORECASE,
)
_SILENT = {"noscript", "script", "select", "style", "svg", "template", "textarea", "title", "xml"}
_BLOCK = re.compile(
    "address|article|blockquote|body|br|center|dd|div|dl|dt|footer|form|h[1-6]|header|hr|html|li|main|ol|p|pre|"
    "section|table|tbody|tfoot|thead|tr|ul"
)
_CITED = re.compile(r"cite|quote", re.IGNORECASE)
_SIGNATURE = re.compile(r"gmail_signature|id=\"?'?signature", re.IGNORECASE)
_BLANKS = re.compile(r"\s+")
_NO_CHARACTER = re.compile(r"&#x?[0-9a-f]{8,};?", re.IGNORECASE)


def plain(text: str, *, enough: int) -> str:
    """The words of a text in HTML, line by line, about the first `enough` characters; other text as it is.

    Where markup is all there is, it is what the sender meant to show, and stays.
    """
    words = text
    for _ in range(MOST_ESCAPED):
        if not is_html(words):
            return words
        words = _Page(words).words(enough)
        if not any(character.isalpha() for character in words):
            return text
    return text


def is_html(text: str) -> bool:
    """Whether a text is a page or a part of one, and not words that speak of tags.

    It starts a document; or starts and ends with a tag; or is one line, broken by tags.
    """
    if "<" not in text:
        return False
    if _DOCUMENT.match(text):
        return True
    line = text.strip()
    if _OPENS.match(line):
        return _ENDS.search(line[-600:]) is not None
    return "\n" not in line and len(_BREAKS.findall(line)) >= 2 and not _OF_TAGS.search(line)


class _Page:
    """What was read of a page so far: its lines, and the line at work."""

    def __init__(self, text: str) -> None:
        self.text = text
        self.lines: list[str] = []
        self.line: list[str] = []
        self.quotes: list[bool] = []
        self.quoted = 0
        self.length = 0
        self.unclosed: set[str] = set()
        tags = {found["name"].lower() for found in _TOKEN.finditer(text[:20_000]) if found["name"]}
        self.keeps_breaks = not any(map(_BLOCK.fullmatch, tags))

    def words(self, enough: int) -> str:
        at = 0
        while self.length <= enough and (token := _TOKEN.search(self.text, at)):
            self._say(self.text[at : token.start()])
            at = token.end()
            if token[0] == "<!--":
                at = self._after("-->", at)
            elif token["name"]:
                at = self._obey(token["name"].lower(), token, at)
        if self.length <= enough:
            self._say(self.text[at:])
        self._end_line()
        return "\n".join(self.lines)

    def _obey(self, name: str, token: re.Match[str], at: int) -> int:
        closes = bool(token["close"])
        if name in _SILENT:
            return at if closes else self._after(f"</{name}", at)
        if _BLOCK.fullmatch(name):
            self._end_line()
        if name == "blockquote" and not closes:
            self.quotes.append(_CITED.search(token["rest"]) is not None)
            self.quoted += self.quotes[-1]
        elif name == "blockquote" and self.quotes:
            self.quoted -= self.quotes.pop()
        elif name == "li" and not closes:
            self.line.append("- ")
        elif name in {"td", "th"}:
            self.line.append(" ")
        elif name == "div" and _SIGNATURE.search(token["rest"]):
            self.lines.append("--")
        return at

    def _after(self, needle: str, at: int) -> int:
        """The end of what is not shown; where it is never closed, only its opening is not."""
        if needle in self.unclosed:
            return at
        found = re.compile(re.escape(needle), re.IGNORECASE).search(self.text, at)
        if found is None:
            self.unclosed.add(needle)
            return at
        return found.end() if needle == "-->" else found.start()

    def _say(self, words: str) -> None:
        if not words:
            return
        if "&" in words:
            words = html.unescape(_NO_CHARACTER.sub("", words))
        if self.keeps_breaks:
            *ended, words = words.split("\n")
            for each in ended:
                self.line.append(each)
                self._end_line()
        self.line.append(words)

    def _end_line(self) -> None:
        if not self.line:
            return
        words = _BLANKS.sub(" ", "".join(self.line)).strip()
        self.line.clear()
        if words and words != "-":
            self.lines.append("> " * min(self.quoted, MOST_QUOTED) + words)
            self.length += len(words) + 1
