import { execFileSync } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { describe, expect, it } from 'vitest';
import schema from '../../protocol/schema.json';
// @ts-expect-error plain JavaScript, so that Node.js runs it by itself
import { replaceTables } from './generate/document.mjs';
// @ts-expect-error plain JavaScript, so that Node.js runs it by itself
import { writeTypeScript } from './generate/typescript.mjs';

const names = ['methods', 'notifications', 'types', 'errors', 'close-codes', 'limits'];
const place = (name: string) => `<!-- generated: ${name} -->\nstale text\n<!-- end -->`;
const skeleton = ['# Title', ...names.map(place), 'The end.'].join('\n\n');
const write = (document: string) => replaceTables(schema, document) as string;

describe('the generator', () => {
  it('finds everything up to date', () => {
    const script = fileURLToPath(new URL('generate.mjs', import.meta.url));
    execFileSync(process.execPath, [script, '--check'], { stdio: 'pipe' });
  });

  it('writes each table in its place and leaves the rest', () => {
    const document = write(skeleton);
    expect(document.startsWith('# Title\n\n<!-- generated: methods -->\n\n| method |')).toBe(true);
    expect(document.endsWith('<!-- end -->\n\nThe end.')).toBe(true);
    expect(document).not.toContain('stale text');
    expect(document).toContain('| `room.leave` | [`{room}`](#type-room_leave) | `{}` |');
    expect(document).toContain('| 1030 | `rate_limited` | yes |');
    expect(document).toContain('| 4500 | `logged_out` | no |');
    expect(document).toContain('| `limit` | integer, 1 to 100, optional |');
  });

  it('changes nothing the second time', () => {
    const document = write(skeleton);
    expect(write(document)).toBe(document);
  });

  it('links only to what is there', () => {
    const document = write(skeleton);
    const anchors = new Set([...document.matchAll(/<a id="([\w-]+)">/gu)].map(([, id]) => id));
    for (const [, id] of document.matchAll(/\(#([\w-]+)\)/gu)) expect(anchors).toContain(id);
  });

  it('refuses a document that lacks a place, or has one of an unknown name', () => {
    expect(() => write('# Title')).toThrow('has no place for methods, notifications');
    expect(() => write(`${skeleton}\n${place('weather')}`)).toThrow('weather');
  });

  it('refuses a struct that is named like a rule, since one word has to tell them apart', () => {
    const clashing = { ...schema, $defs: { ...schema.$defs, text: schema.$defs.user } };
    expect(() => writeTypeScript(clashing) as string).toThrow('"text" names a struct and a rule');
  });
});
