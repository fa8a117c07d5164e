"""What a history says, put together for the checks: requests with their answers, and the logs."""

from dataclasses import dataclass, field


@dataclass
class Request:
    """One attempt to have something done; the same cid may have several."""

    op: int
    device: str
    connection: str
    user: str
    method: str
    place: tuple
    cid: str
    text: str
    invoked_at: float
    # Where it stands among all events.
    position: int
    answered_at: float = None
    answer: dict = None
    refused: str = None
    retry: bool = False


@dataclass(frozen=True)
class Violation:
    """A promise that was broken: which one, what happened, and when (seconds since the start)."""

    check: str
    what: str
    at: float = 0.0

    def __str__(self):
        return f"[{self.check}] at {self.at:.3f} s: {self.what}"


@dataclass
class Facts:
    events: list
    requests: dict = field(default_factory=dict)
    user_of: dict = field(default_factory=dict)
    # By connection.
    node_of: dict = field(default_factory=dict)
    # {place: {seq: (from, cid, text)}}, the log as it was read first; place is ("room", id) or
    # ("with", the smaller user id, the larger one).
    logs: dict = field(default_factory=dict)
    # (place, node, rows) as read.
    readings: list = field(default_factory=list)

    def sends(self):
        return [each for each in self.requests.values() if each.cid is not None]


def conversation(one, other):
    return ("with", *sorted((one, other)))


def place_of_message(event, user):
    """The room or conversation of a `message` or `private` event."""
    if event["event"] == "message":
        return ("room", event["room"])
    return conversation(event["from"], event["to"])


def collect(events):
    facts = Facts(events)
    for event in events:
        if event["event"] == "opened":
            facts.user_of[event["device"]] = event["user"]
            facts.node_of[event["connection"]] = event["node"]
    for position, event in enumerate(events):
        _COLLECT.get(event["event"], lambda *_: None)(facts, event, position)
    return facts


def _collect_invoke(facts, event, position):
    user = facts.user_of.get(event["device"])
    place = ()
    if "room" in event:
        place = ("room", event["room"])
    elif "to" in event:
        place = conversation(user or "", event["to"])
    facts.requests[event["op"]] = Request(
        event["op"],
        event["device"],
        event["connection"],
        user,
        event["method"],
        place,
        event.get("cid"),
        event.get("text"),
        event["t"],
        position,
    )


def _collect_answer(facts, event, _position):
    request = facts.requests[event["op"]]
    request.answered_at = event["t"]
    request.answer = event["result"]


def _collect_refused(facts, event, _position):
    request = facts.requests[event["op"]]
    request.refused = event["error"]
    request.retry = event["retry"]


def _collect_log(facts, event, _position):
    _add_log(facts, ("room", event["room"]), event["node"], event["messages"])


def _collect_conversation(facts, event, _position):
    _add_log(facts, conversation(*event["users"]), None, event["messages"])


def _add_log(facts, place, node, rows):
    facts.readings.append((place, node, rows))
    facts.logs.setdefault(place, {row[0]: tuple(row[1:4]) for row in rows})


_COLLECT = {
    "invoke": _collect_invoke,
    "answer": _collect_answer,
    "refused": _collect_refused,
    "log": _collect_log,
    "conversation": _collect_conversation,
}
