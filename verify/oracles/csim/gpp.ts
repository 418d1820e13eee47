/** Whether g++ and the headers of a vendor's number types are there to compile with. */
import { spawnSync } from 'node:child_process';
import type { Availability } from '../oracle.ts';

/** Folder of headers, or why there is none. */
export type HeadersFolder =
  { readonly kind: 'found'; readonly folder: string } | { readonly kind: 'missing'; readonly reason: string };

export function gppAvailability(headers: HeadersFolder): Availability {
  if (headers.kind === 'missing') {
    return { kind: 'missing', what: headers.reason, mend: 'fetch the headers, or name their folder' };
  }
  const { status, stdout } = spawnSync('g++', ['-dumpfullversion'], { encoding: 'utf8' });
  if (status !== 0)
    return {
      kind: 'missing',
      what: 'g++ is not installed',
      mend: 'install g++ (Debian: apt-get install g++)',
    };
  return { kind: 'available', version: `g++ ${stdout.trim()}` };
}
