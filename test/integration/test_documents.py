"""The documents say what is: commands that they show run, names that they name exist.

A block whose first line is three backticks and `sh test` is run as it stands, by bash in the root
of the repository. KLATSCH is the path of the binary, PORT that of a server that runs.
"""

import json
import re
import subprocess

from chat_test import ChatTest
from server import BINARY, REPOSITORY, clean_environment

DOCUMENTS = sorted([*REPOSITORY.glob("*.md"), *REPOSITORY.glob("*/*.md")])


class Documents(ChatTest):
    def read(self, name):
        path = REPOSITORY / name
        self.assertTrue(path.exists(), f"{name} is missing")
        return path.read_text()

    def test_commands_that_are_marked_as_tests_run(self):
        for path in DOCUMENTS:
            for number, block in enumerate(
                re.findall(r"^```sh test\n(.*?)^```", path.read_text(), re.MULTILINE | re.DOTALL)
            ):
                with self.subTest(f"{path.name} block {number + 1}"):
                    environment = {"KLATSCH": str(BINARY), "PORT": str(self.server.port)}
                    ended = subprocess.run(
                        ["bash", "-euo", "pipefail", "-c", block],
                        capture_output=True,
                        text=True,
                        timeout=60,
                        cwd=REPOSITORY,
                        env=clean_environment() | environment,
                    )
                    self.assertEqual(ended.returncode, 0, ended.stdout + ended.stderr)

    def test_metrics_that_are_named_exist_and_those_that_exist_are_named(self):
        exposed = set(
            re.findall(r"^# TYPE (\w+)", self.server.get("/metrics").content.decode(), re.MULTILINE)
        )
        operating = self.read("docs/OPERATING.md")
        named = set(re.findall(r"\bklatsch_[a-z_]+\b", operating)) - {"klatsch_session"}
        named = {re.sub("_(bucket|sum|count)$", "", name) for name in named}
        self.assertEqual(named - exposed, set(), "named in OPERATING.md, but there is none")
        self.assertEqual(exposed - named, set(), "not named in OPERATING.md")

    def test_options_that_exist_are_documented_in_the_configuration_file(self):
        printed = subprocess.run(
            [BINARY, "--print-options"], capture_output=True, text=True, env=clean_environment()
        )
        self.assertEqual(self.read("config/klatsch.conf"), printed.stdout)

    def test_the_shipped_configuration_is_valid(self):
        ended = subprocess.run(
            [BINARY, f"--config-file={REPOSITORY / 'config/klatsch.conf'}", "--print-config"],
            capture_output=True,
            text=True,
            env=clean_environment(),
        )
        self.assertEqual(ended.returncode, 0, ended.stderr)

    def test_the_protocol_document_names_every_method_error_and_close_code(self):
        protocol = self.read("docs/PROTOCOL.md")
        schema = json.loads(self.read("protocol/schema.json"))
        for method in self.methods_of(schema):
            self.assertIn(f"`{method}`", protocol)
        errors = (1001, 1002, 1003, 1010, 1011, 1012, 1013, 1014, 1020, 1021, 1030, 1031)
        errors += (1040, 1041, 1042, 1043, 4000, 4001, 4002, 4003, 4500, 4501)
        for number in errors:
            self.assertRegex(protocol, rf"\b{number}\b")

    def methods_of(self, schema):
        found = set(re.findall(r'"((?:room|user|session)\.[a-z]+)"', json.dumps(schema)))
        self.assertGreaterEqual(len(found), 11)
        return found

    def test_links_between_the_documents_lead_somewhere(self):
        for path in DOCUMENTS:
            for target in re.findall(r"\]\(([^)#\s]+)(?:#[^)]*)?\)", path.read_text()):
                if "://" in target or target.startswith("mailto:"):
                    continue
                with self.subTest(f"{path.name}: {target}"):
                    self.assertTrue((path.parent / target).exists())
