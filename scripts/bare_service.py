"""What the queue's benchmark is held against: endpoints that do as little as can be done."""

from __future__ import annotations

import asyncio
import os
from concurrent.futures import ThreadPoolExecutor

from sqlalchemy import Column, Integer, MetaData, String, Table, insert
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


def service() -> Starlette:
    """`/echo` gives JSON back; `/insert` writes one row in a transaction of its own."""
    engine = make_engine(os.environ["ZHIBAN_DATABASE_URL"])
    PLAIN.metadata.create_all(engine)
    # SQLite has one writer at a time: more threads would only wait for each other.
    threads = ThreadPoolExecutor(1 if engine.dialect.name == "sqlite" else 8)
    statement = insert(PLAIN)

    def write(row: dict[str, str]) -> None:
        with writing(engine) as connection:
            connection.execute(statement, row)

    async def echo(request: Request) -> JSONResponse:
        return JSONResponse(await request.json(), 201)

    async def one_insert(request: Request) -> JSONResponse:
        given = await request.json()
        row = {"division": given["division"], "text": given["text"]}
        await asyncio.get_running_loop().run_in_executor(threads, write, row)
        return JSONResponse({"division": row["division"]}, 201)

    return Starlette(
        routes=[
            Route("/echo", echo, methods=["POST"]),
            Route("/insert", one_insert, methods=["POST"]),
        ]
    )
