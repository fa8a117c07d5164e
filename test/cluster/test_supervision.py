"""script/stack keeps its processes running, says how they are, and leaves nothing behind."""

import os
import signal
import stat
import unittest

from server import wait_until
from stack import PORTS, Stack, is_free

NAMES = ["redis", "web-1", "web-2", "ws-1", "ws-2", "worker-1", "haproxy"]


class Supervision(unittest.TestCase):
    @classmethod
    def setUpClass(cls):
        cls.stack = Stack()
        cls.addClassCleanup(cls.stack.end)
        cls.stack.start()

    def test_status_names_each_process_with_its_roles_and_whether_it_is_ready(self):
        self.stack.wait_ready()
        told = self.stack.status()
        self.assertEqual(list(told), NAMES)
        self.assertEqual({each["STATE"] for each in told.values()}, {"ready"})
        self.assertEqual([told[name]["ROLES"] for name in NAMES[1:6]], ["web", "web", "ws", "ws", "worker"])
        for name in NAMES:
            with self.subTest(name):
                self.assertTrue(os.path.exists(f"/proc/{told[name]['PID']}"))
                self.assertRegex(told[name]["SINCE"], r"^\d{4}-\d\d-\d\d \d\d:\d\d:\d\d$")
        self.assertEqual(self.stack.run("status").returncode, 0)

    def test_whatever_is_killed_comes_back(self):
        for name in NAMES:
            with self.subTest(name):
                self.stack.wait_ready()
                pid, deaths = self.stack.pid(name), self.stack.deaths(name)
                self.assertIn("comes back", self.stack.command("kill", name))
                wait_until(lambda: self.stack.deaths(name) == deaths + 1, f"{name} died")
                self.stack.wait_ready()
                self.assertNotEqual(self.stack.pid(name), pid)

    def test_a_paused_process_shows_as_such_and_goes_on(self):
        self.stack.wait_ready()
        pid = self.stack.pid("web-1")
        self.stack.command("pause", "web-1")
        self.assertEqual(self.stack.status()["web-1"]["STATE"], "paused")
        self.assertEqual(self.stack.run("status").returncode, 3)
        self.assertIn("web-1 is paused", self.stack.run("pause", "web-1").stderr)
        # Its half of the pages comes from the other one.
        for _ in range(4):
            wait_until(lambda: self.stack.get("/").status == 200, "a page without web-1")
        self.stack.command("resume", "web-1")
        self.stack.wait_ready()
        self.assertEqual(self.stack.pid("web-1"), pid)
        self.assertIn("web-1 is running", self.stack.run("resume", "web-1").stderr)

    def test_one_process_is_restarted_by_its_name(self):
        self.stack.wait_ready()
        pid = self.stack.pid("web-2")
        deaths = self.stack.deaths("web-2")
        self.assertIn("web-2 is ready again", self.stack.command("restart", "web-2"))
        self.assertNotIn("web-2", self.stack.why_not_ready())
        self.assertNotEqual(self.stack.pid("web-2"), pid)
        self.assertEqual(self.stack.deaths("web-2"), deaths, "a restart is no death")

    def test_a_second_start_says_that_it_runs_already(self):
        again = self.stack.run("start")
        self.assertEqual(again.returncode, 0, again.stderr)
        self.assertIn("runs already", again.stdout)
        other = self.stack.run("start", "3")
        self.assertEqual(other.returncode, 1)
        self.assertIn("stop it first", other.stderr)

    def test_a_stack_on_ports_that_are_taken_is_refused(self):
        other = Stack()
        other.environment["KLATSCH_STACK_PORT"] = str(self.stack.port)
        ended = other.run("start")
        self.assertEqual(ended.returncode, 1)
        self.assertRegex(ended.stderr, r"port \d+: Address already in use")
        other.end()

    def test_what_is_not_there_is_answered_with_what_is(self):
        for command in ("kill", "pause", "resume", "restart"):
            ended = self.stack.run(command, "nobody")
            self.assertEqual(ended.returncode, 1)
            self.assertIn("redis web-1 web-2 ws-1 ws-2 worker-1 haproxy", ended.stderr)
        self.assertIn("status names them", self.stack.run("kill").stderr)
        self.assertIn("there is no log", self.stack.run("logs", "nobody").stderr)
        self.assertEqual(self.stack.run("start", "many").returncode, 1)
        self.assertEqual(self.stack.run("dance").returncode, 2)

    def test_nobody_else_may_read_the_secret_and_no_command_line_shows_it(self):
        secret = (self.stack.folder / "node-secret").read_text().strip()
        self.assertGreaterEqual(len(secret), 32)
        for path in (self.stack.folder / "node-secret", self.stack.folder / "control.sock"):
            self.assertEqual(stat.S_IMODE(path.stat().st_mode), 0o600, path)
        self.assertEqual(stat.S_IMODE(self.stack.folder.stat().st_mode), 0o700)
        for pid in self.stack.processes():
            with open(f"/proc/{pid}/cmdline", encoding="utf-8") as words:
                self.assertNotIn(secret, words.read())
        self.assertNotIn(secret, self.stack.logs())


class Ending(unittest.TestCase):
    def test_stop_ends_every_process_and_frees_every_port(self):
        stack = Stack(2)
        self.addCleanup(stack.end)
        stack.start()
        stack.command("pause", "node-2")
        self.assertGreaterEqual(len(stack.processes()), 5)
        self.assertIn("stopped", stack.command("stop"))
        self.assertEqual(stack.processes(), set())
        self.assertTrue(all(is_free(port) for port in range(stack.port, stack.port + PORTS)))
        self.assertIn("no stack runs", stack.command("stop"))
        self.assertEqual(stack.run("status").returncode, 1)
        stack.start()
        self.assertEqual(stack.why_not_ready(), {})

    def test_no_process_outlives_a_supervisor_that_was_killed(self):
        stack = Stack(1)
        self.addCleanup(stack.end)
        stack.start()
        os.kill(stack.supervisor_pid(), signal.SIGKILL)
        wait_until(lambda: not stack.processes(), f"all have ended: {stack.processes()}", 40)
        stack.start()
        self.assertEqual(stack.why_not_ready(), {})

    def test_a_supervisor_that_gets_sigterm_stops_everything(self):
        stack = Stack(1)
        self.addCleanup(stack.end)
        stack.start()
        os.kill(stack.supervisor_pid(), signal.SIGTERM)
        wait_until(lambda: not stack.processes(), f"all have ended: {stack.processes()}", 40)


class Failing(unittest.TestCase):
    def test_a_node_that_can_not_start_is_named_and_tried_less_and_less_often(self):
        stack = Stack(1, binary="/bin/false")
        self.addCleanup(stack.end)
        ended = stack.run("start", "1")
        self.assertEqual(ended.returncode, 1)
        self.assertIn("node-1 dies again and again", ended.stderr)
        log = stack.run("logs", "stack").stdout
        for delay in (1, 2, 4):
            self.assertIn(f"node-1 died: exit code 1; starts again in {delay} s", log)

    def test_an_option_that_is_wrong_is_in_the_log(self):
        stack = Stack(1, options=("http.prot=1",))
        self.addCleanup(stack.end)
        self.assertEqual(stack.run("start", "1", "--", "--http.prot=1").returncode, 1)
        self.assertIn("http.prot", stack.run("logs", "node-1").stdout)
