"""The settings of the service, read from the environment once, by the command line.

Nothing else in serving reads the environment: what is needed is passed on.
"""

from __future__ import annotations

import contextlib
import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from enum import StrEnum
from ipaddress import ip_network
from pathlib import Path
from typing import Any

from sqlalchemy.engine import make_url
from sqlalchemy.exc import ArgumentError

from features.encoder.runtime import Runtime
from features.errors import InputError
from features.modes import Modes, parse
from serving import redaction
from serving.logs import LogFormat

PREFIX = "TRIAGE_"
MLFLOW_URI = "MLFLOW_TRACKING_URI"
"""MLflow's own variable, which all of its tools read."""
_ROOT_PATH = re.compile(r"(/[\w.-]+)+", re.ASCII)
DRIVERS = ("sqlite", "sqlite+pysqlite", "postgresql+psycopg")


class MetricsAccess(StrEnum):
    """Who may read /metrics. loopback: this machine, and others with an admin's key; key: only with one;
    open: everybody."""

    LOOPBACK = "loopback"
    KEY = "key"
    OPEN = "open"


@dataclass(frozen=True, kw_only=True)
class Settings:
    """What can be set, with the defaults of a fresh install.

    home: where state lives. cache: where encoders are kept, None for the user's cache folder.
    database_url: as SQLAlchemy writes it. model: `models:/NAME@ALIAS`,
    `models:/NAME/VERSION` or a folder. policy: a file, None for the packaged one.
    answer_seconds: how long a caller is kept waiting for the model. max_in_flight: requests worked at
    once in a process; beyond it `/v1/triage` is refused and `/v1/requests` stored for later.
    database_connections: kept open by a process, which may have four more for a while.
    poll_seconds: how often a new champion is looked for; sweep_seconds: how often requests without an
    assessment are; job_seconds: how often jobs that are due are. lease_seconds: what a process took on and
    left undone is taken up by others after that time. job_threads: jobs that run at once; one that failed
    runs again after job_backoff_seconds, then after twice as long and so on, and is given up after
    job_attempts. mlflow_uri: an MLflow server, None for the file in the home. body_bytes: the largest body
    read: 200,000 characters, each written as JSON's two escapes of six bytes, and as much again for the
    rest. claim_minutes: how long a claimed request is kept from others. idempotency_days: how long an
    Idempotency-Key is remembered. batch_bytes, mail_bytes, upload_bytes: the largest body of a batch, a mail
    and a file; upload_rows: the most rows of a file. assess_history: whether requests that came in closed are
    assessed too, after all others. blind_share, second_share: the share of requests that chance takes to be
    judged before the prediction is seen, and by two people. retention_days: after how many days the words of
    a closed request are erased, None for never. redact: from which excerpts personal data are taken out
    (serving.redaction). lockout_failures: so many wrong passwords within lockout_minutes lock an account
    for as long; lockout_address_failures: the same for a network address, whatever the accounts.
    rate_per_minute: calls a key may make in a process, None for 1,200 where the service listens beyond this
    machine and no bound where not, 0 for none. root_path: the path under which a proxy serves it, such as
    `/triage`. retrain_days: how often a challenger is trained of what people said, and retrain_corrections:
    after how many reviews since the last time, None for never; retrain_data: labelled requests from before,
    learnt from with them. trusted_proxies: addresses whose X-Forwarded headers are believed, with commas.
    log_format: of the lines on standard error (serving.logs). metrics: who may read /metrics. modes: of the
    fields, all `suggest` by default (features.modes). encoder_runtime: by which library the encoder runs,
    `onnx`, `torch`, or `auto` for onnxruntime where it can (features.encoder.runtime). encoder_threads: of
    one run of it, 0 for as many as the process has processors.
    """

    home: Path = Path(".triage")
    cache: Path | None = None
    database_url: str = "sqlite:///.triage/triage.db"
    model: str = "models:/triage@champion"
    policy: Path | None = None
    answer_seconds: float = 2.0
    max_in_flight: int = 64
    database_connections: int = 32
    batch_size: int = 32
    poll_seconds: float = 2.0
    sweep_seconds: float = 3.0
    job_seconds: float = 1.0
    job_threads: int = 4
    job_attempts: int = 8
    job_backoff_seconds: float = 10.0
    lease_seconds: float = 60.0
    keep_jobs_days: float = 30.0
    mlflow_uri: str | None = None
    key_cache_seconds: float = 30.0
    database_timeout_seconds: float = 10.0
    shutdown_seconds: int = 10
    session_hours: float = 12.0
    link_minutes: float = 60.0
    body_bytes: int = 4_800_000
    claim_minutes: float = 15.0
    idempotency_days: float = 7.0
    batch_bytes: int = 24_000_000
    mail_bytes: int = 25_000_000
    upload_bytes: int = 25_000_000
    upload_rows: int = 20_000
    assess_history: bool = True
    blind_share: float = 0.05
    second_share: float = 0.05
    retention_days: float | None = None
    redact: frozenset[str] = frozenset({"similar"})
    retrain_days: float | None = None
    retrain_corrections: int | None = None
    retrain_data: Path | None = None
    lockout_failures: int = 10
    lockout_address_failures: int = 100
    lockout_minutes: float = 15.0
    rate_per_minute: int | None = None
    root_path: str = ""
    trusted_proxies: str = "127.0.0.1"
    log_format: LogFormat = LogFormat.AUTO
    metrics: MetricsAccess = MetricsAccess.LOOPBACK
    modes: Modes = field(default_factory=dict)
    encoder_runtime: Runtime = Runtime.AUTO
    encoder_threads: int = 0

    @classmethod
    def read(cls, environ: Mapping[str, str]) -> Settings:
        """The settings in an environment; empty variables count as absent.

        Raises InputError naming the variable and its value.
        """
        given = {
            name: reader(PREFIX + name.upper(), environ[PREFIX + name.upper()])
            for name, reader in _READERS.items()
            if environ.get(PREFIX + name.upper(), "").strip()
        }
        home = given.get("home", cls.home)
        fallbacks: dict[str, Any] = {
            "database_url": f"sqlite:///{home / 'triage.db'}",
            "mlflow_uri": environ.get(MLFLOW_URI, "").strip() or None,
        }
        return cls(**fallbacks | given)


def _path(_: str, value: str) -> Path:
    return Path(value).expanduser()


def _file(name: str, value: str) -> Path:
    path = Path(value).expanduser()
    if not path.is_file():
        raise InputError(f"{name} is {value!r}: there is no such file.", field=name)
    return path


def _url(name: str, value: str) -> str:
    with contextlib.suppress(ArgumentError):
        if make_url(value).drivername in DRIVERS:
            return value
    raise InputError(  # the value may hold a password: it is not repeated
        f"{name} is no database URL this service knows; write it like "
        "sqlite:///PATH or postgresql+psycopg://USER:PASSWORD@HOST/NAME.",
        field=name,
    )


def _words(_: str, value: str) -> str:
    return value


def _root_path(name: str, value: str) -> str:
    path = value.strip().rstrip("/")
    if path and not _ROOT_PATH.fullmatch(path):
        told = f"{name} is {value!r}: write a path such as /triage, of letters, digits, '-', '_' and '.'."
        raise InputError(told, field=name)
    return path


def _proxies(name: str, value: str) -> str:
    for each in value.split(","):
        try:
            ip_network(each.strip(), strict=False)
        except ValueError as error:
            told = f"{name} is {value!r}: {each.strip()!r} is no address and no network such as 10.0.0.0/8."
            raise InputError(told, field=name) from error
    return value


def _number(least: float, most: float) -> Callable[[str, str], float]:
    def read(name: str, value: str) -> float:
        try:
            number = float(value)
        except ValueError as error:
            raise InputError(f"{name} is {value!r}: expected a number.", field=name) from error
        if not least <= number <= most:
            raise InputError(f"{name} is {value!r}: expected {least:g} to {most:g}.", field=name)
        return number

    return read


def _count(least: int, most: int) -> Callable[[str, str], int]:
    def read(name: str, value: str) -> int:
        number = _number(least, most)(name, value)
        if number != int(number):
            raise InputError(f"{name} is {value!r}: expected a whole number.", field=name)
        return int(number)

    return read


def _one_of(kind: type[StrEnum]) -> Callable[[str, str], StrEnum]:
    def read(name: str, value: str) -> StrEnum:
        try:
            return kind(value.strip().lower())
        except ValueError as error:
            told = f"{name} is {value!r}: write one of {', '.join(kind)}."
            raise InputError(told, field=name) from error

    return read


def _flag(name: str, value: str) -> bool:
    flags = {"true": True, "1": True, "yes": True, "false": False, "0": False, "no": False}
    if value.strip().lower() not in flags:
        raise InputError(f"{name} is {value!r}: write true or false.", field=name)
    return flags[value.strip().lower()]


def _runtime(name: str, value: str) -> Runtime:
    try:
        return Runtime(value.strip().lower())
    except ValueError as error:
        raise InputError(f"{name} is {value!r}: write auto, onnx or torch.", field=name) from error


_READERS: Mapping[str, Callable[[str, str], Any]] = {
    "home": _path,
    "cache": _path,
    "database_url": _url,
    "model": _words,
    "policy": _file,
    "modes": parse,
    "encoder_runtime": _runtime,
    "encoder_threads": _count(0, 256),
    "answer_seconds": _number(0.01, 60),
    "max_in_flight": _count(1, 1000),
    "database_connections": _count(1, 1000),
    "batch_size": _count(1, 1024),
    "poll_seconds": _number(0.05, 3600),
    "sweep_seconds": _number(0.05, 3600),
    "job_seconds": _number(0.05, 3600),
    "job_threads": _count(1, 64),
    "job_attempts": _count(1, 100),
    "job_backoff_seconds": _number(0.05, 3600),
    "lease_seconds": _number(0.5, 3600),
    "keep_jobs_days": _number(0, 3650),
    "key_cache_seconds": _number(0, 3600),
    "database_timeout_seconds": _number(0.1, 600),
    "shutdown_seconds": _count(1, 600),
    "session_hours": _number(0.1, 24 * 30),
    "link_minutes": _number(1, 24 * 60),
    "claim_minutes": _number(0.01, 24 * 60),
    "idempotency_days": _number(0, 3650),
    "retention_days": _number(0, 36_500),
    "redact": redaction.parse,
    "retrain_days": _number(0.01, 3650),
    "retrain_corrections": _count(1, 1_000_000),
    "retrain_data": _file,
    "lockout_failures": _count(1, 1000),
    "lockout_address_failures": _count(1, 100_000),
    "lockout_minutes": _number(0.01, 24 * 60),
    "rate_per_minute": _count(0, 1_000_000),
    "root_path": _root_path,
    "log_format": _one_of(LogFormat),
    "metrics": _one_of(MetricsAccess),
    "trusted_proxies": _proxies,
    "body_bytes": _count(10_000, 100_000_000),
    "batch_bytes": _count(10_000, 100_000_000),
    "mail_bytes": _count(10_000, 100_000_000),
    "upload_bytes": _count(10_000, 100_000_000),
    "upload_rows": _count(1, 1_000_000),
    "assess_history": _flag,
    "blind_share": _number(0, 1),
    "second_share": _number(0, 1),
}
