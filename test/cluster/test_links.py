"""The port between nodes: who does not know the secret gets nowhere, and harms nobody."""

import asyncio
import os
import shutil
import ssl
import tempfile
import time
import unittest

from cluster import NODE_PORT, Cluster, poll
from klatsch_client import Client
from server import clean_environment


class Links(unittest.IsolatedAsyncioTestCase):
    async def asyncSetUp(self):
        self.folder = tempfile.mkdtemp(prefix="klatsch-links-")
        self.addCleanup(shutil.rmtree, self.folder)
        self.cluster = Cluster(3, self.folder)
        self.addAsyncCleanup(self.end_cluster)
        await self.cluster.start()

    async def end_cluster(self):
        self.assertEqual(await self.cluster.end(), [])

    def log_of(self, name):
        with open(os.path.join(self.folder, f"{name}.log"), encoding="utf-8") as log:
            return log.read()

    def links_lost(self):
        return sum(self.log_of(name).count("is lost") for name in self.cluster.names)

    async def open_node_port(self, **options):
        address = self.cluster.network.address("node-1")
        return await asyncio.open_connection(address, NODE_PORT, **options)

    async def test_garbage_is_cut_and_links_stay(self):
        lost = self.links_lost()
        for garbage in [b"GET / HTTP/1.1\r\n\r\n", b"\0" * 64, os.urandom(4096)] * 10:
            reader, writer = await self.open_node_port()
            writer.write(garbage)
            try:
                # An alert of TLS at most, and then the end.
                rest = await asyncio.wait_for(reader.read(), 10)
                self.assertLess(len(rest), 64)
            except ConnectionResetError:
                pass  # what was not read of the garbage makes the end a reset
            writer.close()
        self.assertEqual(self.links_lost(), lost)

    async def test_tls_without_the_certificate_is_cut_and_links_stay(self):
        lost = self.links_lost()
        context = ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT)
        context.check_hostname = False
        context.verify_mode = ssl.CERT_NONE
        for _ in range(10):
            with self.assertRaises((ssl.SSLError, ConnectionError, asyncio.IncompleteReadError)):
                reader, writer = await self.open_node_port(ssl=context)
                # With TLS 1.3 the refusal comes after the client's side is done.
                await asyncio.wait_for(reader.readexactly(1), 10)
        self.assertEqual(self.links_lost(), lost)

    async def test_a_node_with_another_secret_serves_nothing(self):
        stranger = self.cluster.nodes["node-3"]
        await stranger.stop()
        wrong = {"KLATSCH_NODE_SECRET": "another-secret-of-32-characters-"}
        stranger.start(clean_environment() | wrong)
        await poll(
            lambda: "do both have the same node.secret?" in self.log_of("node-1"),
            20,
            "node-1 says why there is no link",
        )
        end = time.monotonic() + 3
        while time.monotonic() < end:
            client = await Client.connect(self.cluster.url("node-1"))
            await client.open(name="Ann")
            for room in ("room", "beach", "dog_park", "world"):
                await client.request("room.join", {"room": room})
                sent = await client.request(
                    "room.send", {"room": room, "text": "hello", "cid": f"{room}1"}
                )
                self.assertGreater(sent["seq"], 0)
            await client.disconnect()
            await asyncio.sleep(0.1)
