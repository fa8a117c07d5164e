"""A connection on which anything can be sent, also what no honest client would send."""

import asyncio
import base64
import json
import os
import socket
import struct

from klatsch_client import DEADLINE_SECONDS

TEXT, BINARY, CONTINUATION, CLOSE, PING, PONG = 1, 2, 0, 8, 9, 10


def frame(opcode, payload=b"", *, last=True, masked=True, reserved=0):
    """One WebSocket frame, valid or not."""
    first = (0x80 if last else 0) | reserved << 4 | opcode
    mask_bit = 0x80 if masked else 0
    if len(payload) < 126:
        head = struct.pack("!BB", first, mask_bit | len(payload))
    elif len(payload) < 65536:
        head = struct.pack("!BBH", first, mask_bit | 126, len(payload))
    else:
        head = struct.pack("!BBQ", first, mask_bit | 127, len(payload))
    if not masked:
        return head + payload
    mask = os.urandom(4)
    return head + mask + bytes(byte ^ mask[i % 4] for i, byte in enumerate(payload))


def request(method, params=None, number=1):
    return json.dumps(
        {"jsonrpc": "2.0", "id": number, "method": method, "params": params or {}}
    ).encode()


class RawConnection:
    def __init__(self, reader, writer):
        self._reader = reader
        self._writer = writer

    @classmethod
    async def connect(cls, port, receive_buffer=None):
        """`receive_buffer` bytes are what the kernel keeps for a client that does not read."""
        connecting = socket.socket()
        if receive_buffer:
            connecting.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, receive_buffer)
        connecting.setblocking(False)
        await asyncio.get_running_loop().sock_connect(connecting, ("127.0.0.1", port))
        # asyncio stops reading from the socket when twice the limit waits for us.
        limit = min(receive_buffer or 2**16, 2**16)
        return cls(*await asyncio.open_connection(sock=connecting, limit=limit))

    async def write(self, data):
        """Whether the server still took it."""
        try:
            self._writer.write(data)
            await asyncio.wait_for(self._writer.drain(), DEADLINE_SECONDS)
            return True
        except ConnectionError:
            return False

    async def read_exactly(self, count):
        return await asyncio.wait_for(self._reader.readexactly(count), DEADLINE_SECONDS)

    async def read_to_the_end(self):
        """All that comes until the server ends the connection."""
        received = b""
        try:
            while data := await asyncio.wait_for(self._reader.read(65536), DEADLINE_SECONDS):
                received += data
        except ConnectionError:
            pass
        return received

    async def response_head(self):
        return (
            await asyncio.wait_for(self._reader.readuntil(b"\r\n\r\n"), DEADLINE_SECONDS)
        ).decode()

    async def http(self, text):
        """Sends what is to be a request of HTTP; the status of the answer."""
        await self.write(text if isinstance(text, bytes) else text.encode())
        answer = await self.read_to_the_end()
        return int(answer.split()[1]) if answer.startswith(b"HTTP/1.1 ") else None

    async def upgrade(self, *fields, subprotocol=None):
        """The status with which the WebSocket is accepted (101) or refused."""
        chosen = [f"Sec-WebSocket-Protocol: {subprotocol}"] if subprotocol else []
        lines = [
            "GET /ws HTTP/1.1",
            "Host: 127.0.0.1",
            "Connection: Upgrade",
            "Upgrade: websocket",
            "Sec-WebSocket-Version: 13",
            f"Sec-WebSocket-Key: {base64.b64encode(os.urandom(16)).decode()}",
            *chosen,
            *fields,
        ]
        await self.write("\r\n".join([*lines, "", ""]).encode())
        return int((await self.response_head()).split()[1])

    async def read_frame(self):
        """(opcode, payload) of the next frame from the server, which never masks."""
        first, second = await self.read_exactly(2)
        length = second & 0x7F
        if length == 126:
            (length,) = struct.unpack("!H", await self.read_exactly(2))
        elif length == 127:
            (length,) = struct.unpack("!Q", await self.read_exactly(8))
        return first & 0x0F, await self.read_exactly(length)

    async def answer(self):
        """The next message that answers a request."""
        while True:
            opcode, payload = await self.read_frame()
            if opcode == TEXT and "id" in (decoded := json.loads(payload)):
                return decoded

    async def ask(self, method, params=None):
        await self.write(frame(TEXT, request(method, params)))
        return await self.answer()

    async def close_code(self):
        """Reads until the close frame; None where the connection ends without one."""
        try:
            while True:
                opcode, payload = await self.read_frame()
                if opcode == CLOSE:
                    return struct.unpack("!H", payload[:2])[0] if payload else 1005
        except (asyncio.IncompleteReadError, ConnectionError):
            return None

    async def end(self):
        self._writer.transport.abort()
