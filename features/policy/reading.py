"""Reading a policy's YAML so that every fault is found in one go, each with its path and its value.

A `Reading` is handed through the sections. Its methods give what is asked for, or note a fault and give
a stand-in, so that the next section is read too; a policy with a fault is never used.
"""

from __future__ import annotations

import math
import re
from collections.abc import Hashable, Iterable
from dataclasses import dataclass, field
from typing import Any

import yaml

from features.errors import PolicyError
from features.faults import Fault, not_yaml, told
from features.records import Grade
from features.taxonomy import Field, Taxonomy


def policy_error(faults: Iterable[Fault]) -> PolicyError:
    """The faults as one error; `field` is the first one's path."""
    found = tuple(faults)
    return PolicyError(told(found, of="policy"), field=found[0].path)


@dataclass
class Reading:
    """Gives values out of plain data and keeps the faults. A key that is absent is told once, by `keys`."""

    taxonomy: Taxonomy
    faults: list[Fault] = field(default_factory=list)

    def fault(self, path: str, message: str) -> None:
        """Note what is wrong at a path."""
        self.faults.append(Fault(path.lstrip(".") or "policy", message))

    def clean(self, *sections: str) -> bool:
        """Whether sections could be read without a fault."""
        return not any(re.split(r"[.\[]", fault.path)[0] in (*sections, "policy") for fault in self.faults)

    def mapping(self, raw: Any, path: str) -> dict[str, Any]:
        """A mapping with text keys; empty where it is none."""
        if not isinstance(raw, dict):
            self.fault(path, f"expected names and their contents, found {raw!r}.")
            return {}
        for key in raw:
            if not isinstance(key, str):
                self.fault(path, f"the name {key!r} must be text; put it in quotes.")
        return {key: value for key, value in raw.items() if isinstance(key, str)}

    def keys(
        self, raw: Any, path: str, *, required: Iterable[str], optional: Iterable[str] = ()
    ) -> dict[str, Any]:
        """A mapping whose keys are fixed; unknown and missing ones are faults."""
        data = self.mapping(raw, path)
        needed = tuple(required)
        known = (*needed, *optional)
        for key in data:
            if key not in known:
                self.fault(f"{path}.{key}", f"unknown key {key!r}; known are {', '.join(known)}.")
        if isinstance(raw, dict):
            for key in needed:
                if key not in data:
                    self.fault(f"{path}.{key}", "is missing.")
        return {key: value for key, value in data.items() if key in known}

    def number(
        self, data: dict[str, Any], key: str, path: str, *, high: float = math.inf, above: float | None = None
    ) -> float:
        """A number from 0 to `high`, or one greater than `above`."""
        raw, path = data.get(key), f"{path}.{key}"
        if key not in data:
            return 1.0
        if isinstance(raw, bool) or not isinstance(raw, int | float) or not math.isfinite(raw):
            self.fault(path, f"{raw!r} is not a number.")
        elif above is not None and raw <= above:
            self.fault(path, f"{raw!r} must be greater than {above:g}.")
        elif raw < 0 or raw > high:
            bounds = "0 or more" if math.isinf(high) else f"from 0 to {high:g}"
            self.fault(path, f"{raw!r} must be {bounds}.")
        else:
            return float(raw)
        return 1.0

    def grade(self, raw: Any, path: str) -> Grade:
        """One of P1..P4."""
        if raw is None:
            self.fault(path, "is open; say P1, P2, P3 or P4.")
        elif raw not in tuple(Grade):
            self.fault(path, f"there is no grade {raw!r}; say P1, P2, P3 or P4.")
        else:
            return Grade(raw)
        return Grade.P4

    def text(self, raw: Any, path: str) -> str:
        """Words that are not empty."""
        if isinstance(raw, str) and raw.strip():
            return raw.strip()
        self.fault(path, f"expected a word, found {raw!r}.")
        return ""

    def words(self, raw: Any, path: str) -> tuple[str, ...]:
        """One word or a list of words."""
        given = raw if isinstance(raw, list) else [raw]
        if not given:
            self.fault(path, "the list is empty.")
        return tuple(self.text(each, path) for each in given)

    def items(self, raw: Any, path: str) -> list[Any]:
        """A list."""
        if isinstance(raw, list):
            return raw
        self.fault(path, f"expected a list, found {raw!r}.")
        return []

    def taxonomy_field(self, code: str, path: str) -> Field | None:
        """A field of the taxonomy, or a fault."""
        found = self.taxonomy.fields.get(code)
        if found is None:
            self.fault(path, f"the taxonomy has no field {code!r}; it has {', '.join(self.taxonomy.fields)}.")
        return found

    def labels(self, raw: Any, code: str, path: str) -> tuple[str, ...]:
        """Labels of a field by their present codes."""
        known = self.taxonomy_field(code, path)
        if known is None:
            return ()
        return tuple(self._label(each, known, path) for each in self.words(raw, path))

    def _label(self, raw: str, known: Field, path: str) -> str:
        found = known.resolve(raw)
        if found is None and raw:
            labels = ", ".join(label.code for label in known.labels)
            self.fault(path, f"there is no label {raw!r} in the field {known.code!r}; it has {labels}.")
        return found or raw


_TIMESTAMP = "tag:yaml.org,2002:timestamp"


class _Loader(yaml.SafeLoader):
    """Safe YAML in which a key that stands twice is an error, not a silent replacement, and days stay
    words: PyYAML falls over an impossible one instead of naming it."""


def _once(loader: _Loader, node: yaml.MappingNode) -> dict[Hashable, Any]:
    seen: set[str] = set()
    for key, _ in node.value:
        if isinstance(key, yaml.ScalarNode) and key.value in seen:
            line = key.start_mark.line + 1
            raise PolicyError(f"{key.value}: this key stands twice (line {line}).", field=key.value)
        seen.add(str(key.value))
    return loader.construct_mapping(node, deep=True)


_Loader.yaml_implicit_resolvers = {
    first: [each for each in known if each[0] != _TIMESTAMP]
    for first, known in yaml.SafeLoader.yaml_implicit_resolvers.items()
}
_Loader.add_constructor(yaml.resolver.BaseResolver.DEFAULT_MAPPING_TAG, _once)


def read_yaml(words: str, *, what: str) -> Any:
    """Plain data from YAML. Raises PolicyError where it is not YAML or a key stands twice."""
    try:
        return yaml.load(words, Loader=_Loader)  # noqa: S506 -- a SafeLoader
    except (yaml.YAMLError, ValueError) as error:
        raise PolicyError(f"The {what} {not_yaml(error)}") from error
