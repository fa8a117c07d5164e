// A klatsch of the test's own: its binary on a free port, with a store in a temporary folder.

import { spawn } from 'node:child_process';
import { mkdtemp, rm } from 'node:fs/promises';
import { once } from 'node:events';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { createInterface } from 'node:readline';

const root = resolve(import.meta.dirname ?? new URL('.', import.meta.url).pathname, '../..');
const binary = process.env.KLATSCH_BINARY ?? join(root, 'build/release/klatsch');

export class Server {
  #folder;
  #process;
  port = 0;

  static async start(options = []) {
    const server = new Server();
    server.#folder = await mkdtemp(join(tmpdir(), 'klatsch-browser-'));
    await server.#launch(options);
    return server;
  }

  get url() {
    return `http://localhost:${this.port}/`;
  }

  /** Starts again on the same port and store, after `kill`. */
  async restart(options = []) {
    await this.#launch(options);
  }

  async kill(signal = 'SIGKILL') {
    if (this.#process.exitCode === null && this.#process.signalCode === null) {
      this.#process.kill(signal);
      await once(this.#process, 'exit');
    }
  }

  async end() {
    await this.kill('SIGTERM');
    await rm(this.#folder, { recursive: true, force: true });
  }

  async #launch(options) {
    this.#process = spawn(
      binary,
      [
        `--http.port=${this.port}`,
        `--store.path=${join(this.#folder, 'klatsch.db')}`,
        `--http.web-root=${join(root, 'web/dist')}`,
        ...options,
      ],
      { cwd: this.#folder, stdio: ['ignore', 'ignore', 'pipe'] },
    );
    const lines = createInterface({ input: this.#process.stderr });
    const log = [];
    const port = await new Promise((found, failed) => {
      lines.on('line', (line) => {
        log.push(line);
        const match = /http:\/\/localhost:(\d+)/.exec(line);
        if (match) found(Number(match[1]));
      });
      this.#process.once('exit', (code) =>
        failed(new Error(`klatsch ended with ${code}:\n${log.join('\n')}`)),
      );
      this.#process.once('error', failed);
    });
    this.port = port;
  }
}
