"""What the queue's benchmark is held against: endpoints that do as little as can be done."""

from __future__ import annotations

import asyncio
import os
from concurrent.futures import ThreadPoolExecutor
from queue import SimpleQueue
from threading import Thread

from sqlalchemy import Column, Engine, Integer, MetaData, String, Table, insert
from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import JSONResponse
from starlette.routing import Route

from zhiban.data.database import make_engine, writing

PLAIN = Table(
    "bench_plain",
    MetaData(),
    Column("id", Integer, primary_key=True),
    Column("division", String, nullable=False),
    Column("text", String, nullable=False),
)


Row = dict[str, str]
_BATCH = 32


class Groups:
    """One thread that writes what waits, up to 32 rows to a transaction, and then answers."""

    def __init__(self, engine: Engine) -> None:
        self._engine = engine
        self._waiting: SimpleQueue[tuple[Row, asyncio.Future[None]]] = SimpleQueue()
        Thread(target=self._run, daemon=True).start()

    async def write(self, row: Row) -> None:
        """Returns when the row is committed."""
        done: asyncio.Future[None] = asyncio.get_running_loop().create_future()
        self._waiting.put((row, done))
        await done

    def _run(self) -> None:
        statement = insert(PLAIN)
        while True:
            group = [self._waiting.get()]
            with writing(self._engine) as connection:
                while len(group) < _BATCH and not self._waiting.empty():
                    group.append(self._waiting.get())
                connection.execute(statement, [row for row, _ in group])
            group[0][1].get_loop().call_soon_threadsafe(_answer, group)


def _answer(group: list[tuple[Row, asyncio.Future[None]]]) -> None:
    for _, done in group:
        if not done.done():
            done.set_result(None)


def service() -> Starlette:
    """`/echo` gives JSON back; `/insert` writes one row in a transaction of its own.

    `/grouped` writes the same row together with those of others.
    """
    engine = make_engine(os.environ["ZHIBAN_DATABASE_URL"])
    PLAIN.metadata.create_all(engine)
    # SQLite has one writer at a time: more threads would only wait for each other.
    threads = ThreadPoolExecutor(1 if engine.dialect.name == "sqlite" else 8)
    statement = insert(PLAIN)

    groups = Groups(engine)

    def write(row: Row) -> None:
        with writing(engine) as connection:
            connection.execute(statement, row)

    async def echo(request: Request) -> JSONResponse:
        return JSONResponse(await request.json(), 201)

    async def one_insert(request: Request) -> JSONResponse:
        given = await request.json()
        row = {"division": given["division"], "text": given["text"]}
        await asyncio.get_running_loop().run_in_executor(threads, write, row)
        return JSONResponse({"division": row["division"]}, 201)

    async def grouped(request: Request) -> JSONResponse:
        given = await request.json()
        row = {"division": given["division"], "text": given["text"]}
        await groups.write(row)
        return JSONResponse({"division": row["division"]}, 201)

    return Starlette(
        routes=[
            Route("/echo", echo, methods=["POST"]),
            Route("/insert", one_insert, methods=["POST"]),
            Route("/grouped", grouped, methods=["POST"]),
        ]
    )
