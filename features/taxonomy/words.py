"""What common labels are called in the other language, so that an inferred file is half translated.

Only words with one plain meaning in a service desk; any other label is called by its own word in both.
"""

from __future__ import annotations

from collections.abc import Mapping
from functools import cache

from features.taxonomy.fields import LANGUAGES

_PAIRS = (
    "类型 Type|类别 Category|分类 Category|优先级 Priority|紧急程度 Urgency|影响 Impact|难度 Difficulty|"
    "严重程度 Severity|产品 Product|部门 Department|团队 Team|"
    "硬件 Hardware|软件 Software|网络 Network|打印机 Printer|电脑 Computer|笔记本 Laptop|显示器 Monitor|"
    "服务器 Server|数据库 Database|操作系统 Operating system|邮件 Mail|邮箱 Mailbox|账号 Account|"
    "密码 Password|权限 Permission|登录 Login|安装 Installation|升级 Upgrade|培训 Training|文档 Document|"
    "故障 Fault|报修 Repair|维修 Repair|更换 Replacement|备件 Spare part|安全 Security|病毒 Virus|"
    "备份 Backup|电话 Telephone|会议 Meeting|视频会议 Video conference|无线网络 Wi-Fi|"
    "咨询 Question|投诉 Complaint|建议 Suggestion|需求 Requirement|变更 Change|服务请求 Service request|"
    "发票 Invoice|付款 Payment|退款 Refund|退货 Return|换货 Exchange|订单 Order|报价 Quotation|合同 Contract|"
    "物流 Logistics|配送 Delivery|采购 Purchase|销售 Sales|财务 Finance|"
    "人事 Human resources|行政 Administration|"
    "质量 Quality|生产 Production|设备 Equipment|仓库 Warehouse|客户 Customer|会员 Membership|"
    "紧急 Urgent|特急 Extremely urgent|加急 Expedited|普通 Ordinary|常规 Routine|其他 Other|其它 Other"
)


def names(word: str) -> dict[str, str]:
    """A word's name in each language: its own where no translation is known."""
    known = _known().get(word.strip().casefold())
    return dict.fromkeys(LANGUAGES, word) if known is None else dict(known)


@cache
def _known() -> Mapping[str, Mapping[str, str]]:
    """Either language's word, without case -> both; of two with one translation the first is taken."""
    found: dict[str, Mapping[str, str]] = {}
    for pair in _PAIRS.split("|"):
        zh, en = pair.split(" ", maxsplit=1)
        for word in (zh, en):
            found.setdefault(word.casefold(), {"zh": zh, "en": en})
    return found
