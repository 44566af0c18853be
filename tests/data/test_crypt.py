"""Keys: what rotates, what is lost, and what a commitment proves."""

from __future__ import annotations

import base64
import subprocess
import sys

import pytest
from cryptography.fernet import Fernet

from zhiban.data.crypt import Keyring, Undecipherable, new_key, random_bytes
from zhiban.data.wording import Refused

OLD, NEW = new_key(), new_key()
STORY = "我被拖欠工资 🙏 三个月"


def test_what_was_encrypted_reads_again_and_never_looks_the_same_twice(keyring: Keyring) -> None:
    assert keyring.decrypt(keyring.encrypt(STORY)) == STORY
    assert keyring.encrypt(STORY) != keyring.encrypt(STORY)


def test_rotation_reads_the_old_key_and_rewrites_under_the_new_one() -> None:
    token = Keyring([OLD]).encrypt(STORY)
    rotated = Keyring([NEW, OLD]).rotate(token)
    assert Keyring([NEW, OLD]).decrypt(token) == STORY
    assert Keyring([NEW]).decrypt(rotated) == STORY
    for lost in (lambda: Keyring([NEW]).decrypt(token), lambda: Keyring([NEW]).rotate(token)):
        with pytest.raises(Undecipherable):
            lost()


def test_a_blind_index_finds_equal_texts_and_also_those_written_under_an_old_key() -> None:
    both = Keyring([NEW, OLD])
    assert Keyring([OLD]).blind("10005730001") in both.blinds("10005730001")
    assert both.blind("10005730001") == Keyring([NEW]).blind("10005730001")
    assert both.blind("10005730001") != both.blind("10005730002")


def test_a_questions_key_opens_only_its_own_texts_and_dies_with_its_wrapped_form(
    keyring: Keyring,
) -> None:
    wrapped, key = keyring.new_data_key()
    _, other = keyring.new_data_key()
    token = key.encrypt(STORY)
    assert keyring.unwrap(wrapped).decrypt(token) == STORY
    with pytest.raises(Undecipherable):
        other.decrypt(token)
    with pytest.raises(Undecipherable):
        keyring.decrypt(token)


def test_a_commitment_is_the_same_for_the_same_key_and_text_only(keyring: Keyring) -> None:
    wrapped, key = keyring.new_data_key()
    assert key.commit(STORY) == keyring.unwrap(wrapped).commit(STORY)
    assert key.commit(STORY) != key.commit(STORY + "。")
    assert key.commit(STORY) != keyring.new_data_key()[1].commit(STORY)
    assert len(key.commit(STORY)) == 64


@pytest.mark.parametrize("bad", ["", "short", "x" * 44, "密" * 44])
def test_a_bad_key_is_named_by_its_place_and_never_shown(bad: str) -> None:
    with pytest.raises(Refused, match="第2个") as caught:
        Keyring([OLD, bad])
    assert not bad or bad not in str(caught.value)
    with pytest.raises(Refused):
        Keyring([])


def test_what_an_earlier_version_wrote_is_read_and_rotates_into_the_present_form() -> None:
    ring = Keyring([NEW, OLD])
    token = Fernet(OLD).encrypt(STORY.encode()).decode()
    assert ring.decrypt(token) == STORY
    assert Keyring([NEW]).decrypt(ring.rotate(token)) == STORY
    assert not ring.rotate(token).startswith("gAAAA")
    wrapped = Fernet(OLD).encrypt(NEW.encode()).decode()
    assert ring.unwrap(wrapped).decrypt(Fernet(NEW).encrypt(STORY.encode()).decode()) == STORY


def test_every_altered_byte_of_a_sealed_text_shows(keyring: Keyring) -> None:
    raw = base64.urlsafe_b64decode(keyring.encrypt("四月"))
    for place in range(len(raw)):
        altered = raw[:place] + bytes([raw[place] ^ 1]) + raw[place + 1 :]
        with pytest.raises(Undecipherable):
            keyring.decrypt(base64.urlsafe_b64encode(altered).decode())
    for cut in (b"", raw[:1], raw[:13], raw[:-1]):
        with pytest.raises(Undecipherable):
            keyring.decrypt(base64.urlsafe_b64encode(cut).decode())


def test_random_bytes_are_given_out_once_whatever_their_number() -> None:
    # 1,000 draws of 1 to 40 bytes cross the blocks' ends many times; 16 bytes never come twice.
    drawn = [random_bytes(1 + number % 40) for number in range(1000)]
    assert [len(one) for one in drawn] == [1 + number % 40 for number in range(1000)]
    long = [one for one in drawn if len(one) >= 16]
    assert len(set(long)) == len(long)


def test_a_forked_process_draws_bytes_of_its_own() -> None:
    program = """
import os
from zhiban.data.crypt import random_bytes
random_bytes(16)  # a block is fetched
if os.fork():
    os.wait()
print(random_bytes(16).hex(), flush=True)
os._exit(0)
"""
    done = subprocess.run(
        [sys.executable, "-c", program], capture_output=True, text=True, check=True
    )
    child, parent = done.stdout.split()
    assert child != parent
