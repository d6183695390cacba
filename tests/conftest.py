"""What tests share: one champion on the hash encoder and one on the real one, each made once a run."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from collections.abc import Callable, Iterator, Sequence
from pathlib import Path

import pytest
from filelock import FileLock

from features import tables
from features.bundle import TriageModel
from features.encoder import HashEncoder, open_encoder
from features.records import ModelReference
from features.taxonomy import Taxonomy
from tests import databases
from training import dataset as datasets
from training.fit import fit

ROOT = Path(__file__).parents[1]
SAMPLES = ROOT / "data" / "requests.csv"
ROWS = 200

Command = Callable[..., "subprocess.CompletedProcess[str]"]


LONGEST = frozenset(
    {
        "test_any_input.py",
        "test_behaviour.py",
        "test_coldstart.py",
        "test_looks.py",
        "test_loop.py",
        "test_own_data_guide.py",
        "test_own_labels_commands.py",
        "test_real_model.py",
        "test_registry.py",
        "test_retraining.py",
        "test_review.py",
        "test_survived.py",
    }
)
"""Files that take a minute or so each: begun last, one worker would wait for the other."""


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """The files that take longest come first (with --no-loadscope-reorder); else the order is as it was."""
    items.sort(key=lambda item: item.path.name not in LONGEST)


def made_once(factory: pytest.TempPathFactory, name: str, make: Callable[[Path], object]) -> Path:
    """A folder that the first process of a run makes, and the others of the same run wait for and use."""
    base = factory.getbasetemp()
    folder = (base.parent if "PYTEST_XDIST_WORKER" in os.environ else base) / name
    with FileLock(f"{folder}.lock"):
        if not Path(f"{folder}.made").exists():
            shutil.rmtree(folder, ignore_errors=True)
            folder.mkdir()
            make(folder)
            Path(f"{folder}.made").touch()
    return folder


@pytest.fixture(scope="session")
def sample_file(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The first 200 sample requests, as csv."""
    path = tmp_path_factory.mktemp("samples") / "requests.csv"
    tables.write(tables.read(SAMPLES).frame.head(ROWS), path)
    return path


@pytest.fixture(scope="session")
def hash_model(sample_file: Path) -> TriageModel:
    """A model of all four fields, on the hash encoder."""
    dataset, taxonomy = datasets.load(sample_file, taxonomy=Taxonomy.default())
    return fit(dataset, taxonomy, encoder=HashEncoder(), seed=0)


@pytest.fixture(scope="session")
def champion_folder(hash_model: TriageModel, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The hash model's bundle, at `models/triage/1` below some home."""
    return hash_model.save(tmp_path_factory.mktemp("home") / "models" / "triage" / "1")


@pytest.fixture(scope="session")
def real_model(sample_file: Path, tmp_path_factory: pytest.TempPathFactory) -> TriageModel:
    """A model of all four fields on the real encoder, saved and loaded as serving does."""

    def make(home: Path) -> None:
        dataset, taxonomy = datasets.load(sample_file, taxonomy=Taxonomy.default())
        encoder = open_encoder("multilingual-e5-small")
        fit(dataset, taxonomy, encoder=encoder, seed=0).save(home / "models" / "triage" / "1")

    folder = made_once(tmp_path_factory, "real", make) / "models" / "triage" / "1"
    return TriageModel.load(folder, reference=ModelReference(name="triage", version="1"))


@pytest.fixture(scope="session")
def mlflow_tables(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """MLflow's file with its tables and nothing in them: making these takes as long as training does."""

    def make(home: Path) -> None:
        done = run_triage(["models", "list"], home=home)
        assert (home / "mlflow" / "mlflow.db").is_file(), done.stderr

    return made_once(tmp_path_factory, "mlflow-tables", make) / "mlflow" / "mlflow.db"


def with_tables(home: Path, tables: Path) -> Path:
    """A home that has MLflow's tables, if it has nothing of MLflow yet."""
    if not (home / "mlflow").exists():
        (home / "mlflow").mkdir(parents=True)
        shutil.copyfile(tables, home / "mlflow" / "mlflow.db")
    return home


@pytest.fixture(scope="session")
def trained_home(sample_file: Path, mlflow_tables: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A home in which the command line trained a champion (version 1) and a challenger (version 2)."""

    def make(home: Path) -> None:
        with_tables(home, mlflow_tables)
        for _ in range(2):
            done = run_triage(["train", "--data", str(sample_file), "--encoder", "hash"], home=home)
            assert done.returncode == 0, done.stderr

    return made_once(tmp_path_factory, "trained", make)


@pytest.fixture(params=databases.KINDS)
def database_kind(request: pytest.FixtureRequest) -> str:
    """On each kind of database. A module that overrides this with one kind runs on that one."""
    return str(request.param)


@pytest.fixture(scope="session")
def postgresql() -> Iterator[databases.Server]:
    """A PostgreSQL server for the whole run."""
    with databases.server() as server:
        yield server


@pytest.fixture(scope="session")
def postgresql_template(postgresql: databases.Server) -> Iterator[str]:
    """The name of a database of this release's schema, to be copied."""
    url = postgresql.create()
    databases.migrated(url)
    yield databases.name_of(url)
    postgresql.drop(url)


@pytest.fixture(scope="session")
def sqlite_template(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A file of this release's schema, to be copied."""
    path = tmp_path_factory.mktemp("template") / "triage.db"
    databases.migrated(databases.sqlite_url(path))
    return path


NewDatabase = Callable[..., str]


@pytest.fixture
def new_database(database_kind: str, request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[NewDatabase]:
    """Makes databases, each dropped at the end: with this release's schema, or empty; their URLs."""
    made: list[str] = []

    def on_sqlite(*, empty: bool = False) -> str:
        path = tmp_path / f"triage{len(made) or ''}.db"
        if not empty:
            shutil.copyfile(request.getfixturevalue("sqlite_template"), path)
        made.append(databases.sqlite_url(path))
        return made[-1]

    def on_postgresql(*, empty: bool = False) -> str:
        server: databases.Server = request.getfixturevalue("postgresql")
        template = None if empty else request.getfixturevalue("postgresql_template")
        made.append(server.create(template=template))
        return made[-1]

    yield on_sqlite if database_kind == databases.SQLITE else on_postgresql
    if database_kind == databases.POSTGRESQL:
        for url in made:
            request.getfixturevalue("postgresql").drop(url)


@pytest.fixture
def database_url(new_database: NewDatabase) -> str:
    """A database of this release's schema, with nothing in it."""
    return new_database()


@pytest.fixture
def triage(tmp_path: Path, request: pytest.FixtureRequest) -> Command:
    """Runs the command line in a process of its own, in an empty folder and a home of its own."""

    def run(*arguments: str | Path, home: Path | None = None) -> subprocess.CompletedProcess[str]:
        home = home or tmp_path / "home"
        if arguments[0] == "train":
            with_tables(home, request.getfixturevalue("mlflow_tables"))
        return run_triage(arguments, home=home, folder=tmp_path)

    return run


def run_triage(
    arguments: Sequence[str | Path], *, home: Path, folder: Path | None = None
) -> subprocess.CompletedProcess[str]:
    """Run `triage` as a person would, whatever this process or the developer's shell has set."""
    plain = {name: value for name, value in os.environ.items() if not name.startswith(("MLFLOW_", "TRIAGE_"))}
    return subprocess.run(
        [sys.executable, "-m", "triage", *map(str, arguments)],
        env={**plain, "TRIAGE_HOME": str(home), "PYTHONPATH": str(ROOT)},
        cwd=folder or home,
        capture_output=True,
        text=True,
        timeout=300,
        check=False,
    )
