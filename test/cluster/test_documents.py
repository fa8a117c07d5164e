"""The commands about several nodes that the documents show run as they stand.

A block whose first line is three backticks and `sh stack` is run by bash in the root of the
repository, with a folder and ports of its own; it stops what it starts.
"""

import re
import subprocess
import unittest

from server import REPOSITORY
from stack import COMMAND_SECONDS, Stack

DOCUMENTS = sorted([*REPOSITORY.glob("*.md"), *REPOSITORY.glob("*/*.md")])


class DocumentedCommands(unittest.TestCase):
    def test_commands_that_are_marked_run(self):
        found = 0
        for path in DOCUMENTS:
            for block in re.findall(r"^```sh stack\n(.*?)^```", path.read_text(), re.M | re.S):
                found += 1
                with self.subTest(path.name, block=found):
                    self.run_block(block)
        self.assertGreater(found, 1)

    def run_block(self, block):
        stack = Stack()
        try:
            ended = subprocess.run(
                ["bash", "-euo", "pipefail", "-c", block],
                capture_output=True,
                text=True,
                timeout=3 * COMMAND_SECONDS,
                cwd=REPOSITORY,
                env=stack.environment,
            )
            self.assertEqual(ended.returncode, 0, ended.stdout + ended.stderr)
            self.assertFalse(stack.processes(), "the block stops what it starts")
        finally:
            stack.end()
