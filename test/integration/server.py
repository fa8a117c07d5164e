"""Starts and stops the real binary, and a real Redis, each with data of its own.

Nothing here sleeps: everything waits for a condition, and fails when its deadline has passed.
"""

import http.client
import os
import re
import shutil
import signal
import socket
import subprocess
import tempfile
import threading
import time
from pathlib import Path

REPOSITORY = Path(__file__).resolve().parents[2]
BINARY = Path(os.environ.get("KLATSCH_BINARY", REPOSITORY / "build/release/klatsch"))
DEADLINE_SECONDS = 20

# What the tests of HTTP ask for; the browser chat itself is not needed here.
PAGE = b"<!doctype html><title>klatsch</title><script src=/assets/app-4f2a.js></script>"
SCRIPT = b"console.log('klatsch');" * 100


def wait_until(condition, what, deadline=DEADLINE_SECONDS):
    """Asks again and again, as nobody tells us; returns what the condition returned."""
    end = time.monotonic() + deadline
    while not (value := condition()):
        if time.monotonic() > end:
            raise AssertionError(f"not within {deadline} s: {what}")
        threading.Event().wait(0.01)
    return value


class Process:
    """A program whose log is read all the time, so that it never waits for us."""

    def __init__(self, arguments, environment=None, stdout=False, before_start=None):
        self.arguments = [str(each) for each in arguments]
        self._child = subprocess.Popen(
            self.arguments,
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE if stdout else subprocess.DEVNULL,
            stderr=subprocess.DEVNULL if stdout else subprocess.PIPE,
            env=environment,
            preexec_fn=before_start,
        )
        self.pid = self._child.pid
        # Somebody has waited for its end.
        self.awaited = False
        self._lines = []
        self._reader = threading.Thread(target=self._read, daemon=True)
        self._reader.start()

    def _read(self):
        stream = self._child.stdout or self._child.stderr
        with stream:
            for line in stream:
                self._lines.append(line.decode(errors="replace"))

    @property
    def log(self):
        return "".join(self._lines)

    @property
    def running(self):
        return self._child.poll() is None

    def wait_for_log(self, pattern):
        def found():
            if match := re.search(pattern, self.log):
                return match
            if not self.running:
                self._reader.join(DEADLINE_SECONDS)
                return re.search(pattern, self.log) or self._died(pattern)
            return None

        return wait_until(found, f"{pattern!r} in the log of {self.arguments[0]}:\n{self.log}")

    def _died(self, pattern):
        raise AssertionError(
            f"{self.arguments[0]} ended with {self._child.returncode} before its log said "
            f"{pattern!r}:\n{self.log}"
        )

    def send(self, signal_number):
        self._child.send_signal(signal_number)

    def wait(self):
        """The exit code; negative where a signal ended it."""
        self.awaited = True
        code = self._child.wait(DEADLINE_SECONDS)
        self._reader.join(DEADLINE_SECONDS)
        return code

    def end(self):
        """For cleaning up, whatever state it is in."""
        if self.running:
            self.send(signal.SIGKILL)
        self.wait()


def free_port():
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return probe.getsockname()[1]


def clean_environment():
    """What the binary inherits: none of its own options."""
    inherited = {name: text for name, text in os.environ.items() if not name.startswith("KLATSCH_")}
    # Otherwise the bounds of memory would measure what the sanitizer keeps.
    inherited["ASAN_OPTIONS"] = inherited.get("ASAN_OPTIONS", "") + ":quarantine_size_mb=8"
    return inherited


class Folder:
    """A temporary folder that is gone after the test."""

    def __init__(self):
        self.path = Path(tempfile.mkdtemp(prefix="klatsch-"))

    def remove(self):
        shutil.rmtree(self.path, ignore_errors=True)


class Redis:
    """A redis-server that flushes every write, on a port of its own."""

    def __init__(self):
        self._folder = Folder()
        self.port = free_port()
        self._process = None

    def start(self):
        self._process = Process(
            ["redis-server", "--bind", "127.0.0.1", "--port", self.port, "--dir", self._folder.path]
            + ["--save", "", "--appendonly", "yes", "--appendfsync", "always"],
            stdout=True,
        )
        self._process.wait_for_log("Ready to accept connections")
        return self

    def send(self, signal_number):
        self._process.send(signal_number)

    def kill(self):
        self._process.end()

    def end(self):
        self._process.end()
        self._folder.remove()


class Server:
    """A klatsch on a free port of the loopback, with a store of its own.

    `options` are those of the command line without their dashes; `redis` makes it the store;
    `before_start` is called in its process.
    Stopped and started again it has the same port and the same data.
    """

    def __init__(self, *options, redis=None, environment=None, before_start=None):
        self._folder = Folder()
        self.folder = self._folder.path
        self.redis = redis
        self.port = 0
        self._options = options
        self._environment = clean_environment() | (environment or {})
        self._before_start = before_start
        self._process = None
        self._make_web_root()

    def _make_web_root(self):
        for name, content in {
            "index.html": PAGE,
            "assets/app-4f2a.js": SCRIPT,
            "assets/app-4f2a.js.gz": b"as if it were gzip",
            "assets/app-4f2a.js.br": b"as if it were brotli",
        }.items():
            path = self.folder / "web" / name
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_bytes(content)
        (self.folder / "secret.txt").write_text("not for the web")

    def arguments(self):
        """Without a limit of requests and on two threads, whatever machine this is; the options
        of the test come last and so override."""
        chosen = [
            "http.address=127.0.0.1",
            f"http.port={self.port}",
            "http.threads=2",
            f"http.web-root={self.folder / 'web'}",
            "limits.rate=0",
            f"store.path={self.folder / 'klatsch.db'}",
        ]
        if self.redis:
            chosen += ["store.backend=redis", f"redis.port={self.redis.port}"]
        return [BINARY, *("--" + each for each in [*chosen, *self._options])]

    # -- life ------------------------------------------------------------------------------------

    def start(self):
        self._process = Process(
            self.arguments(), self._environment, before_start=self._before_start
        )
        at = self._process.wait_for_log(r"klatsch is at http://localhost:(\d+)")
        self.port = int(at[1])
        return self

    def start_ready(self):
        self.start()
        self.wait_ready()
        return self

    def wait_ready(self, ready=True):
        wanted = 200 if ready else 503
        wait_until(lambda: self.get("/readyz").status == wanted, f"/readyz answers {wanted}")

    def kill(self):
        self._process.send(signal.SIGKILL)
        self._process.wait()

    def send(self, signal_number):
        self._process.send(signal_number)

    def wait(self):
        return self._process.wait()

    def stop(self):
        """The exit code after SIGTERM."""
        self.send(signal.SIGTERM)
        return self.wait()

    def end(self):
        """For cleaning up: whatever the tests did to it, it must still run and end as it should.
        Those that ended it themselves have looked at how it ended."""
        try:
            if self._process and not self._process.awaited:
                code = self.stop()
                if code != 0:
                    raise AssertionError(f"klatsch ended with {code}:\n{self.log[-4000:]}")
        finally:
            if self._process:
                self._process.end()
            self._folder.remove()

    # -- what it is asked ------------------------------------------------------------------------

    @property
    def log(self):
        return self._process.log

    def wait_for_log(self, pattern):
        return self._process.wait_for_log(pattern)

    @property
    def running(self):
        return self._process.running

    @property
    def pid(self):
        return self._process.pid

    @property
    def web_socket_url(self):
        return f"ws://127.0.0.1:{self.port}/ws"

    def get(self, path, method="GET", headers=None, body=None):
        """The response of HTTP, with its content as `content`."""
        connection = http.client.HTTPConnection("127.0.0.1", self.port, timeout=DEADLINE_SECONDS)
        try:
            connection.request(method, path, body=body, headers=headers or {})
            response = connection.getresponse()
            response.content = response.read()
            return response
        finally:
            connection.close()

    def metric(self, name):
        found = re.search(rf"^{name} (\S+)$", self.get("/metrics").content.decode(), re.MULTILINE)
        if not found:
            raise AssertionError(f"no metric {name}")
        return float(found[1])

    def resident_megabytes(self):
        status = Path(f"/proc/{self._process.pid}/status").read_text()
        return int(re.search(r"^VmRSS:\s+(\d+) kB", status, re.MULTILINE)[1]) / 1024
