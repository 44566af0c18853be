"""The board: the lock, the version and the order of writing."""

from __future__ import annotations

import threading

from sqlalchemy import Engine

from zhiban.data import board
from zhiban.data.board import Board
from zhiban.data.database import reading, writing


def test_a_new_database_starts_from_an_untouched_board(database: Engine) -> None:
    with reading(database) as connection:
        assert board.look(connection) == Board(0, 1, 1, 0)
    with writing(database) as connection:
        assert board.lock(connection) == Board(0, 1, 1, 0)


def test_what_is_saved_is_what_the_next_writer_finds(database: Engine) -> None:
    with writing(database) as connection:
        board.lock(connection)
        board.save(connection, Board(1, 2, 3, 4))
    with writing(database) as connection:
        assert board.lock(connection) == board.look(connection) == Board(1, 2, 3, 4)


def test_the_board_keeps_writers_apart_and_counts_each(database: Engine) -> None:
    def write() -> None:
        with writing(database) as connection:
            at = board.lock(connection)
            board.save(connection, Board(at.version + 1, at.next_question + 2))

    # Eight threads race, the first of them to lay out the row: 8 writes, 1 + 2 x 8 = 17.
    threads = [threading.Thread(target=write) for _ in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    with reading(database) as connection:
        assert board.look(connection) == Board(version=8, next_question=17)
