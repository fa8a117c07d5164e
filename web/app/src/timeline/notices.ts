import type { Notice, NoticeKind } from './entry';

/** One line about people who did the same thing. */
export interface NoticeGroup {
  kind: NoticeKind;
  /** How many different people. */
  count: number;
  /** "Ann, Ben and 12 others". */
  names: string;
  own: boolean;
}

/** Up to this many notices in a row are shown one by one. */
export const unfoldedNotices = 3;

const namesShown = 2;

/** "Ann", "Ann and Ben", "Ann, Ben and 12 others". */
export function joinNames(names: readonly string[]): string {
  if (names.length <= 1) return names[0] ?? '';
  if (names.length === 2) return `${names[0]} and ${names[1]}`;
  if (names.length === 3) return `${names[0]}, ${names[1]} and ${names[2]}`;
  const others = names.length - namesShown;
  return `${names.slice(0, namesShown).join(', ')} and ${others} others`;
}

/** What a notice says, without the id. */
export function noticeSentence(notice: Notice): string {
  const subject = notice.own ? 'You' : notice.who.name;
  switch (notice.kind) {
    case 'joined':
      return `${subject} entered`;
    case 'left':
      return `${subject} left`;
    case 'renamed':
      return notice.own
        ? `You are now called ${notice.who.name}`
        : `${notice.before ?? 'Somebody'} is now called ${notice.who.name}`;
  }
}

/**
 * Folds a run of notices into one line per kind. Who entered and left again within the run, or
 * left and came back, counts by what they did last. The order of the kinds is that of their
 * latest notices.
 */
export function foldNotices(notices: readonly Notice[]): NoticeGroup[] {
  const lastByPerson = new Map<string, Notice>();
  for (const notice of notices) {
    const channel = notice.kind === 'renamed' ? 'name' : 'place';
    const key = `${channel}:${notice.who.id}`;
    lastByPerson.delete(key);
    lastByPerson.set(key, notice);
  }
  const byKind = new Map<NoticeKind, Notice[]>();
  for (const notice of lastByPerson.values()) {
    const group = byKind.get(notice.kind) ?? [];
    byKind.delete(notice.kind);
    byKind.set(notice.kind, [...group, notice]);
  }
  return [...byKind].map(([kind, group]) => ({
    kind,
    count: group.length,
    names: joinNames(
      [...group]
        .sort((a, b) => Number(b.own) - Number(a.own))
        .map((notice) => (notice.own ? 'You' : notice.who.name)),
    ),
    own: group.some((notice) => notice.own),
  }));
}

/** "Ann, Ben and 12 others entered. Cid left." */
export function foldedSentence(groups: readonly NoticeGroup[]): string {
  return groups
    .map(({ kind, names, count, own }) => {
      if (kind === 'joined') return `${names} entered`;
      if (kind === 'left') return `${names} left`;
      return count === 1 && !own ? `${names} has this name now` : `${names} changed their names`;
    })
    .join(' · ');
}
