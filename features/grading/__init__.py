"""From labels, probabilities and the value of a customer to a grade with its reasons. Pure functions."""

from features.grading.assess import grade, known_fields

__all__ = ["grade", "known_fields"]
