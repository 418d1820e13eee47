/** Multipliers as HLS makes and books them. */

/** LUTs that csynth books for a multiplier of LUTs, by its wider operand: 33, 40, 49 for 7, 8, 9 bits. */
export function csynthMultiplierLut(a: number, b: number): number {
  return Math.max(1, 40 + 8 * (Math.max(a, b) - 8));
}

/** LUTs that csynth books beside the DSP of a multiplier. */
export const CSYNTH_LUT_BESIDE_DSP = 5;

/** Largest block RAM that HLS builds of LUTs instead, bits: 1,944 went to LUTs, 2,352 to a block RAM. */
export const LUT_ROM_BITS = 2048;

/** LUTs of a ROM: one for each bit of each 64 words, and one for the address. */
export function romLut(words: number, bits: number): number {
  return 1 + Math.ceil(words / 64) * bits;
}
