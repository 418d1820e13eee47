/**
 * Fetches the open C++ headers of the HLS number types that tests use as oracles: Xilinx ap_types and Siemens ac_types.
 *
 * Both ship inside the PyPI wheel of hls4ml, which pip downloads once into `.cache/`; a second run does nothing.
 * `node scripts/hls-headers.mjs` fetches; `hlsHeaders()` finds what was fetched, and never downloads.
 */
import { execFileSync } from 'node:child_process';
import {
  existsSync,
  mkdirSync,
  mkdtempSync,
  readFileSync,
  readdirSync,
  renameSync,
  rmSync,
  writeFileSync,
} from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { unzipSync } from 'fflate';

const PACKAGE = 'hls4ml==1.3.0';
const cache = fileURLToPath(new URL('../.cache/', import.meta.url));
const folder = join(cache, 'hls4ml-1.3.0');
const templates = join(folder, 'hls4ml', 'templates');
/** One header of each folder tells whether it is there. */
const found = {
  apTypes: join(templates, 'vivado', 'ap_types', 'ap_fixed.h'),
  acTypes: join(templates, 'catapult', 'ac_types', 'include', 'ac_fixed.h'),
};

/** Where the header folders are, or why they are not there. */
export function hlsHeaders() {
  if (existsSync(found.apTypes) && existsSync(found.acTypes)) {
    return { kind: 'found', apTypes: dirname(found.apTypes), acTypes: dirname(found.acTypes) };
  }
  return {
    kind: 'missing',
    reason: `the headers of ${PACKAGE} are not in .cache/: run node scripts/hls-headers.mjs`,
  };
}

/** Downloads and unpacks what {@link hlsHeaders} looks for; does nothing when it is there. */
export function fetchHlsHeaders() {
  const present = hlsHeaders();
  if (present.kind === 'found') return present;
  mkdirSync(cache, { recursive: true });
  const scratch = mkdtempSync(join(cache, 'download-'));
  try {
    download(scratch);
    unpack(scratch, join(scratch, 'unpacked'));
    rmSync(folder, { recursive: true, force: true });
    renameSync(join(scratch, 'unpacked'), folder);
  } finally {
    rmSync(scratch, { recursive: true, force: true });
  }
  return hlsHeaders();
}

function download(into) {
  const args = [
    '-m',
    'pip',
    'download',
    '--quiet',
    '--no-deps',
    '--only-binary=:all:',
    '--dest',
    into,
    PACKAGE,
  ];
  try {
    execFileSync('python3', args, { stdio: ['ignore', 'ignore', 'pipe'], encoding: 'utf8' });
  } catch (error) {
    const cause = error.code === 'ENOENT' ? 'python3 is not installed' : String(error.stderr ?? error).trim();
    throw new Error(
      `cannot download ${PACKAGE} with pip: ${cause}\n` +
        'mend: install python3 with pip (Debian: apt-get install python3-pip) and see that it reaches a package index',
      { cause: error },
    );
  }
}

function unpack(from, to) {
  const wheel = readdirSync(from).find((name) => name.endsWith('.whl'));
  const files = unzipSync(readFileSync(join(from, wheel)), {
    filter: ({ name }) =>
      /^hls4ml\/templates\/\w+\/a[cp]_types\/.*\.(h|hpp)$/.test(name) ||
      /(dist-info|ac_types)\/.*LICENSE$/.test(name),
  });
  for (const [name, bytes] of Object.entries(files)) {
    const path = join(to, name);
    mkdirSync(dirname(path), { recursive: true });
    writeFileSync(path, bytes);
  }
}

if (process.argv[1] === fileURLToPath(import.meta.url)) {
  try {
    const { apTypes, acTypes } = fetchHlsHeaders();
    console.log(`ap_types: ${apTypes}\nac_types: ${acTypes}`);
  } catch (error) {
    console.error(error.message);
    process.exitCode = 1;
  }
}
