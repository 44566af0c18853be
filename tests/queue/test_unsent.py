"""A question on its way is kept sealed, goes with its papers in one piece, and leaves nothing."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any

import pytest
from sqlalchemy import func, select

from zhiban.data.database import writing
from zhiban.data.timespan import SHANGHAI
from zhiban.data.wording import Refused
from zhiban.queue import attachments, service, unsent
from zhiban.queue.answering import answering_today
from zhiban.queue.asking import Ask
from zhiban.queue.attaching import JPEG, PDF, Paper
from zhiban.queue.guardian import Guardian
from zhiban.queue.outcomes import Asked, KeyReused, Moved
from zhiban.queue.records import ATTACHMENT, QUESTION
from zhiban.queue.unsent_records import UNSENT_PAPER, UNSENT_QUESTION

KEY = "k" * 32
NOW = datetime(2026, 11, 24, 9, 0, tzinfo=SHANGHAI)  # a Tuesday
PHOTO = Paper(JPEG, "欠条.jpg", b"\xff\xd8\xff" + b"photo" * 9)
SHEET = Paper(PDF, "合同.pdf", b"%PDF-1.7 sheet")
FORM = {"text": ("老板三个月没发工资",), "green": ("minor", "migrant_wage")}
ASK = Ask("老板三个月没发工资", "330411", consent=True)


def kept(connection: Any, keyring: Any, now: Any, *papers: Paper) -> None:
    """Keeps the form with these papers."""
    unsent.keep(connection, keyring, KEY, FORM, papers, now)


def rows(connection: Any) -> tuple[int, int]:
    """How many questions and papers are on their way."""
    questions, papers = (
        connection.execute(select(func.count()).select_from(table)).scalar_one()
        for table in (UNSENT_QUESTION, UNSENT_PAPER)
    )
    return questions, papers


def test_what_was_written_comes_back_and_is_sealed(bureau: Any) -> None:
    with writing(bureau.engine) as connection:
        kept(connection, bureau.keyring, NOW, PHOTO)
        kept(connection, bureau.keyring, NOW, SHEET)
        found = unsent.load(connection, bureau.keyring, KEY, NOW)
        raw = str(connection.execute(select(UNSENT_QUESTION)).all())
        raw += str(connection.execute(select(UNSENT_PAPER)).all())
    assert found is not None
    assert found.form == FORM
    assert [(one.name, one.size) for one in found.papers] == [
        ("欠条.jpg", len(PHOTO.content)),
        ("合同.pdf", len(SHEET.content)),
    ]
    assert "工资" not in raw
    assert "欠条" not in raw
    assert "photophoto" not in raw


def test_a_paper_is_taken_out_and_everything_is_cleared(bureau: Any) -> None:
    with writing(bureau.engine) as connection:
        kept(connection, bureau.keyring, NOW, PHOTO, SHEET)
        found = unsent.load(connection, bureau.keyring, KEY, NOW)
        assert found is not None
        assert unsent.drop_paper(connection, KEY, found.papers[0].id)
        assert not unsent.drop_paper(connection, "another key", found.papers[1].id)
        assert rows(connection) == (1, 1)
        unsent.clear(connection, KEY)
        assert rows(connection) == (0, 0)


def test_too_many_papers_are_refused_before_sending(bureau: Any) -> None:
    with writing(bureau.engine) as connection, pytest.raises(Refused, match="9 files at most"):
        kept(connection, bureau.keyring, NOW, *[PHOTO] * (unsent.MOST_PAPERS + 1))


def test_after_a_day_it_is_gone_for_its_owner_and_then_for_good(bureau: Any) -> None:
    later = NOW + unsent.KEEP
    with writing(bureau.engine) as connection:
        kept(connection, bureau.keyring, NOW, PHOTO)
        assert unsent.load(connection, bureau.keyring, KEY, later) is None
        assert unsent.purge(connection, later - timedelta(seconds=1)) == 0
        assert unsent.purge(connection, later) == 1
        assert rows(connection) == (0, 0)


def test_sending_takes_the_papers_along_and_leaves_nothing(bureau: Any) -> None:
    with writing(bureau.engine) as connection:
        kept(connection, bureau.keyring, NOW, PHOTO, SHEET)
        sent = unsent.send(connection, bureau.keyring, ASK, KEY, NOW)
    assert isinstance(sent, Asked)
    with writing(bureau.engine) as connection:
        view = service.ticket_view(connection, bureau.keyring, sent.ticket, sent.secret, NOW)
        assert view is not None
        assert [one.name for one in view.attachments] == ["欠条.jpg", "合同.pdf"]
        paper = service.attachment(
            connection, bureau.keyring, sent.ticket, sent.secret, view.attachments[0].id
        )
        assert isinstance(paper, service.Attachment)
        assert paper.content == PHOTO.content
        assert rows(connection) == (0, 0)
        assert unsent.sent_before(connection, bureau.keyring, KEY, NOW) == sent.ticket
        assert unsent.sent_before(connection, bureau.keyring, "x" * 32, NOW) is None
        assert service.verify(connection, bureau.keyring) == []


def test_sending_twice_makes_one_question_with_its_papers_once(bureau: Any) -> None:
    with writing(bureau.engine) as connection:
        kept(connection, bureau.keyring, NOW, PHOTO)
        first = unsent.send(connection, bureau.keyring, ASK, KEY, NOW)
    with writing(bureau.engine) as connection:
        again = unsent.send(connection, bureau.keyring, ASK, KEY, NOW)
        other = unsent.send(
            connection, bureau.keyring, Ask("别的事", "330411", consent=True), KEY, NOW
        )
        counts = [
            connection.execute(select(func.count()).select_from(table)).scalar_one()
            for table in (QUESTION, ATTACHMENT)
        ]
    assert isinstance(first, Asked)
    assert isinstance(again, Asked)
    assert again.repeated
    assert (again.ticket, again.secret) == (first.ticket, first.secret)
    assert isinstance(other, KeyReused)
    assert counts == [1, 1]


def test_a_child_under_14_asks_with_a_guardians_consent_kept_with_the_question(
    bureau: Any,
) -> None:
    child = Ask("同学抢我的东西", "330411", consent=True, under_14=True)
    with writing(bureau.engine) as connection:
        with pytest.raises(Refused) as refused:
            service.ask(connection, bureau.keyring, child, None, NOW)
        named = {error.field for error in refused.value.errors}
        assert named == {"guardian_name", "guardian_relation", "guardian_consent"}
        asked = service.ask(
            connection,
            bureau.keyring,
            Ask(
                child.text,
                child.division,
                consent=True,
                under_14=True,
                guardian=Guardian(" 王 芳 ", "mother", consent=True),
            ),
            None,
            NOW,
        )
    assert isinstance(asked, Asked)
    with writing(bureau.engine) as connection:
        page = service.question_for(connection, bureau.keyring, asked.ticket, "staff:clerk", NOW)
        shown = service.question_for(
            connection, bureau.keyring, asked.ticket, "staff:clerk", NOW, reveal=True
        )
    assert not isinstance(page, service.NotYours)
    assert not isinstance(shown, service.NotYours)
    assert page.guardian == Guardian("王**", "mother", consent=True)
    assert shown.guardian == Guardian("王 芳", "mother", consent=True)


def test_a_message_with_files_is_written_once_for_one_key(bureau: Any) -> None:
    with writing(bureau.engine) as connection:
        asked = service.ask(connection, bureau.keyring, ASK, None, NOW)
    assert isinstance(asked, Asked)
    arguments = (asked.ticket, asked.secret, "补充一张照片", [PHOTO], "m" * 32, NOW)
    with writing(bureau.engine) as connection:
        first = attachments.send_once(connection, bureau.keyring, *arguments)
    with writing(bureau.engine) as connection:
        again = attachments.send_once(connection, bureau.keyring, *arguments)
        view = service.ticket_view(connection, bureau.keyring, asked.ticket, asked.secret, NOW)
    assert isinstance(first, Moved)
    assert isinstance(again, Moved)
    assert again.repeated
    assert view is not None
    assert [step.kind for step in view.steps].count("attached") == 1
    assert [step.text for step in view.steps].count("补充一张照片") == 1


def test_how_long_an_answer_takes_today_is_the_median_of_todays_first_ones(bureau: Any) -> None:
    bureau.on((1, "11-24", bureau.morning))
    asked = []
    with writing(bureau.engine) as connection:
        assert answering_today(connection, NOW).median is None
        for _ in range(2):
            one = service.ask(connection, bureau.keyring, ASK, None, NOW)
            assert isinstance(one, Asked)
            asked.append(one.ticket)
    # Answered after 10 and after 40 minutes; a second answer to the first changes nothing.
    for ticket, minutes in ((asked[0], 10), (asked[1], 40), (asked[0], 90)):
        at = NOW + timedelta(minutes=minutes)
        with writing(bureau.engine) as connection:
            lawyer = connection.execute(
                select(QUESTION.c.lawyer).where(QUESTION.c.code == ticket)
            ).scalar_one()
            move = service.Move(ticket, lawyer, at, "先去投诉")
            assert isinstance(service.answer(connection, bureau.keyring, move), Moved)
    with writing(bureau.engine) as connection:
        found = answering_today(connection, NOW + timedelta(hours=2))
        tomorrow = answering_today(connection, NOW + timedelta(days=1))
    assert (found.answers, found.median) == (2, timedelta(minutes=25))
    assert (tomorrow.answers, tomorrow.median) == (0, None)
