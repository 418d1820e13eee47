/** Look-up tables in a row on the longest path between registers, memories and ports, through module boundaries. */
import type { MappedModule, PortNets } from './mapped-module.ts';

/** Levels at each bit of each port. */
export type PortLevels = Readonly<Record<string, readonly number[]>>;

export interface ModuleLevels {
  readonly outputs: PortLevels;
  /** The most levels at any register, memory or port. */
  readonly most: number;
}

/**
 * @param find  the module of a name
 * @param arriving  levels at the inputs, 0 where not given
 * @throws Error on a combinational loop
 */
export function logicLevels(
  module: MappedModule,
  find: (name: string) => MappedModule,
  arriving: PortLevels = {},
): ModuleLevels {
  type Step = {
    readonly reads: readonly number[];
    readonly drives: readonly number[];
    readonly run: () => void;
  };
  const level = new Map<number, number>();
  const at = (net: number) => level.get(net) ?? 0;
  let most = 0;
  const steps: Step[] = [
    ...module.logic.map(([own, reads, drives]) => ({
      reads,
      drives,
      run: () => {
        const done = reads.reduce((latest, net) => Math.max(latest, at(net)), 0) + own;
        most = Math.max(most, done);
        for (const net of drives) level.set(net, done);
      },
    })),
    ...module.instances.map(({ module: name, inputs, outputs }) => ({
      reads: nets(inputs),
      drives: nets(outputs),
      run: () => {
        const inside = logicLevels(find(name), find, mapPorts(inputs, at));
        most = Math.max(most, inside.most);
        for (const [port, bits] of Object.entries(outputs)) {
          bits.forEach((net, index) => net >= 0 && level.set(net, inside.outputs[port]?.[index] ?? 0));
        }
      },
    })),
  ];
  for (const [port, bits] of Object.entries(module.inputs)) {
    bits.forEach((net, index) => level.set(net, arriving[port]?.[index] ?? 0));
  }
  for (const step of inOrder(steps)) step.run();
  return { outputs: mapPorts(module.outputs, at), most };
}

/** Each after all that drive what it reads. */
function inOrder<T extends { readonly reads: readonly number[]; readonly drives: readonly number[] }>(
  steps: readonly T[],
): T[] {
  const driver = new Map<number, number>();
  steps.forEach(({ drives }, index) => drives.forEach((net) => driver.set(net, index)));
  const state = new Uint8Array(steps.length);
  const order: T[] = [];
  const stack: number[] = [];
  for (let start = 0; start < steps.length; start++) {
    if (state[start] === 0) stack.push(start);
    while (stack.length > 0) {
      const index = stack.at(-1)!;
      if (state[index] === 0) {
        state[index] = 1;
        for (const net of steps[index].reads) {
          const from = driver.get(net);
          if (from === undefined || state[from] === 2) continue;
          if (state[from] === 1) throw new Error('a combinational loop');
          stack.push(from);
        }
      } else {
        stack.pop();
        if (state[index] === 1) order.push(steps[index]);
        state[index] = 2;
      }
    }
  }
  return order;
}

function nets(ports: PortNets): number[] {
  return [...new Set(Object.values(ports).flat())].filter((net) => net >= 0);
}

function mapPorts(ports: PortNets, at: (net: number) => number): PortLevels {
  return Object.fromEntries(
    Object.entries(ports).map(([port, bits]) => [port, bits.map((net) => (net < 0 ? 0 : at(net)))]),
  );
}
