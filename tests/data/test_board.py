from sqlalchemy import Engine

from zhiban.data import board
from zhiban.data.database import reading, writing


def test_board(database: Engine) -> None:
    with writing(database) as connection:
        first = board.lock(connection)
        board.save(connection, board.Board(1, 2, 3, 4))
    with reading(database) as connection:
        assert board.look(connection) == board.Board(1, 2, 3, 4)
    assert first == board.Board()
