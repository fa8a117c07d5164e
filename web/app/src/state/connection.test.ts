import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { Connection } from './connection.svelte';

let connection: Connection;

const lost = (reason: string, attempt = 1, wait = 4000) =>
  connection.set({ kind: 'reconnecting', attempt, reason, retryAt: Date.now() + wait });

beforeEach(() => {
  vi.useFakeTimers();
  connection = new Connection();
  connection.set({ kind: 'connecting', attempt: 0 });
  connection.set({ kind: 'online', attempt: 0 });
});

afterEach(() => {
  vi.useRealTimers();
});

describe('the words for the connection', () => {
  it('are not wasted on what is over within a second', () => {
    lost('close_1006', 1, 300);
    expect([connection.quiet, connection.words, connection.seconds]).toEqual([true, 'Online', null]);
    vi.advanceTimersByTime(300);
    connection.set({ kind: 'reconnecting', attempt: 1 });
    connection.set({ kind: 'online', attempt: 0 });
    vi.advanceTimersByTime(5000);
    expect(connection.quiet).toBe(true);
  });

  it('come when it takes longer, with the seconds until the next try', () => {
    lost('close_1006');
    vi.advanceTimersByTime(1000);
    expect([connection.quiet, connection.calm, connection.words, connection.seconds]).toEqual([
      false,
      false,
      'Reconnecting',
      3,
    ]);
    expect(connection.canRetry).toBe(true);
  });

  it('stay calm when the server said that it restarts, until something else goes wrong', () => {
    lost('restarting');
    vi.advanceTimersByTime(1000);
    expect([connection.calm, connection.words, connection.seconds]).toEqual([
      true,
      'Restarting, back',
      3,
    ]);
    connection.set({ kind: 'reconnecting', attempt: 1 });
    expect([connection.calm, connection.words]).toEqual([true, 'The server restarts…']);
    lost('close_1006', 2);
    expect([connection.calm, connection.words]).toEqual([false, 'Reconnecting']);
  });

  it('say at once that the device is offline, or the session is over', () => {
    connection.set({ kind: 'offline', attempt: 1 });
    expect(connection.quiet).toBe(false);
    connection.set({ kind: 'closed', attempt: 0, reason: 'logged_out' });
    expect([connection.quiet, connection.words]).toEqual([false, 'Closed']);
  });
});
