"""People who talk: several devices each, in rooms that they stay in, come to and leave, and with
each other in private. What they say is decided by a seed; when, by that and by the answers."""

import asyncio
import random

from cluster import poll
from device import Account, Device

DRAIN_SECONDS = 30
SETTLE_SECONDS = 15


class Workload:
    """`users` have one device each, every third has two."""

    def __init__(self, cluster, recorder, seed, *, users=9, rooms=6, sends_per_s=3):
        self._recorder = recorder
        self._random = random.Random(f"workload {seed}")
        self._nodes = {name: cluster.url(name) for name in cluster.names}
        self._seconds_between = 1 / sends_per_s
        self._stopping = asyncio.Event()
        self._talking = []
        # {(user, other user): the number of the newest message of the two}, when it is read back.
        self._last_private = {}
        self.steady_rooms = [f"steady-{number}" for number in range(rooms)]
        self.churn_rooms = ["churn-0", "churn-1"]
        self.accounts = [Account(f"user {number}") for number in range(users)]
        self.devices = []
        for number, account in enumerate(self.accounts):
            self._add_device(f"d{number}", account, maker=True)
            if number % 3 == 0:
                self._add_device(f"d{number}b", account, maker=False)
        # It reads back what became of everything, and joins in nothing.
        self.reader = self._make_device("reader", Account("reader"), self._nodes, maker=True)

    def _make_device(self, name, account, nodes, *, maker):
        seed = self._random.random()
        return Device(name, account, nodes, self._recorder, seed, maker=maker)

    def _add_device(self, name, account, *, maker):
        self.devices.append(self._make_device(name, account, self._nodes, maker=maker))

    # -- life ------------------------------------------------------------------------------------

    async def start(self):
        """Everybody is there and in the rooms."""
        for device in [*self.devices, self.reader]:
            device.start()
        await asyncio.wait_for(
            asyncio.gather(*(each.opened.wait() for each in [*self.devices, self.reader])), 30
        )
        for room in self.steady_rooms + self.churn_rooms:
            await self.reader.want("room.create", {"title": room, "room": room})
            await self.reader.join(room)
        joins = [
            device.join(room)
            for number, device in enumerate(self.devices)
            for index, room in enumerate(self.steady_rooms)
            if (index + number) % 2 == 0
        ]
        await asyncio.wait_for(asyncio.gather(*joins), 30)
        self._talking = [asyncio.create_task(self._talk(device)) for device in self.devices]

    async def finish(self):
        """Nobody begins anything new; what was begun is finished, read back, and then all go."""
        self._stopping.set()
        await asyncio.gather(*self._talking)
        # All can say something again, in all of their rooms.
        for device in self.devices:
            for room in sorted(device.rooms):
                device.say(room, f"{device.name} says goodbye to {room}")
        try:
            waiting = lambda: not any(device.waiting for device in self.devices)
            await poll(waiting, DRAIN_SECONDS, "everything is answered")
        except TimeoutError:
            for device in self.devices:
                if device.waiting:
                    self._recorder.note("stuck", device=device.name, waiting=device.waiting)
        await self._read_back()
        self._recorder.note("end")
        await asyncio.gather(*(device.stop() for device in [*self.devices, self.reader]))

    # -- talking ---------------------------------------------------------------------------------

    async def _talk(self, device):
        chance = random.Random(f"{device.name} {self._random.random()}")
        number = 0
        while not self._stopping.is_set():
            number += 1
            self._say_something(device, chance, number)
            pause = chance.expovariate(1 / self._seconds_between)
            try:
                await asyncio.wait_for(self._stopping.wait(), min(pause, 2))
            except asyncio.TimeoutError:
                pass

    def _say_something(self, device, chance, number):
        # Who has not been heard for long says nothing new; the queue is like a person's patience.
        if device.waiting > 60:
            return
        what = chance.random()
        rooms = sorted(device.rooms - {"room"})
        if what < 0.08:
            self._come_or_go(device, chance)
        elif what < 0.25:
            others = [each for each in self.accounts if each is not device.account]
            device.whisper(chance.choice(others).id, f"{device.name} whispers {number}")
        elif rooms:
            room = chance.choice(rooms)
            for part in range(chance.choice((1, 1, 1, 2, 5))):
                device.say(room, f"{device.name} says {number}.{part}")

    def _come_or_go(self, device, chance):
        room = chance.choice(self.churn_rooms)
        if room in device.rooms:
            device.leave(room)
        else:
            device.join(room)

    # -- the end ---------------------------------------------------------------------------------

    async def _read_back(self):
        """Every log, from every node; then the clients get the time to hear the last messages."""
        logs = {}
        rooms = ["room", *self.steady_rooms, *self.churn_rooms]
        for node, url in self._nodes.items():
            reader = self._make_device(
                f"reader of {node}", self.reader.account, {node: url}, maker=False
            )
            reader.start()
            for room in rooms:
                messages = await self._read_log(reader, "room.history", {"room": room})
                self._recorder.note("log", room=room, node=node, messages=messages)
                logs[room] = messages
            await reader.stop()
        for device, account in zip(self._first_devices(), self.accounts):
            await self._read_conversations(device, account)
        try:
            await poll(lambda: self._all_have_heard(logs), SETTLE_SECONDS, "all have heard all")
        except TimeoutError:
            pass  # the checker says who missed what

    def _first_devices(self):
        return [each for each in self.devices if not each.name.endswith("b")]

    def _all_have_heard(self, logs):
        return all(
            device.cursors.get(("room", room)) == (logs[room][-1][0] if logs[room] else 0)
            for device in self.devices
            for room in device.rooms
        ) and all(
            device.cursors.get(("with", other), 0) == last
            for device in self.devices
            for (one, other), last in self._last_private.items()
            if one == device.account.id
        )

    async def _read_conversations(self, device, account):
        for other in self.accounts:
            if other.id > account.id:
                messages = await self._read_log(device, "user.history", {"with": other.id})
                self._recorder.note(
                    "conversation", users=[account.id, other.id], messages=messages
                )
                for one, another in (account.id, other.id), (other.id, account.id):
                    self._last_private[one, another] = messages[-1][0] if messages else 0

    async def _read_log(self, device, method, place):
        rows, more = [], True
        while more:
            params = {**place, "after": rows[-1][0] if rows else 0, "limit": 100}
            page = await asyncio.wait_for(device.want(method, params), DRAIN_SECONDS)
            rows += [
                [each["seq"], each["from"]["id"], each.get("cid"), each["text"], each["ts"]]
                for each in page["messages"]
            ]
            more = page["more"]
        return rows
