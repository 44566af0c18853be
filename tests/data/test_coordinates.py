"""Coordinates of the three systems, against known pairs, and there and back."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from zhiban.data.coordinates import (
    Point,
    bd09_from_gcj02,
    bd09_from_wgs84,
    gcj02_from_bd09,
    gcj02_from_wgs84,
    in_china,
    metres,
    rounded,
    wgs84_from_gcj02,
)

# The pairs that the public implementations of these formulae test themselves by.
GCJ_OF = {
    (39.915, 116.404): (39.91640428150164, 116.41024449916938),
    (31.1774276, 121.5272106): (31.17530398364597, 121.531541859215),
    (22.543847, 113.912316): (22.540796131694766, 113.9171764808363),
    (39.911954, 116.377817): (39.91334545536069, 116.38404722455657),
}
POINTS = st.tuples(st.floats(18, 53), st.floats(74, 134))


@pytest.mark.parametrize("wgs", GCJ_OF)
def test_known_points_are_shifted_as_everywhere_to_a_decimetre(wgs: Point) -> None:
    assert metres(gcj02_from_wgs84(wgs), GCJ_OF[wgs]) < 0.1


def test_a_known_point_is_where_baidu_shows_it_and_the_way_back_is_known_too() -> None:
    point = (39.915, 116.404)
    assert bd09_from_gcj02(point) == pytest.approx((39.92133699351021, 116.41036949371029))
    # The published way back is rough by half a metre; ours undoes the way there.
    assert metres(gcj02_from_bd09(point), (39.90865673957631, 116.39762729119315)) < 1
    assert metres(wgs84_from_gcj02(point), (39.91359571849836, 116.39775550083061)) < 2


@given(POINTS)
def test_there_and_back_is_the_same_place_within_a_centimetre(point: Point) -> None:
    assert metres(wgs84_from_gcj02(gcj02_from_wgs84(point)), point) < 0.01
    assert metres(gcj02_from_bd09(bd09_from_gcj02(point)), point) < 0.01


def test_jiaxing_is_shifted_by_hundreds_of_metres_which_no_link_may_forget() -> None:
    jiaxing = (30.746, 120.756)
    assert 300 < metres(gcj02_from_wgs84(jiaxing), jiaxing) < 700
    assert 600 < metres(bd09_from_wgs84(jiaxing), jiaxing) < 1800


def test_outside_of_mainland_maps_nothing_is_shifted() -> None:
    paris = (48.8566, 2.3522)
    assert not in_china(paris)
    assert gcj02_from_wgs84(paris) == paris == wgs84_from_gcj02(paris)


def test_a_degree_of_latitude_is_111_km_and_a_rounded_point_lies_within_100_m() -> None:
    # 6,371,008.8 m * pi / 180 = 111,195 m
    assert metres((30.0, 120.0), (31.0, 120.0)) == pytest.approx(111_195, abs=1)
    for point in ((30.74649, 120.75649), (30.7455, 120.7555)):
        assert metres(rounded(point), point) < 100
