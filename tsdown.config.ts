import { defineConfig } from 'tsdown';

/** fixed-point-ts is compiled in from source, so that the packed tool has only registry packages to install. */
export default defineConfig({
  entry: { cli: 'cli/main.ts', index: 'index.ts', 'search-worker': 'symbolic/search/search-worker.ts' },
  format: 'esm',
  platform: 'node',
  target: 'node20',
  dts: { entry: 'index.ts', eager: true },
  clean: true,
  fixedExtension: false,
  deps: { alwaysBundle: ['fixed-point-ts'] },
  inputOptions: { resolve: { conditionNames: ['source', 'import', 'node', 'default'] } },
});
