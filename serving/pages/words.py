"""The words of a page: its own catalogue, and the names of labels, tiers, teams and times.

The sentences are in `serving/locale/LANGUAGE/LC_MESSAGES/pages.po`, read as they are at start.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from zoneinfo import ZoneInfo

from babel.dates import format_datetime, get_timezone_gmt

from features.policy.parts import Clock, Span
from features.records import ModelReference, Reason
from features.taxonomy import LANGUAGES
from serving.services import Services
from serving.wording import Wording, catalogue, first_upper

DOMAIN = "pages.po"


def read_phrases() -> Wording:
    """The packaged catalogue of the pages, by language and key."""
    return Wording({language: catalogue(language, DOMAIN) for language in LANGUAGES})


@dataclass(frozen=True, kw_only=True)
class Reader:
    """Someone who reads a page in one language: everything is named for them here."""

    language: str
    phrases: Wording
    services: Services

    def say(self, key: str, **values: object) -> str:
        """A sentence of the pages' catalogue, with its named places filled."""
        return self.phrases.say(key, self.language, **values)

    def name(self, kind: str, code: str) -> str:
        """What the pages call a channel, lane or role; the code itself where they have no word for it."""
        said = self.say(f"{kind}.{code}")
        return code if said == f"{kind}.{code}" else said

    def field(self, code: str) -> str:
        """The name of a field."""
        field = self.services.taxonomy.fields.get(code)
        return code if field is None else field.name[self.language]

    def label(self, code: str, label: str) -> str:
        """The name of a field's label, after those above it where the field has levels."""
        field = self.services.taxonomy.fields.get(code)
        return label if field is None else field.full_name(label, self.language)

    def grade(self, grade: str) -> str:
        """What a grade is called."""
        return first_upper(self.services.wording.say(f"grade.{grade}", self.language))

    def tier(self, tier: str) -> str:
        """The name of a tier; a CRM's own word as it is."""
        said = self.services.wording.say(f"tier.{tier}", self.language)
        return tier if said == f"tier.{tier}" else said

    def team(self, team: str | None) -> str:
        """The name of a team."""
        names = self.services.policy.teams.names.get(team or "")
        return team or "" if names is None else names[self.language]

    def model(self, reference: ModelReference | None) -> str:
        """A model by name and version."""
        if reference is None:
            return self.say("model.none")
        return self.say("model.name", name=reference.name, version=reference.version)

    def percent(self, share: float) -> str:
        """A probability; never a flat 0 or 100 where it is not."""
        shown = f"{100 * share:.0f}"
        if shown == "0" and share > 0:
            shown = "<1"
        elif shown == "100" and share < 1:
            shown = ">99"
        return self.say("percent", number=shown)

    def moment(self, at: datetime | None) -> str:
        """A time on the policy's clock."""
        if at is None:
            return ""
        return format_datetime(at, self.say("time.pattern"), tzinfo=self.zone, locale=self.language)

    @property
    def zone(self) -> ZoneInfo:
        """The policy's time zone: deadlines are counted in it, so times are shown in it."""
        return ZoneInfo(self.services.policy.calendar.timezone)

    @property
    def zone_name(self) -> str:
        """The zone with its offset as of now, `Asia/Shanghai (UTC+08:00)`."""
        offset = get_timezone_gmt(self.services.tools.clock().astimezone(self.zone), locale="en")
        return f"{self.zone.key} ({offset.replace('GMT', 'UTC')})"

    def length(self, span: Span | None) -> str:
        """A length of time: 30 min, 8 h."""
        return "" if span is None else self.say(f"length.{span.unit.name.lower()}", number=f"{span.amount:g}")

    def promise(self, span: Span | None, clock: Clock) -> str:
        """A promise: within 8 h of working time."""
        if span is None:
            return ""
        return self.say("promise", length=self.length(span), clock=self.name("clock", clock.value))

    def sentence(self, reason: Reason) -> str:
        """A step of a grade as one sentence."""
        services = self.services
        return services.wording.sentence(
            reason, language=self.language, taxonomy=services.taxonomy, policy=services.policy
        )
