"""Names of people and companies, brought to one form so that spellings of one name meet; pure.

Width, case, spaces, punctuation, brackets, common traditional characters, and the endings of
companies' names make no difference.
"""

from __future__ import annotations

import re
import unicodedata

_TRADITIONAL = str.maketrans(
    "東國華業實發電務貿廠銀鋼機車網藝紡織醫藥風興責團隊來樂環匯億萬達聯運寶龍鳳飛馬魚鳥麗陽陰長"
    "門開關時書畫學園場塊報紙筆張陳趙吳孫鄭馮衛蔣韓楊許嚴錢劉蕭羅鄧謝鄒呂盧蘇葉譚賈閻傑偉強軍勇靜"
    "嘉興寧廣滬浙蘇區縣鎮莊術產養農漁獸檢測計劃設備儀標準質鍋爐製造紀錄聲視頻訊號線綫纜輪轉軸",
    "东国华业实发电务贸厂银钢机车网艺纺织医药风兴责团队来乐环汇亿万达联运宝龙凤飞马鱼鸟丽阳阴长"
    "门开关时书画学园场块报纸笔张陈赵吴孙郑冯卫蒋韩杨许严钱刘萧罗邓谢邹吕卢苏叶谭贾阎杰伟强军勇静"
    "嘉兴宁广沪浙苏区县镇庄术产养农渔兽检测计划设备仪标准质锅炉制造纪录声视频讯号线线缆轮转轴",
)
_COMPANY = ("有限责任公司", "股份有限公司", "有限公司", "股份公司", "公司")
_ROLES = re.compile(
    r"^(我的|我)?(房东|老板|经理|丈夫|妻子|老公|老婆|前夫|前妻|同事|邻居|被告|原告|对方|单位|雇主|亲戚|朋友)"
    r"(是|叫|为)?"
)
_APART = re.compile(r"[、，,；;/|和与及\n\t ()\[\]【】《》「」:]+")
_PLACES = re.compile(r"[省市]")
_LONGEST = 30
_CODE = re.compile(r"(?<![0-9A-Z])[0-9A-HJ-NP-RT-UW-Y]{18}(?![0-9A-Z])")
_DIGITS = "0123456789ABCDEFGHJKLMNPQRTUWXY"
_WEIGHTS = (1, 3, 9, 27, 19, 26, 16, 17, 20, 29, 25, 13, 8, 24, 10, 30, 28)


def plain_name(name: str) -> str:
    """A name without width, case, spaces and punctuation, in simplified characters."""
    folded = unicodedata.normalize("NFKC", name).casefold().translate(_TRADITIONAL)
    return folded if folded.isalnum() else "".join(filter(str.isalnum, folded))


def core_name(name: str) -> str:
    """The part of a plain name by which a company is told from others; a person's as it is."""
    if name.endswith(_COMPANY[-1]):  # as all of them do
        for ending in _COMPANY:
            if name.endswith(ending) and len(name) > len(ending) + 1:
                name = name[: -len(ending)]
                break
    # 浙江省嘉兴市 and 浙江嘉兴 are one place.
    if len(name) > 4 and _PLACES.search(name, 0, 7):
        return _PLACES.sub("", name[:7]) + name[7:]
    return name


def cores_in(text: str) -> frozenset[str]:
    """Every core that a text about the other party may name: the whole, its parts, companies."""
    whole = plain_name(text)
    wide = unicodedata.normalize("NFKC", text)
    parts = list(dict.fromkeys((whole, *map(plain_name, _APART.split(wide)))))
    named = {core_name(_ROLES.sub("", part)) for part in parts} | set(map(core_name, parts))
    for match in re.finditer("公司", whole):
        end = match.end()
        for start in range(max(0, end - _LONGEST), match.start() - 2):
            named.add(core_name(whole[start:end]))
    return frozenset(one for one in named if len(one) >= 2)


def credit_codes_in(text: str) -> frozenset[str]:
    """The valid unified social credit codes that a text holds."""
    wide = unicodedata.normalize("NFKC", text).upper()
    return frozenset(code for code in _CODE.findall(wide) if is_credit_code(code))


def is_credit_code(code: str) -> bool:
    """Whether the 18 characters are a unified social credit code, checked as GB 32100 says."""
    if len(code) != 18 or any(digit not in _DIGITS for digit in code):
        return False
    values = [_DIGITS.index(digit) for digit in code]
    total = sum(value * weight for value, weight in zip(values, _WEIGHTS, strict=False))
    return values[17] == (31 - total % 31) % 31
