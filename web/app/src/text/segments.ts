/** Cuts a message's text into plain text, code, links and mentions. Nothing becomes HTML here. */

export type Segment =
  | { kind: 'text'; text: string }
  /** Between backticks; a `block` between three of them, with lines of its own. */
  | { kind: 'code'; text: string; block: boolean }
  | { kind: 'link'; text: string; href: string }
  | { kind: 'mention'; text: string; userId: string };

export interface Mentionable {
  id: string;
  name: string;
}

const linkStart = /\bhttps?:\/\/[^\s<>"'`\u0000-\u001f\u007f\u2028\u2029]+/giu;
const trailingPunctuation = /[.,;:!?…'"*_~]$/u;
const bracketPairs: Record<string, string> = { ')': '(', ']': '[', '}': '{' };
const wordSign = /[\p{L}\p{N}_-]/u;

/** Only http and https ever become links; what a URL parser refuses stays text. */
function safeHref(candidate: string): string | null {
  try {
    const url = new URL(candidate);
    const safe = url.protocol === 'http:' || url.protocol === 'https:';
    return safe && url.hostname !== '' ? url.href : null;
  } catch {
    return null;
  }
}

function countOf(text: string, sign: string): number {
  return text.split(sign).length - 1;
}

/** The full stop or bracket after a URL belongs to the sentence, not to the URL. */
function trimLink(candidate: string): string {
  let link = candidate;
  for (;;) {
    const last = link.slice(-1);
    const opening = bracketPairs[last];
    const unbalanced = opening !== undefined && countOf(link, last) > countOf(link, opening);
    if (!unbalanced && !trailingPunctuation.test(link)) return link;
    link = link.slice(0, -1);
  }
}

function splitLinks(text: string): Segment[] {
  const segments: Segment[] = [];
  let done = 0;
  for (const match of text.matchAll(linkStart)) {
    const link = trimLink(match[0]);
    const href = safeHref(link);
    if (href === null) continue;
    if (match.index > done) segments.push({ kind: 'text', text: text.slice(done, match.index) });
    segments.push({ kind: 'link', text: link, href });
    done = match.index + link.length;
  }
  if (done < text.length) segments.push({ kind: 'text', text: text.slice(done) });
  return segments;
}

/** The backticks, the name of a language and the line breaks around a block are not shown. */
const codePattern = /\n?```(?:[\w+#-]*\n)?(?!\s*```)([^]+?)\n?```\n?|`([^`\n]+)`/gu;

function splitCode(text: string): Segment[] {
  const segments: Segment[] = [];
  let done = 0;
  for (const match of text.matchAll(codePattern)) {
    const [whole, block, inline] = match;
    if (match.index > done) segments.push({ kind: 'text', text: text.slice(done, match.index) });
    segments.push({ kind: 'code', text: block ?? inline!, block: block !== undefined });
    done = match.index + whole.length;
  }
  if (done < text.length) segments.push({ kind: 'text', text: text.slice(done) });
  return segments;
}

/** Cuts what is plain text further. */
function cut(segments: readonly Segment[], split: (text: string) => Segment[]): Segment[] {
  return segments.flatMap((each) => (each.kind === 'text' ? split(each.text) : [each]));
}

function mentionAt(text: string, at: number, people: readonly Mentionable[]): Segment | null {
  if (at > 0 && wordSign.test(text[at - 1]!)) return null;
  const rest = text.slice(at + 1).toLocaleLowerCase();
  let best: Segment | null = null;
  for (const person of people) {
    for (const label of [person.name, person.id]) {
      const fits = rest.startsWith(label.toLocaleLowerCase());
      const after = text[at + 1 + label.length];
      if (!fits || (after !== undefined && wordSign.test(after))) continue;
      if (best && best.text.length > label.length) continue;
      best = { kind: 'mention', text: text.slice(at, at + 1 + label.length), userId: person.id };
    }
  }
  return best;
}

function splitMentions(text: string, people: readonly Mentionable[]): Segment[] {
  const segments: Segment[] = [];
  let done = 0;
  for (let at = text.indexOf('@'); at !== -1; at = text.indexOf('@', at + 1)) {
    if (at < done) continue;
    const mention = mentionAt(text, at, people);
    if (!mention) continue;
    if (at > done) segments.push({ kind: 'text', text: text.slice(done, at) });
    segments.push(mention);
    done = at + mention.text.length;
  }
  if (done < text.length) segments.push({ kind: 'text', text: text.slice(done) });
  return segments;
}

/** `people`: those whose `@name` or `@id` is shown as a mention. */
export function segmentsOf(text: string, people: readonly Mentionable[]): Segment[] {
  const coded: Segment[] = text.includes('`') ? splitCode(text) : [{ kind: 'text', text }];
  const linked = cut(coded, splitLinks);
  return text.includes('@') ? cut(linked, (plain) => splitMentions(plain, people)) : linked;
}

/** Whether the text mentions this person by name or id. */
export function mentions(text: string, person: Mentionable): boolean {
  return (
    text.includes('@') && segmentsOf(text, [person]).some((segment) => segment.kind === 'mention')
  );
}

const oneEmoji = String.raw`\p{Extended_Pictographic}(?:\p{Emoji_Modifier}|\ufe0f)?`;
const onlyEmoji = new RegExp(String.raw`^(?:\s*${oneEmoji}(?:\u200d${oneEmoji})*){1,3}\s*$`, 'u');

/** One to three emoji and nothing else: shown larger. */
export function isOnlyEmoji(text: string): boolean {
  return text.length <= 40 && onlyEmoji.test(text);
}
