"""What went wrong, in words: problem+json for the API, a page for people; never a trace."""

from __future__ import annotations

import traceback
from collections.abc import Mapping, Sequence
from http import HTTPStatus
from pathlib import Path

import structlog
from sqlalchemy.exc import DataError
from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import JSONResponse, Response
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from zhiban.data.failures import DatabaseBusy, DatabaseUnavailable, SavedOrNot
from zhiban.data.wording import FieldError, Refused, Text
from zhiban.data.writer import WriterBusy
from zhiban.web import saved
from zhiban.web.i18n import Lang, language_of
from zhiban.web.render import page

log = structlog.get_logger(__name__)

TITLES: Mapping[int, Text] = {
    400: Text("请求无法读取", "The request cannot be read"),
    401: Text("请先登录", "Please log in"),
    403: Text("没有权限", "Not allowed"),
    404: Text("没有找到", "Not found"),
    405: Text("不支持这种请求方式", "This method is not offered here"),
    406: Text("无法提供这种格式", "This format is not offered"),
    409: Text("情况已经变化", "Things have moved on"),
    413: Text("内容太大", "Too large"),
    415: Text("内容格式不对", "Wrong content type"),
    422: Text("填写的内容有问题", "Some of what was sent cannot be used"),
    429: Text("请求太频繁", "Too many requests"),
    500: Text("系统出错了", "Something went wrong here"),
    503: Text("系统暂时忙不过来", "The service is busy for a moment"),
}
DETAILS: Mapping[int, Text] = {
    401: Text("这一页只对登录的工作人员开放。", "This is for staff who have logged in."),
    403: Text("您的账号不能做这件事。", "Your account may not do this."),
    404: Text("这个地址没有内容，请核对后再试。", "There is nothing at this address."),
    405: Text("这个地址不接受这种请求方式。", "This address does not take this method."),
    413: Text("发送的内容超过了允许的大小。", "What was sent exceeds the size allowed."),
    500: Text(
        "已经记录下来。如果您刚才提交了内容，不能确定是否已经保存。"
        "用同一个 Idempotency-Key 再发一次是安全的，不会重复；没有用它的，请先查看。",
        "It has been recorded. What you sent, if anything, may or may not have been saved. Sending "
        "it again with the same Idempotency-Key is safe and does nothing twice; without one, look "
        "first.",
    ),
    503: Text("没有保存任何内容，请稍后再试一次。", "Nothing was saved; please try again shortly."),
}

_SAVED_OR_NOT = Text(
    "保存时连接中断，不知道是否已经保存。用同一个 Idempotency-Key 再发一次是安全的，不会重复。",
    "The connection was lost while saving, and it is not known whether it was saved. Sending it "
    "again with the same Idempotency-Key is safe and does nothing twice.",
)
_SAVED_OR_NOT_PAGE = Text(
    "保存时连接中断，不知道是否已经保存。请返回刚才那一页，不要刷新，再提交一次："
    "咨询和留言不会重复；其他内容请先看看是否已经保存。",
    "The connection was lost while saving, and it is not known whether it was saved. Go back to "
    "the page you came from, do not reload it, and send it again: questions and messages are not "
    "taken twice. For anything else, look first whether it was saved.",
)
_FAILED_PAGE = Text(
    "已经记录下来。如果您刚才提交了内容，不能确定是否已经保存。请返回刚才那一页，不要刷新，"
    "再提交一次：咨询和留言不会重复；其他内容请先看看是否已经保存。",
    "It has been recorded. What you sent, if anything, may or may not have been saved. Go back to "
    "the page you came from, do not reload it, and send it again: questions and messages are not "
    "taken twice. For anything else, look first whether it was saved.",
)
_PARTLY = Text(
    "已经保存了一部分或全部，后面的步骤没有完成。请先查看；"
    "用同一个 Idempotency-Key 再发一次是安全的。",
    "Some or all of it was saved before the rest could be done. Look first; sending it again with "
    "the same Idempotency-Key is safe.",
)
_PARTLY_PAGE = Text(
    "您提交的内容已经保存了一部分或全部，后面的步骤没有完成。请先看看是否已经保存，再决定是否重新提交；"
    "咨询和留言再提交一次也不会重复。",
    "Some or all of what you sent was saved before the rest could be done. Look first whether it "
    "was, then decide to send it again; questions and messages are not taken twice.",
)
_NOT_STORABLE = Text(
    "发来的内容里有无法保存的字符或过大的数字，请改过再试。",
    "What was sent holds a character or a number that cannot be kept; please change it.",
)
_LONGEST_PATH = 2_000
_WRITTEN = Text("您写的内容（可以复制）", "What you wrote (to be copied)")


class Problem(Exception):  # noqa: N818 - RFC 9457 calls what the asker gets a problem
    """An answer that is a refusal: status, detail, the fields concerned, what was written.

    `current` is where things stand now, for a caller whose view is out of date. `on_page` says
    the detail to people, where the API's speaks of what only callers know.
    """

    def __init__(
        self,
        status: int,
        detail: Text | None = None,
        errors: Sequence[FieldError] = (),
        headers: Mapping[str, str] | None = None,
        written: Sequence[str] = (),
        current: Mapping[str, object] | None = None,
        on_page: Text | None = None,
    ) -> None:
        self.status = status
        self.title = TITLES.get(status) or _phrase(status)
        self.detail = detail or DETAILS.get(status) or self.title
        self.on_page = on_page or self.detail
        self.errors = tuple(errors)
        self.written = tuple(written)
        self.current = current
        self.headers = dict(headers or {})
        super().__init__(self.detail.en)


def _phrase(status: int) -> Text:
    """The standard phrase of a status we have no words of our own for."""
    phrase = HTTPStatus(status).phrase
    return Text(phrase, phrase)


def answer(request: Request, problem: Problem) -> Response:
    """The problem as the asker can read it: JSON under /api, a page elsewhere."""
    lang = language_of(request)
    if request.url.path.startswith("/api/"):
        return problem_json(problem, lang)
    return page(
        request,
        "error.html",
        status_code=problem.status,
        headers=problem.headers,
        status=problem.status,
        title=problem.title.in_(lang),
        detail=problem.on_page.in_(lang),
        errors=[(error.field, error.text.in_(lang)) for error in problem.errors],
        written=problem.written,
        written_label=_WRITTEN.in_(lang),
    )


def problem_json(problem: Problem, lang: Lang) -> JSONResponse:
    """The problem as `application/problem+json` (RFC 9457)."""
    body: dict[str, object] = {
        "type": "about:blank",
        "status": problem.status,
        "title": problem.title.in_(lang),
        "detail": problem.detail.in_(lang),
        "errors": [
            {"field": error.field, "message": error.text.in_(lang)} for error in problem.errors
        ],
    }
    if problem.current is not None:
        body["current"] = problem.current
    headers = {
        "Content-Language": lang,
        "Vary": "Accept-Language",
        "Cache-Control": "no-store",
        **problem.headers,
    }
    return JSONResponse(
        body, problem.status, headers=headers, media_type="application/problem+json"
    )


def as_problem(error: Exception) -> Problem:
    """Any error as a problem that may be shown; what is not foreseen becomes a plain 500."""
    if isinstance(error, Problem):
        return error
    if isinstance(error, Refused):
        return Problem(422, errors=error.errors, detail=error.text)
    if isinstance(error, DatabaseBusy | WriterBusy):
        return _unavailable("2")
    if isinstance(error, SavedOrNot):
        again = {"Retry-After": "5"}
        return Problem(503, _SAVED_OR_NOT, headers=again, on_page=_SAVED_OR_NOT_PAGE)
    if isinstance(error, DataError):  # NUL in a text, a number beyond any column: PostgreSQL alone
        return Problem(400, _NOT_STORABLE)
    if isinstance(error, DatabaseUnavailable):
        return _unavailable("30")
    if isinstance(error, HTTPException):
        return Problem(error.status_code, headers=error.headers)
    return Problem(500, on_page=_FAILED_PAGE)


def _unavailable(seconds: str) -> Problem:
    """The database failed; that nothing was saved is said only where nothing was committed."""
    again = {"Retry-After": seconds}
    if saved.anything():
        return Problem(503, _PARTLY, headers=again, on_page=_PARTLY_PAGE)
    return Problem(503, headers=again)


async def handle(request: Request, error: Exception) -> Response:
    """The exception handler of the router."""
    return answer(request, as_problem(error))


class ProblemMiddleware:
    """Turns whatever is raised further in into an answer; the unforeseen is logged, not shown."""

    def __init__(self, app: ASGIApp) -> None:
        self.app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Passes the call on; answers for it when it raises before its answer has begun."""
        if scope["type"] != "http":
            await self.app(scope, receive, send)
            return
        if len(scope["path"]) > _LONGEST_PATH:  # a number in it may be too long to be read
            await answer(Request(scope, receive), Problem(404))(scope, receive, send)
            return
        saved.begin()
        begun = False

        async def watched(message: Message) -> None:
            nonlocal begun
            begun = begun or message["type"] == "http.response.start"
            await send(message)

        try:
            await self.app(scope, receive, watched)
        except Exception as error:  # the outermost layer: whatever failed, nobody gets a trace
            problem = as_problem(error)
            if problem.status >= 500:
                report(scope, problem.status, error)
            if begun:
                raise
            await answer(Request(scope, receive), problem)(scope, receive, send)


def report(scope: Scope, status: int, error: Exception) -> None:
    """Logs a failure by its place in the code; its message may hold personal data, so it stays."""
    log.error(
        "request_failed",
        route=route_of(scope),
        status=status,
        error=type(error).__name__,
        where=where_of(error),
    )
    log.debug("request_failed_in_detail", exc_info=error)


def where_of(error: BaseException) -> list[str]:
    """The last places in the code that a failure passed through."""
    frames = traceback.extract_tb(error.__traceback__)[-6:]
    return [f"{Path(frame.filename).name}:{frame.lineno} {frame.name}" for frame in frames]


def route_of(scope: Scope) -> str:
    """The route's pattern, never the path itself, which may hold a ticket's code."""
    return str(getattr(scope.get("route"), "path", "unmatched"))
