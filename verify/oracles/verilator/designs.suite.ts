/** Sparse reference designs through the harness: every recorded event in Verilator, values and cycles. */
import { existsSync, mkdtempSync, readdirSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect } from 'vitest';
import { type HandshakeNoise, NO_NOISE } from '../../../sim/cycles/index.ts';
import { importModel } from '../../../sim/import/index.ts';
import { readRecordedEvents } from '../../../sim/import/vectors/index.ts';
import {
  type HardwareMapping,
  isSparse,
  lowerNetwork,
  networkChoices,
} from '../../../sim/lower/rtl/index.ts';
import { verifyAgainst, type VerifyEvent } from '../../against/index.ts';
import { evaluatorOracles, hardwareOracles, networkHardware, recordedOracle } from '../index.ts';
import { testContext } from '../tools.suite.ts';

const ROOT = 'golden/sparsepixels';
const NOISES: readonly HandshakeNoise[] = [NO_NOISE, { gap: 100, stall: 120, seed: 7 }];

/** Folders of the sparse designs. */
export function sparseDesigns(): string[] {
  return readdirSync(ROOT)
    .map((name) => join(ROOT, name))
    .filter((path) => existsSync(join(path, 'vectors.json')) && isSparse(importModel(path).model));
}

/** Verilator gives every recorded output, in the cycles of the simulator, at full rate and with gaps and stalls. */
export async function expectVerified(path: string, mapping: HardwareMapping): Promise<void> {
  const { model } = importModel(path);
  const events = readRecordedEvents(join(path, 'vectors.json'), model);
  const network = lowerNetwork(model, networkChoices(model, mapping));
  for (const noise of NOISES) {
    const oracles = hardwareOracles({ build: (built) => networkHardware(built, network), noise });
    const [explainer] = evaluatorOracles;
    const gathered: VerifyEvent[] = [];
    for await (const event of verifyAgainst({
      subject: { model, mapping: undefined },
      events,
      baseline: recordedOracle,
      explainer,
      against: oracles.filter(({ name }) => name === 'verilator'),
      context: testContext(mkdtempSync(join(tmpdir(), 'pipewright-designs-')), { buildTimeoutMs: 1_800_000 }),
      keepGoing: false,
    }))
      gathered.push(event);
    const finished = gathered.find(({ kind }) => kind === 'finished');
    expect(finished).toMatchObject({
      verdict: 'equal',
      totals: { events: events.length, comparedEvents: events.length, mismatchedEvents: 0 },
    });
  }
}
