"""One call of the API as a value: what the router serves and what OpenAPI describes."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass, field
from http import HTTPStatus

from pydantic import BaseModel
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route
from starlette.types import Receive, Scope, Send

from zhiban.web.accounts import Role
from zhiban.web.api.reading import read_body
from zhiban.web.i18n import language_of
from zhiban.web.problems import Problem
from zhiban.web.security import staff

PREFIX = "/api/v1"
Handler = Callable[[Request], Awaitable["Answer | Response"]]


@dataclass(frozen=True, slots=True)
class Answer:
    """What a call gives back; `model` None for an answer without a body."""

    model: BaseModel | None = None
    status: int | None = None
    headers: Mapping[str, str] = field(default_factory=dict)


class Json(Response):
    """JSON that is bytes already; makes its few headers and asks for nothing else."""

    def __init__(self, content: bytes, status: int, headers: Mapping[str, str]) -> None:
        self.status_code, self.background, self.body = status, None, content
        own = (("content-length", str(len(content))), ("content-type", "application/json"))
        self.raw_headers = [
            (name.lower().encode("latin-1"), value.encode("latin-1"))
            for name, value in (*headers.items(), *own)
        ]


@dataclass(frozen=True, slots=True)
class Parameter:
    """A value in the query or in a header."""

    name: str
    place: str
    about: str
    required: bool = False


SECRET = Parameter("X-Ticket-Secret", "header", "The secret given with the ticket.", required=True)


@dataclass(frozen=True, slots=True)
class Call:
    """A method and a path, who may use it, what it takes and gives.

    `roles` empty: anyone; `secret`: whoever holds the ticket's secret, which is
    a parameter of it then, and limited. The body, if the call
    takes one, is at `request.state.input`; a call with `upload` takes a form with a file instead.
    `problems` lists the statuses it may refuse with,
    beside those any call may.
    """

    method: str
    path: str
    handler: Handler
    about: str
    answer: type[BaseModel] | None = None
    status: int = 200
    body: type[BaseModel] | None = None
    roles: tuple[Role, ...] = ()
    secret: bool = False
    upload: bool = False
    parameters: tuple[Parameter, ...] = ()
    problems: tuple[int, ...] = ()
    media_type: str = "application/json"

    @property
    def name(self) -> str:
        """The call's name in OpenAPI: the handler's."""
        return getattr(self.handler, "__name__", "call")

    @property
    def asked(self) -> tuple[Parameter, ...]:
        """Its parameters, with the secret where one is needed."""
        return (SECRET, *self.parameters) if self.secret else self.parameters

    def route(self) -> Route:
        """The route that serves it."""
        return Route(PREFIX + self.path, _Served(self), methods=[self.method], name=self.name)

    async def response_to(self, request: Request) -> Response:
        """The answer to a request, refused unless the caller may have it."""
        if self.roles and not staff(request).may(*self.roles):
            raise Problem(403)
        if self.body is not None:
            request.state.input = read_body(request, self.body)
        given = await self.handler(request)
        return given if isinstance(given, Response) else self._response(request, given)

    def _response(self, request: Request, answer: Answer) -> Response:
        status = answer.status or self.status
        headers = {"Content-Language": language_of(request), **answer.headers}
        if answer.model is None:
            return Response(status_code=HTTPStatus.NO_CONTENT, headers=headers)
        return Json(to_json(answer.model), status, headers)


def to_json(model: BaseModel) -> bytes:
    """What callers get of a model: nothing where there is nothing."""
    return model.model_dump_json(exclude_none=True).encode()


class _Served:
    """A call as an application: a function would be wrapped once more, to catch what it raises."""

    def __init__(self, call: Call) -> None:
        self._call = call

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        response = await self._call.response_to(Request(scope, receive, send))
        await response(scope, receive, send)
