"""Mails as people send them, and what is read of each."""

from __future__ import annotations

import pytest

from features import text
from features.records import Request

DOWN = "The label printer on line 3 stopped again, about 40 people wait."
STUCK = "三楼的打印机今天又卡纸了,换了硒鼓也没用,请派人来。"
HEADER = (
    "From: Support <s@x.example>\nSent: Monday, March 2, 2026 10:00\nTo: Anna <a@x.example>\nSubject: {}\n\n"
)


def read(words: str, subject: str | None = None) -> str:
    once = text.read(Request(text=words, subject=subject)).words
    assert text.read(Request(text=once)).words == once
    return once


@pytest.mark.parametrize(
    "below",
    [
        "On Mon, Mar 2, 2026 at 10:00 AM Support <s@x.example> wrote:\n> We sent the invoice.\n>> thanks",
        "On Mon, Mar 2, 2026 at 10:00 AM A Long Team Name\n<s@x.example> wrote:\n> We sent the invoice.",
        "On 2 Mar 2026, Support Team wrote:\n> We sent the invoice.\n>\n> > older still",
        f"-----Original Message-----\n{HEADER.format('Invoice')}We sent the invoice.\n\nRegards,\nSupport",
        f"________________________________\n{HEADER.format('Invoice')}We sent the invoice.",
        "*From:* Support <s@x.example>\n*Date:* Monday\n*To:* Anna\n*Subject:* Invoice\n\n"
        "We sent the invoice.",
    ],
)
def test_a_reply_that_stands_alone_is_read_without_the_mail_below(below: str) -> None:
    assert read(f"{DOWN}\n\n{below}") == DOWN


@pytest.mark.parametrize(
    "below",
    [
        '在 2026-03-02 10:00:00，"客服小王" <s@163.example> 写道：\n> 发票我们下周寄出。',
        "在 2026年3月2日，客服小王 写道：\n发票我们下周寄出。",
        "客服小王 <s@x.example> 于2026年3月2日周一 10:00写道：\n> 发票我们下周寄出。",
        "-----原始邮件-----\n发件人：客服\n发送时间：2026年3月2日\n主题：发票\n\n发票我们下周寄出。",
        '------------------ 原始邮件 ------------------\n发件人: "客服" <s@qq.example>;\n'
        '发送时间: 2026年3月2日(星期一) 上午10:00\n收件人: "张三"<z@qq.example>;\n主题: Re: 发票\n'
        "\n发票我们下周寄出。",
        '------------------&nbsp;原始邮件&nbsp;------------------\n发件人: "客服" <s@qq.example>;\n'
        "发票我们下周寄出。",
        "发件人： 客服\n发送时间： 2026-03-02 10:00\n收件人： 张三\n主　题： 发票\n发票我们下周寄出。",
        "---- 回复的原邮件 ----\n| 发件人 | 客服<s@163.example> |\n| 发送日期 | 2026年3月2日 |\n"
        "| 主题 | 发票 |\n"
        "发票我们下周寄出。",
        "----- 原始郵件 -----\n寄件人：客服\n發票我們下週寄出。",
    ],
)
def test_chinese_clients_are_known_by_their_own_lines(below: str) -> None:
    assert read(f"{STUCK}\n\n{below}") == STUCK


def test_few_words_are_read_with_what_they_answer_and_no_further() -> None:
    mail = (
        "Yes, please.\n\nOn Mon, Mar 2, 2026 at 10:00 AM Support <s@x.example> wrote:\n"
        "> Shall we send a technician to plant 2 tomorrow?\n"
        "> On Sun, Mar 1, 2026 at 9:00 AM B <b@x.example> wrote:\n"
        ">> it is broken"
    )
    assert read(mail) == "Yes, please.\nShall we send a technician to plant 2 tomorrow?"


@pytest.mark.parametrize(
    "own",
    ["Please do as in option 2.", "See the mail from Tom below, the last line.", "同意第2项,四台,请开票。"],
)
def test_words_that_speak_of_the_mail_below_are_read_with_it(own: str) -> None:
    below = f"-----Original Message-----\n{HEADER.format('Offer')}Option 2: four seats at 21,600 a year."
    assert "four seats at 21,600 a year." in read(f"{own}\n{below}")


def test_a_forwarded_mail_is_read_without_its_header() -> None:
    mail = (
        "See below.\n\n---------- Forwarded message ---------\nFrom: Line lead <l@x.example>\n"
        "Date: Mon, 2 Mar 2026 06:15\nSubject: Press 4 stands still\nTo: <it@x.example>\n\n"
        "Press 4 lost its licence at 6:10, both shifts stand still.\n\nRegards,\nTom Hill"
    )
    assert read(mail, "FW: see below") == (
        "FW: see below\nSee below.\nPress 4 stands still\n"
        "Press 4 lost its licence at 6:10, both shifts stand still."
    )


def test_a_mail_that_is_all_header_and_quotation_is_still_read() -> None:
    mail = (
        "-----原始邮件-----\n发件人：王磊 <w@x.example>\n发送时间：2026年3月2日\n收件人：IT\n"
        "主题：二号线停了\n\n"
        "二号线从六点起停了，客户的货今天要发。\n\n此致\n敬礼\n王磊\n电话：0571-5550-1836"
    )
    assert read(mail) == "二号线停了\n二号线从六点起停了,客户的货今天要发。"


def test_a_thread_passed_on_twice_is_read_down_to_what_it_is_about() -> None:
    mail = (
        "FYI\n---------- Forwarded message ---------\nFrom: Pat <p@x.example>\n"
        "Subject: Fwd: cold store\n\nplease pass on\n"
        "---------- Forwarded message ---------\nFrom: Sam <s@x.example>\nSubject: cold store\n\n"
        "The alarm is silent and 30 t of fish are thawing."
    )
    assert read(mail, "Fwd: Fwd: cold store").endswith("30 t of fish are thawing.")


def test_an_authority_that_wrote_the_mail_passed_on_is_named() -> None:
    mail = (
        "See below, please.\n---- Forwarded ----\nFrom: Dept. of Insurance <d@x.example>\n"
        "Date: today\nUpload by five."
    )
    assert (
        read(mail, "Fwd: licence") == "Fwd: licence\nSee below, please.\nDept. of Insurance\nUpload by five."
    )


def test_raw_headers_above_a_mail_are_not_read_but_its_subject_is() -> None:
    mail = (
        "Received: from mx.x.example by y\nMessage-ID: <1@x.example>\nFrom: a@x.example\nTo: b@x.example\n"
        "Subject: VPN down in Leeds\nMIME-Version: 1.0\nContent-Type: text/plain; charset=utf-8\n\n"
        "Nobody can work."
    )
    assert read(mail) == "VPN down in Leeds\nNobody can work."


def test_answers_between_the_lines_are_read_with_the_questions() -> None:
    mail = (
        "On Mon, Mar 2, 2026 at 10:00 AM Support <s@x.example> wrote:\n> Which machine is it?\n"
        "The press in hall 2\n> Since when?\nSince six this morning, both shifts stand still"
    )
    assert read(mail) == mail.split("\n", 1)[1]


def test_an_answer_under_the_quotation_is_read() -> None:
    mail = (
        "On Mon, Mar 2, 2026 at 10:00 AM S <s@x.example> wrote:\n> Which one?\n\n"
        "The press in hall 2 stands still."
    )
    assert read(mail) == "The press in hall 2 stands still."


def test_a_few_lines_quoted_by_hand_stay_and_a_whole_mail_behind_them_goes() -> None:
    few = f"{DOWN}\n> GBP 1,240,000, without foundation.\n> A firm price needs a study."
    assert read(few) == few
    assert read(f"{DOWN}\n" + "> We thank you for your order and hope to see you soon.\n" * 20) == DOWN


@pytest.mark.parametrize(
    ("words", "left"),
    [
        (
            f"Dear Sir or Madam,\n\n{DOWN}\n\nBest regards,\nAnna Keller\nHead of Sales\n"
            "Tel. +49 30 555 0100",
            DOWN,
        ),
        (f"Hi team,\n{DOWN}\nRegards, Anna Keller, Keller & Sons", DOWN),
        (f"{DOWN}\n-- \nBob Miller\nAcme Ltd\n+1 555 0100\nwww.acme.example", DOWN),
        (f"{DOWN}\nThanks\nBob\n\nSent from my iPhone", DOWN),
        (f"{DOWN}\nGet Outlook for iOS", DOWN),
        (f"{DOWN}\nE-mail: bob@acme.example\nFax: +1 555 0101", DOWN),
        (
            f"尊敬的客服：您好！\n{STUCK}\n此致\n敬礼\n\n定西市农产品检验所\n质量负责人 瞿桂花\n"
            "0932-0550-118",
            STUCK,
        ),
        (
            f"您好，{STUCK}\n顺颂商祺\n\n李明\n采购部经理\n杭州某某科技有限公司\n电话：0571-5550 1836\n"
            "地址：文三路1号",
            STUCK,
        ),
        (f"{STUCK}\n谢谢！\n王芳\n发自我的iPhone", STUCK),
        (f"{STUCK}\n祝商祺\n来自网易邮箱手机版", STUCK),
        (f"{STUCK}\n\n顺颂\n时祺\n\n从我的华为手机发送", STUCK),
    ],
)
def test_greeting_closing_and_signature_are_not_read(words: str, left: str) -> None:
    assert read(words) == left


@pytest.mark.parametrize(
    "notice",
    [
        "CONFIDENTIALITY NOTICE: This e-mail and any attachments are intended solely for the person "
        "or entity to whom they are addressed. If you have received this in error please notify the sender.",
        "This message is confidential and intended solely for\n"
        "the use of the individual or entity to whom it is\n"
        "addressed. "
        "If you are not the intended recipient you are notified that copying is strictly prohibited.",
        "Please consider the environment before printing this e-mail.",
        "本邮件及其附件含有保密信息，仅限于发送给上面地址中列出的个人或群组。禁止任何其他人以任何形式使用。"
        "如果您错收了本邮件，请您立即通知发件人并删除本邮件！",
        "保密声明：本邮件仅供指定收件人使用，未经许可不得传播。",
        "如果您不是本邮件的收件人，请立即删除。",
        "CAUTION: This email originated from outside of the organization. "
        "Do not click links or open attachments.",
        "【外部邮件】请谨慎点击链接和附件",
        "This message requests a read receipt",
        "发件人要求发送已读回执",
        "To unsubscribe, click here: https://x.example/u",
        "Unsubscribe | Privacy policy",
        "如不想再收到此类邮件，请点击退订",
        "##- Please type your reply above this line -##",
    ],
)
def test_notices_are_not_read(notice: str) -> None:
    assert read(f"{DOWN}\n\n{notice}") == DOWN


@pytest.mark.parametrize(
    ("words", "left"),
    [
        (
            "Fails: https://x.example/order?id=8813&utm_source=m&utm_medium=y",
            "Fails: https://x.example/order?id=8813",
        ),
        ("订单页https://x.example/a?utm_source=m打不开", "订单页https://x.example/a打不开"),
        ("See https://c.example/ls?upn=" + "aB3" * 60 + " fails", "See https://c.example/ls fails"),
        ("Chart [cid:image001.png@01D9] is [image: logo.png] empty", "Chart is empty"),
        ("Tom<mailto:tom@x.example> cannot log&nbsp;in", "Tom cannot log in"),
        ("Chart empty:\n" + "aB3dE6gH9/kL2mN5" * 4 + "\naGVsbG8=\nplease look", "Chart empty:\nplease look"),
    ],
)
def test_trackers_and_encoded_bytes_are_not_read(words: str, left: str) -> None:
    assert read(words) == left


def test_traditional_characters_are_read_as_simplified_word_by_word() -> None:
    assert read("印表機壞了，發票抬頭寫成乾隆乾燥設備廠") == "印表机坏了,发票抬头写成乾隆干燥设备厂"


@pytest.mark.parametrize(
    "words",
    [
        "> 100 users cannot log in",
        ">>> import report fails\n>>> report.run() prints nothing\nwhich version do you need?",
        "The mail says From: boss@x.example but he did not send it",
        "Please book a truck.\nFrom: Hamburg\nTo: Lyon\nDate: 3 May\nWeight: 3 t",
        "Subject: Removal\nFrom: Leeds\nTo: York\nDate: 3 May",
        "帮我改收件地址\n发件人:张三 138\n收件人:李四 139\n时间:明天",
        "Nobody can work since this morning.\nOn 3 May at 10:15 the foreman wrote:\nall presses stopped",
        "仓库今天没法干活,大家都在等着。\n2026年3月2日 10:00,张工在群里写道:\n全部停机",
        "账号登不上\n谢谢\n打印机也坏了",
        "打印机坏了\n祝总说明天停产",
        "Printer dead\nThanks\nHall 2",
        "打印机坏\n谢谢\n杭州三厂",
        "Room 5 has no light.\n--\nRoom 6 neither.\nAnd it rains in",
        "Dear Billing Department,\nwrong VAT on INV-1",
        "Report\nThis message is urgent: unauthorized access to payroll",
        "举报\n本邮件是关于机密文件泄露的报告",
        "Unsubscribe me from the newsletter, third time of asking.",
        "会员号 4411\n退订",
        "Account 4411\nunsubscribe",
        "打印机坏了\n从手机登录不了",
        "要求已读回执的邮件发不出去\n外部邮件打不开",
        "Orders stuck\nsent from mobile app do not arrive",
        "空调不制冷,请上门\n地址:文三路1号\n电话:13800000000",
        "if a<b and c>d the report fails",
        "Regards to Bob, the server is down",
    ],
)
def test_words_that_only_look_like_mail_stay(words: str) -> None:
    assert read(words) == words


@pytest.mark.parametrize(
    ("words", "said"),
    [
        (
            f"{DOWN}\nRegards,\nBob Miller\nP.S. The whole plant is down since 6:00.",
            "The whole plant is down",
        ),
        (f"{DOWN}\nRegards,\nBob Miller\nWe also lost the network in hall 2", "lost the network in hall 2"),
        (f"{DOWN}\nRegards,\nBob Miller, customer no. GH-0592", "customer no. GH-0592"),
        (f"{STUCK}\n此致\n敬礼\n王磊\n附：设备编号 CM2-55501", "CM2-55501"),
        ("您好\n谢谢", "您好"),
        ("Dear Sir or Madam,\nBest regards,\nBob Miller", "Dear Sir or Madam,"),
        ("[image: the pump leaks oil since noon]", "the pump leaks oil"),
    ],
)
def test_what_is_said_among_courtesies_stays(words: str, said: str) -> None:
    assert said in read(words)
