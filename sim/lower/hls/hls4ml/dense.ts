/** hls4ml's dense layers on whole vectors: strategy latency shares multipliers, strategy resource runs a loop. */
import { choicesFor, elements, type LayerOf } from '../../../model/index.ts';
import { productsInLuts } from '../dense.ts';
import type { LayerLowering } from '../profile.ts';
import { countWeights } from '../weight-counts.ts';
import { wholeEvent } from '../whole-event.ts';
import { clockNotes, fabricOf } from './fabric.ts';

/** Cycles of `dense_resource` beyond its trips: 830 of 871 reported layers have one or two (wa-hls4ml). */
const RESOURCE_CYCLES = 2;

/**
 * Latency: all products at once; with reuse, ceil(inputs x outputs / reuse factor) multipliers take turns. What HLS makes
 * of shifts and additions needs none, so the turns are those of weights with three or more digits. The next vector is taken
 * when the last turn is over: II = min(reuse factor, latency + 1), as in all 48 reported layers with reuse.
 */
export const lowerDenseParallel: LayerLowering<LayerOf<'dense'>> = (layer, site) => {
  const { model, mapping, budgetNs } = site;
  const x = model.tensors[layer.inputs[0]];
  const terms = elements(x.shape);
  const { strategy, reuseFactor } = choicesFor(mapping, layer.name);
  if (strategy === 'resource' && reuseFactor > 1) {
    return {
      schedule: wholeEvent(site, reuseFactor + RESOURCE_CYCLES, reuseFactor),
      derivation: `${reuseFactor} trips x II 1 + ${RESOURCE_CYCLES}`,
      extrapolated: [],
    };
  }
  const fabric = fabricOf(mapping.part);
  const weights = model.constants[layer.weights];
  const sum = fabric.sumCycles(terms, productsInLuts(site, layer), budgetNs);
  const limit = Math.ceil((terms * weights.shape[1]) / reuseFactor);
  const turns = Math.max(1, Math.ceil(countWeights(weights, x.type.width).multipliers / limit));
  const cycles = sum + turns - 1;
  return {
    schedule: wholeEvent(site, cycles, Math.min(reuseFactor, cycles + 1)),
    derivation:
      `${sum} for the products of ${terms} inputs and their sums` +
      (reuseFactor > 1 ? ` + ${turns - 1} for ${turns} turns of ${limit} multipliers` : ''),
    extrapolated: [
      ...clockNotes(fabric, budgetNs),
      ...fabric.unpriced,
      ...(terms < fabric.reportedTerms[0] || terms > fabric.reportedTerms[1]
        ? [`${terms} products an output`]
        : []),
      ...(strategy === 'resource' ? ["strategy 'resource' without reuse, taken as latency"] : []),
    ],
  };
};
