// Generated from protocol/schema.json by "npm run generate": don't edit.
export interface User {
  id: string;
  name: string;
}

export interface Message {
  room: string;
  /** dense in the room, from 1 */
  seq: number;
  /** milliseconds since 1970, UTC */
  ts: number;
  from: User;
  text: string;
  /** the sender's own key for it */
  cid?: string;
}

export interface PrivateMessage {
  /** the other one, as the receiver sees it */
  with: string;
  /** dense in the conversation, from 1 */
  seq: number;
  /** milliseconds since 1970, UTC */
  ts: number;
  from: User;
  to: User;
  text: string;
  /** the sender's own key for it */
  cid?: string;
}

export interface MemberJoined {
  room: string;
  user: User;
}

export interface MemberLeft {
  room: string;
  user: User;
}

export interface Presence {
  user: User;
  online: boolean;
}

export interface UserRenamed {
  /** with the new name */
  user: User;
}

export interface RoomCount {
  room: string;
  member_count: number;
  /** members with a session */
  online: number;
}

export interface ResumePoint {
  /** either this */
  room?: string;
  /** or this */
  with?: string;
  /** the last sequence number seen */
  after: number;
}

export interface SessionOpen {
  /** of an earlier session.open */
  token?: string;
  /** for a new user */
  name?: string;
  /** where the client had got to; may be absent */
  resume?: ResumePoint[];
}

export type SessionClose = Record<string, never>;

export interface RoomCreate {
  title: string;
  /** the id that you want; otherwise one is made */
  room?: string;
}

export type RoomList = Record<string, never>;

export interface RoomJoin {
  room: string;
}

export interface RoomLeave {
  room: string;
}

export interface RoomSend {
  room: string;
  text: string;
  /** sent again with the same cid, a message is stored once */
  cid: string;
}

export interface RoomHistory {
  room: string;
  /** the newest ones before it */
  before?: number;
  /** the oldest ones after it */
  after?: number;
  /** 50 where absent */
  limit?: number;
}

export interface UserSend {
  /** the addressee */
  to: string;
  text: string;
  /** sent again with the same cid, a message is stored once */
  cid: string;
}

export interface UserHistory {
  /** the other one */
  with: string;
  /** the newest ones before it */
  before?: number;
  /** the oldest ones after it */
  after?: number;
  /** 50 where absent */
  limit?: number;
}

export interface UserRename {
  name: string;
}

export interface OpenedRoom {
  room: string;
  title: string;
  /** the newest message's */
  seq: number;
  /** where resume asked: true, the missed messages follow; false, load them by room.history */
  recovered?: boolean;
}

export interface OpenedConversation {
  with: User;
  /** the newest message's */
  seq: number;
  /** where resume asked: true, the missed messages follow; false, load them by user.history */
  recovered?: boolean;
}

export interface SessionLimits {
  /** code points in a text */
  text: number;
  /** code points in a name */
  name: number;
  /** code points in a title */
  title: number;
  /** messages in one page of a history */
  page: number;
  /** messages sent again by a resume */
  resume: number;
  /** bytes in one message */
  frame_bytes: number;
  /** requests in a batch */
  batch: number;
  /** requests a second; 0: no limit */
  rate: number;
  /** requests at once */
  burst: number;
}

export interface SessionOpenResult {
  user: User;
  /** absent where the cookie authenticated */
  token?: string;
  /** those that the user is a member of */
  rooms: OpenedRoom[];
  /** the newest ones */
  conversations: OpenedConversation[];
  limits: SessionLimits;
}

export type EmptyResult = Record<string, never>;

export interface RoomCreateResult {
  room: string;
}

export interface ListedRoom {
  room: string;
  title: string;
  /** members with a session */
  online: number;
}

export interface RoomListResult {
  rooms: ListedRoom[];
}

export interface Member {
  id: string;
  name: string;
  /** has a session at this moment */
  online: boolean;
}

export interface RoomJoinResult {
  room: string;
  title: string;
  /** the newest message's */
  seq: number;
  /** those online first */
  members: Member[];
  /** all of them */
  member_count: number;
  /** the newest page */
  messages: Message[];
}

export interface SentResult {
  /** its place in the log */
  seq: number;
  /** when it was accepted */
  ts: number;
}

export interface RoomHistoryResult {
  /** ascending */
  messages: Message[];
  /** there are further ones in that direction */
  more: boolean;
}

export interface UserHistoryResult {
  /** ascending */
  messages: PrivateMessage[];
  /** there are further ones in that direction */
  more: boolean;
}

export interface Methods {
  /** Begins the session: who you are, where you are, what you missed. */
  'session.open': { params: SessionOpen; result: SessionOpenResult };
  /** Logs out: the token is void, the connection is closed. */
  'session.close': { params: SessionClose; result: EmptyResult };
  /** Makes a room; join it to be in it. */
  'room.create': { params: RoomCreate; result: RoomCreateResult };
  /** All rooms. */
  'room.list': { params: RoomList; result: RoomListResult };
  /** Becomes a member and reads the room; who is one already just reads. */
  'room.join': { params: RoomJoin; result: RoomJoinResult };
  /** Is a member no more. */
  'room.leave': { params: RoomLeave; result: EmptyResult };
  /** Says something in a room; answered when it is durable. */
  'room.send': { params: RoomSend; result: SentResult };
  /** A page of a room's messages. */
  'room.history': { params: RoomHistory; result: RoomHistoryResult };
  /** Says something to one user only; waits for who is offline. */
  'user.send': { params: UserSend; result: SentResult };
  /** A page of your conversation with a user. */
  'user.history': { params: UserHistory; result: UserHistoryResult };
  /** Changes your name. */
  'user.rename': { params: UserRename; result: EmptyResult };
}

export interface Notifications {
  /** Somebody said something in a room. */
  message: { params: Message };
  /** One of your conversations has a new message. */
  private: { params: PrivateMessage };
  /** Somebody became a member of a room. */
  'member.joined': { params: MemberJoined };
  /** Somebody is a member of a room no more. */
  'member.left': { params: MemberLeft };
  /** Somebody's first session began or last one ended; may repeat per shared room. */
  presence: { params: Presence };
  /** Somebody has a new name. */
  'user.renamed': { params: UserRenamed };
  /** How many are in a large room, in place of everybody's coming and going; at most once a second. */
  'room.count': { params: RoomCount };
}

/** Each field as one word: a rule, a struct, a range; `[n]`: at most n of them; `?`: optional. */
export const structs = {
  user: { id: 'id', name: 'name' },
  message: { room: 'id', seq: 'integer', ts: 'integer', from: 'user', text: 'text', 'cid?': 'cid' },
  private_message: { with: 'id', seq: 'integer', ts: 'integer', from: 'user', to: 'user', text: 'text', 'cid?': 'cid' },
  member_joined: { room: 'id', user: 'user' },
  member_left: { room: 'id', user: 'user' },
  presence: { user: 'user', online: 'boolean' },
  user_renamed: { user: 'user' },
  room_count: { room: 'id', member_count: 'integer', online: 'integer' },
  resume_point: { 'room?': 'id', 'with?': 'id', after: 'integer' },
  session_open: { 'token?': 'token', 'name?': 'name', 'resume?': 'resume_point[200]' },
  session_close: {},
  room_create: { title: 'title', 'room?': 'id' },
  room_list: {},
  room_join: { room: 'id' },
  room_leave: { room: 'id' },
  room_send: { room: 'id', text: 'text', cid: 'cid' },
  room_history: { room: 'id', 'before?': 'integer', 'after?': 'integer', 'limit?': '1..100' },
  user_send: { to: 'id', text: 'text', cid: 'cid' },
  user_history: { with: 'id', 'before?': 'integer', 'after?': 'integer', 'limit?': '1..100' },
  user_rename: { name: 'name' },
  opened_room: { room: 'id', title: 'title', seq: 'integer', 'recovered?': 'boolean' },
  opened_conversation: { with: 'user', seq: 'integer', 'recovered?': 'boolean' },
  session_limits: { text: 'integer', name: 'integer', title: 'integer', page: 'integer', resume: 'integer', frame_bytes: 'integer', batch: 'integer', rate: 'integer', burst: 'integer' },
  session_open_result: { user: 'user', 'token?': 'token', rooms: 'opened_room[1000]', conversations: 'opened_conversation[200]', limits: 'session_limits' },
  empty_result: {},
  room_create_result: { room: 'id' },
  listed_room: { room: 'id', title: 'title', online: 'integer' },
  room_list_result: { rooms: 'listed_room[1000]' },
  member: { id: 'id', name: 'name', online: 'boolean' },
  room_join_result: { room: 'id', title: 'title', seq: 'integer', members: 'member[1000]', member_count: 'integer', messages: 'message[100]' },
  sent_result: { seq: 'integer', ts: 'integer' },
  room_history_result: { messages: 'message[100]', more: 'boolean' },
  user_history_result: { messages: 'private_message[100]', more: 'boolean' },
} as const;

/** Structs of which exactly one of these fields is there. */
export const exactlyOneOf = {
  resume_point: ['room', 'with'],
} as const;

/** The struct of the params of each method. */
export const paramsOf = {
  'session.open': 'session_open',
  'session.close': 'session_close',
  'room.create': 'room_create',
  'room.list': 'room_list',
  'room.join': 'room_join',
  'room.leave': 'room_leave',
  'room.send': 'room_send',
  'room.history': 'room_history',
  'user.send': 'user_send',
  'user.history': 'user_history',
  'user.rename': 'user_rename',
} as const;

/** The struct of the result of each method. */
export const resultOf = {
  'session.open': 'session_open_result',
  'session.close': 'empty_result',
  'room.create': 'room_create_result',
  'room.list': 'room_list_result',
  'room.join': 'room_join_result',
  'room.leave': 'empty_result',
  'room.send': 'sent_result',
  'room.history': 'room_history_result',
  'user.send': 'sent_result',
  'user.history': 'user_history_result',
  'user.rename': 'empty_result',
} as const;

/** The struct of the params of each notification. */
export const notificationOf = {
  message: 'message',
  private: 'private_message',
  'member.joined': 'member_joined',
  'member.left': 'member_left',
  presence: 'presence',
  'user.renamed': 'user_renamed',
  'room.count': 'room_count',
} as const;

/** The lengths of strings, in code points. */
export const rules = {
  id: { minLength: 1, maxLength: 64 },
  cid: { minLength: 1, maxLength: 64 },
  token: { minLength: 1, maxLength: 64 },
  text: { minLength: 1, maxLength: 4000 },
  name: { minLength: 1, maxLength: 40 },
  title: { minLength: 1, maxLength: 80 },
} as const;

/** The errors that the server answers. */
export const errors = {
  parse_error: { code: -32700, retry: false, sentence: 'This is not valid JSON or MessagePack.' },
  invalid_request: { code: -32600, retry: false, sentence: 'This is not a JSON-RPC 2.0 request.' },
  method_not_found: { code: -32601, retry: false, sentence: 'There is no such method.' },
  invalid_params: { code: -32602, retry: false, sentence: 'A parameter is missing or wrong; `data` says which and why.' },
  internal_error: { code: -32603, retry: false, sentence: 'Something went wrong in the server.' },
  not_open: { code: 1001, retry: false, sentence: 'Open the session first.' },
  invalid_token: { code: 1002, retry: false, sentence: 'This token is unknown, expired or void.' },
  already_open: { code: 1003, retry: false, sentence: 'This session is open already.' },
  no_such_room: { code: 1010, retry: false, sentence: 'There is no such room.' },
  not_a_member: { code: 1011, retry: false, sentence: 'Join the room first.' },
  room_exists: { code: 1012, retry: false, sentence: 'There is a room with this id already.' },
  not_allowed: { code: 1013, retry: false, sentence: 'This is not allowed here.' },
  room_full: { code: 1014, retry: false, sentence: 'The room has as many members as it may have.' },
  no_such_user: { code: 1020, retry: false, sentence: 'There is no such user.' },
  own_user: { code: 1021, retry: false, sentence: 'This is you yourself.' },
  rate_limited: { code: 1030, retry: true, sentence: 'Too many requests; wait for `retry_after_ms`.' },
  overloaded: { code: 1031, retry: true, sentence: 'The server has too much to do at the moment.' },
  store_unavailable: { code: 1040, retry: true, sentence: 'The store can\'t be reached at the moment.' },
  timeout: { code: 1041, retry: true, sentence: 'No answer in time; whether it was done is unknown. Send it again with the same cid.' },
  room_unavailable: { code: 1042, retry: true, sentence: 'The room is moving or starting.' },
  stopping: { code: 1043, retry: true, sentence: 'This server is stopping; connect again.' },
} as const;

/** Why the server closes a connection. */
export const closeCodes = {
  normal: { code: 1000, reconnect: true, sentence: 'The client closed.' },
  protocol_error: { code: 1002, reconnect: true, sentence: 'A frame broke the WebSocket protocol.' },
  unsupported_data: { code: 1003, reconnect: true, sentence: 'Text on a MessagePack connection, or binary on a JSON one.' },
  invalid_text: { code: 1007, reconnect: true, sentence: 'A text frame is not valid UTF-8.' },
  too_big: { code: 1009, reconnect: true, sentence: 'A message is over the limit.' },
  internal_error: { code: 1011, reconnect: true, sentence: 'Something went wrong in the server.' },
  restarting: { code: 4000, reconnect: true, sentence: 'The server stops; connect again and resume.' },
  slow_consumer: { code: 4001, reconnect: true, sentence: 'The client reads too slowly; connect again and resume.' },
  idle: { code: 4002, reconnect: true, sentence: 'Nothing was heard from the client for too long.' },
  open_timeout: { code: 4003, reconnect: true, sentence: 'No session.open came in time.' },
  logged_out: { code: 4500, reconnect: false, sentence: 'The session was ended by a log out.' },
  flooding: { code: 4501, reconnect: false, sentence: 'Far too many requests were refused.' },
} as const;

/** The bounds of the protocol. */
export const limits = {
  id_bytes: 64,
  token_bytes: 64,
  text_code_points: 4000,
  name_code_points: 40,
  title_code_points: 80,
  frame_bytes: 65536,
  batch_requests: 50,
  nesting_depth: 16,
  page_messages: 100,
  default_page_messages: 50,
  resume_messages: 1000,
  resume_points: 200,
  listed_members: 1000,
  listed_rooms: 1000,
  listed_conversations: 200,
} as const;
