/** Look-up tables in a row on the longest path between registers, memories and ports of a mapped netlist. */
interface Cell {
  readonly type: string;
  readonly port_directions: Readonly<Record<string, string>>;
  readonly connections: Readonly<Record<string, readonly (number | string)[]>>;
}

export interface Netlist {
  readonly modules: Readonly<Record<string, { readonly cells: Readonly<Record<string, Cell>> }>>;
}

/** Carry chains and inverters (which a look-up table absorbs) lie on a path but are no level; multipliers are one. */
const LEVELS: Readonly<Record<string, number>> = {
  CARRY4: 0,
  CARRY8: 0,
  INV: 0,
  MUXF7: 0,
  MUXF8: 0,
  DSP48E2: 1,
};
const ENDS = /^(FD|SRL|RAM|BUFG|IBUF|OBUF)/;

/** @throws Error on a combinational loop */
export function logicLevels(netlist: Netlist, module: string): number {
  const cells = Object.values(netlist.modules[module].cells).filter(({ type }) => !ENDS.test(type));
  const driver = new Map<number | string, number>();
  cells.forEach((cell, index) => {
    for (const [port, bits] of Object.entries(cell.connections)) {
      if (cell.port_directions[port] === 'output') for (const bit of bits) driver.set(bit, index);
    }
  });
  const level = new Int32Array(cells.length).fill(-1);
  const sources = cells.map((cell) => {
    const found = new Set<number>();
    for (const [port, bits] of Object.entries(cell.connections)) {
      if (cell.port_directions[port] !== 'input') continue;
      for (const bit of bits) {
        const from = driver.get(bit);
        if (from !== undefined) found.add(from);
      }
    }
    return [...found];
  });
  const visiting = new Uint8Array(cells.length);
  const stack: number[] = [];
  for (let start = 0; start < cells.length; start++) {
    stack.push(start);
    while (stack.length > 0) {
      const cell = stack.at(-1)!;
      if (level[cell] >= 0) {
        stack.pop();
        continue;
      }
      const open = sources[cell].filter((from) => level[from] < 0);
      if (open.length === 0) {
        const before = sources[cell].reduce((most, from) => Math.max(most, level[from]), 0);
        level[cell] = before + (LEVELS[cells[cell].type] ?? 1);
        stack.pop();
      } else {
        if (visiting[cell] === 1) throw new Error(`a combinational loop runs through a ${cells[cell].type}`);
        visiting[cell] = 1;
        stack.push(...open);
      }
    }
  }
  return level.reduce((most, value) => Math.max(most, value), 0);
}
