"""How long an import takes: 40,000 rows of 200 characters, as csv and as xlsx, by the command line itself.

It makes both files in a folder of its own out of the sample requests, in a process of its own imports each,
and prints seconds and the highest memory of that process.
"""

from __future__ import annotations

import argparse
import csv
import multiprocessing
import platform
import resource
import sys
import tempfile
import time
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path

from features import tables
from training.importing.requests import Source, import_requests

DATA = Path(__file__).parents[2] / "data"
NAMES = (
    "工单编号",
    "创建时间",
    "来源",
    "客户编号",
    "一级分类",
    "二级分类",
    "优先级",
    "标题",
    "问题描述",
    "处理结果",
)
PRIORITIES = ("特急", "紧急", "普通", "一般", "不急", "待定")
BEGINS = datetime(2024, 1, 1, tzinfo=UTC)
NOW = datetime(2026, 9, 1, tzinfo=UTC)


def rows(count: int, characters: int) -> Iterator[list[str]]:
    """Tickets of so many characters, in the three ways dates are written."""
    texts = "　".join(tables.read(DATA / "requests.csv").frame["text"]).replace("\n", " ")
    for number in range(count):
        at = BEGINS + timedelta(minutes=17 * number)
        written = (
            f"{at:%Y/%m/%d} {'上午' if at.hour < 12 else '下午'}{at.hour % 12 or 12}:{at:%M}",
            f"{at:%Y年%m月%d日}",
            f"{at:%Y-%m-%d %H:%M:%S}",
        )[number % 3]
        start = number * 37 % (len(texts) - characters)
        yield [
            f"T{number:06d}",
            written,
            "邮件",
            f"C{number % 400:03d}",
            f"分类{number % 12}",
            f"分类{number % 12}-{number % 60}",
            PRIORITIES[number % len(PRIORITIES)],
            "",
            texts[start : start + characters],
            "已处理",
        ]


def write_csv(path: Path, count: int, characters: int) -> None:
    """In GB18030, as a spreadsheet in China saves it."""
    with path.open("w", encoding="gb18030", newline="") as file:
        csv.writer(file).writerows([list(NAMES), *rows(count, characters)])


def write_xlsx(path: Path, count: int, characters: int) -> None:
    """One sheet of words, as a ticket system writes it."""
    import xlsxwriter  # type: ignore[import-untyped]  # its authors ship no types

    with xlsxwriter.Workbook(str(path), {"constant_memory": True, "strings_to_formulas": False}) as book:
        sheet = book.add_worksheet("工单")
        for at, cells in enumerate([list(NAMES), *rows(count, characters)]):
            sheet.write_row(at, 0, cells)


def measure(path: Path, folder: str) -> tuple[float, float]:
    """Seconds, and MB of memory at most, of one import in this process."""
    started = time.monotonic()
    source = Source(file=path)
    import_requests(source, Path(folder) / f"{path.stem}-{path.suffix[1:]}-out.csv", now=NOW, say=print)
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    return time.monotonic() - started, peak / (1024 * 1024 if sys.platform == "darwin" else 1024)


def main() -> None:
    """Make, import and tell."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--rows", type=int, default=40_000)
    parser.add_argument("--characters", type=int, default=200)
    given = parser.parse_args()
    with tempfile.TemporaryDirectory() as folder:
        for suffix, make in ((".csv", write_csv), (".xlsx", write_xlsx)):
            path = Path(folder) / f"tickets{suffix}"
            make(path, given.rows, given.characters)
            with multiprocessing.get_context("spawn").Pool(1) as pool:
                seconds, memory = pool.apply(measure, (path, folder))
            size = path.stat().st_size / 1e6
            print(f"{suffix}: {given.rows} rows, {size:.1f} MB: {seconds:.1f} s, {memory:.0f} MB of memory")
    print(f"Python {platform.python_version()}, {platform.machine()}")


if __name__ == "__main__":
    main()
