"""The audit log: written with what it tells of, read by leads, and changed by nobody."""

from __future__ import annotations

import os

import pytest
from sqlalchemy import delete, insert, text, update
from sqlalchemy.exc import IntegrityError

from features.errors import ConflictError
from serving import audit as notes
from serving import regrade
from serving.access import keys, sessions
from serving.access.roles import Role
from serving.audit import SERVICE, Action, note
from serving.store import audit, backup, schema
from serving.store.access_tables import audit as table
from serving.store.audit import Wanted
from tests import databases
from tests.databases import on_postgresql, on_sqlite


@pytest.fixture
def programs(database_kind, request, monkeypatch):
    """PostgreSQL's programs of the server's own version, first on the PATH."""
    if database_kind == databases.POSTGRESQL and (found := request.getfixturevalue("postgresql").programs):
        monkeypatch.setenv("PATH", f"{found}{os.pathsep}{os.environ['PATH']}")


def noted(services, **wanted):
    with services.store.read() as connection:
        return audit.newest(connection, Wanted(**wanted), limit=100)


def one(services):
    with services.store.write() as connection:
        note(
            connection, SERVICE, action=Action.KEY_CREATED, about="key 1", at=services.tools.clock(), name="a"
        )


@pytest.mark.parametrize("change", [update(table).values(actor="x"), delete(table)])
def test_an_entry_is_neither_changed_nor_deleted(services, change):
    one(services)
    with pytest.raises(IntegrityError, match="append-only"), services.store.write() as connection:
        connection.execute(change)
    assert [each.actor for each in noted(services)] == ["service"]


@on_sqlite
def test_an_entry_is_not_replaced(services, clock):
    one(services)
    row = {"number": 1, "at": clock.now, "actor": "x", "role": "", "action": "", "object": "", "details": {}}
    with pytest.raises(IntegrityError, match="append-only"), services.store.write() as connection:
        connection.execute(insert(table).prefix_with("OR REPLACE").values(row))
    assert [each.actor for each in noted(services)] == ["service"]


@on_postgresql
def test_the_log_is_not_truncated(services):
    one(services)
    with pytest.raises(IntegrityError, match="append-only"), services.store.write() as connection:
        connection.execute(text("TRUNCATE audit"))


def test_what_is_not_committed_is_not_noted(services):
    keys.create(services.store, services.tools, role=Role.INTAKE, name="web")
    with pytest.raises(ConflictError):
        keys.create(services.store, services.tools, role=Role.ADMIN, name="web")
    assert [each.action for each in noted(services)] == ["key.created"]


def test_keys_links_and_sessions_leave_their_traces(services):
    secret, made = keys.create(services.store, services.tools, role=Role.LEAD, name="ann")
    signed = sessions.sign_in_with_key(services, secret)
    sessions.sign_out(services, signed.secret)
    sessions.redeem(services, sessions.create_link(services, name="bob", role=Role.LEAD))
    keys.revoke(services.store, "ann", at=services.tools.clock(), stamp=services.revoked_stamp)
    found = noted(services)
    assert [(each.action, each.actor) for each in reversed(found)] == [
        ("key.created", "service"),
        ("session.begun", "ann"),
        ("session.ended", "ann"),
        ("link.created", "service"),
        ("session.begun", "bob"),
        ("key.revoked", "service"),
    ]
    assert secret not in str(found)
    assert [each.action for each in noted(services, about=f"key {made.id}")] == ["key.revoked", "key.created"]
    assert len(noted(services, actor="ann")) == 2


def test_a_policy_is_noted_when_it_comes_into_force(services):
    for _ in range(2):
        regrade.announce(services)
    (entry,) = noted(services, action="policy.in_force")
    assert entry.about == f"policy {services.policy.hash}"


def test_a_log_is_read_page_by_page(services):
    for _ in range(5):
        one(services)
    first, more = notes.newest(services, Wanted(), limit=2)
    second, again = notes.newest(services, Wanted(), limit=3, before=more)
    assert [each.number for each in [*first, *second]] == [5, 4, 3, 2, 1]
    assert again is None


def test_it_is_read_over_http_by_leads(service):
    headers = service.headers("lead", name="ann")
    answer = service.client.get("/v1/audit", params={"limit": 1, "action": "key.created"}, headers=headers)
    told = answer.json()
    assert told["items"][0]["details"]["name"] == "ann"
    assert service.client.get("/v1/audit", params={"cursor": "x"}, headers=headers).status_code == 422
    assert service.client.get("/v1/audit", headers=service.headers("reviewer")).status_code == 403


def test_an_override_and_the_second_word_on_it_are_noted(service):
    first, second = service.headers("lead", name="ann"), service.headers("lead", name="bob")
    told = service.client.post("/v1/requests", headers=first, json={"text": "产线停产了"}).json()
    body = {"assessment_id": told["assessment_id"], "shown": True, "purpose": "work"}
    url = f"/v1/requests/{told['id']}/reviews"
    tag = {"If-Match": f'"{told["version"]}"'}
    made = service.client.post(
        url, headers=first | tag, json=body | {"grade": "P4", "reason": "a drill"}
    ).json()
    tag = {"If-Match": f'"{made["version"]}"'}
    said = service.client.post(f"{url}/{made['review_id']}:reject", headers=second | tag)
    assert said.status_code == 200, said.text
    found = noted(service.services, about=f"request {told['id']}")
    assert [(each.action, each.actor) for each in found] == [("grade.rejected", "bob"), ("grade.set", "ann")]
    assert found[1].details["wanted"] == "P4"
    assert "drill" not in str(found)


def test_a_backup_with_the_log_can_be_put_back_over_it(services, tmp_path, programs):
    one(services)
    backup.save(services.store, tmp_path / "backup")
    backup.load(services.store, tmp_path / "backup", replace=True)
    assert schema.status(services.store).current
    assert len(noted(services)) == 1
    with pytest.raises(IntegrityError, match="append-only"), services.store.write() as connection:
        connection.execute(delete(table))
