"""The rules of rosters: what each says, its parameters as fields, what is usual and what is not."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from pydantic import ValidationError
from sqlalchemy import Connection
from starlette.requests import Request
from starlette.responses import RedirectResponse, Response
from starlette.routing import Route

from zhiban.data import board
from zhiban.data import register_service as service
from zhiban.data.register_diff import Field
from zhiban.data.store import get_setting, put_setting
from zhiban.data.wording import Text
from zhiban.roster.refusal import reason
from zhiban.roster.rules import RULES, Rule
from zhiban.roster.service import RULES_SETTING
from zhiban.web.i18n import Lang, language_of
from zhiban.web.notify.inbox import unread
from zhiban.web.pages.form import Form, form_of
from zhiban.web.pages.register_parts import DESK, PARAM_NAMES, PATH
from zhiban.web.render import page
from zhiban.web.security import allowed, staff
from zhiban.web.wiring import wiring_of

RULES_PATH = f"{PATH}/rules"
Rules = dict[str, dict[str, Any]]


@dataclass(frozen=True, slots=True)
class Param:
    """One parameter as a field: its name, what it says now, what is usual, what is wrong."""

    id: str
    label: str
    said: str
    usual: str
    error: str
    truth: bool


@allowed(*DESK)
async def show(request: Request) -> Response:
    """All rules with their parameters."""
    return await _page(request)


def version_of(rules: Mapping[str, Any]) -> str:
    """Names what the settings say, for whoever changes them."""
    return hashlib.sha256(json.dumps(rules, sort_keys=True).encode()).hexdigest()[:16]


async def _page(
    request: Request,
    said: Form | None = None,
    errors: Mapping[str, str] | None = None,
    status: int = 200,
) -> Response:
    wiring, lang, viewer = wiring_of(request), language_of(request), staff(request)
    stored, news = await wiring.read(
        lambda c: (get_setting(c, RULES_SETTING, {}), unread(c, viewer))
    )
    rules = [
        (
            rule,
            rule.title.in_(lang),
            rule.says.in_(lang),
            rule.code in stored,
            _params(rule, stored.get(rule.code, {}), said, errors or {}, lang),
        )
        for rule in RULES
    ]
    return page(
        request,
        "register_rules.html",
        status_code=status,
        hard=[one for one in rules if one[0].kind != "cost"],
        priced=[one for one in rules if one[0].kind == "cost"],
        errors=errors or {},
        stale=status == 409,
        version=version_of(stored),
        may=viewer.may("scheduler"),
        done=request.query_params.get("done", ""),
        unread=news,
    )


def _params(
    rule: type[Rule],
    stored: Mapping[str, Any],
    said: Form | None,
    errors: Mapping[str, str],
    lang: Lang,
) -> list[Param]:
    found = []
    for name, info in rule.Params.model_fields.items():
        id, usual = f"{rule.code}.{name}", _shown(info.default)
        now = _shown(stored.get(name, info.default)) if said is None else said.text(id)
        label = PARAM_NAMES.get(name, Text(name, name)).in_(lang)
        found.append(
            Param(id, label, now, usual, errors.get(id, ""), isinstance(info.default, bool))
        )
    return found


def _shown(value: Any) -> str:
    if isinstance(value, bool):
        return "yes" if value else ""
    if isinstance(value, (list, tuple)):
        return " ".join(str(one) for one in value)
    return "" if value is None else str(value)


def rules_of(form: Form, lang: Lang) -> tuple[Rules, dict[str, str]]:
    """The changed parameters that a form says, and what is wrong with which field."""
    rules: Rules = {}
    errors: dict[str, str] = {}
    for rule in RULES:
        given = {
            name: _value(form.text(f"{rule.code}.{name}"), info.default)
            for name, info in rule.Params.model_fields.items()
        }
        try:
            params = rule.Params.model_validate(given)
        except ValidationError as error:
            for fault in error.errors(include_url=False, include_input=False):
                why = reason(fault["type"], fault["msg"], fault.get("ctx"))
                errors[f"{rule.code}.{fault['loc'][0]}"] = (
                    f"{rule.title.in_(lang)}：{why.in_(lang)}"
                )
            continue
        usual = rule.Params().model_dump(mode="json")
        other = {k: v for k, v in params.model_dump(mode="json").items() if v != usual[k]}
        if other:
            rules[rule.code] = other
    return rules, errors


def _value(said: str, usual: Any) -> Any:
    if isinstance(usual, bool):
        return said == "yes"
    if isinstance(usual, tuple):
        return said.split()
    return said or None


@allowed("scheduler")
async def save(request: Request) -> Response:
    """Puts the rules of the form in force for the next roster, and records what changed."""
    wiring, lang, by = wiring_of(request), language_of(request), staff(request).login
    form, now = await form_of(request), wiring.clock.now()
    rules, errors = rules_of(form, lang)
    if errors:
        return await _page(request, form, errors, 422)

    def command(connection: Connection) -> bool:
        at = board.lock(connection)
        stored: Rules = get_setting(connection, RULES_SETTING, {})
        if version_of(stored) != form.text("version"):
            return False
        put_setting(connection, RULES_SETTING, rules)
        for rule in RULES:
            fields = _changed(rule, stored.get(rule.code, {}), rules.get(rule.code, {}))
            if fields:
                code, name = rule.code, rule.title.zh
                service.note(
                    connection, wiring.keyring, "rule", code, name, "changed", fields, by, now
                )
        board.save(connection, board.changed(at))
        return True

    if not await wiring.write(command):
        return await _page(request, form, status=409)
    return RedirectResponse(f"{RULES_PATH}?done=saved", 303)


def _changed(rule: type[Rule], old: Mapping[str, Any], new: Mapping[str, Any]) -> list[Field]:
    found = []
    for name, info in rule.Params.model_fields.items():
        before, after = (_said(one.get(name, info.default)) for one in (old, new))
        if before != after:
            found.append(Field(name, PARAM_NAMES.get(name, Text(name, name)), before, after))
    return found


def _said(value: Any) -> str:
    return ("是" if value else "否") if isinstance(value, bool) else _shown(value)


routes = [Route(RULES_PATH, show), Route(RULES_PATH, save, methods=["POST"])]
