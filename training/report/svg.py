"""SVG by hand: escaped elements, and the scales of a plot. Colours come from classes, see chart.css.jinja."""

from __future__ import annotations

from dataclasses import dataclass

from markupsafe import Markup


def element(tag: str, *content: str, **attributes: object) -> Markup:
    """An element. `class_` is written class, `text_anchor` text-anchor; what is no Markup is escaped."""
    written = Markup("").join(
        Markup(' {}="{}"').format(name.rstrip("_").replace("_", "-"), _number(value))
        for name, value in attributes.items()
        if value is not None
    )
    return Markup("<{0}{1}>{2}</{0}>").format(tag, written, Markup("").join(content))


def drawing(*content: str, width: float, height: float, title: str, fixed: bool = False) -> Markup:
    """A whole drawing, named for who hears it. fixed: it keeps its size, and its frame scrolls."""
    return element(
        "svg",
        element("title", title),
        *content,
        xmlns="http://www.w3.org/2000/svg",
        role="img",
        class_="chart",
        viewBox=f"0 0 {width:.0f} {height:.0f}",
        width=round(width) if fixed else None,
        height=round(height) if fixed else None,
    )


def line(x1: float, y1: float, x2: float, y2: float, *, class_: str) -> Markup:
    """A straight line."""
    return element("line", x1=x1, y1=y1, x2=x2, y2=y2, class_=class_)


def words(x: float, y: float, told: str, *, class_: str = "t", anchor: str | None = None) -> Markup:
    """A piece of text with its baseline at y. anchor: `middle` or `end` of it at x."""
    return element("text", told, x=x, y=y, class_=class_, text_anchor=anchor)


def width_of(told: str, *, size: float = 12) -> float:
    """About how wide a text is: a Chinese character is as wide as high, a Latin one a little over half."""
    return sum(size if ord(letter) > 0x2E7F else 0.57 * size for letter in told)


@dataclass(frozen=True, kw_only=True)
class Scale:
    """From a value between low and high to a coordinate between start and end."""

    low: float
    high: float
    start: float
    end: float

    def __call__(self, value: float) -> float:
        """The coordinate; values outside are held at the ends."""
        share = (min(max(value, self.low), self.high) - self.low) / (self.high - self.low)
        return self.start + share * (self.end - self.start)


def _number(value: object) -> object:
    return f"{value:.1f}" if isinstance(value, float) else value
