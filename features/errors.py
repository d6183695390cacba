"""The errors of the project, one tree.

TriageError                  anything this project raises on purpose; its message is for the reader
├── InputError               what was given cannot be used: exit code 2, or a 4xx with a field path
│   ├── TaxonomyError        a taxonomy file, or labels that do not meet it
│   ├── PolicyError          a grading policy, with the path of the fault
│   ├── TableError           a file of rows: csv, jsonl, parquet, or a workbook
│   ├── TrainingDataError    rows that nothing can be learnt from
│   ├── SnapshotError        a snapshot of reviews that is incomplete, edited or too new
│   └── EncoderNameError     no encoder of that name or folder
├── ConflictError            the request contradicts what is stored: 409
├── NotFoundError            no such thing: 404
├── AccessError              no key, or a key that may not: 401 or 403
├── RateError                more calls than a key may make: 429
├── BundleError              a model folder that is damaged, foreign or too new
├── EncoderBuildError        the default encoder could not be made, or no encoder for onnxruntime
│   └── NotExportableError   an encoder that runs on torch only
├── RegistryError            MLflow has no such version, or cannot be reached
├── StorageError             the database is old, locked or gone
└── UnavailableError         the model cannot answer now; the caller may come back
"""


class TriageError(Exception):
    """Anything this project raises on purpose. The message is one clear sentence for its reader."""


class InputError(TriageError):
    """What was given cannot be used.

    `field` is the dotted path of the offending value where there is one (`customer.revenue`).
    """

    def __init__(self, message: str, *, field: str | None = None) -> None:
        super().__init__(message)
        self.field = field


class TaxonomyError(InputError):
    """A taxonomy file is wrong, or labels do not meet the taxonomy."""


class PolicyError(InputError):
    """A grading policy is wrong; `field` is the path of the fault."""


class TableError(InputError):
    """A file of rows (csv, jsonl, parquet, a workbook) cannot be read, or lacks a column."""


class TrainingDataError(InputError):
    """Nothing can honestly be learnt or measured from the rows given."""


class SnapshotError(InputError):
    """A snapshot of reviews cannot be used: incomplete, edited, of a later format, or with nothing in it."""


class EncoderNameError(InputError):
    """No encoder of that name, and no folder either."""


class ConflictError(InputError):
    """What was given contradicts what is stored."""


class NotFoundError(TriageError):
    """There is no such thing, or the caller may not know of it."""


class AccessError(TriageError):
    """The caller is unknown, or known and not allowed."""

    def __init__(self, message: str, *, known: bool, field: str | None = None) -> None:
        super().__init__(message)
        self.known = known
        self.field = field


class RateError(TriageError):
    """A key calls more often than it may. seconds: after how many it may again, at least one."""

    def __init__(self, message: str, *, seconds: int) -> None:
        super().__init__(message)
        self.seconds = seconds


class BundleError(TriageError):
    """A model folder is damaged, foreign or of a later format."""


class EncoderBuildError(TriageError):
    """The default encoder could not be fetched or made, or an encoder not exported for onnxruntime."""


class NotExportableError(EncoderBuildError):
    """An encoder cannot be exported for onnxruntime, however often it is tried."""


class RegistryError(TriageError):
    """MLflow has no such version, or cannot be reached."""


class StorageError(TriageError):
    """The database has another schema, is locked, or cannot be reached."""


class UnavailableError(TriageError):
    """The model cannot answer now; nothing is lost and the caller may come back."""
