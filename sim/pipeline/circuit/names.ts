/** Names that the hardware has in Verilog, for all that speak of its nets. */
import type { Holds } from './holds.ts';

/** A name that is legal in Verilog and no keyword in use here. */
export function identifier(name: string): string {
  const legal = name.replaceAll(/[^A-Za-z0-9_]/g, '_');
  return /^[A-Za-z_]/.test(legal) ? legal : `m_${legal}`;
}

/** The vector of a node's array. @param copy  -1 for the value itself, else which copy */
export function vectorName({ node, held }: Pick<Holds, 'node' | 'held'>, copy: number): string {
  const base = `${node.op.kind === 'input' ? 'frame' : node.op.kind.replaceAll('-', '_')}_${node.id}`;
  return copy < 0 ? base : `${base}_${held ? 'h' : 'd'}${copy + 1}`;
}
