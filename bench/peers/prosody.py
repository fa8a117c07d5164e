"""Prosody: rooms (MUC) over WebSocket."""

from .peer import Peer, free_port

CONFIGURATION = """\
daemonize = false
pidfile = "{folder}/prosody.pid"
data_path = "{folder}"
log = {{ info = "*console" }}
admins = {{}}
modules_enabled = {{ "c2s", "saslauth", "websocket", "ping" }}
modules_disabled = {{ "s2s", "offline", "limits", "posix" }}
c2s_require_encryption = false
allow_unencrypted_plain_auth = true
consider_websocket_secure = true
authentication = "anonymous"
storage = "internal"
interfaces = {{ "127.0.0.1" }}
http_interfaces = {{ "127.0.0.1" }}
http_ports = {{ {port} }}
https_ports = {{}}
c2s_ports = {{}}
s2s_ports = {{}}
network_backend = "epoll"
gc = {{ mode = "generational" }}
run_as_root = true

VirtualHost "localhost"
  authentication = "anonymous"

Component "conference.localhost" "muc"
  restrict_room_creation = false
  muc_room_locking = false
  max_history_messages = 0
"""


class Prosody(Peer):
    name = "prosody"
    protocol = "xmpp"
    lacks = "no acknowledgement; keeps no messages of rooms as it is set up here"
    scenarios = ("fan-out", "private", "connect", "idle")
    # Each one who joins is told of all others: their square.
    most_members = 300
    packages = ("prosody",)

    def programs(self):
        return ("prosody",)

    def launch(self):
        port = free_port()
        path = self.folder / "prosody.cfg.lua"
        (self.folder / "certs").mkdir()
        path.write_text(CONFIGURATION.format(folder=self.folder, port=port))
        process = self.run("prosody", "prosody", "-F", "--config", path)
        process.wait_for_port(port)
        self.addresses.append(f"127.0.0.1:{port}")
