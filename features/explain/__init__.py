"""Why a label: the words of a request that moved each field's label, and the labels that came next."""

from features.explain.why import FieldExplanation, RunnerUp, explain
from features.explain.words import Word

__all__ = ["FieldExplanation", "RunnerUp", "Word", "explain"]
