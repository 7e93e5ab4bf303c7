"""The refusals of Google's APIs: HTTP status, canonical status, message, in the body that Google gives them."""

from __future__ import annotations

from typing import Any

_SERVICE = "sheets.googleapis.com"
_LOGIN = "Expected OAuth 2 access token, login cookie or other valid authentication credential."
_LOGIN_PAGE = "See https://developers.google.com/identity/sign-in/web/devconsole-project."
_STATUSES = {400: "INVALID_ARGUMENT", 401: "UNAUTHENTICATED", 403: "PERMISSION_DENIED", 404: "NOT_FOUND"}


class GoogleError(Exception):
    """Google answers with this HTTP status and `{"error": …}`."""

    def __init__(self, code: int, message: str, *details: dict[str, Any], status: str = "") -> None:
        super().__init__(message)
        self.code, self.details, self.status = code, details, status or _STATUSES[code]

    def body(self) -> dict[str, Any]:
        error: dict[str, Any] = {"code": self.code, "message": str(self), "status": self.status}
        return {"error": {**error, **({"details": list(self.details)} if self.details else {})}}


class Invalid(Exception):
    """What is wrong with one request of a batch or one range; the caller says which one it is."""


def bad(message: str) -> GoogleError:
    return GoogleError(400, message)


def bad_field(field: str, description: str) -> GoogleError:
    """The JSON itself is not of the shape that the method takes."""
    violation = {"field": field, "description": description}
    details = {"@type": "type.googleapis.com/google.rpc.BadRequest", "fieldViolations": [violation]}
    return GoogleError(400, description, details)


def unknown_name(name: str, where: str) -> GoogleError:
    return bad_field(where, f"Invalid JSON payload received. Unknown name \"{name}\" at '{where}': Cannot find field.")


def no_credential() -> GoogleError:
    return GoogleError(401, f"Request is missing required authentication credential. {_LOGIN} {_LOGIN_PAGE}")


def invalid_credential() -> GoogleError:
    return GoogleError(401, f"Request had invalid authentication credentials. {_LOGIN} {_LOGIN_PAGE}")


def no_scope() -> GoogleError:
    info = _info("ACCESS_TOKEN_SCOPE_INSUFFICIENT", {"service": _SERVICE})
    return GoogleError(403, "Request had insufficient authentication scopes.", info)


def not_shared() -> GoogleError:
    return GoogleError(403, "The caller does not have permission")


def not_enabled(project: str) -> GoogleError:
    page = f"https://console.developers.google.com/apis/api/{_SERVICE}/overview?project={project}"
    message = (
        f"Google Sheets API has not been used in project {project} before or it is disabled. Enable it by visiting "
        f"{page} then retry. If you enabled this API recently, wait a few minutes for the action to propagate to our "
        "systems and retry."
    )
    return GoogleError(
        403, message, _info("SERVICE_DISABLED", {"service": _SERVICE, "consumer": f"projects/{project}"})
    )


def not_found() -> GoogleError:
    return GoogleError(404, "Requested entity was not found.")


def too_many(kind: str, scope: str, project: str) -> GoogleError:
    """`kind` is Read or Write, `scope` "per minute per user" or "per minute"."""
    metric, limit = f"{kind} requests", f"{kind} requests {scope}"
    message = (
        f"Quota exceeded for quota metric '{metric}' and limit '{limit}' of service '{_SERVICE}' "
        f"for consumer 'project_number:{project}'."
    )
    meta = {"service": _SERVICE, "consumer": f"projects/{project}", "quota_limit": limit.replace(" ", "")}
    return GoogleError(429, message, _info("RATE_LIMIT_EXCEEDED", meta), status="RESOURCE_EXHAUSTED")


def internal() -> GoogleError:
    return GoogleError(500, "Internal error encountered.", status="INTERNAL")


def unavailable() -> GoogleError:
    return GoogleError(503, "The service is currently unavailable.", status="UNAVAILABLE")


def protected() -> Invalid:
    return Invalid(
        "You are trying to edit a protected cell or object. "
        "Please contact the spreadsheet owner to remove protection if you need to edit."
    )


def _info(reason: str, metadata: dict[str, str]) -> dict[str, Any]:
    kind = "type.googleapis.com/google.rpc.ErrorInfo"
    return {"@type": kind, "reason": reason, "domain": "googleapis.com", "metadata": metadata}


#: What stands before Google's servers answers in HTML.
BAD_GATEWAY = (
    "<!DOCTYPE html>\n<html lang=en>\n  <meta charset=utf-8>\n  <title>Error 502 (Server Error)!!1</title>\n"
    "  <p><b>502.</b> <ins>That’s an error.</ins>\n  <p>The server encountered a temporary error and could not "
    "complete your request.<p>Please try again in 30 seconds.  <ins>That’s all we know.</ins>\n"
)
