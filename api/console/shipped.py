"""The files that come with the console; an address with a mark of what is in it may be kept for good."""

from os import PathLike, stat_result

from starlette.datastructures import QueryParams
from starlette.responses import Response
from starlette.staticfiles import StaticFiles
from starlette.types import Scope

_FOR_GOOD = "public, max-age=31536000, immutable"
_FOR_A_WHILE = "public, max-age=300"


class Shipped(StaticFiles):
    """Served as they are."""

    def file_response(
        self, full_path: str | PathLike[str], stat_result: stat_result, scope: Scope, status_code: int = 200
    ) -> Response:
        """The file, and how long it may be kept."""
        answer = super().file_response(full_path, stat_result, scope, status_code)
        marked = "v" in QueryParams(scope["query_string"])
        answer.headers["Cache-Control"] = _FOR_GOOD if marked else _FOR_A_WHILE
        return answer
