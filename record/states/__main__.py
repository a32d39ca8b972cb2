"""`python -m record.states` prints `docs/states.md`."""

from __future__ import annotations

import sys

from record.states.tables import render

sys.stdout.buffer.write(render().encode())
