"""Our own plain servers: what the kernel allows."""

from .peer import RELEASE, Peer


class EpollEach(Peer):
    name = "epoll-each"
    protocol = "plain-json"
    lacks = "no persistence, no acknowledgement, no accounts, one thread; a send for each frame"
    mode = "each"

    def programs(self):
        return (RELEASE / "bench/klatsch-epoll-peer",)

    def launch(self):
        self.listens_on(self.run(self.name, *self.programs(), self.mode))


class EpollGather(EpollEach):
    name = "epoll-gather"
    lacks = "no persistence, no acknowledgement, no accounts, one thread; no bound on slow clients"
    mode = "gather"
