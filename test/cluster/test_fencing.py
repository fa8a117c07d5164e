"""The fault test finds what it is there to find: with fencing switched off it sees two writers."""

import asyncio
import unittest

from scenario import run
from schedule import Fault

# A node that hangs for longer than its lease wakes up with requests that it has not read yet. Its
# rooms are others' by then, and their clients have sent the same again there.
PAUSES = [Fault("pause", (node,), 6, 1) for node in ("node-1", "node-2", "node-3")]


class FencingSwitchedOff(unittest.TestCase):
    def test_the_checker_sees_two_writers_of_a_room(self):
        outcome = asyncio.run(
            run(1, "unfenced", schedule=PAUSES, options=["store.fencing=false"], sends_per_s=8)
        )
        found = {violation.check for violation in outcome.violations}
        self.assertIn("same cid", found, outcome)
