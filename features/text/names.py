"""Whether a line is a name with a title or a house, and no sentence."""

from __future__ import annotations

import re

_SPEAKS = re.compile(
    r"[?!;。]|\.$|\b(?:i|i'm|we|you|he|she|it|they|is|are|was|were|am|be|been|has|have|had|do|does|did|don't|"
    r"not|no|can|cannot|could|will|would|should|must|may|please|pls|need|needs|want|wants|call|send|asap|urgent|"
    r"down|stopped|broken|broke|fails?|failed|until|before|after|today|tomorrow|tonight|yesterday|deadline|"
    r"due|if|when|because|waiting|still|only|just|who|which|that|your|our|my)\b|"
    r"有(?!限)|无(?!锡)|[了的吗呢吧把被让给请要不没已再还都也很急快是在到从又就才]|"
    r"[我你您他她它这那哪什怎谁]|"
    r"[停坏断死卡错漏报修催退换补缺等说]|今[天晚日]|明[天日早]|后天|尽快|昨[天日]",
    re.IGNORECASE,
)
_HOUSE = re.compile(
    r"公司|集团|[部处科所院校局厂店组室站社司行会馆](?:$| )|中心|银行|医院|学校|大学|经理|主任|主管|总监|"
    r"工程师|先生|女士|专员|会计|财务|采购|助理|负责人|顾问|经办|\d{4}-\d|\d{3,}|20\d\d年|敬上|谨上|谨启"
)
_SURNAMES = frozenset(
    "赵钱孙李周吴郑王冯陈褚卫蒋沈韩杨朱秦尤许何吕施张孔曹严华金魏陶姜戚谢邹喻柏水窦章云苏潘葛奚范彭郎"
    "鲁韦昌马苗凤花方俞任袁柳鲍史唐费廉岑薛雷贺倪汤滕殷罗毕郝邬安常乐于时傅皮卞齐康伍余元卜顾孟平黄和"
    "穆萧尹姚邵湛汪祁毛禹狄米贝明臧计伏成戴谈宋茅庞熊纪舒屈项祝董梁杜阮蓝闵席季麻强贾路娄危江童颜郭梅"
    "盛林刁钟徐邱骆高夏蔡田樊胡凌霍虞万支柯管卢莫房裘缪解应宗丁宣邓郁单杭洪包诸左石崔吉钮龚程嵇邢滑裴"
    "陆荣翁荀羊惠甄曲封芮羿储靳汲邴糜松井段富巫乌焦巴弓牧隗山谷车侯宓蓬全郗班仰秋仲伊宫宁仇栾暴甘厉戎"
    "祖武符刘景詹束龙叶幸司韶郜黎蓟薄印宿白怀蒲邰鄂索咸籍赖卓蔺屠蒙池乔阴胥能苍双闻莘党翟谭贡劳逄姬申"
    "扶堵冉宰郦雍璩桑桂濮牛寿通边扈燕冀郏浦尚农温别庄晏柴瞿阎充慕连茹习宦艾鱼容向古易慎戈廖庾终暨居衡"
    "步都耿满弘匡国文寇广禄阙东欧殳沃利蔚越夔隆师巩厍聂晁勾敖融冷訾辛阚那简饶空曾毋沙乜养鞠须丰巢关蒯"
    "相查后荆红游竺权逯盖益桓公"
)
_BETWEEN = re.compile(
    r"[+\d][\d./-]{4,20}|of|the|and|for|de|van|von|der|den|la|le|du|al|bin|at|in|[&/|–—-]", re.IGNORECASE
)
_HAN = re.compile(r"[\u3400-\u9fff]")
_HAN_NAME = re.compile(r"(?:.* )?([\u3400-\u9fff]{2,4})")
_ONE_NAME = re.compile(r"[\u3400-\u9fff]{2,3}")
MOST_WORDS = 3
"""Words of a person's name."""


def is_signed_name(line: str) -> bool:
    """A name, a title, a house, or several of these."""
    if _SPEAKS.search(line):
        return False
    return _is_han_name(line) if _HAN.search(line) else is_latin_name(line)


def is_name(line: str) -> bool:
    """A person's name and nothing besides."""
    if _SPEAKS.search(line) or any(character.isdigit() for character in line):
        return False
    if _HAN.search(line):
        return _ONE_NAME.fullmatch(line) is not None and line[0] in _SURNAMES
    return is_latin_name(line) and len(line.split()) <= MOST_WORDS


def is_latin_name(line: str) -> bool:
    """Words that start with a capital each, but not only capitals: that is a shout. No 'Hall 2'."""
    words = [word.strip(".,;:()'\"") for word in line.split()]
    if line.isupper() and len(words) > 2:
        return False
    return all(not word or word[0].isupper() or _BETWEEN.fullmatch(word) for word in words)


def _is_han_name(line: str) -> bool:
    name = _HAN_NAME.fullmatch(line)
    return (name is not None and name[1][0] in _SURNAMES) or _HOUSE.search(line) is not None
