"""nats-server: publish and subscribe over WebSocket."""

from .peer import Peer, free_port

CONFIGURATION = """\
listen: 127.0.0.1:{port}
max_connections: 200000
write_deadline: "60s"
max_pending: 1073741824
websocket {{
  listen: "127.0.0.1:{web_socket_port}"
  no_tls: true
}}
"""


class Nats(Peer):
    name = "nats"
    protocol = "nats"
    lacks = "no persistence, no acknowledgement, no members or presence: subjects only"
    packages = ("nats-server",)

    def programs(self):
        return ("nats-server",)

    def launch(self):
        port, web_socket_port = free_port(), free_port()
        path = self.folder / "nats.conf"
        path.write_text(CONFIGURATION.format(port=port, web_socket_port=web_socket_port))
        self.run("nats", "nats-server", "-c", path).wait_for_port(web_socket_port)
        self.addresses.append(f"127.0.0.1:{web_socket_port}")
