"""Predict and grade a file of requests, row by row, beside what was in it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date

import pandas as pd

from features import customer, grading
from features.bundle import TriageModel
from features.policy import Policy
from features.records import Assessment, Customer, CustomerValue, Request


def requests_of(frame: pd.DataFrame) -> list[Request]:
    """A request for each row of a table with a column `text`."""
    return [
        Request(
            text=row["text"],
            subject=row.get("subject") or None,
            channel=row.get("channel") or None,
            customer_id=row.get("customer_id") or None,
        )
        for row in frame.to_dict("records")
    ]


def values_of(customers: Sequence[Customer], policy: Policy, *, today: date) -> dict[str, CustomerValue]:
    """The value of each customer, on the scale of all of them."""
    scale = customer.build_scale(customers, version=1, as_of=today, rules=policy.value)
    return {each.id: customer.value(each, scale, policy.value) for each in customers}


def score(
    frame: pd.DataFrame,
    *,
    model: TriageModel,
    policy: Policy,
    values: Mapping[str, CustomerValue],
) -> pd.DataFrame:
    """The table with these columns added: `FIELD`, `FIELD_confidence`, `FIELD_decision` for each field of
    the model, `language`, `grade`, `score`, `reasons` (codes, joined by a blank).

    A column of such a name that was there is kept as `NAME_given`.
    """
    requests = requests_of(frame)
    assessments = [
        grading.grade(
            policy,
            model.taxonomy,
            prediction,
            value=values.get(request.customer_id or ""),
            received_at=None,
        )
        for request, prediction in zip(requests, model.predict(requests), strict=True)
    ]
    added = pd.DataFrame([_columns(each) for each in assessments], index=frame.index)
    given = {name: f"{name}_given" for name in added.columns if name in frame}
    return pd.concat([frame.rename(columns=given), added], axis=1)


def _columns(assessment: Assessment) -> dict[str, object]:
    columns: dict[str, object] = {}
    for code, each in assessment.prediction.fields.items():
        columns[code] = each.label
        columns[f"{code}_confidence"] = round(each.confidence, 4)
        columns[f"{code}_decision"] = each.decision.value
    return columns | {
        "language": assessment.prediction.language,
        "grade": assessment.grade.value,
        "score": assessment.score,
        "reasons": " ".join(reason.code for reason in assessment.reasons),
    }
