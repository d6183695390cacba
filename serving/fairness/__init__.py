"""Who is served how: grades, promises and waiting by tier, and what the grades would be without value."""

from serving.fairness.report import Group, Report, Spread, report

__all__ = ["Group", "Report", "Spread", "report"]
