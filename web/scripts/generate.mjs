// Writes what depends on the protocol from protocol/schema.json, which the engine prints:
// the client's src/protocol.ts and the tables of docs/PROTOCOL.md.
//
//   npm run generate              writes them
//   npm run generate -- --check   writes nothing; fails where they are stale
//
// It needs nothing but Node.js, so that it also runs where nothing is installed.

import { readFileSync, writeFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { replaceTables } from './generate/document.mjs';
import { writeTypeScript } from './generate/typescript.mjs';

const root = new URL('../../', import.meta.url);
const schemaPath = 'protocol/schema.json';

const outputs = [
  { path: 'web/client/src/protocol.ts', render: writeTypeScript, mayBeMissing: true },
  { path: 'docs/PROTOCOL.md', render: replaceTables, mayBeMissing: false },
];

/** The text of a file of the project; null where there is none. */
function read(path) {
  try {
    return readFileSync(new URL(path, root), 'utf8');
  } catch (error) {
    if (error.code === 'ENOENT') return null;
    throw error;
  }
}

function main(checking) {
  const schema = JSON.parse(readFileSync(new URL(schemaPath, root), 'utf8'));
  let failed = false;
  for (const { path, render, mayBeMissing } of outputs) {
    const before = read(path);
    if (before === null && !mayBeMissing) {
      console.error(`${path} is missing: write it, with markers for its tables`);
      failed = true;
      continue;
    }
    const after = render(schema, before);
    if (after === before) continue;
    if (checking) {
      console.error(`${path} is stale: run "npm run generate" in web/`);
      failed = true;
    } else {
      writeFileSync(new URL(path, root), after);
      console.log(`${fileURLToPath(new URL(path, root))} written`);
    }
  }
  return failed ? 1 : 0;
}

process.exitCode = main(process.argv.includes('--check'));
