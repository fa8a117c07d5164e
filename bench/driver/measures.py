"""What is measured: scenarios of klatsch-bench with their sizes."""

from dataclasses import dataclass


@dataclass(frozen=True)
class Measure:
    name: str
    help: str
    scenario: str
    arguments: tuple
    # The figure that ratios are made of, and whether more of it is better.
    figure: str
    more_is_better: bool = True
    # Members of the largest room, for peers whose set-up grows with the square of them.
    members: int = 0
    # How many nodes it takes part in: "one", "several" or "any".
    nodes: str = "one"
    # Whether the process of the first node is killed by the scenario.
    kills_first_node: bool = False


def fan_out(rooms, members, window, steps):
    return Measure(
        name=f"fan-out-{rooms}x{members}",
        help=f"{rooms} rooms of {members} members, {window} messages under way in each",
        scenario="fan-out",
        arguments=(
            f"--rooms={rooms}", f"--members={members}", f"--window={window}", f"--steps={steps}",
        ),
        figure="deliveries_per_second",
        members=members,
    )


MOST_STEPS = "saturation,20%,50%"

_ALL = (
    fan_out(10, 100, 20, MOST_STEPS + ",10000,50000"),
    fan_out(1, 1000, 20, MOST_STEPS),
    fan_out(100, 50, 4, MOST_STEPS),
    fan_out(1, 5000, 4, MOST_STEPS),
    Measure(
        "private", "1,000 users in pairs, each with a message under way", "private",
        ("--users=1000", "--window=1"), "messages_per_second",
    ),
    Measure(
        "connect", "handshake, guest session and join of 5,000, 64 at the same time", "connect",
        ("--rooms=100", "--members=50", "--at-once=64"), "connections_per_second", members=50,
    ),
    Measure(
        "idle", "memory of 10,000 joined connections", "idle",
        ("--rooms=200", "--members=50"), "kib_per_connection", more_is_better=False, members=50,
    ),
    Measure(
        "history", "100 members read pages of 50 from 10 rooms with 1,000 messages", "history",
        ("--rooms=10", "--members=10", "--messages=1000"), "pages_per_second", members=10,
    ),
    Measure(
        "resume", "9,800 clients come back at once and read 20 messages that they missed", "resume",
        ("--rooms=200", "--members=50", "--messages=20"), "resumes_per_second", members=50,
    ),
    Measure(
        "node-death", "10,000 clients come back after their node was killed, and miss nothing",
        "resume", ("--rooms=200", "--members=51", "--messages=20"), "since_leaving_ms",
        more_is_better=False, members=51, nodes="several", kills_first_node=True,
    ),
    Measure(
        "presence", "1,000 users join one room at the same moment", "presence",
        ("--users=1000",), "joins_per_second", members=1000,
    ),
    Measure(
        "sends", "acknowledged messages in batches of 50 in 100 rooms", "sends",
        ("--rooms=100", "--members=1", "--batch=50", "--window=2"), "sends_per_second", members=1,
    ),
    Measure(
        "cluster-10x100", "10 rooms of 100 members with senders at several nodes", "cluster",
        ("--rooms=10", "--members=100", "--window=20", "--senders=2",
         f"--steps={MOST_STEPS},10000"),
        "deliveries_per_second", members=100, nodes="any",
    ),
)

ALL = {measure.name: measure for measure in _ALL}

QUICK = [
    fan_out(10, 100, 20, "saturation,10000"),
    fan_out(1, 1000, 20, "saturation"),
    fan_out(100, 50, 4, "saturation"),
]
