"""Graph API's refusals: message, type, code, subcode, and the HTTP status they come with (Messenger, "Error codes")."""

from __future__ import annotations

import secrets
from typing import Any


class GraphError(Exception):
    """Graph answers with this status and `{"error": …}`."""

    def __init__(
        self, message: str, code: int, subcode: int | None = None, *, status: int = 400, transient: bool = False
    ) -> None:
        super().__init__(message)
        self.status, self.code, self.subcode, self.transient = status, code, subcode, transient

    def body(self) -> dict[str, Any]:
        error: dict[str, Any] = {"message": str(self), "type": "OAuthException", "code": self.code}
        if self.subcode is not None:
            error["error_subcode"] = self.subcode
        if self.transient:
            error["is_transient"] = True
        return {"error": {**error, "fbtrace_id": "A" + secrets.token_urlsafe(16).replace("-", "x")}}


def parameter(what: str, subcode: int | None = None) -> GraphError:
    return GraphError(f"(#100) {what}", 100, subcode)


def outside_window() -> GraphError:
    return GraphError("(#10) This message is sent outside of allowed window.", 10, 2018278)


def restricted() -> GraphError:
    return GraphError("(#10) This Page is temporarily restricted from sending messages.", 10, 1893063)


def no_permission() -> GraphError:
    return GraphError("(#10) Application does not have permission for this action", 10)


def no_such_user() -> GraphError:
    return parameter("No matching user found", 2018001)


def unavailable() -> GraphError:
    return GraphError("(#551) This person isn't available right now.", 551, 1545041)


def token_invalid(subcode: int | None = None) -> GraphError:
    return GraphError("Error validating access token: the session is invalid.", 190, subcode, status=401)


def token_missing() -> GraphError:
    return GraphError("An access token is required to request this resource.", 104, status=401)


def too_many() -> GraphError:
    return GraphError("(#613) Calls to this api have exceeded the rate limit.", 613)


def try_later() -> GraphError:
    return GraphError("(#1200) Temporary send message failure. Please try again later.", 1200, status=500)


def unexpected() -> GraphError:
    message = "An unexpected error has occurred. Please retry your request later."
    return GraphError(message, 2, status=500, transient=True)


def no_such_path(path: str) -> GraphError:
    return GraphError(f"Unknown path components: /{path}", 2500)


def no_such_object(name: str) -> GraphError:
    what = "does not exist, cannot be loaded due to missing permissions, or does not support this operation"
    return GraphError(f"Unsupported request. Object with ID '{name}' {what}.", 100, 33)
