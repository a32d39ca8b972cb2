"""How the hospital's listeners refuse: every answer is a trouble's two sentences as JSON, and no library's text reaches anybody."""

from __future__ import annotations

import logging
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from fastapi.exceptions import RequestValidationError
from fastapi.responses import JSONResponse
from starlette.exceptions import HTTPException

from record.trouble import Kind, Trouble

if TYPE_CHECKING:
    from collections.abc import Mapping

    from fastapi import FastAPI, Request

log = logging.getLogger(__name__)

_BY_KIND = {Kind.IDENTITY: 401, Kind.REFUSED: 403, Kind.STATE: 409, Kind.INPUT: 422, Kind.STORAGE: 507, Kind.LOCKED: 503}


@dataclass(frozen=True, slots=True)
class Refusals:
    """The words of one listener, for whoever asks there; `refuse` gives them to its application.

    Args:
        malformed: what happened and what to do where a request is not understood.
        nothing: what to do where there is no such route.
        failed: what to do where the server met a fault of its own.
        codes: HTTP status by the first word of a trouble's details; without one its kind decides, else 500.
        happened: what happened, by HTTP status, where no route answered; `otherwise` for the others.
    """

    malformed: tuple[str, str]
    nothing: str
    failed: str
    codes: Mapping[str, int] = field(default_factory=lambda: {"404": 404})
    happened: Mapping[int, str] = field(default_factory=dict)
    otherwise: str = "There is nothing here."

    def refuse(self, app: FastAPI) -> None:
        """Sets the four ways in which a request can end otherwise."""
        app.add_exception_handler(Trouble, self._told)
        app.add_exception_handler(RequestValidationError, self._malformed)
        app.add_exception_handler(HTTPException, self._no_route)
        app.add_exception_handler(Exception, self._failed)

    def _told(self, _request: Request, error: Exception) -> JSONResponse:
        assert isinstance(error, Trouble)
        status = self.codes.get(error.details.partition(" ")[0]) or _BY_KIND.get(error.kind, 500)
        if status >= 500:
            log.error("refused", extra={"kind": error.kind.value, "why": error.details})
        return JSONResponse(error.as_dict(), status_code=status)

    def _malformed(self, _request: Request, error: Exception) -> JSONResponse:
        assert isinstance(error, RequestValidationError)
        places = ", ".join(".".join(str(part) for part in one["loc"]) for one in error.errors())
        return JSONResponse(Trouble(*self.malformed, places, Kind.INPUT).as_dict(), status_code=422)

    def _no_route(self, _request: Request, error: Exception) -> JSONResponse:
        assert isinstance(error, HTTPException)
        trouble = Trouble(self.happened.get(error.status_code, self.otherwise), self.nothing, str(error.status_code), Kind.INPUT)
        return JSONResponse(trouble.as_dict(), status_code=error.status_code, headers=error.headers)

    def _failed(self, _request: Request, error: Exception) -> JSONResponse:
        log.error("a request failed", exc_info=error)
        trouble = Trouble("The hospital's server met a fault of its own.", self.failed, type(error).__name__)
        return JSONResponse(trouble.as_dict(), status_code=500)
