import { svelte } from '@sveltejs/vite-plugin-svelte';
import { defineConfig } from 'vitest/config';

export default defineConfig({
  cacheDir: 'node_modules/.vite',
  test: {
    // Enough for a machine that compiles the engine at the same time.
    testTimeout: 30_000,
    projects: [
      {
        test: {
          name: 'client',
          include: ['client/**/*.test.ts', 'scripts/**/*.test.ts'],
          environment: 'node',
        },
      },
      {
        plugins: [svelte()],
        // Svelte's package has a build for servers too; components are mounted in a document here.
        resolve: { conditions: ['browser'] },
        test: { name: 'app', include: ['app/**/*.test.ts'], environment: 'jsdom' },
      },
    ],
  },
});
