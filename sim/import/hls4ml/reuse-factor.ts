/**
 * Reuse factors that hls4ml's resource kernels can be built with.
 *
 * Source: hls4ml 1.3.0, `FPGABackend.get_valid_reuse_factors`, `get_closest_reuse_factor`.
 */

/** Whether a matrix of inputs x outputs can share each multiplier `reuse` times. */
export function isLegalReuse(inputs: number, outputs: number, reuse: number): boolean {
  const multipliers = Math.ceil((inputs * outputs) / Math.min(inputs, reuse));
  const wholeOutputs = multipliers % outputs === 0 || reuse >= inputs;
  const wholeInputs = reuse % inputs === 0 || reuse < inputs;
  return wholeOutputs && wholeInputs && (inputs * outputs) % reuse === 0;
}

/** The legal factor nearest to the wanted one; the smaller of two as near. */
export function nearestLegalReuse(inputs: number, outputs: number, wanted: number): number {
  for (let distance = 0; ; distance++) {
    if (wanted - distance >= 1 && isLegalReuse(inputs, outputs, wanted - distance)) return wanted - distance;
    const above = wanted + distance;
    if (above <= inputs * outputs && isLegalReuse(inputs, outputs, above)) return above;
    if (distance > inputs * outputs + wanted) return 1;
  }
}
