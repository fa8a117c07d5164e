/**
 * What this browser keeps for the page. Storage may be full, blocked or hold what another version
 * wrote: reading then gives the fallback and writing does nothing, since no feature may depend on
 * it.
 */
const prefix = 'klatsch.';

export function readStored<T>(key: string, fallback: T, area: Storage | null = localArea()): T {
  try {
    const text = area?.getItem(prefix + key);
    return text == null ? fallback : (JSON.parse(text) as T);
  } catch {
    return fallback;
  }
}

export function writeStored(key: string, value: unknown, area: Storage | null = localArea()): void {
  try {
    if (value === null || value === undefined) area?.removeItem(prefix + key);
    else area?.setItem(prefix + key, JSON.stringify(value));
  } catch {
    // Full or blocked: the page works on without.
  }
}

/** Calls back when another tab writes this key. */
export function watchStored(key: string, changed: () => void): void {
  addEventListener('storage', (event) => {
    if (event.key === prefix + key) changed();
  });
}

/** Forgets drafts, marks and texts of a user, so that the next one at this browser finds none. */
export function forgetUser(userId: string): void {
  for (const area of [localArea(), sessionArea()]) {
    if (area === null) continue;
    const keys = Array.from({ length: area.length }, (_, index) => area.key(index) ?? '');
    const ofUser = keys.filter((key) => key.startsWith(prefix) && key.split('.').includes(userId));
    for (const key of ofUser) area.removeItem(key);
  }
}

export function localArea(): Storage | null {
  try {
    return window.localStorage;
  } catch {
    return null;
  }
}

export function sessionArea(): Storage | null {
  try {
    return window.sessionStorage;
  } catch {
    return null;
  }
}
