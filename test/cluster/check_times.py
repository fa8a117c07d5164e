"""The checks of time: how long a fault keeps a room from accepting messages, and that all go on
when everything is whole again."""

from facts import Violation

# What the design promises by default; the measured time has the clients' reconnecting in it.
TAKEOVER_LIMITS_S = {"kill": 3, "pause": 5}
LIVENESS_LIMIT_S = 15
# Within the fault's first second somebody whose own node is well must have wanted to say something
# in the room.
ASKED_WITHIN_S = 1


def measure_takeovers(facts):
    """[(kind, targets, seconds, room, at)], one for each fault: from its beginning to the first
    acknowledgement, in the room where that took longest, of something sent since. That of a room
    where nobody connected elsewhere said anything is not known; one that was never acknowledged
    counts as infinite."""
    sends = {}
    for each in facts.sends():
        if each.place[0] == "room":
            sends.setdefault(each.place[1], []).append(each)
    measured = []
    for event in facts.events:
        if event["event"] != "fault" or event["phase"] != "begin":
            continue
        times = []
        for room, requests in sends.items():
            seconds = _first_acknowledged_after(event, requests, facts.node_of)
            if seconds is not None:
                times.append((seconds, room))
        if times:
            seconds, room = max(times)
            measured.append((event["kind"], tuple(event["targets"]), seconds, room, event["t"]))
    return measured


def _first_acknowledged_after(fault, requests, node_of):
    begin = fault["t"]
    since = [each for each in requests if each.invoked_at >= begin]
    asked = (
        each
        for each in since
        if each.invoked_at < begin + ASKED_WITHIN_S
        and node_of.get(each.connection) not in fault["targets"]
    )
    if not any(asked):
        return None
    answered = [each.answered_at for each in since if each.answered_at is not None]
    return min(answered) - begin if answered else float("inf")


def check_takeovers(facts):
    if any(event["event"] == "cluster" and event["nodes"] == 1 for event in facts.events):
        return  # nobody is there to take over
    for kind, targets, seconds, room, at in measure_takeovers(facts):
        limit = TAKEOVER_LIMITS_S.get(kind)
        if limit is not None and seconds > limit:
            what = f"{kind} of {', '.join(targets)}: {room} accepted nothing for {seconds:.2f} s"
            yield Violation("takeover", what, at)


def check_liveness(facts):
    """Soon after the last fault has ended everybody can send again."""
    healed = next((e["t"] for e in reversed(facts.events) if e["event"] == "healed"), None)
    if healed is None:
        yield Violation("liveness", "the nodes did not become whole again")
        return
    for device in sorted({each.device for each in facts.sends()}):
        answered = [
            each.answered_at
            for each in facts.sends()
            if each.device == device
            and each.invoked_at >= healed
            and each.answered_at is not None
        ]
        if not answered or min(answered) - healed > LIVENESS_LIMIT_S:
            what = f"{device} could send nothing within {LIVENESS_LIMIT_S} s after all was healed"
            yield Violation("liveness", what, healed)
    for event in facts.events:
        if event["event"] == "stuck":
            what = f"{event['device']} has {event['waiting']} requests without an answer"
            yield Violation("liveness", what, event["t"])


def check_nodes_end_when_told(facts):
    """No node ends by itself, and each ends in time when it is asked to."""
    for event in facts.events:
        if event["event"] == "exit":
            what = f"{event['node']} ended by itself with {event['code']}"
            yield Violation("process", what, event["t"])
        elif event["event"] == "slow_stop":
            what = f"{event['node']} had to be killed as it did not end after SIGTERM"
            yield Violation("process", what, event["t"])
        elif event["event"] == "failed":
            yield Violation("test", f"{event['device']} failed: {event['what']}", event["t"])


CHECKS = (check_takeovers, check_liveness, check_nodes_end_when_told)
