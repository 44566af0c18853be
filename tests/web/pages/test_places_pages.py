"""我要找: places by need, area and distance, open or not, and the page of each."""

from __future__ import annotations

import re
from datetime import datetime, time
from typing import Any
from urllib.parse import parse_qs, urlsplit

import pytest

from zhiban.data.bodies import Body
from zhiban.data.bodies_store import save_bodies
from zhiban.data.coordinates import bd09_from_wgs84, gcj02_from_wgs84, metres
from zhiban.data.database import writing
from zhiban.data.places import Opening
from zhiban.data.timespan import SHANGHAI
from zhiban.web.pages.finding_places import near_of
from zhiban.web.pages.place_links import ways_to
from zhiban.web.pages.place_map import HEIGHT, WIDTH, draw

COUNTY = "330411"
AID = Body(
    "aid-x",
    "aid",
    "秀洲区法律援助中心",
    "Xiuzhou Legal Aid",
    COUNTY,
    "秀洲区公共法律服务中心内",
    "12348",
    30.769,
    120.704,
    openings=tuple(Opening(day, time(8, 30), time(11, 30)) for day in range(5)),
)
NOTARY = Body("notary-c", "notary", "嘉兴市公证处", "Jiaxing Notary", "3304", lat=30.9, lon=120.9)


@pytest.fixture
def found(site: Any) -> Any:
    """The bureau with a legal-aid centre in its county and a notary of the city."""
    with writing(site.engine) as connection:
        save_bodies(connection, (AID, NOTARY))
    return site


def test_a_station_is_open_with_who_is_on_duty_by_the_published_roster(found: Any) -> None:
    page = found.browser().get("/places").text
    assert "新塍镇公共法律服务站" in page
    assert "开放中，到今天11:30" in page
    assert "值班：钱建国" in page
    assert "秀洲区法律援助中心" not in page  # another need


def test_between_hours_a_place_says_when_it_opens_next(found: Any) -> None:
    found.clock.at = datetime(2026, 11, 24, 12, 0, tzinfo=SHANGHAI)
    assert "现在不开放，今天13:30开放" in found.browser().get("/places").text
    # The body's next hours are tomorrow's, and English says so.
    english = found.browser(lang="en").get("/places?need=aid").text
    assert "Closed now; opens tomorrow 8:30" in english


def test_in_its_hours_but_with_nobody_on_duty_a_station_is_not_called_open(found: Any) -> None:
    found.draft(empty=("station-t",))
    found.publish()
    page = found.browser().get("/places").text
    # This week nobody is on duty there by the roster; of the next none is published yet.
    assert "现在没有律师值班，11月30日周一8:30开放" in page
    assert "开放中" not in page


def test_only_what_is_open_is_shown_on_request_and_an_empty_list_says_what_to_do(
    found: Any,
) -> None:
    found.clock.at = datetime(2026, 11, 24, 20, 0, tzinfo=SHANGHAI)
    page = found.browser().get("/places?need=aid&open=1").text
    assert "没有找到" in page
    assert 'href="/ask"' in page


def test_an_area_shows_its_county_and_what_serves_the_whole_city(found: Any) -> None:
    page = found.browser().get(f"/places?need=all&area={COUNTY}104").text
    assert "秀洲区法律援助中心" in page
    assert "嘉兴市公证处" in page
    assert "浙江诚信律师事务所" in page
    assert "浙江正大律师事务所" not in page  # a firm of the city's, not of this county


def test_a_position_sorts_by_distance_and_is_rounded_before_it_is_used(found: Any) -> None:
    # From (30.760, 120.704): 0.009 degrees north to the centre are 1,001 m
    page = found.browser().get("/places?need=all&near=30.76001234,120.70399").text
    assert "约1.0公里" in page
    assert page.index("秀洲区法律援助中心") < page.index("嘉兴市公证处")
    assert "30.76,120.704" in page
    assert "30.76001" not in page


@pytest.mark.parametrize("text", ["", "here", "1,2,3", "91,0", "nan,1", "0,181", "1;2"])
def test_what_is_no_position_is_as_if_there_were_none(text: str) -> None:
    assert near_of(text) is None


def test_the_page_of_a_place_tells_hours_people_and_the_way(found: Any) -> None:
    page = found.browser().get("/places/post/station-t").text
    assert "钱建国律师" in page
    assert "本周开放时间" in page
    assert "8:30–11:30" in page
    assert 'href="/book/at/station-t"' in page
    body = found.browser().get("/places/body/aid-x").text
    assert "12348" in body
    assert "uri.amap.com/search" in body  # approximate: by name, not by a pin
    seat = found.browser().get("/places/post/seat-c").text
    assert 'href="/ask"' in seat
    assert "amap" not in seat
    firm = found.browser().get("/places/firm/F2").text
    assert "浙江诚信律师事务所" in firm


@pytest.mark.parametrize("path", ["post/aid-x", "body/station-t", "firm/F9", "bank/x"])
def test_a_place_that_is_not_there_is_not_found(found: Any, path: str) -> None:
    assert found.browser().get(f"/places/{path}").status_code == 404


def test_the_browser_may_ask_for_the_position_on_our_own_pages_only(found: Any) -> None:
    policy = found.browser().get("/places").headers["permissions-policy"]
    assert "geolocation=(self)" in policy
    assert "camera=()" in policy


def test_links_carry_each_services_own_coordinates_where_the_point_is_exact() -> None:
    point = (30.746, 120.756)
    ways = ways_to("服务站", "某路1号", "嘉兴市", point, approximate=False)
    lon, lat, name = parse_qs(urlsplit(ways.amap).query)["to"][0].split(",")
    assert name == "服务站"
    assert metres((float(lat), float(lon)), gcj02_from_wgs84(point)) < 1
    lat_2, lon_2 = parse_qs(urlsplit(ways.baidu).query)["location"][0].split(",")
    assert metres((float(lat_2), float(lon_2)), bd09_from_wgs84(point)) < 1


def test_where_the_point_is_approximate_links_go_by_name_and_address() -> None:
    for point in ((30.746, 120.756), None):
        ways = ways_to("嘉兴市公证处", "嘉兴市公证处", "嘉兴市", point, approximate=True)
        assert not ways.exact
        assert parse_qs(urlsplit(ways.amap).query)["keyword"] == ["嘉兴市公证处"]
        assert parse_qs(urlsplit(ways.baidu).query)["query"] == ["嘉兴市公证处"]
        assert "location" not in ways.baidu


def test_the_map_keeps_everything_inside_and_no_name_on_another() -> None:
    towns = [(f"镇{n}", (30.7 + n / 500, 120.7 + n / 400)) for n in range(20)]
    drawn = draw(towns, [(point, True) for _, point in towns[:5]], (30.71, 120.72))
    assert drawn is not None
    for mark in drawn.marks:
        assert 0 < mark.x < WIDTH
        assert 0 < mark.y < HEIGHT
    spots = [(name.x, name.y) for name in drawn.names]
    assert len(spots) == len(set(spots))
    assert draw(towns, [], None) is None


def test_places_at_one_spot_share_a_mark_and_north_is_up() -> None:
    drawn = draw([], [((30.7, 120.7), False), ((30.7, 120.7), True), ((30.9, 120.7), False)], None)
    assert drawn is not None
    assert [(mark.numbers, mark.open) for mark in drawn.marks] == [("1+", True), ("3", False)]
    assert drawn.marks[1].y < drawn.marks[0].y


def test_the_map_of_the_page_is_ours_and_has_words_for_those_who_do_not_see_it(
    found: Any,
) -> None:
    page = found.browser().get("/places?need=all").text
    assert '<svg viewBox="0 0 360 260" role="img" aria-label="' in page
    assert not re.search(r'(src|href)="https?://(?!uri\.amap|api\.map)', page)
