/** Days and times as people say them. All functions take the reader's own time zone. */

const dayMilliseconds = 86_400_000;

/** A key that is the same for all moments of one local day, and sorts by date. */
export function dayKey(ts: number): string {
  const date = new Date(ts);
  const month = String(date.getMonth() + 1).padStart(2, '0');
  const day = String(date.getDate()).padStart(2, '0');
  return `${date.getFullYear()}-${month}-${day}`;
}

/** How many local days lie between two moments; not fooled by days of 23 or 25 hours. */
export function daysBetween(earlier: number, later: number): number {
  const midnight = (ts: number) => {
    const date = new Date(ts);
    return Date.UTC(date.getFullYear(), date.getMonth(), date.getDate());
  };
  return Math.round((midnight(later) - midnight(earlier)) / dayMilliseconds);
}

/** "Today", "Yesterday", "Monday" within the last week, or the date. */
export function dayLabel(ts: number, now: number, locale?: string): string {
  const days = daysBetween(ts, now);
  if (days === 0) return 'Today';
  if (days === 1) return 'Yesterday';
  const date = new Date(ts);
  if (days > 1 && days < 7) return date.toLocaleDateString(locale, { weekday: 'long' });
  const sameYear = date.getFullYear() === new Date(now).getFullYear();
  return date.toLocaleDateString(locale, {
    weekday: 'long',
    day: 'numeric',
    month: 'long',
    ...(sameYear ? {} : { year: 'numeric' }),
  });
}

const timeFormats = new Map<string, Intl.DateTimeFormat>();

/** Hours and minutes. The formatter is kept: making one costs more than a hundred uses of it. */
export function timeLabel(ts: number, locale?: string): string {
  const key = locale ?? '';
  let format = timeFormats.get(key);
  if (!format) {
    format = new Intl.DateTimeFormat(locale, { hour: 'numeric', minute: '2-digit' });
    timeFormats.set(key, format);
  }
  return format.format(ts);
}

/** Date and time in full, for titles and screen readers. */
export function momentLabel(ts: number, locale?: string): string {
  return new Date(ts).toLocaleString(locale, { dateStyle: 'full', timeStyle: 'short' });
}
