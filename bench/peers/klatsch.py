"""klatsch itself, with each store and in each wire format."""

import os
import time
from pathlib import Path

from .peer import RELEASE, Peer, free_port

BINARY = Path(os.environ.get("KLATSCH_BINARY") or RELEASE / "klatsch").resolve()
# Two lengths of a lease: by then all nodes have the same view.
SETTLING_SECONDS = 4


class Klatsch(Peer):
    name = "klatsch"
    protocol = "klatsch-json"
    lacks = "stores in Redis, appendfsync everysec; acknowledges; one order for all members"
    scenarios = ("fan-out", "private", "connect", "idle", "presence", "history", "resume", "sends")
    backend = "redis"
    nodes = 1

    def programs(self):
        return (BINARY, *(["redis-server"] if self.backend == "redis" else []))

    def launch(self):
        options = [
            "--http.address=127.0.0.1", "--http.port=0", "--limits.rate=0", "--log.level=info",
            "--store.path=klatsch.db", f"--store.backend={self.backend}",
        ]
        if self.backend == "redis":
            options.append(f"--redis.port={self.run_redis()}")
        for number in range(1, self.nodes + 1):
            own = list(options)
            if self.nodes > 1:
                own += [
                    f"--node.id=node-{number}", f"--node.port={free_port()}",
                    "--node.listen=127.0.0.1", "--node.secret=only-for-this-measurement",
                ]
            self.run_node(number, own)
        if self.nodes > 1:
            self.wait_for_cluster()

    def run_node(self, number, options):
        process = self.run(f"klatsch-{number}", BINARY, *options)
        port = process.wait_for_log(r"klatsch is at http://localhost:(\d+)")[1]
        process.wait_for_log("the node is ready")
        self.addresses.append(f"127.0.0.1:{port}")

    def first_node(self):
        return next(process for process in self.processes if process.name == "klatsch-1")

    def wait_for_cluster(self):
        """Rooms that move while members come would be measured otherwise."""
        for process in self.processes:
            if process.name.startswith("klatsch-"):
                process.wait_for_log("this node takes part")
                process.wait_until(
                    lambda log=process.log: log().count("cluster: linked to node") >= self.nodes - 1,
                    "links to all other nodes",
                )
        time.sleep(SETTLING_SECONDS)


class KlatschMessagePack(Klatsch):
    name = "klatsch-msgpack"
    protocol = "klatsch-msgpack"


class KlatschSqlite(Klatsch):
    name = "klatsch-sqlite"
    lacks = "stores in SQLite; acknowledges; one order for all members"
    backend = "sqlite"


class KlatschTwoNodes(Klatsch):
    name = "klatsch-2"
    lacks = "two nodes; stores in Redis, appendfsync everysec; acknowledges; one order"
    nodes = 2


class KlatschThreeNodes(KlatschTwoNodes):
    name = "klatsch-3"
    lacks = "three nodes; stores in Redis, appendfsync everysec; acknowledges; one order"
    nodes = 3
