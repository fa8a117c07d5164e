// Runs the browser tests one file after the other and closes with `N passed, N failed`.

import { readdirSync } from 'node:fs';
import { run } from 'node:test';
import { fileURLToPath } from 'node:url';

const folder = fileURLToPath(new URL('.', import.meta.url));
const wanted = process.argv.slice(2);
const files = readdirSync(folder)
  .filter((name) => name.endsWith('.test.mjs'))
  .filter((name) => wanted.length === 0 || wanted.some((each) => name.startsWith(each)))
  .map((name) => folder + name);

let passed = 0;
let failed = 0;
const isTest = (event) => event.details?.type !== 'suite' && !event.name.endsWith('.test.mjs');

await new Promise((done) => {
  run({ files, concurrency: 1, timeout: 600000 })
    .on('test:pass', (event) => {
      if (isTest(event)) {
        ++passed;
        console.log(`ok: ${event.name} (${Math.round(event.details.duration_ms)} ms)`);
      }
    })
    .on('test:fail', (event) => {
      if (event.details?.type === 'suite') return;
      ++failed;
      const cause = event.details.error?.cause ?? event.details.error;
      console.log(`FAILED: ${event.name}\n${cause?.stack ?? cause}`);
    })
    .on('test:stderr', (event) => process.stderr.write(event.message))
    .on('end', done)
    .resume();
});

console.log(`${passed} passed, ${failed} failed`);
process.exit(failed > 0 || passed === 0 ? 1 : 0);
