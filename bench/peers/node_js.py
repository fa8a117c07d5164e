"""What runs on Node.js: Socket.IO, and the library ws."""

from .peer import PEERS, Peer


class SocketIo(Peer):
    name = "socket.io"
    protocol = "socket.io"
    lacks = "no persistence, no acknowledgement of what reached nobody; Redis publishes only"
    needs_npm = True
    with_redis = True
    nodes = 1

    def programs(self):
        return ("node", *(["redis-server"] if self.with_redis else []))

    def launch(self):
        redis_port = [self.run_redis()] if self.with_redis else []
        for number in range(1, self.nodes + 1):
            server = PEERS / "socket_io_server.mjs"
            self.listens_on(self.run(f"socket.io-{number}", "node", server, *redis_port))


class SocketIoTwoNodes(SocketIo):
    name = "socket.io-2"
    lacks = "two nodes; no persistence, no acknowledgement, no order between nodes"
    nodes = 2


class SocketIoAlone(SocketIo):
    name = "socket.io-alone"
    lacks = "no Redis, one node only; no persistence, no acknowledgement"
    with_redis = False


class Ws(Peer):
    name = "ws"
    protocol = "plain-json"
    lacks = "one node only; no persistence, no acknowledgement, no accounts"
    needs_npm = True

    def programs(self):
        return ("node",)

    def launch(self):
        self.listens_on(self.run("ws", "node", PEERS / "ws_server.mjs"))
