"""A stack of its own for a test: script/stack with other ports and a temporary folder."""

import http.client
import random
import re
import socket
import subprocess
import sys
from pathlib import Path

from server import BINARY, REPOSITORY, DEADLINE_SECONDS, Folder, clean_environment, wait_until

# What asks again and again asks the supervisor itself; starting a process for it costs too much.
sys.path.append(str(REPOSITORY / "stack"))

import command  # noqa: E402
import observe  # noqa: E402
import plan  # noqa: E402

# Starting, stopping or restarting everything, on a machine that does other things too.
COMMAND_SECONDS = 240
# The public port and those of the nodes after it.
PORTS = 24


class Stack:
    """`nodes`: so many complete ones; without: the default stack. `options` are those of the
    nodes, without their dashes."""

    def __init__(self, nodes=None, *, options=("limits.rate=0",), binary=BINARY):
        self._folder = Folder()
        self.folder = self._folder.path / "stack"
        self.port = free_ports()
        self._nodes = [str(nodes)] if nodes else []
        self._options = [f"--{each}" for each in options]
        self.environment = clean_environment() | {
            "KLATSCH_BINARY": str(binary),
            "KLATSCH_STACK_FOLDER": str(self.folder),
            "KLATSCH_STACK_PORT": str(self.port),
            "KLATSCH_STACK_REDIS_PORT": str(self.port + PORTS - 1),
            "KLATSCH_STACK_NODE_PORT": str(self.port + PORTS // 2),
        }

    def run(self, *arguments):
        """script/stack with these arguments, whatever comes of it."""
        return subprocess.run(
            [REPOSITORY / "script/stack", *arguments],
            capture_output=True,
            text=True,
            timeout=COMMAND_SECONDS,
            env=self.environment,
        )

    def command(self, *arguments):
        """Its output; it must succeed."""
        ended = self.run(*arguments)
        if ended.returncode != 0:
            raise AssertionError(f"{arguments}: {ended.stdout}{ended.stderr}\n{self.logs()}")
        return ended.stdout

    def start(self):
        self.command("start", *self._nodes, "--", *self._options)
        return self

    def logs(self):
        return self.run("logs").stdout

    def status(self):
        """Each program's line of `status`: {name: {column: text}}."""
        lines = self.run("status").stdout.splitlines()[2:]
        columns = lines[0].split()
        starts = [lines[0].index(each) for each in columns]
        found = {}
        for line in lines[1:]:
            texts = [line[a:b].strip() for a, b in zip(starts, [*starts[1:], None])]
            found[texts[0]] = dict(zip(columns, texts))
        return found

    def programs(self):
        """What the supervisor says of each: {name: {pid, state, since, deaths}}."""
        told = command.ask(self.folder, "status")
        return {each["name"]: each for each in told["programs"]}

    def pid(self, name):
        return self.programs()[name]["pid"]

    def deaths(self, name):
        return self.programs()[name]["deaths"]

    def why_not_ready(self):
        """{name: reason} of what is not."""
        told = self.programs()
        reasons = {}
        for each in plan.programs(plan.Settings.read(self.folder)):
            state = told[each.name]["state"]
            reason = observe.ready(each) if state == "running" else state
            if reason:
                reasons[each.name] = reason
        return reasons

    def wait_ready(self, deadline=2 * DEADLINE_SECONDS):
        wait_until(lambda: not self.why_not_ready(), "everything is ready", deadline)

    def supervisor_pid(self):
        for process in Path("/proc").glob("[0-9]*"):
            words = command_line(process)
            if any(each.endswith("stack/supervisor.py") for each in words) and words[-1] == str(self.folder):
                return int(process.name)
        return None

    def processes(self):
        """The pids of all that belongs to this stack."""
        found = set()
        for process in Path("/proc").glob("[0-9]*"):
            text = " ".join(command_line(process))
            # Redis names itself by its address, the nodes are told of it.
            if str(self.folder) in text or re.search(rf"[:=]{self.port + PORTS - 1}\b", text):
                found.add(int(process.name))
        return found

    def get(self, path, port=None):
        connection = http.client.HTTPConnection("127.0.0.1", port or self.port, timeout=DEADLINE_SECONDS)
        try:
            connection.request("GET", path)
            response = connection.getresponse()
            response.content = response.read()
            return response
        finally:
            connection.close()

    @property
    def web_socket_url(self):
        return f"ws://127.0.0.1:{self.port}/ws"

    def end(self):
        """For cleaning up; nothing must be left."""
        try:
            self.command("stop")
            if left := self.processes():
                raise AssertionError(f"these processes were left: {left}")
        finally:
            self._folder.remove()


def command_line(process):
    try:
        return (process / "cmdline").read_bytes().decode(errors="replace").rstrip("\0").split("\0")
    except OSError:
        return []


def free_ports():
    """The first of some ports in a row that nobody has, below those that the system gives out."""
    while True:
        first = random.randrange(12000, 32000)
        if all(is_free(port) for port in range(first, first + PORTS)):
            return first


def is_free(port):
    with socket.socket() as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind(("", port))
        except OSError:
            return False
    return True
