"""Addresses outside the service that notices may go to: which are taken, how they are shown; pure.

People paste what their chat program gives them. It is kept as an apprise address, and of it only
the end is ever shown again.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from urllib.parse import parse_qs, urlsplit

from zhiban.data.wording import Refused, Text

SERVICES: Mapping[str, Text] = {
    "mail": Text("邮件", "Mail"),
    "wecom": Text("企业微信群机器人", "WeCom group bot"),
    "dingtalk": Text("钉钉群机器人", "DingTalk group bot"),
    "feishu": Text("飞书群机器人", "Feishu group bot"),
    "hook": Text("单位自己的系统（Webhook）", "A system of the bureau's own (webhook)"),
    "given": Text("管理员设置的渠道", "Set by the administrator"),
}
_MAIL = re.compile(r"[A-Za-z0-9._+-]{1,64}@[A-Za-z0-9-]+(\.[A-Za-z0-9-]+)+")
_KEY = r"[A-Za-z0-9_-]{16,128}"
_LONGEST = 500


@dataclass(frozen=True, slots=True)
class Allowed:
    """What an operator allows: services by code, hosts of webhooks, the mail server's address."""

    services: frozenset[str] = frozenset({"wecom", "dingtalk", "feishu"})
    hosts: frozenset[str] = frozenset()
    mail_url: str = ""

    @property
    def offered(self) -> tuple[str, ...]:
        """The services that an address may be of, in the order they are offered."""
        able = {
            "mail": bool(self.mail_url),
            "hook": bool(self.hosts),
            **{code: code in self.services for code in ("wecom", "dingtalk", "feishu")},
        }
        return tuple(code for code in SERVICES if able.get(code))


@dataclass(frozen=True, slots=True)
class Address:
    """One address: of which service, and as apprise knows it (of mail the mailbox alone)."""

    service: str
    value: str


def read_address(text: str, allowed: Allowed) -> Address:
    """The address that somebody wrote; raises Refused naming `address`."""
    given = text.strip()
    found = _known(given, allowed.hosts) if len(given) <= _LONGEST else None
    if found is None:
        names = [SERVICES[code] for code in allowed.offered]
        zh, en = "、".join(one.zh for one in names), ", ".join(one.en for one in names)
        raise Refused.one(
            "address",
            f"认不出这个地址，可用：{zh or '（管理员还没有开放任何渠道）'}",
            f"this address is not known; open are: {en or 'none so far'}",
        )
    if found.service not in allowed.offered:
        name = SERVICES[found.service]
        raise Refused.one(
            "address",
            f"管理员没有开放“{name.zh}”",
            f"the administrator has not opened this: {name.en}",
        )
    return found


def _known(given: str, hosts: frozenset[str]) -> Address | None:
    if _MAIL.fullmatch(given):
        return Address("mail", given)
    try:
        parts = urlsplit(given)
        host, port = parts.hostname or "", parts.port
    except ValueError:
        return None
    if parts.scheme in _OWN:
        service, scheme = _OWN[parts.scheme]
        token = re.fullmatch(rf"{scheme}://(?:{_KEY}@)?{_KEY}/?", given)
        return Address(service, given) if token else None
    if parts.scheme != "https" or parts.username is not None:
        return None
    return _robot(host, parts.path, parts.query) or _hook(
        host, port, parts.path, parts.query, hosts
    )


_OWN = {
    "wecombot": ("wecom", "wecombot"),
    "dingtalk": ("dingtalk", "dingtalk"),
    "feishu": ("feishu", "feishu"),
}
"""Apprise's own way to write them."""


def _robot(host: str, path: str, query: str) -> Address | None:
    """What WeCom, DingTalk and Feishu give for a group's bot."""
    asked = parse_qs(query)
    if host == "qyapi.weixin.qq.com" and path == "/cgi-bin/webhook/send":
        return _of("wecom", "wecombot", asked.get("key", [""])[0])
    if host == "oapi.dingtalk.com" and path == "/robot/send":
        return _of("dingtalk", "dingtalk", asked.get("access_token", [""])[0])
    if host == "open.feishu.cn" and path.startswith("/open-apis/bot/v2/hook/"):
        return _of("feishu", "feishu", path.rpartition("/")[2])
    return None


def _of(service: str, scheme: str, token: str) -> Address | None:
    return Address(service, f"{scheme}://{token}/") if re.fullmatch(_KEY, token) else None


def _hook(
    host: str, port: int | None, path: str, query: str, hosts: frozenset[str]
) -> Address | None:
    """A webhook on a host that the operator names, and on no other: none else is ever called."""
    if host not in hosts or not re.fullmatch(r"[A-Za-z0-9._~/%-]*", path):
        return None
    at = host if port is None else f"{host}:{port}"
    # Apprise takes the words of a query as settings of its own, so none is taken.
    return None if query else Address("hook", f"jsons://{at}{path}")


def url_of(address: Address, allowed: Allowed) -> str | None:
    """The address as apprise sends to it; None where it is no longer allowed."""
    if address.service == "given":
        return address.value
    if address.service not in allowed.offered:
        return None
    if address.service == "hook" and (urlsplit(address.value).hostname or "") not in allowed.hosts:
        return None
    if address.service != "mail":
        return address.value
    joint = "&" if "?" in allowed.mail_url else "?"
    return f"{allowed.mail_url}{joint}to={address.value}"


def masked(address: Address) -> str:
    """Enough of an address to know it by, and nothing that would let others use it."""
    if address.service == "mail":
        name, _, host = address.value.partition("@")
        return f"{name[:1]}***@{host}"
    if address.service == "hook":
        return f"{urlsplit(address.value).hostname}/…"
    return f"…{address.value.rstrip('/')[-4:]}"
