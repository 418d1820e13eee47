/** Blocks of random networks: every stage module that the lowering of random sparse and dense Models makes. */
import fc from 'fast-check';
import { emitVerilog, type VerilogDesign } from '../rtl-templates/verilog/index.ts';
import { arbitraryCase } from '../sim/evaluate/arbitrary-model.ts';
import {
  buildable,
  generator,
  sparseChoices,
  sparseModel,
  sparseRecipe,
} from '../sim/lower/rtl/arbitrary-sparse-model.ts';
import { lowerNetwork } from '../sim/lower/rtl/index.ts';
import { InputError } from '../sim/model/index.ts';
import { type Schedule, ScheduleError } from '../sim/pipeline/circuit/index.ts';
import type { Network } from '../sim/pipeline/network/index.ts';

const DENSE = ['conv2d', 'average-pool2d', 'max-pool2d', 'dense', 'relu', 'softmax', 'flatten'] as const;
/** Products a cycle of the dense layers. */
const PRODUCTS = 8;
/** Networks of one seed before those of the next begin. */
const APART = 10_000;

export interface RandomRegion {
  readonly network: string;
  readonly schedule: Schedule;
  readonly design: VerilogDesign;
}

/** Regions of random networks, a sparse and a dense one in turn, without end; no two seeds share a network. */
export function* randomRegions(seed: number): Generator<RandomRegion> {
  for (let number = 0; ; number++) {
    const drawSeed = seed * APART + number;
    const [recipe] = fc.sample(sparseRecipe, { numRuns: 1, seed: drawSeed });
    const drawn = buildable(recipe);
    const sparse = sparseModel(drawn, generator(drawn.seed));
    const dense = fc.sample(arbitraryCase({ kinds: DENSE, maxLayers: 4, maxWidth: 9, maxOutside: 2 }), {
      numRuns: 1,
      seed: drawSeed,
    })[0].model;
    const networks = [
      ['sparse', () => lowerNetwork(sparse, sparseChoices(drawn))],
      ['dense', () => lowerNetwork(dense, { name: 'random', clockNs: 5, productsPerCycle: PRODUCTS })],
    ] as const;
    for (const [kind, lower] of networks) {
      for (const region of lowered(lower)) yield { network: `${kind} ${number}`, ...region };
    }
  }
}

/** What has no hardware, or none that fits the clock, is passed over. */
function lowered(lower: () => Network): Omit<RandomRegion, 'network'>[] {
  try {
    return lower().units.flatMap((unit) =>
      unit.kind === 'region' ? [{ schedule: unit.schedule, design: emitVerilog(unit.schedule) }] : [],
    );
  } catch (error) {
    if (error instanceof ScheduleError || error instanceof InputError) return [];
    throw error;
  }
}
