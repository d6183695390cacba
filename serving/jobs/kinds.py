"""The kinds of jobs there are. A job of a kind that is not named here waits for a release that knows it."""

from __future__ import annotations

from serving.jobs import fetch_model, housekeeping, retention, retrain
from serving.jobs.kind import Kind

KINDS: tuple[Kind, ...] = (fetch_model.KIND, housekeeping.KIND, retention.KIND, retrain.DUE, retrain.KIND)
