"""Starts programs that end with us, whatever ends us."""

import ctypes
import os
import re
import signal
import socket
import subprocess
import time
from pathlib import Path

START_SECONDS = 30
STOP_SECONDS = 15
PR_SET_PDEATHSIG = 1


class Failed(Exception):
    """Something that the user should read, without a trace."""


def free_port():
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return probe.getsockname()[1]


def _end_with_parent():
    ctypes.CDLL(None).prctl(PR_SET_PDEATHSIG, signal.SIGTERM)


def _inherited():
    """The options of a klatsch that is measured are ours to set."""
    return {name: text for name, text in os.environ.items() if not name.startswith("KLATSCH_")}


def _descendants(process):
    found = [process]
    for each in found:
        try:
            tasks = os.listdir(f"/proc/{each}/task")
            for task in tasks:
                children = Path(f"/proc/{each}/task/{task}/children").read_text()
                found += [int(child) for child in children.split()]
        except FileNotFoundError:
            continue
    return found


class Process:
    """A program with its log in a file."""

    def __init__(self, name, arguments, folder, environment=None):
        self.name = name
        self._log = Path(folder) / f"{name}.log"
        with open(self._log, "wb") as log:
            self._child = subprocess.Popen(
                [str(each) for each in arguments],
                stdin=subprocess.DEVNULL,
                stdout=log,
                stderr=subprocess.STDOUT,
                cwd=folder,
                env={**_inherited(), **(environment or {})},
                preexec_fn=_end_with_parent,
            )

    @property
    def pid(self):
        return self._child.pid

    def pids(self):
        """Its own and those of all that it started."""
        return _descendants(self._child.pid)

    def log(self):
        return self._log.read_text(errors="replace")

    def wait_until(self, condition, what):
        end = time.monotonic() + START_SECONDS
        while not (value := condition()):
            if self._child.poll() is not None:
                raise Failed(f"{self.name} ended:\n{self.log()[-2000:]}")
            if time.monotonic() > end:
                raise Failed(f"{self.name}: not within {START_SECONDS} s: {what}\n{self.log()[-2000:]}")
            time.sleep(0.02)
        return value

    def wait_for_log(self, pattern):
        return self.wait_until(lambda: re.search(pattern, self.log()), f"{pattern!r} in its log")

    def wait_for_port(self, port):
        def is_open():
            with socket.socket() as probe:
                return probe.connect_ex(("127.0.0.1", port)) == 0

        self.wait_until(is_open, f"port {port}")

    def stop(self):
        if self._child.poll() is None:
            self._child.terminate()
        try:
            self._child.wait(STOP_SECONDS)
        except subprocess.TimeoutExpired:
            self._child.kill()
            self._child.wait()
