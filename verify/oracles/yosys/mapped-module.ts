/** A module as Yosys mapped it: counts of cells, and the graph through which levels are counted. */

interface JsonCell {
  readonly type: string;
  readonly port_directions: Readonly<Record<string, 'input' | 'output' | 'inout'>>;
  readonly connections: Readonly<Record<string, readonly (number | string)[]>>;
}

/** What `write_json` says of a module. */
export interface JsonModule {
  readonly ports: Readonly<
    Record<string, { readonly direction: string; readonly bits: readonly (number | string)[] }>
  >;
  readonly cells: Readonly<Record<string, JsonCell>>;
}

/** Ports by name, each a list of net numbers; constants are left out of inputs and are -1 in outputs. */
export type PortNets = Readonly<Record<string, readonly number[]>>;

export interface MappedModule {
  /** Cells of the device by type; not those of instantiated modules. */
  readonly cells: Readonly<Record<string, number>>;
  /** Instances of other modules by name of the module. */
  readonly instances: readonly {
    readonly module: string;
    readonly inputs: PortNets;
    readonly outputs: PortNets;
  }[];
  readonly inputs: PortNets;
  readonly outputs: PortNets;
  /** Combinational cells: levels, nets read, nets driven. */
  readonly logic: readonly (readonly [levels: number, reads: readonly number[], drives: readonly number[]])[];
  /** Nets that registers and memories read. */
  readonly ends: readonly number[];
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
/** Of the device, and those that Yosys has before it maps. */
const REGISTERS = /^(FD|SRL|RAM|BUFG|IBUF|OBUF|\$\w*dff)/;

/** @param modules  names of modules that are not cells of the device */
export function mappedModule({ ports, cells }: JsonModule, modules: ReadonlySet<string>): MappedModule {
  const counts: Record<string, number> = {};
  const instances: MappedModule['instances'][number][] = [];
  const logic: (readonly [number, readonly number[], readonly number[]])[] = [];
  const ends = new Set<number>();
  for (const cell of Object.values(cells)) {
    const type = cell.type.replace(/^\\/, '');
    const inputs = connected(cell, 'input');
    const outputs = connected(cell, 'output');
    if (modules.has(type)) {
      instances.push({ module: type, inputs, outputs });
      continue;
    }
    counts[type] = (counts[type] ?? 0) + 1;
    const reads = netsOf(inputs);
    if (REGISTERS.test(type)) for (const net of reads) ends.add(net);
    else logic.push([LEVELS[type] ?? 1, reads, netsOf(outputs)]);
  }
  const side = (direction: string): PortNets =>
    Object.fromEntries(
      Object.entries(ports)
        .filter(([, port]) => port.direction === direction)
        .map(([name, { bits }]) => [name, bits.map(netOf)]),
    );
  return { cells: counts, instances, inputs: side('input'), outputs: side('output'), logic, ends: [...ends] };
}

function connected({ port_directions: directions, connections }: JsonCell, direction: string): PortNets {
  return Object.fromEntries(
    Object.entries(connections)
      .filter(([port]) => directions[port] === direction)
      .map(([port, bits]) => [port, bits.map(netOf)]),
  );
}

/** Constant bits are texts. */
function netOf(bit: number | string): number {
  return typeof bit === 'number' ? bit : -1;
}

function netsOf(ports: PortNets): number[] {
  return [...new Set(Object.values(ports).flat())].filter((net) => net >= 0);
}
