"""The roles, and the one table of what each may call."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum


class Role(StrEnum):
    """What a key or a session may do. admin may do everything."""

    INTAKE = "intake"
    REVIEWER = "reviewer"
    LEAD = "lead"
    SCIENTIST = "scientist"
    ADMIN = "admin"


@dataclass(frozen=True, kw_only=True)
class Caller:
    """Who asks: by the name of a key or of a signed-in person."""

    name: str
    role: Role
    trusted: bool = False
    key_id: str | None = None

    @property
    def is_intake(self) -> bool:
        """A system that brings requests in, and reads its own only."""
        return self.role is Role.INTAKE

    @property
    def sees_value(self) -> bool:
        """Whether tier, value and score are for this caller; also whether its word on them counts."""
        return not self.is_intake or self.trusted


_ALL = frozenset(Role)
_WRITERS = frozenset({Role.INTAKE, Role.REVIEWER, Role.LEAD})
_REVIEWERS = frozenset({Role.REVIEWER, Role.LEAD})
_STAFF = _ALL - {Role.INTAKE}


@dataclass(frozen=True)
class Rule:
    """Who may call a route. trusted: an intake key must have been made with --trusted."""

    roles: frozenset[Role]
    trusted: bool = False

    def allows(self, caller: Caller) -> bool:
        """Whether this caller may."""
        if caller.role is Role.ADMIN:
            return True
        return caller.role in self.roles and (caller.sees_value or not self.trusted)


RULES: Mapping[tuple[str, str], Rule] = {
    ("POST", "/v1/triage"): Rule(_ALL),
    ("POST", "/v1/requests"): Rule(_WRITERS),
    ("POST", "/v1/requests:batch"): Rule(_WRITERS),
    ("POST", "/v1/requests:upload"): Rule(_WRITERS),
    ("GET", "/v1/requests"): Rule(_ALL),
    ("GET", "/v1/requests/{request_id}"): Rule(_ALL),
    ("GET", "/v1/requests/{request_id}/history"): Rule(_ALL),
    ("POST", "/v1/requests/{request_id}/messages"): Rule(_WRITERS),
    ("GET", "/v1/requests/{request_id}/messages"): Rule(_ALL),
    ("GET", "/v1/requests/{request_id}/why"): Rule(_ALL, trusted=True),
    ("GET", "/v1/requests/{request_id}/similar"): Rule(_ALL, trusted=True),
    ("POST", "/v1/requests/{request_id}/reviews"): Rule(_REVIEWERS),
    ("GET", "/v1/requests/{request_id}/reviews"): Rule(_STAFF),
    ("POST", "/v1/requests/{request_id}/reviews/{review_id}:confirm"): Rule(frozenset({Role.LEAD})),
    ("POST", "/v1/requests/{request_id}/reviews/{review_id}:reject"): Rule(frozenset({Role.LEAD})),
    ("POST", "/v1/requests/{request_id}/answered"): Rule(_WRITERS, trusted=True),
    ("POST", "/v1/requests/{request_id}:close"): Rule(_WRITERS, trusted=True),
    ("POST", "/v1/requests/{request_id}:reopen"): Rule(_WRITERS, trusted=True),
    ("POST", "/v1/requests/{request_id}/claim"): Rule(_REVIEWERS),
    ("POST", "/v1/requests/{request_id}/release"): Rule(_REVIEWERS),
    ("GET", "/v1/queue"): Rule(_STAFF),
    ("POST", "/v1/queue/next"): Rule(_REVIEWERS),
    ("POST", "/v1/customers:bulk"): Rule(frozenset({Role.INTAKE, Role.LEAD}), trusted=True),
    ("PUT", "/v1/customers/{customer_id}"): Rule(frozenset({Role.INTAKE, Role.LEAD}), trusted=True),
    ("GET", "/v1/customers/{customer_id}"): Rule(_ALL, trusted=True),
    ("GET", "/v1/customers/{customer_id}/history"): Rule(_ALL, trusted=True),
    ("GET", "/v1/compare"): Rule(_STAFF),
    ("GET", "/v1/search"): Rule(_STAFF),
    ("GET", "/v1/reports/fairness"): Rule(frozenset({Role.LEAD, Role.SCIENTIST})),
    ("GET", "/v1/audit"): Rule(frozenset({Role.LEAD})),
    ("GET", "/v1/model"): Rule(_ALL),
    ("GET", "/v1/models"): Rule(frozenset({Role.LEAD, Role.SCIENTIST})),
    ("GET", "/v1/quarantine"): Rule(frozenset({Role.LEAD, Role.SCIENTIST})),
    ("POST", "/v1/quarantine/{batch}/release"): Rule(frozenset({Role.LEAD})),
}
"""(method, path) -> who may. A route of the API without a rule here is refused at start."""

_PAGE = Rule(_STAFF)
PAGES: Mapping[tuple[str, str], Rule | None] = {
    ("GET", "/"): _PAGE,
    ("POST", "/"): _PAGE,
    ("GET", "/compare"): _PAGE,
    ("GET", "/fairness"): RULES["GET", "/v1/reports/fairness"],
    ("GET", "/quality"): RULES["GET", "/v1/reports/fairness"],
    ("GET", "/models"): RULES["GET", "/v1/models"],
    ("GET", "/quarantine"): RULES["GET", "/v1/quarantine"],
    ("POST", "/quarantine/{batch}/release"): RULES["POST", "/v1/quarantine/{batch}/release"],
    ("GET", "/queue"): RULES["GET", "/v1/queue"],
    ("POST", "/queue/next"): RULES["POST", "/v1/queue/next"],
    ("GET", "/requests/{request_id}"): _PAGE,
    ("POST", "/requests/{request_id}"): RULES["POST", "/v1/requests/{request_id}/reviews"],
    ("POST", "/requests/{request_id}/preview"): RULES["POST", "/v1/requests/{request_id}/reviews"],
    ("POST", "/requests/{request_id}/undo"): RULES["POST", "/v1/requests/{request_id}/reviews"],
    ("POST", "/requests/{request_id}/second"): Rule(frozenset({Role.LEAD})),
    ("POST", "/requests/{request_id}/work"): Rule(_REVIEWERS),
    ("GET", "/sessions"): _PAGE,
    ("POST", "/sessions/end"): _PAGE,
    ("GET", "/sign-in"): None,
    ("GET", "/sign-in/{token}"): None,
    ("POST", "/sign-in"): None,
    ("POST", "/sign-out"): None,
    ("GET", "/static/{name}"): None,
    ("GET", "/docs"): None,
    ("GET", "/docs/{name}"): None,
}
"""(method, path) -> who may, of the pages; None for everybody."""


def matrix() -> list[str]:
    """Every route with who may call it, as the lines of a Markdown table."""
    heads = ["route", *(role.value for role in Role)]
    lines = [heads, ["---"] * len(heads)]
    for (method, path), rule in {**RULES, **PAGES}.items():
        may = [_may(rule, role) for role in Role]
        lines.append([f"`{method} {path}`", *may])
    return [f"| {' | '.join(line)} |" for line in lines]


def _may(rule: Rule | None, role: Role) -> str:
    if rule is None or rule.allows(Caller(name="", role=role)):
        return "yes"
    return "trusted" if rule.allows(Caller(name="", role=role, trusted=True)) else ""
