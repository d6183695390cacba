"""Customer facts -> named numbers, value 0..100, tier."""

from features.customer.facts import parse_facts
from features.customer.scale import Scale
from features.customer.worth import build_scale, named_numbers, value

__all__ = ["Scale", "build_scale", "named_numbers", "parse_facts", "value"]
