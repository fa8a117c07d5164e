"""What all servers of a comparison have in common."""

import shutil
import tempfile
from pathlib import Path

from .process import Failed, Process, free_port

PEERS = Path(__file__).resolve().parent
REPOSITORY = PEERS.parents[1]
RELEASE = REPOSITORY / "build/release"


class Peer:
    """A kind of server. `lacks` says what it doesn't do that klatsch does: read its figures with
    that in mind. `scenarios`: those that it can take part in; `most_members`: of one room, beyond
    which it can't be set up in reasonable time."""

    name = ""
    protocol = ""
    lacks = ""
    scenarios = ("fan-out", "private", "connect", "idle", "presence")
    most_members = 100_000
    # What script/bench setup installs for it.
    packages = ()
    needs_npm = False

    def __init__(self):
        self.folder = None
        self.addresses = []
        self.processes = []

    def missing(self):
        """Why it can't run here; nothing where it can."""
        for program in self.programs():
            if not shutil.which(str(program)):
                return f"there is no {program}; script/bench setup installs it"
        if self.needs_npm and not (PEERS / "node_modules").is_dir():
            return "its packages are missing; script/bench setup installs them"
        return None

    def programs(self):
        return ()

    def start(self):
        """In a folder of its own, which is gone after `stop`."""
        self.folder = Path(tempfile.mkdtemp(prefix="klatsch-bench-"))
        try:
            self.launch()
        except BaseException:
            self.stop()
            raise

    def launch(self):
        raise NotImplementedError

    def measure_itself(self, seconds):
        """For what is no server that klatsch-bench could speak to: lines like those that it writes;
        otherwise nothing."""
        return None

    def run(self, name, *arguments, environment=None):
        process = Process(name, arguments, self.folder, environment)
        self.processes.append(process)
        return process

    def run_redis(self):
        """With the persistence that a Redis of a chat has; returns its port."""
        port = free_port()
        process = self.run(
            "redis", "redis-server", "--bind", "127.0.0.1", "--port", port, "--save", "",
            "--appendonly", "yes", "--appendfsync", "everysec", "--dir", self.folder,
        )
        process.wait_for_log("Ready to accept connections")
        return port

    def listens_on(self, process):
        """For servers that take any free port and say which."""
        port = process.wait_for_log(r"listening on (\d+)")[1]
        self.addresses.append(f"127.0.0.1:{port}")

    def pids(self):
        return [pid for process in self.processes for pid in process.pids()]

    def stop(self):
        for process in reversed(self.processes):
            process.stop()
        self.processes = []
        self.addresses = []
        if self.folder:
            shutil.rmtree(self.folder, ignore_errors=True)
            self.folder = None


__all__ = ["Failed", "Peer", "PEERS", "RELEASE", "REPOSITORY", "free_port"]
