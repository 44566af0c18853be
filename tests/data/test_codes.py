"""Codes and secrets as people and programs send them."""

from __future__ import annotations

import pytest

from zhiban.data import codes


@pytest.mark.parametrize(
    "typed", ["ZB-7K3M-Q9TX", "zb7k3mq9tx", " ZB 7K3M Q9TX", "ZB—7K3M-Q9TX", "ZB-7K-3MQ9-TX"]
)
def test_a_code_is_read_in_its_one_form_however_it_is_typed(typed: str) -> None:
    assert codes.read_code("ZB", typed) == "ZB-7K3M-Q9TX"


@pytest.mark.parametrize("typed", ["ZB-7O3I-L9TX", "ZB-703I-19TX"])
def test_what_looks_alike_is_read_alike(typed: str) -> None:
    assert codes.read_code("ZB", typed) == "ZB-7031-19TX"


@pytest.mark.parametrize(
    "typed", ["", "ZB", "ZB-7K3M-Q9T", "ZB-7K3M-Q9TXX", "ZC-7K3M-Q9TX", "7K3M-Q9TX", "ZB-7U3M-Q9TX"]
)
def test_what_cannot_be_a_code_is_none(typed: str) -> None:
    assert codes.read_code("ZB", typed) is None


def test_a_secret_is_read_in_its_one_form() -> None:
    assert codes.read_secret("0123456789ABCDEF") == "0123456789ABCDEF"
    assert codes.read_secret("oi23 4567 89ab cdef") == "0123456789ABCDEF"
    assert codes.read_secret("0123456789ABCDE") is None
    assert codes.read_secret("0123456789ABCDEF\n0") is None
