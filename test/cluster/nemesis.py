"""Does to the cluster what a schedule says, and takes down when it did it."""

import asyncio
import signal

from namespaces import CLIENTS

# A node that was paused or cut off for seconds has to find its place again.
RECOVERY_SECONDS = 60


class Nemesis:
    def __init__(self, cluster, recorder):
        self._cluster = cluster
        self._recorder = recorder

    async def run(self, schedule):
        """Fault after fault; at the end all is whole again."""
        for fault in schedule:
            await asyncio.sleep(fault.pause_s)
            self._note(fault, "begin")
            await getattr(self, f"_{fault.kind}")(fault)
            self._note(fault, "end")
            await self._settle()
        self._recorder.note("healed")

    def _note(self, fault, phase):
        self._recorder.note(
            "fault",
            kind=fault.kind,
            targets=list(fault.targets),
            lasts_s=fault.lasts_s,
            phase=phase,
        )

    async def _settle(self):
        """Nodes that ended by themselves are noted and started, as a supervisor does."""
        waiting = asyncio.ensure_future(self._cluster.wait_ready(seconds=RECOVERY_SECONDS))
        while not waiting.done():
            self.supervise()
            await asyncio.wait({waiting}, timeout=0.2)
        waiting.result()

    def supervise(self):
        for name, code in self._cluster.ended_by_themselves():
            self._recorder.note("exit", node=name, code=code)
            self._cluster.start_node(name)

    # -- the faults ------------------------------------------------------------------------------

    async def _kill(self, fault):
        await self._cluster.nodes[fault.targets[0]].kill()
        await asyncio.sleep(fault.lasts_s)
        self._cluster.start_node(fault.targets[0])

    async def _pause(self, fault):
        node = self._cluster.nodes[fault.targets[0]]
        node.send(signal.SIGSTOP)
        await asyncio.sleep(fault.lasts_s)
        node.send(signal.SIGCONT)

    async def _partition(self, fault):
        await self._part([fault.targets], fault.lasts_s)

    async def _partition_redis(self, fault):
        await self._part([(fault.targets[0], "redis")], fault.lasts_s)

    async def _isolate(self, fault):
        node = fault.targets[0]
        others = [*self._cluster.names, "redis", CLIENTS]
        await self._part([(node, each) for each in others if each != node], fault.lasts_s)

    async def _part(self, pairs, seconds):
        for pair in pairs:
            self._cluster.network.cut(*pair)
        await asyncio.sleep(seconds)
        for pair in pairs:
            self._cluster.network.mend(*pair)

    async def _drain(self, fault):
        await self._restart(fault.targets[0], fault.lasts_s)

    async def _rolling(self, fault):
        for name in fault.targets:
            await self._restart(name, fault.lasts_s)
            await self._settle()

    async def _restart(self, name, seconds):
        if not await self._cluster.nodes[name].stop():
            self._recorder.note("slow_stop", node=name)
        await asyncio.sleep(seconds)
        self._cluster.start_node(name)

    async def _redis(self, fault):
        await self._cluster.redis.kill()
        await asyncio.sleep(fault.lasts_s)
        await self._cluster.start_redis()
