"""A chat server that hands on messages wrongly in one way, to see whether the load generator notices.

It speaks the plain JSON protocol of bench/peers/epoll_server.cpp.
"""

import contextlib
import json

import websockets

# The message of each member at which it happens.
AT = 25


class FaultyChat:
    """`fault`: none, lose, double, reorder, misdeliver or garble; what happens to one member only."""

    def __init__(self, fault):
        self.fault = fault
        self.rooms = {}
        self.victim = None
        self.sent_to_victim = 0
        self.kept = None

    async def start(self):
        self._server = await websockets.serve(
            self._serve, "127.0.0.1", 0, max_queue=None, compression=None
        )
        return self._server.sockets[0].getsockname()[1]

    async def stop(self):
        self._server.close()
        await self._server.wait_closed()

    async def _serve(self, socket):
        # The generator leaves without a goodbye.
        with contextlib.suppress(websockets.ConnectionClosed):
            async for text in socket:
                await self._handle(socket, json.loads(text))

    async def _handle(self, socket, request):
        if request["type"] == "hello":
            await socket.send('{"type":"welcome"}')
        elif request["type"] == "join":
            self.rooms.setdefault(request["room"], []).append(socket)
            self.victim = socket
            await socket.send('{"type":"joined"}')
        elif request["type"] == "say":
            await self._hand_on(request)

    async def _hand_on(self, request):
        message = {"type": "message", "room": request["room"], "text": request["text"]}
        for member in self.rooms[request["room"]]:
            await self._deliver(member, message)
        if self.fault == "misdeliver":
            self.fault = "none"
            stranger = next(each for each in self.rooms if each != request["room"])
            await self.rooms[stranger][0].send(json.dumps(message))

    async def _deliver(self, member, message):
        text = json.dumps(message)
        if member is not self.victim:
            await member.send(text)
            return
        self.sent_to_victim += 1
        if self.kept:
            await member.send(text)
            text, self.kept = self.kept, None
        elif self.sent_to_victim == AT:
            if self.fault == "lose":
                return
            if self.fault == "double":
                await member.send(text)
            if self.fault == "garble":
                text = text.replace("|kb:", "|kb:??")
            if self.fault == "reorder":
                self.kept = text
                return
        await member.send(text)
