"""Makes the two messy exports that ship in data/ out of the sample requests and customers.

One command, always the same files: `python experiments/importing/messy_export.py`.
"""

from __future__ import annotations

import csv
import io
import random
from datetime import UTC, datetime
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

from features import tables

DATA = Path(__file__).parents[2] / "data"
ZONE = ZoneInfo("Asia/Shanghai")
CHINESE, ENGLISH = 190, 50
GROUPS = ("工单信息", "", "", "", "分类", "", "", "优先级", "描述信息", "", "", "处理信息", "", "", "")
NAMES = (
    "工单编号", "创建时间", "来源", "客户编号", "一级分类", "二级分类", "三级分类", "",
    "标题", "问题描述", "补充说明", "处理人", "处理结果", "关闭时间", "备注",
)  # fmt: skip
LEVELS = {
    "incident": ("技术支持", "故障报修"),
    "security": ("技术支持", "信息安全"),
    "service": ("客户服务", "服务申请"),
    "question": ("客户服务", "咨询"),
    "change": ("订单", "变更"),
    "purchase": ("订单", "采购"),
    "billing": ("财务", "账务"),
    "complaint": ("反馈", "投诉"),
    "feature": ("反馈", "产品需求"),
}
THIRD = {
    "incident": (("机", "泵", "阀", "设备", "machine", "pump", "unit"), "生产设备", "信息系统"),
    "service": (("账号", "权限", "密码", "account", "access", "login"), "账号权限", "其他"),
    "billing": (("发票", "开票", "invoice"), "发票", "收付款"),
    "change": (("合同", "contract", "scope"), "合同变更", "订单变更"),
}
PRIORITIES = {
    "urgent": ("特急", "紧急", "紧急", "加急"),
    "routine": ("普通", "普通", "一般", "普通 "),
    "long_term": ("不急", "不急", "低"),
}
CHANNELS = {"form": "官网表单", "email": "邮件", "chat": "企业微信"}
RESULTS = {
    "incident": "已派工程师上门，更换部件后恢复",
    "security": "已冻结账号并完成溯源",
    "service": "已开通，用户确认",
    "question": "已电话答复",
    "change": "合同已更新并回传",
    "purchase": "已报价，转销售跟进",
    "billing": "发票已重开并寄出",
    "complaint": "已致歉并补偿",
    "feature": "已录入需求池",
}
CUSTOMER_NAMES = (
    "客户编号", "客户名称", "年营收(万元)", "合同金额", "合作年限", "回款及时率", "同比增长", "员工人数",
    "是否重点客户", "客户等级", "客户经理", "数据日期",
)  # fmt: skip
TORN_BY_COMMAS = (
    "2026-0998,2026/6/30 上午9:10,电话,,,,,普通,打印机缺墨,三楼打印机缺墨,"
    "请送一个墨盒来,谢谢,王工,已更换,,\r\n"
)
TEMPLATE = "【系统通知】您提交的申请已进入审批流程，请勿直接回复本邮件。如需帮助请联系服务台。"

Cells = list[str]


def requests_export(chance: random.Random) -> bytes:
    """A ticket system's export: GB18030, titles, two header rows, and whatever else goes wrong in life."""
    samples = tables.read(DATA / "requests.csv").frame.to_dict("records")
    chosen = [row for row in samples if row["language"] == "zh"][:CHINESE]
    chosen += [row for row in samples if row["language"] == "en"][:ENGLISH]
    rows = [_ticket(number, row, chance) for number, row in enumerate(chosen, start=1)]
    rows += _repeated(rows, chance)
    rows.sort(key=lambda cells: (cells[4], cells[5]))
    _merge(rows)
    rows.insert(120, list(NAMES))
    titles = [["2026年上半年服务工单导出"], ["导出时间：2026-09-01 09:00"]]
    total = ["合计", *[""] * 13, f"{len(rows) - 1} 条"]
    words = _csv([*titles, list(GROUPS), list(NAMES), *rows, total]) + TORN_BY_COMMAS
    torn = "2026-0999,2026/6/30 上午9:12,电话,,,,,普通,".encode("gb18030") + b"\xff\xff,\xff,,,,,\r\n"
    return words.encode("gb18030") + torn


def customers_export(chance: random.Random) -> bytes:
    """A CRM's export of the customers: sums in 万元, shares in per cent, words for flags."""
    rows = [_customer(each) for each in tables.read(DATA / "customers.csv").frame.head(60).to_dict("records")]
    rows[8][5], rows[11][2] = "看情况", "300-500"
    rows.append([*rows[4][:2], "约300", *rows[4][3:]])
    rows.append(["", "无编号公司", *[""] * 10])
    chance.shuffle(rows)
    return _csv([list(CUSTOMER_NAMES), *rows]).encode("gb18030")


def _customer(each: dict[Any, Any]) -> Cells:
    foreign = each["currency"] != "CNY"
    contract = f"{each['currency']} {each['contract_amount']}" if foreign else each["contract_amount"]
    key = each["key_account"] == "true"
    return [
        each["id"],
        each["name"],
        "" if foreign else _in_ten_thousands(each["revenue"]),
        contract if each["contract_amount"] else "",
        f"{each['tenure_years']}年" if each["tenure_years"] else "未知",
        _per_cent(each["payment_punctuality"]),
        _per_cent(each["growth"]),
        each["employees"],
        "是" if key else "否",
        "核心客户" if key else each["tier"],
        each["account_manager"],
        _day(each["as_of"]),
    ]


def _ticket(number: int, row: dict[Any, Any], chance: random.Random) -> Cells:
    kind = row["type"]
    first, second = LEVELS[kind]
    third = ""
    if kind in THIRD:
        signs, one, other = THIRD[kind]
        third = one if any(sign in row["text"].lower() for sign in signs) else other
    if number % 23 == 0:
        first, second, third = "待定", "", ""
    unsure = number % 17 == 0
    text, _, more = row["text"].partition("\n\n")
    return [
        f"2026-{number:04d}",
        _written(row["received_at"], number),
        CHANNELS[row["channel"]],
        row["customer_id"],
        first,
        second,
        third,
        chance.choice(("待定", "其他", "") if unsure else PRIORITIES[row["urgency"]]),
        row["subject"],
        text,
        more,
        chance.choice(("王工", "李工", "陈工")),
        RESULTS[kind],
        f"2026/{1 + number % 9}/{1 + number % 28} 17:30",
        "",
    ]


def _written(received: str, number: int) -> str:
    """A time as one of three programs wrote it; two rows hold what an empty cell becomes."""
    at = datetime.fromisoformat(received).astimezone(ZONE)
    if number in (41, 97):
        return ("1900/1/0", "N/A")[number == 97]
    if number % 3 == 0:
        half = "上午" if at.hour < 12 else "下午"
        return f"{at.year}/{at.month}/{at.day} {half}{at.hour % 12 or 12}:{at.minute:02d}"
    if number % 3 == 1:
        return f"{at.year}年{at.month}月{at.day}日"
    days = (at.replace(tzinfo=None) - datetime(1899, 12, 30, tzinfo=UTC).replace(tzinfo=None)).total_seconds()
    return f"{days / 86400:.6f}"


def _repeated(rows: list[Cells], chance: random.Random) -> list[Cells]:
    """Rows sent or exported twice, the same words under another category, and a template mail."""
    exported = [list(rows[at]) for at in range(5, 61, 8)]
    resent = [[f"2026-07{at:02d}", *rows[at][1:]] for at in range(10, 40, 5)]
    for cells in resent:
        cells[9] = "再发一次：" + cells[9]
    other = [[f"2026-08{at:02d}", *rows[at][1:]] for at in (70, 82, 94, 106)]
    for cells in other:
        cells[4:8] = ["客户服务", "咨询", "", chance.choice(("特急", "不急"))]
    same_id = [list(rows[at]) for at in (20, 21)]
    for cells in same_id:
        cells[9] += "（补充：请尽快回复）"
    mail = [
        "邮件",
        "",
        "客户服务",
        "服务申请",
        "其他",
        "普通",
        "审批提醒",
        TEMPLATE,
        "",
        "系统",
        "自动关闭",
        "",
        "",
    ]
    notices = [[f"2026-09{at:02d}", f"2026年6月{at + 1}日", *mail] for at in range(8)]
    return exported + resent + other + same_id + notices


def _merge(rows: list[Cells]) -> None:
    """What is left of merged cells in a csv: the first of a block has the value, the others are empty."""
    above = ["", ""]
    for cells in rows:
        levels = cells[4:6]
        if cells[5]:
            cells[4] = "" if levels[0] == above[0] else levels[0]
        above = levels


def _in_ten_thousands(value: str) -> str:
    return f"{float(value) / 10_000:,.2f}" if value else ""


def _day(value: str) -> str:
    year, month, day = value.split("-") if value else ("", "", "")
    return f"{year}年{int(month)}月{int(day)}日" if value else ""


def _per_cent(value: str) -> str:
    return f"{float(value):.0%}" if value else "-"


def _csv(rows: list[Cells]) -> str:
    lines = io.StringIO(newline="")
    width = max(map(len, rows))
    csv.writer(lines).writerows([*cells, *[""] * (width - len(cells))] for cells in rows)
    return lines.getvalue()


if __name__ == "__main__":
    seeded = random.Random(7)  # noqa: S311 - chance, not a secret
    (DATA / "messy-export.csv").write_bytes(requests_export(seeded))
    (DATA / "messy-export-customers.csv").write_bytes(customers_export(seeded))
