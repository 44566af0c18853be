"""The yearly notice read: as published, as a table, and what is wrong named by its line."""

from __future__ import annotations

from datetime import date

import pytest

from zhiban.data.calendar_seed import published_calendar
from zhiban.data.holiday_notice import DayKind, read_notice
from zhiban.data.holidays import Holidays, changed_days, holidays_from, holidays_json, with_notice
from zhiban.data.wording import Refused
from zhiban.data.worktime import USUAL_HOURS

NOTICE = """国务院办公厅关于2026年部分节假日安排的通知
经国务院批准，现将2026年元旦、春节等放假调休日期的具体安排通知如下。
一、元旦：1月1日（周四）至3日（周六）放假调休，共3天。1月4日（周日）上班。
二、春节：2月15日（农历腊月二十八、周日）至23日（农历正月初七、周一）放假调休，共9天。2月14日（周六）、2月28日（周六）上班。
三、清明节：4月4日（周六）至6日（周一）放假，共3天。
四、劳动节：5月1日（周五）至5日（周二）放假调休，共5天。5月9日（周六）上班。
五、端午节：6月19日（周五）至21日（周日）放假，共3天。
六、中秋节：9月25日（周五）至27日（周日）放假，共3天。
七、国庆节：10月1日（周四）至7日（周三）放假调休，共7天。9月20日（周日）、10月10日（周六）上班。
国务院办公厅
2025年11月4日"""


def test_the_published_notice_reads_as_the_package_has_that_year() -> None:
    notice, known = read_notice(NOTICE), published_calendar()
    off = {day for day, (kind, _) in notice.days.items() if kind == "off"}
    assert notice.year == 2026
    assert off == {day for day in known.off if day.year == 2026}
    assert notice.days.keys() - off == {day for day in known.work if day.year == 2026}
    assert notice.days[date(2026, 2, 28)] == ("work", "春节")
    assert notice.missing == ()


def test_a_holiday_may_begin_in_the_year_before() -> None:
    text = "2023年节假日安排\n一、元旦：2022年12月31日至2023年1月2日放假调休，共3天。"
    assert min(read_notice(text).days) == date(2022, 12, 31)


def test_a_day_a_line_reads_too() -> None:
    text = "日期,类别,名称\n2027-01-01,放假,元旦\n2027/1/2 off\n2027.1.3，work，New Year\n"
    assert read_notice(text).days == {
        date(2027, 1, 1): ("off", "元旦"),
        date(2027, 1, 2): ("off", ""),
        date(2027, 1, 3): ("work", "New Year"),
    }


@pytest.mark.parametrize(
    ("before", "after", "line"),
    [
        ("（周四）至3日", "（周五）至3日", 3),
        ("共9天", "共8天", 4),
        ("4月4日", "4月31日", 5),
        ("5月9日（周六）", "5月8日（周五）", 6),
        ("6月19日（周五）至21日（周日）放假，共3天", "另行通知", 7),
        ("9月25日（周五）至27日（周日）", "10月1日（周四）上班，9月25日", 9),
        ("10月1日（周四）至7日", "2028年10月1日至7日", 9),
    ],
)
def test_what_is_wrong_is_told_by_its_line(before: str, after: str, line: int) -> None:
    with pytest.raises(Refused) as caught:
        read_notice(NOTICE.replace(before, after, 1))
    assert f"line {line}" in {one.field for one in caught.value.errors}


@pytest.mark.parametrize("text", ["", "没有年份", "2027年", "2027-01-01,什么", "2027-01-01,上班"])
def test_what_says_nothing_is_refused(text: str) -> None:
    with pytest.raises(Refused):
        read_notice(text)


def test_a_year_is_replaced_whole_but_for_the_next_new_years_december() -> None:
    days: dict[date, tuple[DayKind, str]] = {
        date(2026, 2, 1): ("off", "春节"),
        date(2026, 12, 31): ("off", "元旦"),
        date(2025, 10, 1): ("off", "国庆节"),
    }
    before = Holidays(days, {2025: "", 2026: "", 2027: ""}, USUAL_HOURS)
    after = with_notice(before, read_notice(NOTICE), "the notice")
    assert date(2026, 2, 1) not in after.days
    assert {date(2026, 12, 31), date(2025, 10, 1), date(2026, 10, 7)} <= after.days.keys()
    first = changed_days(before, after)[0]
    assert (first.day, first.before, first.after) == (date(2026, 1, 1), "plain", "off")
    assert holidays_from(holidays_json(after)) == after
