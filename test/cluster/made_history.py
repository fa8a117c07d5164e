"""Histories made by hand, for the tests of the checker: events in the order of the calls."""

import itertools


class MadeHistory:
    def __init__(self):
        self.events = []
        self._users = {}
        self._connections = {}
        self._ops = itertools.count(1)
        self._t = 0.0

    def _add(self, event, **members):
        self._t = round(self._t + 0.01, 3)
        self.events.append({"t": self._t, "event": event, **members})

    def wait(self, seconds):
        self._t += seconds

    def _of(self, device):
        return {"device": device, "connection": self._connections[device]}

    def open(
        self, device, user, *, rooms=(), conversations=(), resume=(), node="node-2"
    ):
        """`rooms` are (room, seq) or (room, seq, recovered), `conversations` the same by user;
        `resume` is what was asked for. Faults hit node-1."""
        self._users[device] = user
        self._connections[device] = f"{device}/{next(self._ops)}"
        as_told = lambda kind, each: dict(zip((kind, "seq", "recovered"), each))
        self._add(
            "opened",
            **self._of(device),
            user=user,
            node=node,
            resume=list(resume),
            rooms=[as_told("room", each) for each in rooms],
            conversations=[as_told("with", each) for each in conversations],
        )

    def close(self, device):
        self._add("closed", **self._of(device), code=1006, reason="")

    def invoke(self, device, method, **params):
        op = next(self._ops)
        self._add("invoke", **self._of(device), op=op, method=method, **params)
        return device, op

    def send(self, device, cid, room="beach"):
        return self.invoke(device, "room.send", room=room, cid=cid, text=f"text of {cid}")

    def whisper(self, device, cid, to):
        return self.invoke(device, "user.send", to=to, cid=cid, text=f"text of {cid}")

    def answer(self, request, seq=None):
        result = {} if seq is None else {"seq": seq}
        self._add("answer", **self._of(request[0]), op=request[1], result=result)

    def refuse(self, request, error="not_a_member", retry=False):
        self._add("refused", **self._of(request[0]), op=request[1], error=error, retry=retry)

    def show(self, device, seq, user, cid, room="beach", text=None):
        self._add(
            "message",
            **self._of(device),
            room=room,
            seq=seq,
            **{"from": user},
            cid=cid,
            text=text or f"text of {cid}",
        )

    def show_private(self, device, seq, user, to, cid, with_user=None):
        own = self._users[device]
        self._add(
            "private",
            **self._of(device),
            **{"with": with_user or (to if user == own else user), "seq": seq, "from": user},
            to=to,
            cid=cid,
            text=f"text of {cid}",
        )

    def member(self, device, user, joined, room="beach"):
        self._add("member", **self._of(device), room=room, user=user, joined=joined)

    def fault(self, kind, phase="begin"):
        self._add("fault", kind=kind, targets=["node-1"], lasts_s=1, phase=phase)

    def note(self, event, **members):
        self._add(event, **members)

    def log(self, *cids, room="beach", node="node-1", first=1):
        """`cids` are (user, cid), in the order of their numbers."""
        self._add("log", room=room, node=node, messages=_rows(cids, first))

    def conversation(self, one, other, *cids):
        self._add("conversation", users=[one, other], messages=_rows(cids, 1))

    def end(self):
        """The end of a run in which every device could send after the last fault."""
        self._add("end")
        return self.events


def _rows(cids, first):
    return [
        [seq, user, cid, f"text of {cid}", 1000 + seq]
        for seq, (user, cid) in enumerate(cids, first)
    ]
