/**
 * How fast the kernels' operators are, by the family of the part, as far as reports show it.
 *
 * UltraScale+: the dense layers and softmax of the SparsePixels designs (Vitis HLS 2023.1, 3.65 ns). 7 series: 24 designs of
 * four hls4ml networks, io_parallel, strategy latency (Vitis HLS 2021.1, xc7z007s, 2.91 and 4.38 ns; ArgyKokk/hls4ml_MLP_estimator).
 * Family and compiler come together in these reports, so nobody can say which of the two makes the difference.
 */
import { CYCLES_PER_LEVEL, FREE_LEVELS } from '../dense.ts';

export interface Fabric {
  readonly name: string;
  /** Usable clock periods of the reports, ns. */
  readonly reportedNs: readonly number[];
  /** Products an output of the reported dense layers. */
  readonly reportedTerms: readonly [fewest: number, most: number];
  /** Cycles of products and their sum, all at once. */
  readonly sumCycles: (terms: number, inLuts: boolean, budgetNs: number) => number;
  /** What the calibrated prices of resources leave out. */
  readonly unpriced: readonly string[];
  readonly reluCycles: (budgetNs: number) => number;
  /** Trees of `levels` levels for maximum and sum, two tables, a product. */
  readonly softmaxCycles: (levels: number, budgetNs: number) => number;
}

/** One level of additions, ns: ten of twelve layers of at most 64 inputs exact, the others one cycle more. */
const LEVEL_NS = 2.914;
/** Terms from which HLS 2021.1 leaves the sum a chain (48 cycles for 196, 192 for 561 inputs; 6 for 64), three a cycle. */
const TREE_TERMS = 64;
const CHAINED_A_CYCLE = 3;
/** Rounding and saturation of a ReLU: one cycle at 2.91 ns, none at 4.38 ns. */
const RELU_NS = 3.532;
/** A level of both trees of softmax: three cycles at 2.91 ns, two at 4.38 ns; as many again beside them, and four. */
const SOFTMAX_LEVEL_NS = 7;

const series7: Fabric = {
  name: '7 series',
  reportedNs: [2.914, 4.375],
  reportedTerms: [3, 561],
  unpriced: ['resources of a dense layer on 7 series, at prices of UltraScale+'],
  sumCycles: (terms, _inLuts, budgetNs) => {
    const levels = Math.log2(Math.min(Math.max(terms, 2), TREE_TERMS));
    const chained = Math.ceil(Math.max(0, terms - TREE_TERMS) / CHAINED_A_CYCLE);
    return 2 + Math.floor((LEVEL_NS / budgetNs) * levels) + chained;
  },
  reluCycles: (budgetNs) => Math.floor(RELU_NS / budgetNs),
  softmaxCycles: (levels, budgetNs) => 4 + (levels + 1) * Math.ceil(SOFTMAX_LEVEL_NS / budgetNs),
};

const ULTRASCALE_NS = 3.65;

const ultrascale: Fabric = {
  name: 'UltraScale+',
  reportedNs: [ULTRASCALE_NS],
  reportedTerms: [16, 243],
  unpriced: [],
  sumCycles: (terms, inLuts, budgetNs) => {
    const slope = CYCLES_PER_LEVEL[inLuts ? 'luts' : 'dsps'] * (ULTRASCALE_NS / budgetNs);
    return 2 + Math.round(slope * Math.max(0, Math.log2(terms) - FREE_LEVELS));
  },
  reluCycles: () => 0,
  softmaxCycles: (levels) => 2 + levels,
};

export function fabricOf(part: string): Fabric {
  return /^xc7/i.test(part) ? series7 : ultrascale;
}

/** What to say of a clock period that no report of this family has. */
export function clockNotes({ name, reportedNs }: Fabric, budgetNs: number): string[] {
  return reportedNs.some((known) => Math.abs(known - budgetNs) < 0.02)
    ? []
    : [`cycles at ${budgetNs.toFixed(2)} ns (${name} reported at ${reportedNs.join(' and ')} ns)`];
}
