"""Which fault comes when: decided by a seed alone, before anything runs."""

import random
from dataclasses import dataclass

# What a fault does, and for how many seconds at least and at most.
KINDS = {
    # kill -9 of a node; afterwards it starts again.
    "kill": (0.5, 4),
    # SIGSTOP and SIGCONT: below the lease and above it.
    "pause": (1, 6),
    # Two nodes don't hear each other.
    "partition": (1, 6),
    # A node doesn't hear Redis.
    "partition_redis": (1, 6),
    # A node hears nobody, its clients included.
    "isolate": (1, 6),
    # SIGTERM; afterwards it starts again.
    "drain": (0.2, 1),
    # Each node in turn: SIGTERM, start, ready.
    "rolling": (0.1, 0.2),
    # kill -9 of Redis; afterwards it starts again with its data.
    "redis": (0.2, 2),
}
# They need a second node.
KINDS_OF_MANY = ("partition",)


@dataclass(frozen=True)
class Fault:
    kind: str
    targets: tuple
    lasts_s: float
    # After the end of the one before.
    pause_s: float


def make_schedule(seed, nodes, seconds, kinds=None):
    """Faults one after the other that fit into so many seconds, at least one.

    Each kind comes before any kind comes again; with many kinds and little time some don't come."""
    chance = random.Random(f"schedule {seed}")
    kinds = [each for each in kinds or KINDS if len(nodes) > 1 or each not in KINDS_OF_MANY]
    schedule, bag, at = [], [], 0.0
    while True:
        if not bag:
            bag = list(kinds)
            chance.shuffle(bag)
        kind = bag.pop()
        fault = Fault(
            kind,
            _choose_targets(kind, nodes, chance),
            round(chance.uniform(*KINDS[kind]), 2),
            round(chance.uniform(1, 3), 2),
        )
        at += fault.pause_s + fault.lasts_s + (3 * len(nodes) if kind == "rolling" else 1)
        if schedule and at > seconds:
            return schedule
        schedule.append(fault)


def _choose_targets(kind, nodes, chance):
    if kind == "redis":
        return ("redis",)
    if kind == "rolling":
        return tuple(nodes)
    return tuple(chance.sample(nodes, 2 if kind == "partition" else 1))
