"""Settings of the service, read from the environment (prefix `ZHIBAN_`) or a `.env` file."""

from __future__ import annotations

from datetime import datetime
from pathlib import Path
from typing import Literal

from pydantic import Field, field_validator
from pydantic_settings import BaseSettings, SettingsConfigDict

from zhiban.data.timespan import parse_time
from zhiban.data.wording import Refused


class Settings(BaseSettings):
    """Everything an operator may set; each is described in docs/settings.md."""

    model_config = SettingsConfigDict(
        env_prefix="ZHIBAN_", env_file=".env", extra="ignore", frozen=True
    )

    database_url: str = Field(default="sqlite:///var/zhiban.db", repr=False)
    keys: str = Field(default="", repr=False)
    clock: datetime | None = None
    clock_since: datetime | None = None
    bureau: str = "嘉兴市司法局"
    bureau_en: str = "Jiaxing Justice Bureau"
    hotline: str = "12348"
    icp: str = ""
    icp_link: str = "https://beian.miit.gov.cn/"
    police_record: str = ""
    police_link: str = ""
    site_code: str = ""
    responsible_unit: str = ""
    address: str = ""
    https: bool = False
    hosts: str = "*"
    proxies: str = "127.0.0.1"
    body_limit: int = Field(default=262_144, ge=4_096)
    attachment_limit: int = Field(default=8_388_608, ge=65_536)
    session_idle_minutes: int = Field(default=120, ge=1)
    session_hours: int = Field(default=12, ge=1)
    login_limit: str = "10/minute"
    ask_limit: str = "20/minute"
    ticket_limit: str = "30/minute"
    suggest_limit: str = "60/minute"
    timers: bool = True
    roster_seconds: float = Field(default=60.0, gt=0)
    roster_workers: int = Field(default=2, ge=1)
    notify_urls: str = Field(default="", repr=False)
    notify_services: str = "wecom dingtalk feishu"
    notify_hosts: str = ""
    mail_url: str = Field(default="", repr=False)
    metrics_token: str = Field(default="", repr=False)
    log_format: Literal["console", "json"] = "console"
    log_level: Literal["DEBUG", "INFO", "WARNING", "ERROR"] = "INFO"

    @field_validator("clock", "clock_since", mode="before")
    @classmethod
    def _clock(cls, value: object) -> object:
        """A time without offset is Shanghai's, as everywhere on the command line."""
        if not isinstance(value, str):
            return value
        try:
            return parse_time(value, "ZHIBAN_CLOCK") if value else None
        except Refused as refused:
            raise ValueError(str(refused)) from refused

    @field_validator("login_limit", "ask_limit", "ticket_limit", "suggest_limit")
    @classmethod
    def _limit(cls, value: str) -> str:
        """Refuses a limit that cannot be read at start, not at the first request."""
        import limits

        limits.parse(value)
        return value

    @property
    def upload_limit(self) -> int:
        """The largest form with files: three of the largest files, and what is written beside."""
        return 3 * self.attachment_limit + self.body_limit

    @property
    def embedded(self) -> bool:
        """Whether the database is the SQLite file beside the program."""
        return self.database_url.startswith("sqlite")

    @property
    def database_file(self) -> Path | None:
        """The SQLite file, or None for a database server or one in memory."""
        path = self.database_url.partition(":///")[2]
        return Path(path) if self.embedded and path and path != ":memory:" else None

    @property
    def host_list(self) -> list[str]:
        """The host names answered to; `*` means any."""
        return [host.strip() for host in self.hosts.split(",") if host.strip()] or ["*"]
