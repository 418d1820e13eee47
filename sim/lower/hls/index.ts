/** Lowering to what an HLS compiler makes: schedule profiles and the Pipelines that follow from them. */
export { isAlias, lowerHls, RETURN_STAGE } from './lower-hls.ts';
export { csynthLatency } from './csynth-latency.ts';
export type { Profile, Site } from './profile.ts';
export { profileFor, profileNamed, PROFILES } from './profiles.ts';
export { recodedDigits } from './recoded-digits.ts';
export type { SelectionTree } from './selection-tree.ts';
export { isChain, LUT_PRODUCT_BITS, sparseConvShape, TREE_SLOTS } from './sparse-conv2d.ts';
export { FLATTEN_UNROLL, flattenTripCycles } from './sparse-flatten.ts';
export { selectionNs, selectionTreeOf } from './sparse-input-reduce.ts';
export { bitsOf, tensorRanges, type TensorRanges, typeRange, type ValueRange } from './value-range.ts';
export { countWeights } from './weight-counts.ts';
