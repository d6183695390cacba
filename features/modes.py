"""A field's mode: what may be done with its predictions.

off       it is not predicted
monitor   predicted and stored, but not in the answer: the grade goes by the field's prior
suggest   at or over the threshold it is suggested, else a person looks; what a fresh install has
auto      at or over the threshold it stands without a person, else a person looks
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from enum import StrEnum
from typing import TYPE_CHECKING

from features.errors import BundleError, InputError
from features.records import Decision, FieldPrediction, Prediction

if TYPE_CHECKING:
    from features.manifest import Manifest


class Mode(StrEnum):
    """The mode of a field."""

    OFF = "off"
    MONITOR = "monitor"
    SUGGEST = "suggest"
    AUTO = "auto"


Modes = Mapping[str, Mode]
"""Field -> its mode; a field that is not named is in suggest."""


def parse(name: str, words: str) -> dict[str, Mode]:
    """Read `type=auto,urgency=monitor`. name: of the setting. Raises InputError naming what is wrong."""
    found: dict[str, Mode] = {}
    for part in filter(None, (each.strip() for each in words.split(","))):
        code, _, mode = (each.strip() for each in part.partition("="))
        if not code or mode not in tuple(Mode):
            known = ", ".join(Mode)
            raise InputError(f"{name}: {part!r} is not FIELD=MODE; modes are {known}.", field=name)
        found[code] = Mode(mode)
    return found


def check(modes: Modes, manifest: Manifest, *, where: object) -> None:
    """Refuse modes that a model does not allow.

    Raises BundleError: it has no such field; `auto` without thresholds fitted on the company's own reviewed
    requests; `monitor` without a prior to grade by.
    """
    for code, mode in modes.items():
        if code not in manifest.labels:
            known = ", ".join(manifest.labels)
            raise BundleError(f"There is a mode for {code!r}, which {where} does not predict: only {known}.")
        if mode is Mode.AUTO and not manifest.guarantees.get(code, {}).get("reviewed"):
            raise BundleError(
                f"{code!r} may not be in the mode auto: the thresholds of {where} were not fitted on "
                "requests of yours that people reviewed; set it to suggest, or train on your reviews."
            )
        if mode is Mode.MONITOR and code not in manifest.priors:
            raise BundleError(
                f"{code!r} may not be in the mode monitor: {where} is of a release that kept no shares of "
                "labels to grade by; train again."
            )


def applied(prediction: Prediction, modes: Modes, priors: Mapping[str, Mapping[str, float]]) -> Prediction:
    """The prediction under these modes: monitored fields set apart with their priors, and those that may
    decide alone doing so."""
    shown, monitored = dict[str, FieldPrediction](), dict[str, FieldPrediction]()
    for code, each in prediction.fields.items():
        mode = modes.get(code, Mode.SUGGEST)
        if mode is Mode.MONITOR:
            monitored[code] = each
        elif mode is Mode.AUTO and each.decision is Decision.SUGGEST and each.threshold is not None:
            shown[code] = replace(each, decision=Decision.AUTO)
        elif mode is not Mode.OFF:
            shown[code] = each
    return replace(
        prediction,
        fields=shown,
        monitored=monitored,
        priors={code: dict(priors[code]) for code in monitored},
    )
