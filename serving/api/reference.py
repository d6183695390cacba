"""The page `/docs`: the API's description to read and to try, by Swagger UI from an installed package.

Everything it shows comes from this service: no network of delivery is asked.
"""

from __future__ import annotations

from importlib import resources

from fastapi import APIRouter, Request
from starlette.responses import HTMLResponse, Response

from features.errors import NotFoundError

router = APIRouter(include_in_schema=False)

FILES = {
    "swagger-ui.css": "text/css",
    "swagger-ui-bundle.js": "text/javascript",
    "favicon.png": "image/png",
}
"""What is served of the package, and as what."""
PAGE = """<!doctype html>
<html lang="en">
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<title>Request triage: the API</title>
<link rel="icon" href="{root}/docs/favicon.png">
<link rel="stylesheet" href="{root}/docs/swagger-ui.css">
<div id="description" data-from="{root}/openapi.json"></div>
<script src="{root}/docs/swagger-ui-bundle.js"></script>
<script src="{root}/docs/start.js"></script>
</html>
"""
START = """const box = document.getElementById("description");
SwaggerUIBundle({
  url: box.dataset.from, domNode: box, deepLinking: true, docExpansion: "list", defaultModelsExpandDepth: 0,
});
"""
POLICY = (
    "default-src 'none'; style-src 'self' 'unsafe-inline'; script-src 'self'; img-src 'self' data:; "
    "connect-src 'self'; form-action 'none'; base-uri 'none'; frame-ancestors 'none'"
)
"""As everywhere, but for styles on elements, which Swagger UI writes."""
KEPT = {"Cache-Control": "public, max-age=86400"}


@router.get("/docs")
def page(request: Request) -> HTMLResponse:
    """The page."""
    root = request.scope.get("root_path", "")
    return HTMLResponse(PAGE.format(root=root), headers={"Content-Security-Policy": POLICY})


@router.get("/docs/{name}")
def file(name: str) -> Response:
    """A file of the page. Raises NotFoundError."""
    if name == "start.js":
        return Response(START, media_type="text/javascript", headers=KEPT)
    kind = FILES.get(name)
    if kind is None:
        raise NotFoundError(f"There is no file {name!r}.")
    body = resources.files("fastapi_offline").joinpath("static", name).read_bytes()
    return Response(body, media_type=kind, headers=KEPT)
