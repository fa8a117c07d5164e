import { svelte } from '@sveltejs/vite-plugin-svelte';
import { defineConfig } from 'vite';
import { precompress } from './scripts/precompress';

/** Where `npm run dev` finds the engine. */
const engine = 'localhost:8080';

export default defineConfig({
  root: 'app',
  cacheDir: '../node_modules/.vite',
  plugins: [svelte(), precompress()],
  build: {
    outDir: '../dist',
    emptyOutDir: true,
    target: 'es2022',
    // The content security policy allows neither inline scripts nor data: addresses.
    assetsInlineLimit: 0,
    modulePreload: { polyfill: false },
  },
  server: {
    proxy: {
      '/ws': { target: `ws://${engine}`, ws: true },
      '/logout': { target: `http://${engine}` },
    },
  },
});
