"""The network where namespaces are not allowed: loopback addresses, and proxies in between.

Each node listens at an address that nobody knows, and gives out that of a proxy; each reaches Redis
by a proxy of its own. The proxy knows who connects (Linux tells which process has a socket), and so
can part any two: it then passes nothing on, and the connections stay, as with a cut cable.
"""

import asyncio
import os
import socket

CLIENTS = "clients"
_BLOCK_BYTES = 65536


def _process_of_socket(address, port, process_ids):
    """Which of these processes has the local socket of this address and port; None: none."""
    wanted = "%08X:%04X" % (int.from_bytes(socket.inet_aton(address), "little"), port)
    with open("/proc/net/tcp", encoding="ascii") as table:
        rows = [line.split() for line in table]
    inodes = {f"socket:[{row[9]}]" for row in rows[1:] if row[1] == wanted}
    for process_id in process_ids:
        try:
            for descriptor in os.scandir(f"/proc/{process_id}/fd"):
                if os.readlink(descriptor.path) in inodes:
                    return process_id
        except OSError:
            continue
    return None


class Loopback:
    """The same interface as namespaces.Namespaces."""

    kind = "loopback addresses with proxies"

    def __init__(self, names):
        self._names = list(names)
        self._cuts = set()
        self._mended = asyncio.Condition()
        self._process_ids = {}
        self._servers = []
        self._tasks = set()
        # Runs side by side have addresses of their own.
        self._network = f"127.{10 + os.getpid() % 200}"

    def _at(self, third, name):
        return f"{self._network}.{third}.{1 + self._names.index(name)}"

    def address(self, name):
        return self.listen_address(name) if name == "redis" else self._at(2, name)

    def listen_address(self, name):
        return self._at(1, name)

    def redis_of(self, node, port):
        return self._at(3, node), port

    async def start(self):
        from cluster import HTTP_PORT, NODE_PORT, REDIS_PORT  # it imports this module

        for name in self._names:
            if name != "redis":
                for port in HTTP_PORT, NODE_PORT:
                    await self._serve(self._at(2, name), name, port)
                await self._serve(self._at(3, name), "redis", REDIS_PORT)

    async def _serve(self, address, to, port):
        async def accept(reader, writer):
            self._tasks.add(asyncio.current_task())
            await self._pass_on(reader, writer, to, port)

        self._servers.append(await asyncio.start_server(accept, address, port))

    def command(self, _name, arguments):
        return arguments

    def started(self, name, process_id):
        self._process_ids[process_id] = name

    # -- what is passed on -----------------------------------------------------------------------

    async def _pass_on(self, reader, writer, to, port):
        peer = writer.get_extra_info("peername")
        process_id = _process_of_socket(*peer, self._process_ids)
        pair = frozenset((self._process_ids.get(process_id, CLIENTS), to))
        other_writer = None
        try:
            await self._until_joined(pair)
            other_reader, other_writer = await asyncio.open_connection(
                self.listen_address(to), port
            )
            ways = [
                asyncio.create_task(self._copy(reader, other_writer, pair)),
                asyncio.create_task(self._copy(other_reader, writer, pair)),
            ]
            try:
                await asyncio.wait(ways, return_when=asyncio.FIRST_COMPLETED)
            finally:
                for way in ways:
                    way.cancel()
                await asyncio.gather(*ways, return_exceptions=True)
        except (OSError, asyncio.CancelledError):
            pass
        finally:
            for each in writer, other_writer:
                if each:
                    each.transport.abort()

    async def _copy(self, reader, writer, pair):
        while block := await reader.read(_BLOCK_BYTES):
            await self._until_joined(pair)
            writer.write(block)
            await writer.drain()
        # The end of a connection doesn't get through a cut cable either.
        await self._until_joined(pair)

    async def _until_joined(self, pair):
        async with self._mended:
            await self._mended.wait_for(lambda: pair not in self._cuts)

    # -- faults ----------------------------------------------------------------------------------

    def cut(self, one, other):
        self._cuts.add(frozenset((one, other)))

    def mend(self, one, other):
        self._cuts.discard(frozenset((one, other)))
        self._announce()

    def mend_all(self):
        self._cuts.clear()
        self._announce()

    def _announce(self):
        async def wake():
            async with self._mended:
                self._mended.notify_all()

        task = asyncio.ensure_future(wake())
        self._tasks.add(task)
        task.add_done_callback(self._tasks.discard)

    def end(self):
        for server in self._servers:
            server.close()
        for task in self._tasks:
            task.cancel()
