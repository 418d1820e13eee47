/** What tool tests share: a cache of builds that lasts from run to run, and the header folders. */
import { fileURLToPath } from 'node:url';
import { hlsHeaders } from '../../scripts/hls-headers.mjs';
import type { HlsTarget } from '../../rtl-templates/hls/index.ts';
import type { CsimOptions } from './csim/index.ts';
import type { OracleContext } from './oracle.ts';
import { BuildCache } from './process/build-cache.ts';

const cacheFolder = fileURLToPath(new URL('../../.cache/builds/', import.meta.url));

export function testContext(logFolder: string, changes: Partial<OracleContext> = {}): OracleContext {
  return {
    cache: new BuildCache({ folder: cacheFolder, parallel: 2 }),
    signal: new AbortController().signal,
    buildTimeoutMs: 540_000,
    runTimeoutMs: 120_000,
    logFolder,
    ...changes,
  };
}

export function testHeaders(target: HlsTarget): CsimOptions['headers'] {
  const headers = hlsHeaders();
  if (headers.kind === 'missing') return headers;
  return { kind: 'found', folder: target === 'vitis' ? headers.apTypes : headers.acTypes };
}
