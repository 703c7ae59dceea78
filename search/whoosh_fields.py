"""The fields of the Whoosh index: stems with a weight of their own, and plain keys."""

from __future__ import annotations

from collections.abc import Generator, Mapping
from typing import Any

from whoosh import columns, fields, formats

# Stands between audience and word in the lexicon; no word and no audience holds it.
GAP = "\x1f"


# Whoosh is half typed, and some of what it says of itself is not so; its parts are named here once.
COLUMNS: Any = columns
FIELDS: Any = fields
FORMATS: Any = formats
# The stems come ready; nothing is left to be taken apart.
NO_ANALYZER: Any = None


class Weighted(fields.FieldType):
    """Stems with weights, given as a mapping; the length of the field is the sum of the weights.

    Whoosh would weigh each of title, symptoms and text apart and add the scores; here they are one field,
    as BM25F asks, and a stem's weight is the sum over its places.
    """

    def __init__(self, *, scorable: bool) -> None:
        super().__init__(FORMATS.Existence(), NO_ANALYZER, scorable=scorable)

    def index(
        self, value: Mapping[str, float], **_: Any
    ) -> Generator[tuple[bytes, Any, float, bytes], Any, None]:
        """Give (stem, length, weight, nothing) of each stem, as Whoosh takes it."""
        for stem, weight in value.items():
            yield stem.encode("utf-8", "replace"), weight, weight, b""


def schema() -> Any:
    """Give the fields; what is kept of a page are columns of bytes, read by `entry.unpack` and never run.

    They are columns so that the versions of ten thousand pages are read without reading the pages.
    """
    return FIELDS.Schema(
        key=FIELDS.ID(),
        audience=FIELDS.ID(),
        words=Weighted(scorable=True),
        lead=Weighted(scorable=False),
        lexicon=Weighted(scorable=False),
        slug=FIELDS.STORED(),
        topic=FIELDS.COLUMN(COLUMNS.VarBytesColumn()),
        version=FIELDS.COLUMN(COLUMNS.VarBytesColumn()),
        entry=FIELDS.COLUMN(COLUMNS.VarBytesColumn()),
        vectors=FIELDS.COLUMN(COLUMNS.VarBytesColumn()),
        packed=FIELDS.COLUMN(COLUMNS.VarBytesColumn()),
    )
