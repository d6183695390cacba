"""A label renamed or retired: a next version of the taxonomy that reads all that was said before it."""

from __future__ import annotations

from dataclasses import replace

from features.errors import TaxonomyError
from features.taxonomy import reading
from features.taxonomy.fields import Field, Label
from features.taxonomy.taxonomy import Taxonomy


def renamed(taxonomy: Taxonomy, field: str, *, old: str, new: str) -> Taxonomy:
    """The next version, in which a label is called `new` and its former code is an alias.

    Labels below it keep their codes, since codes are what data and models hold. Raises TaxonomyError where
    there is no such label, or `new` is empty or stands for another one.
    """
    found = _label(taxonomy, field, old)
    known = taxonomy.field(field)
    if not new.strip():
        raise TaxonomyError("The new name is empty.", field=field)
    if known.resolve(new) not in (None, found.code):
        raise TaxonomyError(f"{new!r} stands for another label of {field!r} already.", field=field)
    if new == found.code:
        raise TaxonomyError(f"The label of {field!r} is called {new!r} already.", field=field)
    aliases = [each for each in (*found.aliases, found.code) if each != new]
    name = {language: new if word == found.code else word for language, word in found.name.items()}
    changed = replace(found, code=new, name=name, aliases=tuple(aliases))
    return _next(taxonomy, known, found, changed)


def retired(taxonomy: Taxonomy, field: str, *, label: str) -> Taxonomy:
    """The next version, in which a label is readable and never predicted.

    Raises TaxonomyError where there is no such live label, where live labels are below it, or where fewer
    than two would be left.
    """
    found = _label(taxonomy, field, label)
    if found.retired:
        raise TaxonomyError(f"The label {found.code!r} of {field!r} is retired already.", field=field)
    known = taxonomy.field(field)
    below = [code for code in known.children.get(found.code, ()) if code in known.codes]
    if below:
        raise TaxonomyError(
            f"{found.code!r} is the parent of {', '.join(map(repr, below[:3]))}: retire those first, or give "
            "them another parent in the file.",
            field=field,
        )
    return _next(taxonomy, known, found, replace(found, retired=True))


def _label(taxonomy: Taxonomy, field: str, label: str) -> Label:
    found = taxonomy.field(field).by_code.get(label)
    if found is None:
        raise TaxonomyError(f"There is no label {label!r} in the field {field!r}.", field=field)
    return found


def _next(taxonomy: Taxonomy, field: Field, old: Label, new: Label) -> Taxonomy:
    labels = tuple(
        new if each is old else replace(each, parent=new.code) if each.parent == old.code else each
        for each in field.labels
    )
    made = replace(field, labels=labels)
    faults = list(reading.faults_of(made, f"fields.{field.code}"))
    if faults:
        raise reading.taxonomy_error(faults)
    return replace(taxonomy, version=taxonomy.version + 1, fields={**taxonomy.fields, field.code: made})
