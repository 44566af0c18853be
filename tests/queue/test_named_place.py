"""Which division a story names: whole names, shortened ones that are meant, two that are apart."""

from __future__ import annotations

from dataclasses import replace

import pytest

from zhiban.data.places import Division, Post
from zhiban.data.register import Register
from zhiban.data.worktime import WorkCalendar
from zhiban.queue.named_place import Gazetteer, NamedPlace, named_place

NANHU, XIUZHOU, HAIYAN, HAINING, TONGXIANG = "330402", "330411", "330424", "330481", "330483"
XINCHENG_TOWN, WUZHEN, XITANG = "330411104", "330483100", "330421103"


@pytest.fixture(scope="module")
def gazetteer(jiaxing: Register) -> Gazetteer:
    """With a station of a neighbourhood, in a street, and a village beside."""
    town = jiaxing.divisions[XINCHENG_TOWN]
    village = replace(town, code="330411104201", name="火炬村", level="village", parent=town.code)
    station = Post(
        "s",
        "阳光社区公共法律服务站",
        "",
        "station",
        "town",
        XINCHENG_TOWN,
        address="秀洲区新塍镇中兴路12号",
    )
    common = replace(station, id="t", name="桐乡站", division=TONGXIANG, address="桐乡市人民路1号")
    return Gazetteer.of_register(
        replace(
            jiaxing,
            divisions={**jiaxing.divisions, village.code: village},
            posts={**jiaxing.posts, "s": station, "t": common},
        )
    )


@pytest.mark.parametrize(
    ("story", "division", "word"),
    [
        ("我在海宁打工，老板不发工资", HAINING, "海宁"),
        ("桐乡市乌镇镇的民宿退款", WUZHEN, "乌镇镇"),  # the narrower of two within each other
        ("上个月去乌镇玩，民宿不退钱", WUZHEN, "乌镇"),
        ("在西塘买的房子漏水", XITANG, "西塘"),
        ("嘉兴市南湖区的一家公司", NANHU, "南湖区"),
        ("南湖这边的房子", NANHU, "南湖"),  # the district, not the street in it of the same name
        ("王店派出所不立案", "330411105", "王店"),
        ("秀洲新城有人打架", "330411002", "新城"),  # a common word, but behind its own district
        ("阳光社区的楼道堆满东西", XINCHENG_TOWN, "阳光社区"),
        ("在中兴路开店", XINCHENG_TOWN, "中兴路"),
        ("火炬村的宅基地", XINCHENG_TOWN, "火炬村"),  # a village is offered as its town
        ("住在海盐县", HAIYAN, "海盐县"),
        ("I live in haining and my boss does not pay", HAINING, "haining"),
        ("My shop is in Xincheng Town, Xiuzhou", XINCHENG_TOWN, "Xincheng Town"),
        ("公司在嘉兴", "3304", "嘉兴"),
    ],
)
def test_a_place_is_found_with_the_word_that_names_it(
    gazetteer: Gazetteer, story: str, division: str, word: str
) -> None:
    assert named_place(story, gazetteer) == NamedPlace(division, word)


@pytest.mark.parametrize(
    "story",
    [
        "",
        "老板三个月没发工资",
        "老家海盐，在桐乡上班",  # two that are apart
        "海宁和桐乡都有分店",
        "在建设工地上干活受伤",  # 建设 the word, not the street of that name
        "在大桥上被车撞了",
        "解放前的老房子",
        "在新城买房",
        "海宁路上出的车祸",  # a road of any town
        "人民路的店",  # the register knows one; every town has one
        "由于城市规划要拆迁",  # 于城 within two words
        "Xinchengtown",
    ],
)
def test_no_place_is_found_where_none_or_two_are_named(gazetteer: Gazetteer, story: str) -> None:
    assert named_place(story, gazetteer) is None


def test_of_towns_of_one_name_that_is_meant_whose_county_is_named() -> None:
    city = Division("1", "东江市", "city", None, "Dongjiang City")
    counties = [
        Division(code, name, "county", "1", "")
        for code, name in (("11", "甲山县"), ("12", "临江县"))
    ]
    towns = [Division(f"{one.code}1", "丰水镇", "town", one.code, "") for one in counties]
    known = {one.code: one for one in (city, *counties, *towns)}
    register = Register(known, (), {}, {}, {}, (), (), {}, WorkCalendar())
    made = Gazetteer.of_register(register)
    assert named_place("丰水镇的鱼塘", made) is None
    assert named_place("临江丰水镇的鱼塘", made) == NamedPlace("121", "丰水镇")
    assert named_place("我在临江县打工", made) == NamedPlace("12", "临江县")


def test_a_register_without_divisions_names_nothing() -> None:
    register = Register({}, (), {}, {}, {}, (), (), {}, WorkCalendar())
    assert named_place("我在海宁", Gazetteer.of_register(register)) is None
