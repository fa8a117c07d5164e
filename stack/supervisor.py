"""The process that keeps a stack running; script/stack starts it and asks it over a Unix socket.

    supervisor.py FOLDER

A question is one line of JSON, {"command": ..., "name": ...}. Answers are lines of JSON: {"say": text}
for what happens meanwhile, then one of {"done": ...} and {"error": text}.
"""

import asyncio
import contextlib
import fcntl
import json
import os
import signal
import sys
import time
from pathlib import Path

import observe
import plan
from supervised import Supervised

SOCKET = "control.sock"
READY_SECONDS = 60
POLL_SECONDS = 0.1
# What has died so often while somebody waits for it is not waited for any more.
MOST_DEATHS = 3


class Refused(Exception):
    """What was asked can't be done; the text says why."""


class Supervisor:
    def __init__(self, folder):
        self._folder = Path(folder)
        self._settings = plan.Settings.read(folder)
        environment = plan.environment(self._settings)
        self._all = {
            program.name: Supervised(program, self._folder, environment, self.log)
            for program in plan.programs(self._settings)
        }
        self._stopped = asyncio.Event()
        # One restart or stop at a time.
        self._turn = asyncio.Lock()

    def log(self, text):
        print(time.strftime("%Y-%m-%dT%H:%M:%SZ", time.gmtime()), text, flush=True)

    async def run(self):
        loop = asyncio.get_running_loop()
        for number in (signal.SIGTERM, signal.SIGINT):
            loop.add_signal_handler(number, lambda: loop.create_task(self._stop()))
        with contextlib.suppress(FileNotFoundError):
            os.unlink(SOCKET)
        server = await asyncio.start_unix_server(self._serve, SOCKET)
        os.chmod(SOCKET, 0o600)
        starting = asyncio.create_task(self._start())
        await self._stopped.wait()
        starting.cancel()
        server.close()
        with contextlib.suppress(FileNotFoundError):
            os.unlink(SOCKET)

    async def _start(self):
        self._all["redis"].start()
        # A node that finds no Redis asks for it every two seconds only.
        with contextlib.suppress(Refused):
            await self._until_ready(self._all["redis"])
        for each in self._all.values():
            if each.program.kind != "redis" and not self._turn.locked():
                each.start()

    # -- what can be asked -----------------------------------------------------------------------

    async def _serve(self, reader, writer):
        def write(answer):
            writer.write(json.dumps(answer).encode() + b"\n")

        try:
            question = json.loads(await reader.readline())
            answer = getattr(self, "do_" + question["command"])
            done = await answer(question.get("name"), lambda text: write({"say": text}))
            write({"done": done})
        except Refused as refusal:
            write({"error": str(refusal)})
        except (ValueError, KeyError, AttributeError) as error:
            write({"error": f"this question is not understood: {error!r}"})
        with contextlib.suppress(ConnectionError):
            await writer.drain()
        writer.close()

    async def do_status(self, _name, _say):
        return {
            "pid": os.getpid(),
            "settings": vars(self._settings),
            "programs": [
                {
                    "name": each.name,
                    "pid": each.pid,
                    "state": each.state,
                    "since": each.since,
                    "deaths": each.deaths,
                }
                for each in self._all.values()
            ],
        }

    async def do_await_ready(self, _name, say):
        """Each is ready, and HAProxy knows it: who is told so may open the page at once."""
        for each in self._all.values():
            await self._until_ready(each)
            say(f"{each.name} is ready")
        for each in self._all_nodes():
            await self._until_proxied(each)

    async def do_kill(self, name, _say):
        each = self._find(name)
        pid = each.pid
        if not each.send(signal.SIGKILL):
            raise Refused(f"{name} has no process at this moment")
        return f"killed {name}, pid {pid}; it comes back by itself"

    async def do_pause(self, name, _say):
        self._find_in(name, "running").pause()
        return f"{name} is stopped where it was; script/stack resume {name} lets it go on"

    async def do_resume(self, name, _say):
        self._find_in(name, "paused").resume()
        return f"{name} goes on"

    async def do_restart(self, name, say):
        """One program, or all nodes: each is ready again, and HAProxy knows it, before the next."""
        wanted = [self._find(name)] if name else self._all_nodes()
        async with self._turn:
            for each in wanted:
                began = time.monotonic()
                await each.restart()
                await self._until_ready(each)
                if each.program.kind == "node" and self._all["haproxy"].state == "running":
                    await self._until_proxied(each)
                say(f"{each.name} is ready again after {time.monotonic() - began:.1f} s")
        return f"restarted {len(wanted)}"

    async def do_stop(self, _name, say):
        await self._stop(say)
        return "stopped"

    # -- how it is done --------------------------------------------------------------------------

    async def _stop(self, say=lambda text: None):
        """Clients' nodes first, as they still need the workers; Redis last, as all need it. HAProxy
        goes after the nodes, which tell their clients to come back."""
        async with self._turn:
            for kinds in (self._nodes(worker=False), self._nodes(worker=True), ["haproxy"], ["redis"]):
                await asyncio.gather(*(self._all[name].stop() for name in kinds))
                for name in kinds:
                    say(f"{name} has stopped")
        # The answer is still to be written.
        asyncio.get_running_loop().call_later(POLL_SECONDS, self._stopped.set)

    def _all_nodes(self):
        return [each for each in self._all.values() if each.program.kind == "node"]

    def _nodes(self, worker):
        return [
            each.name for each in self._all_nodes() if ("worker" in each.program.roles) == worker
        ]

    def _find(self, name):
        if name not in self._all:
            raise Refused(f"there is no {name}; there are: {' '.join(self._all)}")
        return self._all[name]

    def _find_in(self, name, state):
        each = self._find(name)
        if each.state != state:
            raise Refused(f"{name} is {each.state}")
        return each

    async def _until_ready(self, each):
        reason, deaths = "did not start", each.deaths

        def ready():
            nonlocal reason
            if each.deaths - deaths >= MOST_DEATHS:
                raise Refused(f"{each.name} dies again and again: script/stack logs {each.name}")
            reason = observe.ready(each.program)
            return each.state == "running" and reason is None

        await self._until(ready, f"{each.name} is ready", lambda: reason)

    async def _until_proxied(self, node):
        await self._until(lambda: observe.proxied(node.name), f"HAProxy finds {node.name}")

    async def _until(self, condition, what, why=lambda: None):
        """Asks again and again, as nobody tells us."""
        end = time.monotonic() + READY_SECONDS
        while not await asyncio.to_thread(safely, condition):
            if time.monotonic() > end:
                raise Refused(f"not within {READY_SECONDS} s: {what} ({why()})")
            await asyncio.sleep(POLL_SECONDS)


def safely(condition):
    try:
        return condition()
    except OSError:
        return False


def main(folder):
    os.chdir(folder)
    with open("lock", "w") as lock:
        try:
            fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            print(f"{folder}: another supervisor has this folder")
            return 1
        asyncio.run(Supervisor(folder).run())
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1]))
