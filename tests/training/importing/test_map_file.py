"""Maps as files: what is proposed reads back the same, and every fault in an edited one has its key."""

from __future__ import annotations

from pathlib import Path

import pytest

from features.errors import InputError
from training.importing import customer_map
from training.importing.customer_map import CustomerMap, FactMap, read_customer_map
from training.importing.map_file import as_data, read_map, write_map
from training.importing.mapping import LabelMap, RequestMap

WHOLE = RequestMap(
    sheet="工单",
    header=(3, 4),
    zone="Asia/Shanghai",
    day_first=True,
    single={"id": "工单编号", "received_at": "创建时间"},
    subject=("标题",),
    text=("描述", "说明"),
    labels={
        "urgency": LabelMap(columns=("优先级",), values={"特急": "urgent", "是": "routine", "待定": None}),
        "category": LabelMap(columns=("一级", "二级"), fill_down=True),
    },
    after_intake=("处理结果",),
)


def test_a_map_reads_back_the_same(tmp_path: Path) -> None:
    write_map(as_data(WHOLE), tmp_path / "m.yaml", comments=["Proposed."])
    assert read_map(tmp_path / "m.yaml") == WHOLE
    assert (tmp_path / "m.yaml").read_text("utf-8").startswith("# Proposed.\nformat: 1\n")


def test_a_map_of_customers_reads_back_the_same(tmp_path: Path) -> None:
    whole = CustomerMap(
        id="编号", name="名称", header=(2,),
        facts={
            "revenue": FactMap(column="营收(万元)", unit=10_000, currency="CNY"),
            "tier": FactMap(column="等级"),
        },
    )  # fmt: skip
    write_map(customer_map.as_data(whole), tmp_path / "m.yaml", comments=())
    assert read_customer_map(tmp_path / "m.yaml") == whole


def test_a_map_that_says_something_else_is_never_written_over(tmp_path: Path) -> None:
    path = tmp_path / "m.yaml"
    write_map(as_data(WHOLE), path, comments=())
    write_map(as_data(WHOLE), path, comments=["again"])
    path.write_text(path.read_text("utf-8").replace("urgent", "routine"), "utf-8")
    with pytest.raises(InputError, match="is there already and says something else: give it with --map"):
        write_map(as_data(WHOLE), path, comments=())


def test_short_forms_are_read(tmp_path: Path) -> None:
    (tmp_path / "m.yaml").write_text(
        "format: 1\nkind: requests\nheader: 3\ntext: 描述\n"
        "labels:\n  urgency: 优先级\n  n: {columns: c, values: {1: 2}}\n",
        "utf-8",
    )
    found = read_map(tmp_path / "m.yaml")
    assert (found.header, found.text) == ((3,), ("描述",))
    assert found.labels["urgency"] == LabelMap(columns=("优先级",))
    assert found.labels["n"].values == {"1": "2"}


@pytest.mark.parametrize(
    ("words", "told"),
    [
        ("[", "is not YAML"),
        ("a: 1", "is no map of requests: it must say `format: 1` and `kind: requests`"),
        ("format: 2\nkind: requests", "it must say `format: 1`"),
        ("format: 1\nkind: customers", "is no map of requests"),
        ("format: 1\nkind: requests\ntxt: x", "txt: unknown key; known are"),
        ("format: 1\nkind: requests\ntime: {zon: x}", "time.zon: unknown key"),
        ("format: 1\nkind: requests\ntime: {day_first: 1}", "time.day_first: 1 must be true or false"),
        ("format: 1\nkind: requests\nheader: [1, 2, 3]", "must be the number of one row or of two"),
        ("format: 1\nkind: requests\ntext: {a: 1}", "must be text"),
        ("format: 1\nkind: requests\nlabels: x", "labels: expected fields"),
        ("format: 1\nkind: requests\nlabels: {u: {columns: []}}", "labels.u.columns: name at least one"),
        ("format: 1\nkind: requests\nlabels: {u: {columns: x, values: {yes: a}}}", "put it in quotes"),
    ],
)
def test_each_fault_has_its_key(tmp_path: Path, words: str, told: str) -> None:
    (tmp_path / "m.yaml").write_text(words, "utf-8")
    with pytest.raises(InputError) as caught:
        read_map(tmp_path / "m.yaml")
    assert told in str(caught.value)
    assert "m.yaml" in str(caught.value)


@pytest.mark.parametrize(
    ("words", "told"),
    [
        ("", "id: name the column"),
        ("id: x\nfacts: {size: y}", "facts.size: unknown key"),
        ("id: x\nfacts: {revenue: {column: y, unit: 0}}", "facts.revenue.unit: 0 must be a number over 0"),
        ("id: x\nfacts: {revenue: {unit: 2}}", "facts.revenue.column: name a column"),
        ("id: x\nfacts: 7", "facts: expected facts"),
    ],
)
def test_each_fault_of_a_customers_map_has_its_key(tmp_path: Path, words: str, told: str) -> None:
    (tmp_path / "m.yaml").write_text(f"format: 1\nkind: customers\n{words}", "utf-8")
    with pytest.raises(InputError) as caught:
        read_customer_map(tmp_path / "m.yaml")
    assert told in str(caught.value)


@pytest.mark.parametrize(
    ("mapping", "told"),
    [
        (RequestMap(text=("描述", "处理结果")), "text: the column '处理结果' is written after intake"),
        (
            RequestMap(text=("描述",), subject=("备注",), after_intake=("备注",)),
            "subject: the column '备注' is",
        ),
        (RequestMap(text=("甲",)), "text: the file has no column '甲'; it has 描述, 处理结果, 备注"),
        (RequestMap(single={"id": "描述"}), "text: name the columns that hold what the request says"),
        (
            RequestMap(text=("描述",), labels={"text": LabelMap(columns=("备注",))}),
            "labels.text: that is no field's name",
        ),
    ],
)
def test_a_map_is_held_against_the_file(mapping: RequestMap, told: str) -> None:
    with pytest.raises(InputError) as caught:
        mapping.check(["描述", "处理结果", "备注"])
    assert told in str(caught.value)


def test_a_column_written_after_intake_may_be_a_label() -> None:
    RequestMap(text=("描述",), labels={"result": LabelMap(columns=("处理结果",))}).check(["描述", "处理结果"])
