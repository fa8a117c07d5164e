"""A network of namespaces: each node and Redis has one of its own, joined by a bridge.

The process that runs the tests is in a namespace of its own too, where the bridge is; it needs no
name anywhere, and when the process has ended, however it ended, all of this is gone. It works for
root, and for others where the kernel lets them make user namespaces.

Two endpoints are parted by what a cut cable does, silence: on both sides the other one's address
gets a hardware address that nobody has. That needs neither iptables nor nftables, works per pair
and direction, and takes effect on connections that exist.
"""

import os
import socket
import subprocess
import sys

CLIENTS = "clients"
_ENTERED = "KLATSCH_TEST_NETWORK"
_NOBODY = "02:00:00:00:00:ff"
_WAYS = (["unshare", "--net"], ["unshare", "--user", "--map-root-user", "--net"])


def enter():
    """Replaces this process by one in a namespace of its own, or lets it be where that is not
    allowed. To be called first thing, as it starts the program again."""
    if _ENTERED in os.environ:
        if entered():
            _ip("link", "set", "lo", "up")
        return
    for way in _WAYS:
        trial = [*way, "ip", "link", "add", "klatsch0", "type", "bridge"]
        if subprocess.run(trial, capture_output=True, check=False).returncode == 0:
            os.environ[_ENTERED] = "namespaces"
            os.execvp(way[0], [*way, sys.executable, *sys.argv])
    os.environ[_ENTERED] = "loopback"


def entered():
    return os.environ.get(_ENTERED) == "namespaces"


def _ip(*words, namespace=None):
    inside = ["nsenter", "--target", str(namespace), "--net"] if namespace else []
    command = [*inside, "ip", *map(str, words)]
    ended = subprocess.run(command, check=False, capture_output=True, text=True)
    if ended.returncode:
        raise OSError(f"{' '.join(command)}: {ended.stderr.strip()}")


def _unplug(device):
    if device in (name for _, name in socket.if_nameindex()):
        _ip("link", "del", device)


class _Endpoint:
    """A namespace, kept by a process that waits for the end of its input."""

    def __init__(self, name, number):
        self.name = name
        self.address = f"10.77.0.{number}"
        self.device = "eth0"
        self._keeper = subprocess.Popen(
            ["unshare", "--net", "sh", "-c", "echo; exec cat"],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
        )
        self._keeper.stdout.readline()
        self.namespace = self._keeper.pid
        self._cable = f"klatsch{number}"

    def plug_in(self):
        peer = ("peer", "name", "eth0", "netns", self.namespace)
        _ip("link", "add", self._cable, "type", "veth", *peer)
        _ip("link", "set", self._cable, "master", _Outside.device, "up")
        _ip("link", "set", "lo", "up", namespace=self.namespace)
        _ip("addr", "add", f"{self.address}/24", "dev", "eth0", namespace=self.namespace)
        _ip("link", "set", "eth0", "up", namespace=self.namespace)

    def end(self):
        # The kernel takes a namespace that nobody has any more apart in its own time; until then
        # the name of the cable would be taken.
        _unplug(self._cable)
        self._keeper.stdin.close()
        self._keeper.stdout.close()
        self._keeper.wait()


class _Outside:
    """Where the clients are: the namespace of this process, at the bridge itself."""

    name = CLIENTS
    address = "10.77.0.254"
    device = "klatsch0"
    namespace = None

    def plug_in(self):
        _ip("link", "set", "lo", "up")
        _ip("link", "add", self.device, "type", "bridge")
        _ip("addr", "add", f"{self.address}/24", "dev", self.device)
        _ip("link", "set", self.device, "up")

    def end(self):
        _unplug(self.device)


class Namespaces:
    """Joins endpoints by name; `cut` and `mend` part and join two of them."""

    kind = "network namespaces"

    def __init__(self, names):
        self._endpoints = {CLIENTS: _Outside()}
        for number, name in enumerate(names, 1):
            self._endpoints[name] = _Endpoint(name, number)
        self._cuts = set()

    async def start(self):
        for endpoint in self._endpoints.values():
            endpoint.plug_in()

    def address(self, name):
        """Where others reach it."""
        return self._endpoints[name].address

    listen_address = address

    def redis_of(self, _node, port):
        """The address and port by which a node reaches Redis."""
        return self.address("redis"), port

    def command(self, name, arguments):
        """The command line that runs a program there."""
        namespace = str(self._endpoints[name].namespace)
        return ["nsenter", "--target", namespace, "--net", *arguments]

    def started(self, name, process_id):
        """A program runs there now."""

    def cut(self, one, other):
        for here, there in (one, other), (other, one):
            self._steer(here, "replace", there, "lladdr", _NOBODY, "nud", "permanent")
        self._cuts.add(frozenset((one, other)))

    def mend(self, one, other):
        if frozenset((one, other)) in self._cuts:
            self._cuts.discard(frozenset((one, other)))
            for here, there in (one, other), (other, one):
                self._steer(here, "del", there)

    def mend_all(self):
        for one, other in [tuple(pair) for pair in self._cuts]:
            self.mend(one, other)

    def _steer(self, here, how, there, *more):
        end = self._endpoints[here]
        _ip("neigh", how, self.address(there), "dev", end.device, *more, namespace=end.namespace)

    def end(self):
        for endpoint in reversed(self._endpoints.values()):
            endpoint.end()
