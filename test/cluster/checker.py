"""Judges a history: which promises were broken, and figures of what happened.

Pure functions over the events of history.py; nothing here knows how they came about."""

import check_logs
import check_sessions
import check_times
from facts import collect

CHECKS = (*check_logs.CHECKS, *check_sessions.CHECKS, *check_times.CHECKS)


def find_violations(events):
    """[Violation], in the order of the checks."""
    facts = collect(events)
    return [violation for check in CHECKS for violation in check(facts)]


def summarize(events):
    """Figures for people: {name: value}."""
    facts = collect(events)
    kinds = {}
    for event in events:
        if event["event"] == "fault" and event["phase"] == "begin":
            kinds[event["kind"]] = kinds.get(event["kind"], 0) + 1
    opened = [event for event in events if event["event"] == "opened"]
    recovered = [r["recovered"] for event in opened for r in event["rooms"] if "recovered" in r]
    takeovers, slowest = {}, (0, "")
    for kind, targets, seconds, room, at in check_times.measure_takeovers(facts):
        takeovers.setdefault(kind, []).append(seconds)
        what = f"{seconds:.2f} s in {room} at {at:.1f} s, {kind} of {', '.join(targets)}"
        slowest = max(slowest, (seconds, what))
    acknowledged = {(e.place, e.user, e.cid) for e in facts.sends() if e.answer is not None}
    return {
        "acknowledged": len(acknowledged),
        "sent again": len(facts.sends()) - len({(e.place, e.user, e.cid) for e in facts.sends()}),
        "stored": sum(len(log) for log in facts.logs.values()),
        "deliveries": sum(event["event"] in ("message", "private") for event in events),
        "sessions": len(opened),
        "rooms resumed": f"{sum(recovered)} of {len(recovered)}",
        "faults": ", ".join(f"{kind} {count}" for kind, count in sorted(kinds.items())) or "none",
        "takeover p50/max": ", ".join(
            f"{kind} {sorted(times)[len(times) // 2]:.2f}/{max(times):.2f} s"
            for kind, times in sorted(takeovers.items())
        ),
        "slowest takeover": slowest[1],
    }
