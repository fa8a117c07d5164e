"""Servers and klatsch take turns, so that what else happens on the machine meets all of them."""

import json
import subprocess
import sys
import tempfile
from pathlib import Path

from bench.peers.catalogue import ALL as PEERS
from bench.peers.peer import RELEASE, Failed

GENERATOR = RELEASE / "bench/klatsch-bench"
# A measurement that takes longer hangs.
DEADLINE_SECONDS = 600


def say(text):
    print(text, file=sys.stderr, flush=True)


def takes_part(peer, measure):
    """Whether this kind of server can do that at all."""
    nodes = getattr(peer, "nodes", 1)
    if measure.nodes == "one" and nodes > 1:
        return False
    if measure.nodes == "several" and nodes < 2:
        return False
    if measure.nodes == "any" and not hasattr(peer, "nodes"):
        return False
    scenario = "fan-out" if measure.scenario == "cluster" else measure.scenario
    return scenario in peer.scenarios and measure.members <= peer.most_members


def measure_once(peer, measure, seconds):
    """The lines of klatsch-bench; throws Failed where it said that there is no result."""
    with tempfile.TemporaryDirectory(prefix="klatsch-bench-") as folder:
        path = Path(folder) / "lines"
        pids = peer.pids()
        killing = []
        if measure.kills_first_node:
            victim = peer.first_node()
            # What is dead can't be asked for its processor time.
            pids = [pid for pid in pids if pid not in victim.pids()]
            killing = [f"--kill={victim.pid}"]
        arguments = [
            GENERATOR, measure.scenario, *measure.arguments, *killing,
            f"--servers={','.join(peer.addresses)}",
            f"--protocol={peer.protocol}",
            f"--peer={peer.name}",
            f"--pids={','.join(str(pid) for pid in pids)}",
            f"--seconds={seconds}",
            f"--json={path}",
        ]
        done = subprocess.run(
            [str(each) for each in arguments], stdin=subprocess.DEVNULL, stdout=subprocess.DEVNULL,
            stderr=subprocess.PIPE, text=True, timeout=DEADLINE_SECONDS, check=False,
        )
        lines = path.read_text().splitlines() if path.exists() else []
        if done.returncode != 0:
            raise Failed(done.stderr.strip() or f"klatsch-bench ended with {done.returncode}")
    return [json.loads(line) for line in lines]


def take_turn(kind, measure, seconds):
    peer = kind()
    try:
        peer.start()
        return peer.measure_itself(seconds) or measure_once(peer, measure, seconds)
    except subprocess.TimeoutExpired as error:
        raise Failed(f"not done within {DEADLINE_SECONDS} s") from error
    finally:
        peer.stop()


def take(measures, names, rounds, seconds, path):
    """Appends all results to `path`; returns the names of the peers that failed at something."""
    failed = set()
    kinds = []
    for name in names:
        if missing := PEERS[name]().missing():
            say(f"{name} is left out: {missing}")
            if name.startswith("klatsch"):
                failed.add(name)
        else:
            kinds.append(PEERS[name])
    with open(path, "a", encoding="utf-8") as out:
        for measure in measures:
            for number in range(1, rounds + 1):
                for kind in kinds:
                    if not takes_part(kind, measure):
                        continue
                    say(f"{measure.name}: round {number}: {kind.name}")
                    common = {"measure": measure.name, "round": number}
                    try:
                        lines = take_turn(kind, measure, seconds)
                    except Failed as error:
                        say(f"{kind.name}: {error}")
                        failed.add(kind.name)
                        lines = [{"peer": kind.name, "failed": str(error)[:200]}]
                    for line in lines:
                        out.write(json.dumps(common | line) + "\n")
                    out.flush()
    return failed
