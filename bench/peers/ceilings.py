"""What the stores allow by themselves: no chat, only the writes that a message of klatsch causes."""

import csv
import sqlite3
import subprocess
import time

from .peer import Peer

TEXT = "x" * 100
ROOMS = 100
# As many messages as klatsch writes in one group by default.
GROUP = 512


class RedisCeiling(Peer):
    name = "redis-alone"
    lacks = "redis-benchmark -P 64 of the same stream append; no chat"
    scenarios = ("sends",)
    requests = 300_000

    def programs(self):
        return ("redis-server", "redis-benchmark")

    def launch(self):
        self.port = self.run_redis()

    def measure_itself(self, _seconds):
        done = subprocess.run(
            ["redis-benchmark", "-p", str(self.port), "-P", "64", "-n", str(self.requests)]
            + ["-r", str(ROOMS), "--csv", "XADD", "room:__rand_int__", "*"]
            + ["message", f"1790000000123 k7m2p9xa c123456 3 Ann {TEXT}"],
            check=True, capture_output=True, text=True,
        )
        rows = list(csv.reader(done.stdout.splitlines()))
        # The name of the command, which stands in the first column, has blanks and commas of its own.
        return [{"peer": self.name, "sends_per_second": float(rows[-1][1])}]


class SqliteCeiling(Peer):
    name = "sqlite-alone"
    lacks = "inserts in groups of 512, WAL, synchronous FULL; no chat"
    scenarios = ("sends",)

    def launch(self):
        self.database = sqlite3.connect(self.folder / "alone.db", isolation_level=None)
        self.database.execute("PRAGMA journal_mode = WAL")
        self.database.execute("PRAGMA synchronous = FULL")
        self.database.execute(
            "CREATE TABLE messages (room INTEGER, seq INTEGER, ts INTEGER, sender TEXT, name TEXT,"
            " text TEXT, cid TEXT, PRIMARY KEY (room, seq)) WITHOUT ROWID"
        )
        self.database.execute("CREATE UNIQUE INDEX by_cid ON messages (room, sender, cid)")

    def measure_itself(self, seconds):
        begin = time.monotonic()
        count = 0
        while time.monotonic() - begin < seconds:
            group = [
                (i % ROOMS, i // ROOMS, 1790000000123, "k7m2p9xa", "Ann", TEXT, f"c{i}")
                for i in range(count, count + GROUP)
            ]
            self.database.execute("BEGIN")
            self.database.executemany("INSERT INTO messages VALUES (?, ?, ?, ?, ?, ?, ?)", group)
            self.database.execute("COMMIT")
            count += GROUP
        return [{"peer": self.name, "sends_per_second": count / (time.monotonic() - begin)}]

    def stop(self):
        if getattr(self, "database", None):
            self.database.close()
        super().stop()
