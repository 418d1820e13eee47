/** Known values of each beat: what they are made of. */
import { type Schedule, sizeOf, widthOf } from '../../pipeline/circuit/index.ts';

/**
 * Registers of known values that change from beat to beat, by stage: for each the beats in which it is 1, as digits. A bit
 * that is 0 in all beats takes none; equal ones of a constant are one. Before each is the or of its beats' tokens.
 */
export function beatPatterns({ circuit, steps }: Schedule): Map<number, string[]> {
  const found = new Map<number, string[]>();
  const seen = new Set<string>();
  for (const node of circuit.nodes) {
    for (const { node: known } of node.operands) {
      if (known.op.kind !== 'constant' || known.beats === 1) continue;
      const key = `${node.stage} ${known.id} ${steps[node.id]}`;
      if (seen.has(key)) continue;
      seen.add(key);
      const size = sizeOf(known.shape);
      const patterns = new Set<string>();
      for (let element = 0; element < size; element++) {
        for (let bit = 0; bit < widthOf(known.range); bit++) {
          const text = Array.from({ length: known.beats }, (_, beat) =>
            known.op.kind === 'constant'
              ? Math.floor(known.op.values[beat * size + element] / 2 ** bit) & 1
              : 0,
          ).join('');
          if (text.includes('1')) patterns.add(text);
        }
      }
      found.set(node.stage, [...(found.get(node.stage) ?? []), ...patterns]);
    }
  }
  return found;
}
