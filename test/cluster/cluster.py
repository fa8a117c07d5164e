"""A cluster of real processes: N nodes and one Redis, each at an address of its own."""

import asyncio
import json
import os
import signal
import subprocess
import time
from pathlib import Path

import namespaces
from loopback import Loopback
from server import BINARY, PAGE, Folder, clean_environment

HTTP_PORT = 8080
NODE_PORT = 4800
REDIS_PORT = 6379
SECRET = "the-secret-of-the-fault-tests-0123456789"
# A cluster's node drains; this is more than it may take by default.
STOP_DEADLINE_SECONDS = 40
READY_DEADLINE_SECONDS = 60


async def poll(condition, seconds, what):
    """Asks again and again, as nobody tells us. The condition may be a coroutine function."""
    end = time.monotonic() + seconds
    while True:
        found = condition()
        found = await found if asyncio.iscoroutine(found) else found
        if found:
            return found
        if time.monotonic() > end:
            raise TimeoutError(f"not within {seconds} s: {what}")
        await asyncio.sleep(0.03)


async def http_get(address, port, path, seconds=2):
    """(status, content), or (0, b"") where there is no answer in time."""

    async def ask():
        reader, writer = await asyncio.open_connection(address, port)
        try:
            request = f"GET {path} HTTP/1.1\r\nHost: {address}\r\nConnection: close\r\n\r\n"
            writer.write(request.encode())
            head, _, content = (await reader.read()).partition(b"\r\n\r\n")
            return int(head.split()[1]), content
        finally:
            writer.close()

    try:
        return await asyncio.wait_for(ask(), seconds)
    except (OSError, asyncio.TimeoutError, IndexError, ValueError):
        return 0, b""


class Program:
    """A process whose output goes to a file, and which does not outlive this one."""

    def __init__(self, network, name, arguments, log_path):
        self._network = network
        self.name = name
        self.arguments = [str(each) for each in arguments]
        self.log_path = log_path
        self.process = None
        # Nobody may wonder about an end that was asked for.
        self.expected_to_run = False

    def start(self, environment=None):
        with open(self.log_path, "ab") as log:
            self.process = subprocess.Popen(
                ["setpriv", "--pdeathsig", "KILL"]
                + self._network.command(self.name, self.arguments),
                stdin=subprocess.DEVNULL,
                stdout=log,
                stderr=log,
                env=environment or clean_environment(),
            )
        self._network.started(self.name, self.process.pid)
        self.expected_to_run = True

    @property
    def running(self):
        return self.process is not None and self.process.poll() is None

    def send(self, signal_number):
        if self.running:
            self.process.send_signal(signal_number)

    async def kill(self):
        self.expected_to_run = False
        self.send(signal.SIGKILL)
        await poll(lambda: not self.running, 10, f"{self.name} is gone")

    async def stop(self):
        """Asks it to end; whether it did so in time. It is gone afterwards anyway."""
        self.expected_to_run = False
        self.send(signal.SIGTERM)
        try:
            await poll(lambda: not self.running, STOP_DEADLINE_SECONDS, f"{self.name} has ended")
            return True
        except TimeoutError:
            await self.kill()
            return False


class Cluster:
    """`nodes` by name. `options` are those of every node, without their dashes."""

    def __init__(self, count, folder, options=()):
        self.folder = Path(folder)
        self._data = Folder()
        (self._data.path / "web").mkdir()
        (self._data.path / "web/index.html").write_bytes(PAGE)
        self.names = [f"node-{number}" for number in range(1, count + 1)]
        everyone = [*self.names, "redis"]
        self.network = (
            namespaces.Namespaces(everyone) if namespaces.entered() else Loopback(everyone)
        )
        redis_arguments = ["redis-server", "--bind", self.network.listen_address("redis")]
        redis_arguments += ["--port", REDIS_PORT, "--dir", self._data.path, "--save", ""]
        redis_arguments += ["--appendonly", "yes", "--appendfsync", "always"]
        redis_arguments += ["--protected-mode", "no"]
        self.redis = self._program("redis", redis_arguments)
        self.nodes = {
            name: self._program(name, self._node_arguments(name, count, options))
            for name in self.names
        }

    def _program(self, name, arguments):
        return Program(self.network, name, arguments, self.folder / f"{name}.log")

    def _node_arguments(self, name, count, options):
        redis_host, redis_port = self.network.redis_of(name, REDIS_PORT)
        chosen = [
            f"node.id={name}",
            f"http.address={self.network.listen_address(name)}",
            f"http.port={HTTP_PORT}",
            f"http.web-root={self._data.path / 'web'}",
            "http.threads=1",
            "limits.rate=0",
            "store.backend=redis",
            f"redis.host={redis_host}",
            f"redis.port={redis_port}",
        ]
        if count > 1:
            chosen += [
                f"node.address={self.network.address(name)}",
                f"node.listen={self.network.listen_address(name)}",
                f"node.port={NODE_PORT}",
            ]
        return [BINARY, *("--" + each for each in [*chosen, *options])]

    # -- life ------------------------------------------------------------------------------------

    async def start(self):
        await self.network.start()
        await self.start_redis()
        for name in self.names:
            self.start_node(name)
        await self.wait_ready()

    def start_node(self, name):
        count = {"KLATSCH_NODE_SECRET": SECRET} if len(self.names) > 1 else {}
        self.nodes[name].start(clean_environment() | count)

    async def start_redis(self):
        self.redis.start()
        await poll(self._redis_answers, READY_DEADLINE_SECONDS, "Redis answers")

    async def _redis_answers(self):
        try:
            address = self.network.listen_address("redis")
            reader, writer = await asyncio.open_connection(address, REDIS_PORT)
            try:
                writer.write(b"PING\r\n")
                return await reader.readline() == b"+PONG\r\n"
            finally:
                writer.close()
        except OSError:
            return False

    async def wait_ready(self, names=None, seconds=READY_DEADLINE_SECONDS):
        """Until these nodes (all of them) say so and, in a cluster, see each other."""
        for name in names or self.names:
            await poll(lambda name=name: self._is_ready(name), seconds, f"{name} is ready")

    async def _is_ready(self, name):
        status, _ = await http_get(self.network.address(name), HTTP_PORT, "/readyz")
        if status != 200:
            return False
        running = {each for each in self.names if self.nodes[each].running}
        return len(self.names) == 1 or await self.seen_by(name) >= running

    async def seen_by(self, name):
        """The ids of the nodes that this one counts to its cluster."""
        status, content = await http_get(self.network.address(name), HTTP_PORT, "/api/v1/cluster")
        if status != 200:
            return set()
        return {each["id"] for each in json.loads(content)["nodes"]}

    def url(self, name):
        return f"ws://{self.network.address(name)}:{HTTP_PORT}/ws"

    def ended_by_themselves(self):
        """(name, exit code) of each node that should run and does not; each is told once."""
        for name, node in self.nodes.items():
            if node.expected_to_run and not node.running:
                node.expected_to_run = False
                yield name, node.process.returncode

    async def end(self):
        """The nodes that did not end when asked."""
        self.network.mend_all()
        for program in [*self.nodes.values(), self.redis]:
            program.send(signal.SIGCONT)
        nodes = [node for node in self.nodes.values() if node.process]
        ended = await asyncio.gather(*(node.stop() for node in nodes))
        if self.redis.process:
            await self.redis.kill()
        self.network.end()
        self._data.remove()
        return [node.name for node, in_time in zip(nodes, ended) if not in_time]


def describe():
    """What the network of the tests is made of, for the log of a run."""
    kind = namespaces.Namespaces.kind if namespaces.entered() else Loopback.kind
    return f"{kind}, {os.cpu_count()} processors"
