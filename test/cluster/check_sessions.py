"""The checks of what each session saw: no gap, no double, nothing that is not its business."""

from facts import Violation

# The next number is not known: whatever comes first is right.
ANY = None


class _Stream:
    """What one device is shown of its rooms and conversations, over all of its connections."""

    def __init__(self, device, user):
        self.device = device
        self.user = user
        self.connected = False
        # {("room", id) or ("with", user): the number that must come next, or ANY}.
        self.next = {}
        # Rooms that it asked to join and had no answer about yet.
        self.joining = {}


def check_streams(facts):
    """A connected member is shown each message once and in order, also over a resume that says
    `recovered`; who is not a member is shown nothing."""
    streams = {}
    ended = False
    for event in facts.events:
        device = event.get("device")
        if event["event"] == "end":
            ended = True
            yield from _check_ends(facts, streams.values())
        if ended or device not in facts.user_of:
            continue
        stream = streams.setdefault(device, _Stream(device, facts.user_of[device]))
        handler = _HANDLERS.get(event["event"])
        if handler:
            yield from handler(facts, stream, event)


def _on_opened(_facts, stream, event):
    stream.connected = True
    stream.joining = {}
    resumed = {
        (kind, name): each["after"]
        for each in event["resume"]
        for kind, name in each.items()
        if kind != "after"
    }
    stream.next = {}
    for each in event["rooms"]:
        key = ("room", each["room"])
        recovered = each.get("recovered") and key in resumed
        stream.next[key] = (resumed[key] if recovered else each["seq"]) + 1
    for each in event["conversations"]:
        key = ("with", each["with"])
        if each.get("recovered") and key in resumed:
            stream.next[key] = resumed[key] + 1
        else:
            # What waited comes first, from wherever it begins.
            stream.next[key] = ANY
    return ()


def _on_closed(_facts, stream, _event):
    stream.connected = False
    return ()


def _on_invoke(_facts, stream, event):
    if event["method"] == "room.join":
        stream.joining[event["op"]] = event["room"]
    return ()


def _on_refused(_facts, stream, event):
    stream.joining.pop(event["op"], None)
    return ()


def _on_answer(facts, stream, event):
    room = stream.joining.pop(event["op"], None)
    if room is not None:
        # Who was a member already goes on where it was.
        stream.next.setdefault(("room", room), event["result"]["seq"] + 1)
    return ()


def _on_member(_facts, stream, event):
    key = ("room", event["room"])
    if event["user"] == stream.user:
        if event["joined"]:
            stream.next.setdefault(key, ANY)
        else:
            stream.next.pop(key, None)
    return ()


def _on_message(_facts, stream, event):
    key = ("room", event["room"])
    if key not in stream.next:
        if event["room"] not in stream.joining.values():
            what = f"{stream.device}, no member, was shown {event['room']} {event['seq']}"
            yield Violation("members only", what, event["t"])
        return
    yield from _advance(stream, key, event)


def _on_private(_facts, stream, event):
    if stream.user not in (event["from"], event["to"]):
        yield Violation(
            "private",
            f"{stream.device} of {stream.user} was shown what {event['from']} wrote to "
            f"{event['to']}",
            event["t"],
        )
        return
    other = event["to"] if event["from"] == stream.user else event["from"]
    if event["with"] != other:
        what = f"{stream.device} was told a message with {other} as one with {event['with']}"
        yield Violation("private", what, event["t"])
    stream.next.setdefault(("with", other), 1)
    yield from _advance(stream, ("with", other), event)


def _advance(stream, key, event):
    expected, seq = stream.next[key], event["seq"]
    if expected is not ANY and seq < expected:
        what = f"{stream.device} was shown {key[1]} {seq} again, as {expected} was next"
        yield Violation("no double", what, event["t"])
        return
    if expected is not ANY and seq > expected:
        what = f"{stream.device} was shown {key[1]} {seq}, but {expected} was next"
        yield Violation("no gap", what, event["t"])
    stream.next[key] = seq + 1


def _check_ends(facts, streams):
    """When all is quiet, who is connected has been shown the newest message of each room."""
    for stream in streams:
        for key, expected in stream.next.items():
            place = key if key[0] == "room" else ("with", *sorted((stream.user, key[1])))
            log = facts.logs.get(place)
            last = max(log, default=0) if log is not None else None
            if stream.connected and expected is not ANY and last is not None:
                if expected <= last:
                    what = f"{stream.device} was never shown {key[1]} {expected} to {last}"
                    yield Violation("no gap", what, facts.events[-1]["t"])


_HANDLERS = {
    "opened": _on_opened,
    "closed": _on_closed,
    "invoke": _on_invoke,
    "refused": _on_refused,
    "answer": _on_answer,
    "member": _on_member,
    "message": _on_message,
    "private": _on_private,
}

CHECKS = (check_streams,)
