"""Meaning: short vectors of texts, so that a question finds a page that has none of its words.

An extra (`signpost[meaning]`): search is whole without it. Weights and word pieces are read from the installed
package and nowhere else; nothing is ever fetched. The package's own loader looks for the word pieces in a
folder of another name than the one it ships and then downloads them, so it is not used.
"""

from __future__ import annotations

import importlib
import importlib.util
from collections.abc import Sequence
from functools import cache
from pathlib import Path
from typing import Any

WEIGHTS = "weights/l2_supercat_256.safetensors"
PIECES = "tokenizers/l2_supercat_tokenizer_config.json"
WIDTH = 256
# A question or a passage is shorter; what comes after says little more about its meaning.
MOST_LETTERS = 2000


class Meaning:
    """Turns texts into vectors of length one: the mean of the vectors of their word pieces."""

    def __init__(self, numpy: Any, table: Any, pieces: Any) -> None:
        self._numpy = numpy
        self._table = table
        self._pieces = pieces

    def vectors(self, texts: Sequence[str]) -> Any:
        """Give one row of 256 numbers a text, zeros for a text without words; about 10,000 passages a second."""
        rows = self._numpy.zeros((len(texts), WIDTH), dtype=self._numpy.float32)
        cut = [text[:MOST_LETTERS].encode("utf-8", "replace").decode("utf-8") for text in texts]
        for place, found in enumerate(self._pieces.encode(text, add_special_tokens=False) for text in cut):
            if found.ids:
                rows[place] = self._table[found.ids].mean(axis=0)
        lengths = self._numpy.linalg.norm(rows, axis=1, keepdims=True)
        return rows / self._numpy.maximum(lengths, 1e-9)

    def packed(self, texts: Sequence[str]) -> bytes:
        """Give the vectors of the texts as bytes to be stored, two a number."""
        return bytes(self.vectors(texts).astype(self._numpy.float16).tobytes())

    def stack(self, rows: Sequence[bytes]) -> Stack:
        """Lay stored vectors out to be compared, one or more rows of vectors for each document."""
        return Stack(self._numpy, rows)


class Stack:
    """The vectors of many documents in one table, each document's one after the other."""

    def __init__(self, numpy: Any, rows: Sequence[bytes]) -> None:
        self._numpy = numpy
        kept = [(number, row) for number, row in enumerate(rows) if row]
        table = numpy.frombuffer(b"".join(row for _, row in kept), dtype=numpy.float16)
        self._table = table.astype(numpy.float32).reshape(-1, WIDTH)
        sizes = [len(row) // (2 * WIDTH) for _, row in kept]
        self._starts = numpy.cumsum([0, *sizes[:-1]]) if kept else numpy.zeros(0, dtype=int)
        self.numbers = [number for number, _ in kept]

    def nearness(self, vector: Any) -> list[float]:
        """Give the cosine of the best vector of each document, in the order of `numbers`."""
        if not self.numbers:
            return []
        # Not `@`: its threads cost more than they gain beside other searches on the same machine.
        cosines = self._numpy.einsum("ij,j->i", self._table, vector)
        return list(self._numpy.maximum.reduceat(cosines, self._starts).tolist())


@cache
def load() -> Meaning | None:
    """Load the vectors, or give nothing when the extra is not installed; 20 megabytes, a tenth of a second."""
    found = importlib.util.find_spec("wordllama")
    if found is None or found.origin is None:
        return None
    folder = Path(found.origin).parent
    try:
        numpy: Any = importlib.import_module("numpy")
        tensors: Any = importlib.import_module("safetensors.numpy")
        pieces: Any = importlib.import_module("tokenizers")
        table = next(iter(tensors.load_file(folder / WEIGHTS).values())).astype(numpy.float32)
        return Meaning(numpy, table, pieces.Tokenizer.from_file(str(folder / PIECES)))
    except (ImportError, OSError):
        return None
