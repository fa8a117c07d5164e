export { parseAddress, withoutColon } from './address';
export type { Address } from './address';
export { KlatschClient } from './client';
export type { ClientEvents, ClientOptions, HistoryRange, Missed } from './client';
export type { Clock } from './clock';
export type { Cursors } from './cursors';
export { KlatschError } from './errors';
export type { ErrorData, ErrorObject, LocalErrorName } from './errors';
export type { ConnectionStatus } from './link';
export type { Network } from './network';
export type { PendingMessage } from './pendingMessage';
export { closeCodes, errors, limits } from './protocol';
export type {
  Member,
  Message as RoomMessage,
  PrivateMessage,
  RoomHistoryResult as RoomHistory,
  RoomJoinResult as JoinedRoom,
  RoomListResult as RoomList,
  SessionLimits as Limits,
  SessionOpenResult as OpenedSession,
  User,
  UserHistoryResult as PrivateHistory,
} from './protocol';
export { MemoryStore } from './store';
export type { KeyValueStore } from './store';
export type { WebSocketFactory, WebSocketLike } from './webSocket';
