"""The configurations that are shipped for several nodes: valid, and fitting together."""

import re
import shutil
import subprocess
import tempfile
import unittest
from pathlib import Path

from server import BINARY, REPOSITORY, clean_environment

CONFIGURATION = REPOSITORY / "config"


def run(*arguments, environment=None):
    return subprocess.run(
        [str(each) for each in arguments],
        capture_output=True,
        text=True,
        timeout=60,
        env=clean_environment() | (environment or {}),
    )


class Shipped(unittest.TestCase):
    def settings_of(self, path):
        """What klatsch itself reads from a file: {"group.key": text}."""
        secret = {"KLATSCH_NODE_SECRET": "not a secret, but long"}
        ended = run(BINARY, f"--config-file={path}", "--print-config", environment=secret)
        self.assertEqual(ended.returncode, 0, ended.stderr)
        found, group = {}, None
        for line in ended.stdout.splitlines():
            if match := re.fullmatch(r"\[(.+)\]", line):
                group = match[1]
            elif match := re.match(r"([a-z-]+) = (.*)", line):
                found[f"{group}.{match[1]}"] = match[2].strip('"')
        return found

    def test_the_nodes_of_the_cluster_are_valid_and_do_not_get_in_each_others_way(self):
        for names in (("node-1", "node-2", "node-3"), ("web-1", "web-2", "ws-1", "ws-2", "worker-1")):
            files = [self.settings_of(CONFIGURATION / f"cluster/{name}.conf") for name in names]
            self.assertEqual([each["node.id"] for each in files], list(names))
            for name in ("http.port", "node.port"):
                self.assertEqual(len({each[name] for each in files}), len(names), name)
            for each in files:
                self.assertEqual(each["store.backend"], "redis")
                self.assertEqual(each["node.listen"], "127.0.0.1")

    def test_a_node_without_the_secret_does_not_start(self):
        ended = run(BINARY, f"--config-file={CONFIGURATION / 'cluster/node-1.conf'}")
        self.assertEqual(ended.returncode, 2)
        self.assertIn("node.secret", ended.stderr)

    def test_haproxy_takes_its_configuration_without_a_warning(self):
        ended = run("haproxy", "-c", "-f", CONFIGURATION / "haproxy/klatsch.cfg")
        self.assertEqual(ended.returncode, 0, ended.stderr)
        self.assertNotIn("WARNING", ended.stderr)

    def test_the_variant_with_tls_is_taken_too(self):
        text = (CONFIGURATION / "haproxy/klatsch.cfg").read_text()
        block = re.search(r"    # With TLS.*?\n((?:    # .*\n)+)", text)[1]
        with tempfile.TemporaryDirectory() as folder:
            certificate = Path(folder) / "chat.pem"
            made = run(
                *("openssl", "req", "-x509", "-newkey", "rsa:2048", "-nodes", "-days", "1"),
                *("-subj", "/CN=chat", "-keyout", certificate, "-out", Path(folder) / "c.pem"),
            )
            self.assertEqual(made.returncode, 0, made.stderr)
            with certificate.open("a") as file:
                file.write((Path(folder) / "c.pem").read_text())
            uncommented = block.replace("    # ", "    ")
            path = re.search(r"crt (\S+)", uncommented)[1]
            file = Path(folder) / "klatsch.cfg"
            file.write_text(
                text.replace("    bind :8080\n", uncommented.replace(path, str(certificate)))
            )
            ended = run("haproxy", "-c", "-f", file)
            self.assertEqual(ended.returncode, 0, ended.stderr)

    def test_haproxy_names_the_nodes_of_the_default_stack(self):
        text = (CONFIGURATION / "haproxy/klatsch.cfg").read_text()
        for name, port in re.findall(r"^    server (\S+) 127.0.0.1:(\d+)", text, re.MULTILINE):
            node = self.settings_of(CONFIGURATION / f"cluster/{name}.conf")
            self.assertEqual(node["http.port"], port, name)

    def test_redis_flushes_every_write_and_forgets_nothing(self):
        text = (CONFIGURATION / "redis/klatsch.conf").read_text()
        for line in ("appendonly yes", "appendfsync always", "maxmemory-policy noeviction"):
            self.assertRegex(text, rf"(?m)^{line}$")


class Units(unittest.TestCase):
    def setUp(self):
        folder = tempfile.TemporaryDirectory()
        self.addCleanup(folder.cleanup)
        self.folder = Path(folder.name)
        for each in (CONFIGURATION / "systemd").iterdir():
            shutil.copy(each, self.folder)
        # systemd looks for the programs that a unit starts.
        template = self.folder / "klatsch@.service"
        template.write_text(template.read_text().replace("/opt/klatsch/klatsch", str(BINARY)))
        self.unit = self.folder / "klatsch@node-1.service"
        shutil.copy(template, self.unit)

    def test_systemd_finds_nothing_wrong(self):
        ended = run("systemd-analyze", "verify", self.unit, self.folder / "klatsch.target")
        self.assertEqual((ended.returncode, ended.stdout + ended.stderr), (0, ""))

    def test_systemd_calls_its_exposure_low(self):
        ended = run("systemd-analyze", "security", "--offline=true", "--threshold=20", self.unit)
        self.assertEqual(ended.returncode, 0, ended.stdout[-2000:] + ended.stderr)

    def test_a_node_has_time_to_stop_and_files_for_its_connections(self):
        defaults = (CONFIGURATION / "klatsch.conf").read_text()
        unit = self.unit.read_text()

        def default(key):
            return int(re.search(rf"^;{key} = (\d+)$", defaults, re.MULTILINE)[1])

        def of_unit(key):
            return int(re.search(rf"^{key}=(\d+)", unit, re.MULTILINE)[1])

        self.assertGreater(of_unit("TimeoutStopSec") * 1000, default("stop-timeout-ms"))
        self.assertGreater(of_unit("LimitNOFILE"), default("max-connections"))
