import { readdir, readFile, writeFile } from 'node:fs/promises';
import { extname, join, resolve } from 'node:path';
import { promisify } from 'node:util';
import { brotliCompress, constants, gzip } from 'node:zlib';
import type { Plugin } from 'vite';

const compressible = new Set(['.css', '.html', '.js', '.json', '.svg', '.txt', '.webmanifest']);

const encodings = [
  {
    suffix: '.br',
    encode: (content: Buffer) =>
      promisify(brotliCompress)(content, {
        params: {
          [constants.BROTLI_PARAM_QUALITY]: constants.BROTLI_MAX_QUALITY,
          [constants.BROTLI_PARAM_SIZE_HINT]: content.length,
        },
      }),
  },
  {
    suffix: '.gz',
    encode: (content: Buffer) =>
      promisify(gzip)(content, { level: constants.Z_BEST_COMPRESSION }),
  },
];

async function writeEncodings(path: string): Promise<void> {
  const content = await readFile(path);
  for (const { suffix, encode } of encodings) {
    const encoded = await encode(content);
    // What doesn't shrink is served as it is.
    if (encoded.length < content.length) await writeFile(path + suffix, encoded);
  }
}

/**
 * Writes `<file>.br` and `<file>.gz` beside each text file of a finished build, so that the server
 * compresses nothing at run time and can afford the best quality.
 */
export function precompress(): Plugin {
  let folder = '';
  return {
    name: 'klatsch:precompress',
    apply: 'build',
    configResolved(config) {
      folder = resolve(config.root, config.build.outDir);
    },
    // The last hook of a build: the files of `public/` are there as well.
    async closeBundle() {
      const entries = await readdir(folder, { recursive: true });
      const paths = entries.filter((entry) => compressible.has(extname(entry)));
      await Promise.all(paths.map((path) => writeEncodings(join(folder, path))));
    },
  };
}
