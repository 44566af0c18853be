"""Whether the database is sound: its tables current, its histories as they were written."""

from __future__ import annotations

from sqlalchemy import Engine

from zhiban.data.crypt import Keyring
from zhiban.data.database import current_revision, newest_revision, reading
from zhiban.data.wording import Text
from zhiban.queue.service import verify


def findings(engine: Engine, keyring: Keyring) -> list[Text]:
    """Every fault, in words; none when the database is sound."""
    with reading(engine) as connection:
        at, newest = current_revision(connection), newest_revision()
        if at != newest:
            text = Text(
                f"表结构是 {at or '无'}，程序需要 {newest}；请运行 zhiban database upgrade",
                f"the tables are at {at or 'none'}, the program needs {newest}; run "
                "zhiban database upgrade",
            )
            return [text]
        return [
            Text(
                f"咨询 {fault.question}：{fault.what}" if fault.question else fault.what,
                f"question {fault.question}: {fault.what}" if fault.question else fault.what,
            )
            for fault in verify(connection, keyring)
        ]
