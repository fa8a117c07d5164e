"""The load generator: a figure of a run in which something went wrong must not exist."""

import asyncio
import json
import tempfile
from pathlib import Path

from chat_test import ChatTest
from faulty_chat import FaultyChat
from server import BINARY, DEADLINE_SECONDS

GENERATOR = BINARY.parent / "bench/klatsch-bench"
SMALL = ("--rooms=2", "--members=5", "--window=4", "--seconds=0.3", "--warm-up=0.1")


class BenchTest(ChatTest):
    async def bench(self, scenario, port, *arguments):
        """Exit code, lines of JSON, what it said of errors."""
        with tempfile.TemporaryDirectory(prefix="klatsch-") as folder:
            path = Path(folder) / "results"
            process = await asyncio.create_subprocess_exec(
                GENERATOR, scenario, f"--servers=127.0.0.1:{port}", f"--json={path}",
                "--patience=10", *arguments,
                stdout=asyncio.subprocess.DEVNULL, stderr=asyncio.subprocess.PIPE,
            )
            _, errors = await asyncio.wait_for(process.communicate(), 3 * DEADLINE_SECONDS)
            lines = path.read_text().splitlines() if path.exists() else []
        return process.returncode, [json.loads(line) for line in lines], errors.decode()


class LoadGenerator(BenchTest):
    async def bench_faulty(self, fault):
        chat = FaultyChat(fault)
        port = await chat.start()
        try:
            return await self.bench("fan-out", port, "--protocol=plain-json", *SMALL)
        finally:
            await chat.stop()

    async def check_found(self, fault, sentence):
        code, lines, errors = await self.bench_faulty(fault)
        self.assertEqual((code, lines), (1, []), errors)
        self.assertIn(sentence, errors)

    async def test_a_server_without_fault_has_a_result(self):
        code, lines, errors = await self.bench_faulty("none")
        self.assertEqual(code, 0, errors)
        self.assertGreater(lines[0]["deliveries_per_second"], 0)

    async def test_a_lost_message_is_found(self):
        await self.check_found("lose", "no result: 1 lost of")

    async def test_a_doubled_message_is_found(self):
        await self.check_found("double", "no result: 1 doubled of")

    async def test_a_reordered_message_is_found(self):
        await self.check_found("reorder", "no result: 1 reordered of")

    async def test_a_message_in_the_wrong_room_is_found(self):
        await self.check_found("misdeliver", "no result: 1 foreign of")

    async def test_a_garbled_message_ends_the_run(self):
        code, lines, errors = await self.bench_faulty("garble")
        self.assertEqual((code, lines), (2, []))
        self.assertIn("a text came broken", errors)

    async def test_a_server_that_is_not_there_ends_the_run(self):
        chat = FaultyChat("none")
        port = await chat.start()
        await chat.stop()
        code, lines, errors = await self.bench("fan-out", port, "--protocol=plain-json", *SMALL)
        self.assertEqual((code, lines), (2, []))
        self.assertIn("Connection refused", errors)

    async def test_what_is_no_option_is_refused_in_a_sentence(self):
        for argument in ("--rooms=many", "--velocity=9", "rooms=3", "--protocol=telegraph"):
            code, _, errors = await self.bench("fan-out", self.server.port, argument)
            self.assertEqual(code, 2, argument)
            self.assertIn(argument.strip("-").split("=")[1 if "telegraph" in argument else 0], errors)


class ScenariosAgainstKlatsch(BenchTest):
    async def check(self, scenario, figure, *arguments):
        for protocol in ("klatsch-json", "klatsch-msgpack"):
            code, lines, errors = await self.bench(
                scenario, self.server.port, f"--protocol={protocol}", f"--pids={self.server.pid}", *SMALL,
                *arguments,
            )
            self.assertEqual(code, 0, errors)
            self.assertGreater(lines[0][figure], 0)

    async def test_fan_out_at_saturation_and_at_rates(self):
        await self.check(
            "fan-out", "deliveries_per_second", "--steps=saturation,20%,500", "--senders=3"
        )

    async def test_private_messages(self):
        await self.check("private", "messages_per_second", "--users=10")

    async def test_connecting(self):
        await self.check("connect", "connections_per_second")

    async def test_idle_connections(self):
        await self.check("idle", "total_kib")

    async def test_histories(self):
        await self.check("history", "pages_per_second", "--messages=60")

    async def test_a_storm_of_returns(self):
        await self.check("resume", "resumes_per_second", "--messages=5")

    async def test_a_storm_of_joins(self):
        await self.check("presence", "joins_per_second", "--users=20")

    async def test_acknowledged_batches(self):
        await self.check("sends", "sends_per_second", "--batch=10", "--window=2")
