"""ejabberd: rooms (MUC) over WebSocket."""

from pathlib import Path

from .peer import Peer, free_port

CONFIGURATION = """\
hosts: ["localhost"]
loglevel: warning
auth_method: anonymous
anonymous_protocol: sasl_anon
allow_multiple_connections: true
listen:
  -
    port: {port}
    ip: "127.0.0.1"
    module: ejabberd_http
    backlog: 4096
    request_handlers:
      "/xmpp-websocket": ejabberd_http_ws
acl: {{}}
access_rules: {{}}
shaper: {{}}
websocket_ping_interval: 600
modules:
  mod_ping: {{}}
  mod_muc:
    host: "conference.localhost"
    access: all
    access_create: all
    history_size: 0
    max_users: 20000
    max_user_conferences: 1000
    min_message_interval: 0
    min_presence_interval: 0
    default_room_options:
      persistent: false
      logging: false
"""
LIBRARIES = Path("/usr/lib/x86_64-linux-gnu")


class Ejabberd(Peer):
    name = "ejabberd"
    protocol = "xmpp"
    lacks = "no acknowledgement; keeps no messages of rooms as it is set up here"
    scenarios = ("fan-out", "private", "connect", "idle")
    # Each one who joins is told of all others: their square.
    most_members = 300
    packages = ("ejabberd",)

    def programs(self):
        return ("erl", "ejabberdctl")

    def launch(self):
        port = free_port()
        path = self.folder / "ejabberd.yml"
        path.write_text(CONFIGURATION.format(port=port))
        process = self.run(
            "ejabberd", "erl", "-noinput", "+K", "true", "+P", "1000000", "+Q", "200000",
            "-mnesia", "dir", f'"{self.folder}"', "-s", "ejabberd",
            environment={
                "EJABBERD_CONFIG_PATH": str(path),
                "EJABBERD_LOG_PATH": str(self.folder / "ejabberd-server.log"),
                "ERL_LIBS": str(LIBRARIES),
                "HOME": str(self.folder),
            },
        )
        process.wait_for_port(port)
        self.addresses.append(f"127.0.0.1:{port}")
