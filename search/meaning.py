"""Meaning: short vectors of texts, so that a question finds a page that has none of its words.

An extra (`signpost[meaning]`): search is whole without it. Weights and word pieces are read from the installed
package and nowhere else; nothing is ever fetched. The package's own loader looks for the word pieces in a
folder of another name than the one it ships and then downloads them, so it is not used.
"""

from __future__ import annotations

import importlib
import importlib.util
import os
from array import array
from bisect import bisect_left
from collections.abc import Collection, Iterable, Sequence
from functools import cache
from pathlib import Path
from typing import Any

WEIGHTS = "weights/l2_supercat_256.safetensors"
PIECES = "tokenizers/l2_supercat_tokenizer_config.json"
WIDTH = 256
# A question or a passage is shorter; what comes after says little more about its meaning.
MOST_LETTERS = 2000
# Half numbers take half the memory of whole ones, but are slow to count with. Their bits, shifted and without
# the doubled sign, are a whole number that is too small by a power of two: exact, and four times as fast as
# the usual way. A block of whole numbers stays in the processor's own memory.
HALF_SHIFT, HALF_BITS, BLOCK = 112, -0x70002000, 2048
# Less than any cosine.
FARTHEST = -2.0


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
        for place, found in enumerate(self._pieces.encode_batch_fast(cut, add_special_tokens=False)):
            if found.ids:
                rows[place] = self._table[found.ids].astype(self._numpy.float32).mean(axis=0)
        lengths = self._numpy.linalg.norm(rows, axis=1, keepdims=True)
        return rows / self._numpy.maximum(lengths, 1e-9)

    def packed(self, texts: Sequence[str]) -> bytes:
        """Give the vectors of the texts as bytes to be stored, two a number."""
        return bytes(self.vectors(texts).astype(self._numpy.float16).tobytes())

    def stack(self, rows: Iterable[bytes]) -> Stack:
        """Lay stored vectors out to be compared, one or more rows of vectors for each document."""
        return Stack(self._numpy, rows)


class Stack:
    """The vectors of many documents in one table, each document's one after the other; two bytes a number."""

    def __init__(self, numpy: Any, rows: Iterable[bytes]) -> None:
        self._numpy = numpy
        table, starts, self.numbers = bytearray(), [], array("I")
        for number, row in enumerate(rows):
            if row:
                starts.append(len(table) // (2 * WIDTH))
                self.numbers.append(number)
                table += row
        self._table = numpy.frombuffer(table, dtype=numpy.int16).reshape(-1, WIDTH)
        self._starts = numpy.array(starts, dtype=int)

    def nearness(self, vector: Any) -> list[float]:
        """Give the cosine of the best vector of each document, in the order of `numbers`."""
        return list(self._best(vector).tolist())

    def mask(self, visible: Collection[int]) -> Any:
        """Mark the documents that may be seen, for `nearest`; to be kept, as it looks at each document."""
        return self._numpy.fromiter((number in visible for number in self.numbers), bool, len(self.numbers))

    def nearest(self, vector: Any, mask: Any, most: int, also: Collection[int]) -> dict[int, float]:
        """Give the nearness of the `most` nearest documents of the mask, equal ones included, and of `also`."""
        numpy = self._numpy
        best = numpy.where(mask, self._best(vector), FARTHEST)
        least = numpy.partition(best, -most)[-most] if len(best) > most else FARTHEST
        rows = set(numpy.flatnonzero(mask & (best >= least)).tolist())
        for number in also:
            row = bisect_left(self.numbers, number)
            if row < len(mask) and self.numbers[row] == number and mask[row]:
                rows.add(row)
        return {self.numbers[row]: float(best[row]) for row in sorted(rows)}

    def _best(self, vector: Any) -> Any:
        """Seven milliseconds for 100,000 vectors."""
        numpy, scaled = self._numpy, vector * self._numpy.float32(2.0**HALF_SHIFT)
        cosines = numpy.empty(len(self._table), dtype=numpy.float32)
        room = numpy.empty((min(BLOCK, len(self._table)), WIDTH), dtype=numpy.int32)
        for start in range(0, len(self._table), BLOCK):
            rows = self._table[start : start + BLOCK]
            whole = room[: len(rows)]
            whole[...] = rows
            numpy.left_shift(whole, 13, out=whole)
            numpy.bitwise_and(whole, HALF_BITS, out=whole)
            # Not `@`: its threads cost more than they gain beside other searches on the same machine.
            numpy.einsum("ij,j->i", whole.view(numpy.float32), scaled, out=cosines[start : start + BLOCK])
        return numpy.maximum.reduceat(cosines, self._starts) if self.numbers else cosines


@cache
def load() -> Meaning | None:
    """Load the vectors, or give nothing when the extra is not installed; 20 megabytes, a tenth of a second."""
    found = importlib.util.find_spec("wordllama")
    if found is None or found.origin is None:
        return None
    folder = Path(found.origin).parent
    # Threads of its own gain little beside the work in Python, wait for each other on a busy machine, and are no
    # threads any more in a process that was forked.
    os.environ.setdefault("TOKENIZERS_PARALLELISM", "false")
    try:
        numpy: Any = importlib.import_module("numpy")
        tensors: Any = importlib.import_module("safetensors.numpy")
        pieces: Any = importlib.import_module("tokenizers")
        # Half numbers, as they lie in the file: sixteen megabytes less for each process.
        table = next(iter(tensors.load_file(folder / WEIGHTS).values())).astype(numpy.float16, copy=False)
        return Meaning(numpy, table, pieces.Tokenizer.from_file(str(folder / PIECES)))
    except (ImportError, OSError):
        return None
