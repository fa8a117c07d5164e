/** The part of the browser's `WebSocket` that the client uses. */
export interface WebSocketLike {
  send(text: string): void;
  close(code?: number, reason?: string): void;
  onopen: ((event: never) => void) | null;
  onmessage: ((event: { data: unknown }) => void) | null;
  onclose: ((event: { code: number; reason: string }) => void) | null;
  onerror: ((event: never) => void) | null;
}

export type WebSocketFactory = (url: string, subprotocol: string) => WebSocketLike;

export const subprotocol = 'klatsch.v1.json';

export const browserWebSocket: WebSocketFactory = (url, name) =>
  new WebSocket(url, name) as WebSocketLike;

/** The endpoint of the server that the page came from. */
export function defaultUrl(): string {
  return `${globalThis.location.origin.replace(/^http/u, 'ws')}/ws`;
}
