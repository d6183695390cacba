"""The proposed map: by names, by values where names say nothing, and never text written after intake."""

from __future__ import annotations

from tests.training.importing.exports import export
from training.importing.propose import propose

WORDS = ["登录页打不开，请尽快处理", "发票抬头开错了，请重开一张", "想增加导出功能，方便我们对账"]


def test_chinese_names_are_told_apart() -> None:
    found = propose(
        export(
            [
                "工单编号",
                "创建时间",
                "来源",
                "客户编号",
                "标题",
                "问题描述",
                "补充说明",
                "优先级",
                "处理结果",
                "部门",
            ],
            *[
                [f"T{at}", "2024-03-05", "邮件", "C1", "短", words, "", level, "已处理", "客服"]
                for at, (words, level) in enumerate(zip(WORDS, ("特急", "普通", "待定"), strict=True))
            ],
        ),
        sheet=None,
        zone="Asia/Shanghai",
    )
    mapping = found.mapping
    assert mapping.single == {
        "id": "工单编号", "received_at": "创建时间", "channel": "来源", "customer_id": "客户编号",
    }  # fmt: skip
    assert (mapping.subject, mapping.text) == (("标题",), ("问题描述",))
    assert mapping.labels["urgency"].values == {"特急": "urgent", "普通": "routine", "待定": None}
    assert mapping.after_intake == ("处理结果",)
    assert dict(found.unused) == {"部门": "1 value", "补充说明": "empty"}
    assert "'优先级' is read as urgency" in found.notes[0]


def test_levels_are_one_label_and_empty_parents_mean_merged_cells() -> None:
    rows = [["硬件", "打印机", "a"], ["", "电脑", "b"], ["软件", "邮箱", "c"]]
    each = propose(export(["一级分类", "二级分类", "描述"], *rows), sheet=None, zone="UTC").mapping.labels[
        "category"
    ]
    assert (each.columns, each.fill_down) == (("一级分类", "二级分类"), True)
    rows = [["硬件", "打印机", "a"], ["", "", "b"], ["软件", "", "c"]]
    each = propose(export(["一级分类", "二级分类", "描述"], *rows), sheet=None, zone="UTC").mapping.labels[
        "category"
    ]
    assert not each.fill_down


def test_values_tell_what_names_do_not() -> None:
    rows = [
        [f"2024-03-0{at + 1} 10:00", words * 3, level, "x"]
        for at, (words, level) in enumerate(zip(WORDS, ("特急", "普通", "不急"), strict=True))
    ]
    found = propose(export(["甲", "乙", "丙", "丁"], *rows), sheet=None, zone="UTC")
    assert found.mapping.single == {"received_at": "甲"}
    assert found.mapping.text == ("乙",)
    assert found.mapping.labels["urgency"].columns == ("丙",)
    assert found.notes == ("'丙' is read as urgency, told by its values alone.",)


def test_a_priority_of_own_words_stays_a_priority() -> None:
    rows = [[words, level] for words, level in zip(WORDS, ("红", "黄", "蓝"), strict=True)]
    found = propose(export(["描述", "优先级"], *rows), sheet=None, zone="UTC")
    assert list(found.mapping.labels) == ["priority"]
    assert not found.notes


def test_a_category_of_the_default_types_is_the_type() -> None:
    rows = [[words, level] for words, level in zip(WORDS, ("故障", "咨询", "投诉"), strict=True)]
    found = propose(export(["描述", "分类"], *rows), sheet=None, zone="UTC")
    assert found.mapping.labels["type"].values == {
        "故障": "incident",
        "咨询": "question",
        "投诉": "complaint",
    }


def test_a_subject_alone_is_the_text() -> None:
    found = propose(export(["标题", "x"], *[[words, "1"] for words in WORDS]), sheet=None, zone="UTC")
    assert (found.mapping.subject, found.mapping.text) == ((), ("标题",))


def test_what_looks_like_labels_is_hinted_and_left_alone() -> None:
    rows = [[f"{words} {at}", ("甲", "乙")[at % 2]] for at in range(12) for words in WORDS[:1]]
    found = propose(export(["描述", "产品线"], *rows), sheet=None, zone="UTC")
    assert found.unused == (("产品线", "could be labels: 2 values"),)
