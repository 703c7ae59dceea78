"""The 40 requests of the demo: invented, believable, and without any voter's name or number."""

from __future__ import annotations

from portal.demo.open_requests import OPEN
from portal.demo.solved_before import SOLVED_BEFORE
from portal.demo.solved_lately import SOLVED_LATELY

# Their order is the order of their numbers.
REQUESTS = OPEN + SOLVED_LATELY + SOLVED_BEFORE
