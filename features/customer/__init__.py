"""Customer facts -> named numbers, value 0..100, tier."""

from features.customer.facts import parse_facts
from features.customer.scale import Scale
from features.customer.worth import TierReason, build_scale, named_numbers, tier_reason, value

__all__ = ["Scale", "TierReason", "build_scale", "named_numbers", "parse_facts", "tier_reason", "value"]
