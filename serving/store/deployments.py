"""Which version of a model is to answer, with history: the newest row of a name counts, for every process
and every machine that serves from this database."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import Connection, func, select

from features.records import ModelReference
from serving.store.job_tables import deployments
from serving.store.writing import insert_unless_there


@dataclass(frozen=True, kw_only=True)
class Deployment:
    """A version that was made the one to answer. number: one more with each, whatever the name."""

    number: int
    model: ModelReference
    at: datetime


def add(connection: Connection, model: ModelReference, *, at: datetime) -> bool:
    """Make a version the one to answer; False where it is already, or another process was first."""
    last = newest(connection, model.name, limit=1)
    if last and last[0].model == model:
        return False
    number = connection.execute(select(func.max(deployments.c.number))).scalar() or 0
    row = {"number": number + 1, "name": model.name, "version": model.version, "deployed_at": at}
    return insert_unless_there(connection, deployments, row)


def newest(connection: Connection, name: str, *, limit: int) -> list[Deployment]:
    """What was made to answer under a name, newest first."""
    rows = select(deployments).where(deployments.c.name == name)
    return [
        Deployment(
            number=row.number,
            model=ModelReference(name=row.name, version=row.version),
            at=row.deployed_at,
        )
        for row in connection.execute(rows.order_by(deployments.c.number.desc()).limit(limit))
    ]
