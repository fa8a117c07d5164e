"""For tests of bad input: after each of them two bystanders must still be able to talk."""

from chat_test import ChatTest, make_cid, say
from raw_connection import RawConnection

# What a server may keep more after an attack than before it.
MEGABYTES_ALLOWED = 64


class HostileTest(ChatTest):
    async def asyncSetUp(self):
        self.bystander, self.other = await self.make_users("Bystander", "Other")
        self.room = await self.make_room(self.bystander, self.other)
        self.megabytes = self.server.resident_megabytes()
        # Cleanups run in reverse order: this one while both are still connected.
        self.addAsyncCleanup(self.assert_nobody_noticed)

    async def assert_nobody_noticed(self):
        text = make_cid()
        await say(self.bystander, self.room, text)
        await self.other.until(
            lambda: text in [each["text"] for each in self.other.messages(self.room)]
        )
        self.assertTrue(self.bystander.alive and self.other.alive)
        self.assert_dense(self.other.messages(self.room))
        self.assertLess(self.server.resident_megabytes(), self.megabytes + MEGABYTES_ALLOWED)

    async def raw(self, server=None, **how):
        connection = await RawConnection.connect((server or self.server).port, **how)
        self.addAsyncCleanup(connection.end)
        return connection

    async def raw_web_socket(self, *fields, subprotocol=None, server=None, **how):
        connection = await self.raw(server, **how)
        self.assertEqual(await connection.upgrade(*fields, subprotocol=subprotocol), 101)
        return connection
