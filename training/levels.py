"""How good a model is on each level of a field's hierarchy."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from features.taxonomy import Field


def figures(truth: Sequence[str], answers: Sequence[str], field: Field) -> dict[str, Any]:
    """Figures of a field with levels; empty for a flat one.

    top_accuracy: the share of rows whose top level is right. levels: depth from 1 -> accuracy over the
    rows whose true label is that deep or deeper, where an answer that stops above is not right.
    hierarchical_f1: micro F1 over each label together with all labels above it, so that a parent or a
    sibling of the truth is partly right (Kiritchenko et al. 2006, Learning and Evaluation in the Presence
    of Class Hierarchies). stopped_above: the share of answers that are a label above others.
    """
    if not field.has_levels or not truth:
        return {}
    pairs = [(field.path(label), field.path(answer)) for label, answer in zip(truth, answers, strict=True)]
    levels = {}
    for depth in range(1, max(len(true) for true, _ in pairs) + 1):
        right = [true[:depth] == said[:depth] for true, said in pairs if len(true) >= depth]
        levels[str(depth)] = {"n": len(right), "accuracy": sum(right) / len(right)}
    shared = sum(len(set(true) & set(said)) for true, said in pairs)
    both = sum(len(true) + len(said) for true, said in pairs)
    return {
        "top_accuracy": levels["1"]["accuracy"],
        "hierarchical_f1": 2 * shared / both,
        "stopped_above": sum(answer in field.children for answer in answers) / len(answers),
        "levels": levels,
    }


def sentences(measured: Mapping[str, Mapping[str, Any]]) -> list[str]:
    """A line for each field with levels, for a terminal."""
    return [
        f"{code}: {_spoken(each['levels'])}; hierarchical F1 {each['hierarchical_f1']:.3f}."
        for code, each in measured.items()
        if "levels" in each
    ]


def _spoken(levels: Mapping[str, Mapping[str, Any]]) -> str:
    told = [f"level {depth} {each['accuracy']:.3f} ({each['n']})" for depth, each in levels.items()]
    return "accuracy " + ", ".join(told)
