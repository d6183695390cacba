"""Files of other programs: rows become requests, wrong ones are named by their number."""

from __future__ import annotations

import io
import json
import zipfile
from dataclasses import replace

import pytest
import xlsxwriter

from serving.store.tables import assessments, requests
from tests.serving.asking import fields, rows

PATH = "/v1/requests:upload"
CSV = """工单编号,标题,问题描述,渠道,创建时间,处理结果
A-1,打印机,打印机坏了,电话,2026-03-01 09:00,换了硒鼓
A-2,,,邮件,2026-03-01 10:00,
A-3,网络,停产了,传真,不知道,
A-4,系统,登录不了,网页,2026-03-01 11:00,
"""


@pytest.fixture
def headers(service):
    return service.headers(name="desk")


def send(service, headers, content, name="requests.csv", **data):
    given = content.encode() if isinstance(content, str) else content
    return service.client.post(PATH, files={"file": (name, given)}, data=data, headers=headers)


def workbook(cells):
    out = io.BytesIO()
    book = xlsxwriter.Workbook(out)
    sheet = book.add_worksheet()
    for number, row in enumerate(cells):
        sheet.write_row(number, 0, row)
    book.close()
    return out.getvalue()


@pytest.mark.parametrize("encoding", ["utf-8", "gb18030"])
def test_rows_are_stored_and_wrong_ones_named_by_their_number(service, headers, encoding):
    answer = send(service, headers, CSV.encode(encoding))
    assert answer.status_code == 200, answer.text
    told = answer.json()
    assert [(each["row"], each["status"]) for each in told["items"]] == [
        (2, 202),
        (3, 422),
        (4, 422),
        (5, 202),
    ]
    assert [each["errors"][0]["field"] for each in told["items"][1:3]] == ["text", "received_at"]
    assert told["columns"] == {
        "external_id": ["工单编号"],
        "received_at": ["创建时间"],
        "channel": ["渠道"],
        "subject": ["标题"],
        "text": ["问题描述"],
    }
    assert told["unused"] == ["处理结果"], "it is written after intake"
    first = service.client.get(f"/v1/requests/{told['items'][0]['id']}", headers=headers).json()["request"]
    assert (first["channel"], first["external_id"]) == ("phone", "A-1")
    assert (first["text"], first["received_at"]) == ("打印机坏了", "2026-03-01T01:00:00Z")


def test_a_file_sent_again_stores_nothing_twice(service, headers):
    send(service, headers, CSV)
    again = send(service, headers, CSV).json()
    assert (again["replayed"], again["stored"] + again["waiting"], rows(service, requests)) == (2, 0, 2)


def test_a_preview_stores_nothing(service, headers):
    told = send(service, headers, CSV, preview="true").json()
    assert (told["readable"], told["refused"], [each["row"] for each in told["items"]]) == (2, 2, [3, 4])
    assert rows(service, requests) == 0


def test_columns_can_be_told_and_are_checked(service, headers):
    columns = json.dumps({"text": ["处理结果", "标题"]})
    told = send(service, headers, CSV, columns=columns, preview="true").json()
    assert told["columns"] == {"text": ["处理结果", "标题"]}
    for wrong in ("[1]", "{", '{"text": ["nowhere"]}', '{"colour": ["标题"]}', '{"text": [1]}', "{}"):
        answer = send(service, headers, CSV, columns=wrong)
        assert answer.status_code == 422, wrong
        assert fields(answer)[0].startswith("columns"), wrong


def test_a_workbook_is_read_and_so_are_lines_of_json(service, headers):
    cells = [["问题描述", "来源渠道"], ["打印机坏了", "邮件"], ["网络断了", "上门"]]
    assert send(service, headers, workbook(cells), "a.xlsx").json()["waiting"] == 2
    lines = '{"text": "one", "id": "1"}\n{"text": "two", "id": "2"}\nno json\n'
    told = send(service, headers, lines, "a.jsonl").json()
    assert (told["waiting"], told["refused"]) == (2, 1)


def test_closed_rows_start_no_clock(service, headers):
    content = "text,received_at,status,closed_at\nold,2025-01-01,closed,2025-01-02\nnew,2026-01-01,open,\n"
    told = send(service, headers, content).json()
    assert [(each["status"], each["state"]) for each in told["items"]] == [(201, "closed"), (202, "received")]


def bomb():
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("xl/workbook.xml", b"0" * 150_000_000)
    return out.getvalue()


@pytest.mark.parametrize(
    ("content", "name", "told"),
    [
        (b"", "a.csv", "empty"),
        (b"x", "a.exe", "must end in"),
        (b"text\n", "a.csv", "no rows"),
        (b"PK\x03\x04 torn", "a.xlsx", "not a workbook"),
        (b"\xd0\xcf\x11\xe0" + "EncryptedPackage".encode("utf-16-le"), "a.xlsx", "password"),
        (b"number\n1\n2\n", "a.csv", "column"),
    ],
)
def test_a_file_that_cannot_be_read_is_refused_in_one_sentence(service, headers, content, name, told):
    answer = send(service, headers, content, name)
    assert answer.status_code == 422, answer.text
    assert told in answer.json()["detail"]
    assert "triage-upload" not in answer.text


def test_a_bomb_and_too_many_rows_are_refused(start, settings):
    service = start(replace(settings, upload_rows=3, upload_bytes=1_000_000))
    headers = service.headers()
    assert "unpacked" in send(service, headers, bomb(), "a.xlsx").json()["detail"]
    assert "4 rows" in send(service, headers, CSV).json()["detail"]
    assert send(service, headers, b"x" * 2_000_000).status_code == 413
    assert rows(service, requests) == rows(service, assessments) == 0


def test_another_kind_of_body_and_another_role_are_refused(service, headers):
    assert service.client.post(PATH, json={"file": "x"}, headers=headers).status_code == 415
    assert send(service, service.headers("scientist"), CSV).status_code == 403
    assert send(service, headers, CSV, zone="Nowhere/City").status_code == 422
