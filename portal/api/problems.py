"""What goes wrong with a call of the API; each becomes a problem document of RFC 9457."""

from __future__ import annotations


class ApiProblem(Exception):
    """A problem with its status and title; the text is the detail. ``fields`` says which values are wrong."""

    status = 400
    title = "Bad request"

    def __init__(self, detail: str, fields: dict[str, str] | None = None) -> None:
        super().__init__(detail)
        self.fields = fields or {}


class NeedsToken(ApiProblem):
    """No token, or one that is not good any more: the two cannot be told apart."""

    status, title = 401, "A token is needed"

    def __init__(self) -> None:
        super().__init__("Send a token: Authorization: Bearer signpost_…")


class TokenRefused(ApiProblem):
    """The token is good, but not for this."""

    status, title = 403, "The token does not cover this"

    def __init__(self, scope: str) -> None:
        super().__init__(f"This needs the scope {scope}.")


class Unprocessable(ApiProblem):
    """Values cannot be used; nothing was written."""

    status, title = 422, "Some values cannot be used"

    def __init__(self, fields: dict[str, str]) -> None:
        super().__init__(" ".join(f"{name}: {sentence}" for name, sentence in fields.items()), fields)


class Conflict(ApiProblem):
    """It does not fit what is there already."""

    status, title = 409, "This does not fit what is there"
