"""What a stack consists of: its programs, their ports, and the files that they are given."""

import json
import os
import secrets
from dataclasses import asdict, dataclass, field
from pathlib import Path

REPOSITORY = Path(__file__).resolve().parents[1]
CONFIGURATION = REPOSITORY / "config"
ALL_ROLES = ("web", "ws", "worker")
DEFAULT_NODES = {
    "web-1": ("web",),
    "web-2": ("web",),
    "ws-1": ("ws",),
    "ws-2": ("ws",),
    "worker-1": ("worker",),
}
MOST_NODES = 64
# Above http.stop-timeout-ms and what a node needs beside it to hand over its rooms.
NODE_STOP_SECONDS = 25


@dataclass(frozen=True)
class Settings:
    """What `start` was asked for. `nodes`: so many complete nodes; 0: the five of the default."""

    folder: str
    binary: str
    nodes: int = 0
    port: int = 8080
    node_port: int = 4241
    redis_port: int = 6380
    options: list = field(default_factory=list)

    @staticmethod
    def read(folder):
        return Settings(**json.loads((Path(folder) / "stack.json").read_text()))

    def write(self):
        write_private(Path(self.folder) / "stack.json", json.dumps(asdict(self), indent=2) + "\n")

    def ports(self):
        """Every port that the stack opens."""
        count = len(node_roles(self))
        nodes = [self.port + 1 + number for number in range(count)]
        peers = [self.node_port + number for number in range(count)]
        return [self.port, self.redis_port, *nodes, *peers]


@dataclass(frozen=True)
class Program:
    """One process. `port` is the one by which it is asked whether it is ready."""

    name: str
    kind: str  # redis, node or haproxy
    roles: tuple
    port: int
    command: tuple
    stop_seconds: int


def node_roles(settings):
    """The roles of each node by its name, in the order of their ports."""
    if settings.nodes == 0:
        return DEFAULT_NODES
    return {f"node-{number + 1}": ALL_ROLES for number in range(settings.nodes)}


def programs(settings):
    """In the order in which they are started."""
    nodes = [
        node(settings, number, name, roles)
        for number, (name, roles) in enumerate(node_roles(settings).items())
    ]
    return [redis(settings), *nodes, haproxy(settings)]


def redis(settings):
    command = (
        ["redis-server", CONFIGURATION / "redis/klatsch.conf"]
        + ["--port", settings.redis_port, "--dir", Path(settings.folder) / "redis"]
    )
    return Program("redis", "redis", (), settings.redis_port, texts(command), 20)


def node(settings, number, name, roles):
    """Its shipped configuration, with this stack's ports. The fourth complete node and those after
    it have no file of their own, and need none: only their names differ."""
    file = CONFIGURATION / "cluster" / f"{name}.conf"
    if not file.exists():
        file = CONFIGURATION / "cluster/node-1.conf"
    port = settings.port + 1 + number
    command = [
        settings.binary,
        f"--config-file={file}",
        f"--node.id={name}",
        f"--node.port={settings.node_port + number}",
        f"--http.port={port}",
        f"--redis.port={settings.redis_port}",
        *settings.options,
    ]
    return Program(name, "node", roles, port, texts(command), NODE_STOP_SECONDS)


def haproxy(settings):
    command = ["haproxy", "-db", "-f", Path(settings.folder) / "haproxy.cfg"]
    return Program("haproxy", "haproxy", (), settings.port, texts(command), 5)


def texts(command):
    return tuple(str(each) for each in command)


def write_files(settings):
    """Makes the folder with what the programs read. The secret is made once and stays."""
    folder = Path(settings.folder)
    for each in (folder, folder / "log", folder / "redis"):
        each.mkdir(parents=True, exist_ok=True)
        each.chmod(0o700)
    if not secret_file(folder).exists():
        write_private(secret_file(folder), secrets.token_urlsafe(32) + "\n")
    (folder / "haproxy.cfg").write_text(haproxy_configuration(settings))
    settings.write()


def secret_file(folder):
    return Path(folder) / "node-secret"


def write_private(path, text):
    """A file that is whole whenever it is there, and that only its owner may read."""
    new = path.with_name(path.name + ".new")
    with open(os.open(new, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600), "w") as file:
        file.write(text)
    new.replace(path)


def haproxy_configuration(settings):
    """The shipped one, with this stack's public port and nodes in the place of its own."""
    shipped = (CONFIGURATION / "haproxy/klatsch.cfg").read_text()
    lines, backend, written = ["# Made by script/stack from config/haproxy/klatsch.cfg."], None, set()
    for line in shipped.splitlines():
        words = line.split()
        if words[:1] == ["backend"]:
            backend = words[1]
        if words[:1] == ["server"]:
            if backend not in written:
                lines += servers(settings, backend)
                written.add(backend)
        elif words == ["bind", ":8080"]:
            lines.append(f"    bind :{settings.port}")
        else:
            lines.append(line)
        if words == ["global"]:
            lines.append("    stats socket unix@haproxy.sock mode 600")
    return "\n".join(lines) + "\n"


def servers(settings, role):
    for each in programs(settings):
        if role in each.roles:
            yield f"    server {each.name} 127.0.0.1:{each.port}"


def environment(settings):
    """What the programs inherit. Options of klatsch from the environment would reach all nodes
    alike, ports included; those behind `--` are the stack's."""
    inherited = {
        name: text
        for name, text in os.environ.items()
        if not name.startswith(("KLATSCH_", "NOTIFY_", "WATCHDOG_"))
    }
    inherited["KLATSCH_NODE_SECRET"] = secret_file(settings.folder).read_text().strip()
    return inherited
