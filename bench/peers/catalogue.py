"""All peers by name."""

from .ceilings import RedisCeiling, SqliteCeiling
from .ejabberd import Ejabberd
from .epoll import EpollEach, EpollGather
from .klatsch import (
    Klatsch,
    KlatschMessagePack,
    KlatschSqlite,
    KlatschThreeNodes,
    KlatschTwoNodes,
)
from .nats import Nats
from .node_js import SocketIo, SocketIoAlone, SocketIoTwoNodes, Ws
from .prosody import Prosody

ALL = {
    peer.name: peer
    for peer in (
        Klatsch,
        KlatschMessagePack,
        KlatschSqlite,
        KlatschTwoNodes,
        KlatschThreeNodes,
        EpollEach,
        EpollGather,
        SocketIo,
        SocketIoTwoNodes,
        SocketIoAlone,
        Ws,
        Nats,
        Ejabberd,
        Prosody,
        RedisCeiling,
        SqliteCeiling,
    )
}
