import { defineConfig } from 'vite'

/** Builds the console into static files, which the API serves: `/` and `/console/assets/…`. */
export default defineConfig({
  root: 'console',
  base: '/console/',
  oxc: { jsx: { runtime: 'automatic', importSource: 'preact' } },
  build: {
    outDir: '../dist/console',
    emptyOutDir: true,
    target: 'es2023',
    // The policy of the page allows no data: in style sheets and no inline script.
    assetsInlineLimit: 0,
    modulePreload: { polyfill: false },
  },
  // `npx vite` shows changes at once, with the API of a Postern that runs at the same time.
  server: {
    proxy: Object.fromEntries(
      ['/v1', '/emails', '/api-keys'].map((path) => [path, 'http://127.0.0.1:8025']),
    ),
  },
})
