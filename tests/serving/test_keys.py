"""Keys: hashed at rest, in no log, cached for a while, and refused at once when revoked here."""

from __future__ import annotations

import logging
from pathlib import Path

import pytest

from features.errors import AccessError, ConflictError, InputError, NotFoundError
from serving.access import keys
from serving.access.keys import KeyRing
from serving.access.roles import Role
from serving.services import Tools
from tests.databases import on_sqlite


@on_sqlite
def test_a_key_is_in_no_file_and_no_log(service, settings, caplog):
    caplog.set_level(logging.DEBUG)
    key = service.key("intake")
    for _ in range(2):
        service.client.get("/v1/requests", headers={"Authorization": f"Bearer {key}"})
    service.client.get("/v1/requests", headers={"Authorization": f"Bearer {key}x"})
    written = b"".join(path.read_bytes() for path in Path(settings.home).glob("triage.db*"))
    assert keys.hashed(key).encode() in written
    assert key.encode() not in written
    assert key not in caplog.text


def test_a_revoked_key_is_refused_at_once(service):
    key = service.key("intake", name="web")
    headers = {"Authorization": f"Bearer {key}"}
    assert service.client.get("/v1/requests", headers=headers).status_code == 200
    services = service.services
    keys.revoke(services.store, "web", at=services.tools.clock(), stamp=services.revoked_stamp)
    assert service.client.get("/v1/requests", headers=headers).status_code == 401


def test_a_key_revoked_elsewhere_is_refused_after_the_cache_ran_out(service, tmp_path):
    services, time = service.services, [0.0]
    ring = KeyRing(services.store, seconds=30, stamp=tmp_path / "none", clock=lambda: time[0])
    key = service.key("lead", name="ann")
    assert ring.verify(key).role is Role.LEAD
    keys.revoke(services.store, "ann", at=services.tools.clock(), stamp=tmp_path / "elsewhere")
    assert ring.verify(key).name == "ann"
    time[0] = 31
    with pytest.raises(AccessError, match="revoked"):
        ring.verify(key)


def test_a_second_key_of_a_name_must_be_of_the_same_kind(service):
    service.key("intake", name="web")
    service.key("intake", name="web")
    with pytest.raises(ConflictError, match="taken by the intake key"):
        service.key("admin", name="web")
    with pytest.raises(ConflictError):
        service.key("intake", name="web", trusted=True)


def test_keys_without_a_name_share_none(service):
    made = [keys.create(service.services.store, Tools(), role=Role.INTAKE)[1].name for _ in range(3)]
    assert len(set(made)) == 3


@pytest.mark.parametrize("name", ["", "  ", "a\nb", "x" * 201, "sample"])
def test_a_name_that_cannot_be_shown_is_refused(service, name):
    with pytest.raises(InputError, match="cannot be the name"):
        service.key("intake", name=name)


def test_revoking_what_is_not_there_says_so(service):
    services = service.services
    with pytest.raises(NotFoundError, match="triage keys list"):
        keys.revoke(services.store, "nobody", at=services.tools.clock(), stamp=services.revoked_stamp)


@pytest.mark.parametrize("header", [None, "", "Bearer", "Bearer ", "Basic abc", "Bearer tri_nobody", "tri_x"])
def test_without_a_known_key_there_is_a_401_that_names_the_scheme(service, header):
    headers = {} if header is None else {"Authorization": header}
    answer = service.client.get("/v1/model", headers=headers)
    assert answer.status_code == 401
    assert answer.headers["WWW-Authenticate"] == "Bearer"
    assert answer.headers["Content-Type"] == "application/problem+json"


def test_a_caller_without_a_key_is_told_so_before_the_body_is_looked_at(service):
    assert service.client.post("/v1/requests", content=b"{not json").status_code == 401
