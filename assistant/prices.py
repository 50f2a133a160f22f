"""What one piece or one square metre costs (单价), as a form's calculations print it.

A row of calculations (22.5元/平方米·年×62万平方米) is the only place that prints most prices; its amount is
what all pieces cost together, which a question about the price does not mean.
"""

from __future__ import annotations

import re
from dataclasses import replace

from assistant.contrast import View
from assistant.evidence import Evidence, speaks_of
from assistant.finder import Finder
from assistant.wanted import workings
from ingest.text import normalise, parse_number

ASKS = re.compile("单价")
_PRICE = re.compile(r"(\d[\d,]*(?:\.\d+)?)\s*(万?元/[^\d×*xX+=,，;；。()（）]+)")


def price_of(finder: Finder, view: View) -> Evidence | None:
    """The price that the calculation of the row which a side names begins with; None where it has none."""
    for e in finder.fields(workings()):
        found = _PRICE.search(normalise(e.text))
        value = parse_number(found[1]) if found else None
        if found and value is not None and view.own and all(speaks_of(e, term) for term in view.own):
            return replace(e, value=value, unit=found[2].strip(), measure="单价", text=found.group())
    return None
