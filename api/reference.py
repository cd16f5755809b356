"""The pages of the API's reference, Swagger UI and ReDoc: all their files come from here."""

from html import escape
from importlib.resources import files
from pathlib import Path

from fastapi import APIRouter, FastAPI, Request
from starlette.responses import HTMLResponse
from starlette.staticfiles import StaticFiles

_STATIC = "/docs/static"
_BUNDLES = Path(str(files("fastapi_offline"))) / "static"
_OWN = Path(__file__).parent / "reference_static"
# Both draw with styles of their own making; ReDoc searches in a worker that it makes itself.
_POLICY = (
    "default-src 'none'; script-src 'self'; style-src 'self' 'unsafe-inline'; img-src 'self' data:; font-src 'self' "
    "data:; connect-src 'self'; worker-src 'self' blob:; form-action 'self'; base-uri 'none'; frame-ancestors 'none'"
)
_PAGE = """\
<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<title>Tierline: {title}</title>
<link rel="icon" href="{root}/console/static/icon.svg" type="image/svg+xml">
{head}
</head>
<body>
{body}
</body>
</html>
"""
_SWAGGER = '<link rel="stylesheet" href="{files}/swagger-ui.css">'
_SWAGGER_BODY = """\
<main id="reference" data-document="{document}"></main>
<script src="{files}/swagger-ui-bundle.js"></script>
<script src="{files}/own/swagger.js"></script>"""
_REDOC_BODY = """\
<main><redoc spec-url="{document}"></redoc></main>
<script src="{files}/redoc.standalone.js"></script>"""

_router = APIRouter(include_in_schema=False)


def install(app: FastAPI) -> None:
    """Add the pages and their files to the application."""
    app.include_router(_router)
    app.mount(f"{_STATIC}/own", StaticFiles(directory=_OWN))
    app.mount(_STATIC, StaticFiles(directory=_BUNDLES))


@_router.get("/docs")
async def swagger(request: Request) -> HTMLResponse:
    """Every call, to be tried out."""
    return _page(request, "the API", _SWAGGER, _SWAGGER_BODY)


@_router.get("/redoc")
async def redoc(request: Request) -> HTMLResponse:
    """Every call, to be read."""
    return _page(request, "the API, to be read", "", _REDOC_BODY)


def _page(request: Request, title: str, head: str, body: str) -> HTMLResponse:
    root = escape(str(request.scope.get("root_path", "")))
    where = {"files": f"{root}{_STATIC}", "document": f"{root}{request.app.openapi_url}"}
    text = _PAGE.format(title=title, root=root, head=head.format(**where), body=body.format(**where))
    return HTMLResponse(text, headers={"Content-Security-Policy": _POLICY, "X-Content-Type-Options": "nosniff"})
