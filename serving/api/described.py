"""The API's description (OpenAPI): the routes' own, with who may call each, its answers and its problems."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from fastapi import FastAPI
from fastapi.openapi.utils import get_openapi
from pydantic.json_schema import models_json_schema

from serving.access.roles import RULES, Caller, Role
from serving.api.answers import Problem, RequestAnswer, WholeAnswer

Json = dict[str, Any]

ABOUT = """\
Reads a request in Chinese or English, predicts its type, urgency and impact, and grades it P1 to P4.

Send an API key as `Authorization: Bearer KEY`; `triage keys create` makes one. Sentences in an answer are in
the language of `Accept-Language`, else of the request. What is wrong is told as a problem (RFC 9457).
"""
TAGS = {
    "requests": "Bring requests in, read them, say what became of them",
    "reviews": "Say what is right",
    "queue": "Work in order",
    "customers": "Facts of customers, and what they are worth",
    "reports": "Look at all of it",
    "operation": "Whether the service is well",
}
_OF_PATH = {
    "reviews": "reviews",
    "queue": "queue",
    "claim": "queue",
    "release": "queue",
    "customers": "customers",
    "compare": "reports",
    "search": "reports",
    "reports": "reports",
    "audit": "reports",
    "healthz": "operation",
    "readyz": "operation",
    "metrics": "operation",
    "model": "operation",
    "models": "operation",
}
ANSWERS: Mapping[tuple[str, str], Mapping[str, type[RequestAnswer]]] = {
    ("POST", "/v1/triage"): {"200": RequestAnswer},
    ("POST", "/v1/requests"): {"200": RequestAnswer, "201": RequestAnswer, "202": RequestAnswer},
    ("GET", "/v1/requests/{request_id}"): {"200": WholeAnswer},
}
"""(method, path) -> the shape of each good answer, where it is an assessed request."""
EXAMPLE = {
    "text": "产线停了，今天下午四点前必须恢复",
    "subject": "扫码枪全部断开",
    "channel": "form",
    "source": "website",
    "external_id": "WEB-20931",
    "customer_id": "C014",
}
"""A body that says what most requests say; only the text is needed."""
_MEANING = {
    "200": "The request was stored before: as it stands",
    "201": "Stored and assessed",
    "202": "Stored; assessed later by itself",
}
_PROBLEMS = {
    "401": "No key, or one that is not known",
    "403": "The key's role may not do this",
    "404": "There is no such thing, or not for this key",
    "422": "A field is wrong: which, and why",
    "429": "Too many requests; `Retry-After` says when to come back",
    "503": "The database or the model does not answer now; `Retry-After` says when to come back",
}


def describe(app: FastAPI) -> None:
    """Let `/openapi.json` tell the whole: made at the first asking, then kept."""

    def whole() -> Json:
        if app.openapi_schema is None:
            app.openapi_schema = _described(app)
        return app.openapi_schema

    app.openapi = whole  # type: ignore[method-assign]  # the way FastAPI documents to extend a description


def _described(app: FastAPI) -> Json:
    made = get_openapi(title=app.title, version=app.version, description=ABOUT, routes=app.routes)
    components = made.setdefault("components", {})
    _, extra = models_json_schema(
        [(each, "serialization") for each in (RequestAnswer, WholeAnswer, Problem)],
        ref_template="#/components/schemas/{model}",
    )
    components.setdefault("schemas", {}).update(extra["$defs"])
    components["schemas"]["RequestIn"]["example"] = EXAMPLE
    components["securitySchemes"] = {"key": {"type": "http", "scheme": "bearer"}}
    made["tags"] = [{"name": name, "description": told} for name, told in TAGS.items()]
    for path, methods in made["paths"].items():
        for method, operation in methods.items():
            operation["tags"] = [_tag(path)]
            operation["summary"] = operation["description"].partition(". ")[0].partition("\n")[0].rstrip(".")
            if path.startswith("/v1/"):
                _complete(operation, method=method.upper(), path=path)
    return made


def _tag(path: str) -> str:
    """The last part of a path that belongs to a group decides: a request's reviews are reviews. Reviews that
    are set aside are released as reviews, not as a request is."""
    parts = [part.partition(":")[0] for part in path.split("/")]
    if "quarantine" in parts:
        return "reviews"
    return next((_OF_PATH[part] for part in reversed(parts) if part in _OF_PATH), "requests")


def _complete(operation: Json, *, method: str, path: str) -> None:
    operation["security"] = [{"key": []}]
    operation["description"] = f"{operation.get('description', '')}\n\nFor: {_who(method, path)}.".strip()
    responses = operation["responses"]
    for status, shape in ANSWERS.get((method, path), {}).items():
        meaning = _MEANING[status] if method == "POST" and path == "/v1/requests" else "As assessed"
        responses[status] = {"description": meaning, "content": _content(shape, "application/json")}
    for status, meaning in _PROBLEMS.items():
        responses[status] = {
            "description": meaning,
            "content": _content(Problem, "application/problem+json"),
        }


def _content(shape: type[Any], media_type: str) -> Json:
    return {media_type: {"schema": {"$ref": f"#/components/schemas/{shape.__name__}"}}}


def _who(method: str, path: str) -> str:
    """The roles that may call a route, in words."""
    rule = RULES[method, path]
    told = []
    for role in Role:
        if rule.allows(Caller(name="", role=role)):
            told.append(role.value)
        elif rule.allows(Caller(name="", role=role, trusted=True)):
            told.append(f"{role.value} (trusted)")
    return ", ".join(told)
