"""The taxonomy: fields, their labels, order, parents, and their names in zh and en.

A taxonomy is data. The code knows fields, ordered or nominal, and never these four by name; the default
one is `features/taxonomy.yaml`. Labels of an ordered field run from least to most; labels of a nominal
field may have parents.
"""

from features.faults import Fault
from features.taxonomy.fields import LANGUAGES, Field, Label
from features.taxonomy.inferred import FIND, infer
from features.taxonomy.reading import DEEPEST, FORMAT
from features.taxonomy.taxonomy import Taxonomy

__all__ = ["DEEPEST", "FIND", "FORMAT", "LANGUAGES", "Fault", "Field", "Label", "Taxonomy", "infer"]
