"""The grading policy: one versioned YAML, checked whole, and the calendar it promises by."""

from features.policy.policy import Policy, faults

__all__ = ["Policy", "faults"]
