"""The checks of what was stored: nothing lost, nothing twice, one order."""

from collections import Counter

from facts import Violation, place_of_message


def check_logs_are_dense(facts):
    """Numbers from 1 without a gap, each cid of a user once; in rooms time doesn't run backwards."""
    for place, node, rows in facts.readings:
        where = f"{_name(place)} as read from {node}" if node else _name(place)
        numbers = [row[0] for row in rows]
        if numbers != list(range(1, len(rows) + 1)):
            wrong = next((n for i, n in enumerate(numbers, 1) if n != i), None)
            yield Violation("dense", f"{where} has number {wrong} out of place")
        keys = Counter((row[1], row[2]) for row in rows if row[2] is not None)
        for key, count in keys.items():
            if count > 1:
                yield Violation("same cid", f"{where} has {key} {count} times")
        # In a conversation two nodes may write at the same time, each by its own clock.
        for before, after in zip(rows, rows[1:]) if place[0] == "room" else ():
            if after[4] < before[4]:
                yield Violation("dense", f"{where}: the time of {after[0]} is before {before[0]}'s")


def check_all_nodes_read_the_same(facts):
    first = {}
    for place, node, rows in facts.readings:
        if first.setdefault(place, rows) != rows:
            yield Violation("one order", f"{node} reads another log of {_name(place)}")


def check_acknowledged_is_present(facts):
    """What was acknowledged stands in the log, at the number of the answer."""
    for each in facts.sends():
        if each.answer is None or each.place not in facts.logs:
            continue
        stored = facts.logs[each.place].get(each.answer["seq"])
        if stored != (each.user, each.cid, each.text):
            yield Violation(
                "acknowledged",
                f"{each.device} was told that {each.cid} is {_name(each.place)} "
                f"{each.answer['seq']}, where the log has {stored}",
                each.answered_at,
            )


def check_refused_is_absent(facts):
    """What was refused for good at the only attempt was not stored."""
    attempts = _attempts(facts)
    stored = {
        (place, row[0], row[1]) for place, log in facts.logs.items() for row in log.values()
    }
    for key, requests in attempts.items():
        if len(requests) == 1 and requests[0].refused and not requests[0].retry and key in stored:
            yield Violation(
                "refused",
                f"{key[2]} was refused by {requests[0].refused}, and stored in {_name(key[0])}",
                requests[0].invoked_at,
            )


def check_what_was_shown_is_stored(facts):
    """Every message that anybody was shown is in the log, as it was shown: so all saw one order,
    and nothing that was shown was lost."""
    for event in facts.events:
        if event["event"] not in ("message", "private"):
            continue
        place = place_of_message(event, facts.user_of.get(event["device"]))
        if place not in facts.logs:
            continue
        stored = facts.logs[place].get(event["seq"])
        if stored != (event["from"], event["cid"], event["text"]):
            yield Violation(
                "one order",
                f"{event['device']} was shown {event['cid']} as {_name(place)} {event['seq']}, "
                f"where the log has {stored}",
                event["t"],
            )


def check_a_cid_has_one_number(facts):
    """However often something is sent with the same cid, it has one number, for everybody."""
    numbers = {}
    told = [
        ((each.place, each.user, each.cid), each.answer["seq"], each.answered_at)
        for each in facts.sends()
        if each.answer is not None
    ]
    for event in facts.events:
        if event["event"] in ("message", "private") and event["cid"] is not None:
            place = place_of_message(event, facts.user_of.get(event["device"]))
            told.append(((place, event["from"], event["cid"]), event["seq"], event["t"]))
    for key, number, at in told:
        if numbers.setdefault(key, number) != number:
            what = f"{key[2]} in {_name(key[0])} is {numbers[key]} and {number}"
            yield Violation("same cid", what, at)


def check_senders_keep_their_order(facts):
    """What one connection sent to one room, each acknowledged at the first attempt, has ascending
    numbers. (One that was refused for now and sent again may stand behind a later one.)"""
    attempts = _attempts(facts)
    last = {}
    for each in sorted(facts.sends(), key=lambda request: request.position):
        alone = len(attempts[each.place, each.user, each.cid]) == 1
        if each.answer is None or not alone or each.place[0] != "room":
            continue
        key = (each.connection, each.place)
        before = last.get(key)
        if before and before.answer["seq"] > each.answer["seq"]:
            yield Violation(
                "sender's order",
                f"{each.device} sent {before.cid} before {each.cid}, but they are "
                f"{before.answer['seq']} and {each.answer['seq']} in {_name(each.place)}",
                each.answered_at,
            )
        last[key] = each


def check_real_time_order(facts):
    """What was sent after another one had been acknowledged or shown has a higher number."""
    first_sent = {}
    for key, requests in _attempts(facts).items():
        first_sent[key] = min(each.position for each in requests)
    sends = {}
    known = {}
    for position, event in enumerate(facts.events):
        if event["event"] == "invoke" and event.get("cid") is not None:
            request = facts.requests[event["op"]]
            key = (request.place, request.user, request.cid)
            if first_sent[key] == position:
                sends[key] = known.get(request.place, 0)
            continue
        number = _number_told(facts, event)
        if number is None:
            continue
        key, seq = number
        if key in sends and seq <= sends[key]:
            what = f"{key[2]} was sent when {_name(key[0])} was at {sends[key]}, and became {seq}"
            yield Violation("real time", what, event["t"])
            sends.pop(key)
        known[key[0]] = max(known.get(key[0], 0), seq)


def _number_told(facts, event):
    """((place, sender, cid), seq) if the event tells the number of a message."""
    if event["event"] == "answer":
        request = facts.requests[event["op"]]
        if request.cid is not None:
            return (request.place, request.user, request.cid), event["result"]["seq"]
    elif event["event"] in ("message", "private") and event["cid"] is not None:
        place = place_of_message(event, facts.user_of.get(event["device"]))
        return (place, event["from"], event["cid"]), event["seq"]
    return None


def _attempts(facts):
    """{(place, user, cid): [request]}"""
    attempts = {}
    for each in facts.sends():
        attempts.setdefault((each.place, each.user, each.cid), []).append(each)
    return attempts


def _name(place):
    return place[1] if place[0] == "room" else f"the conversation of {place[1]} and {place[2]}"


CHECKS = (
    check_logs_are_dense,
    check_all_nodes_read_the_same,
    check_acknowledged_is_present,
    check_refused_is_absent,
    check_what_was_shown_is_stored,
    check_a_cid_has_one_number,
    check_senders_keep_their_order,
    check_real_time_order,
)
