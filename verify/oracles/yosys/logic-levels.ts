/**
 * Look-up tables in a row on the longest path between registers, memories and ports, through module boundaries.
 *
 * The hierarchy is laid flat, net by net: a handshake runs one way through a module whose data runs the other way, so
 * that modules cannot be walked as a whole.
 */
import type { MappedModule } from './mapped-module.ts';

export interface LogicLevels {
  /** The most levels at any register, memory or port. */
  readonly most: number;
  /** The same of the cells inside a module, the most of its instances; paths from outside included. */
  readonly inside: (module: string) => number;
}

interface Step {
  readonly levels: number;
  readonly reads: readonly number[];
  readonly drives: readonly number[];
  readonly scope: number;
}

/** An instance: its module, and the instance that it stands in. */
interface Scope {
  readonly module: string;
  readonly parent: number;
}

/**
 * @param top  name of the module that the paths are in
 * @param find  the module of a name
 * @throws Error on a combinational loop
 */
export function logicLevels(top: string, find: (name: string) => MappedModule): LogicLevels {
  const steps: Step[] = [];
  const scopes: Scope[] = [];
  let nets = 0;
  const lay = (name: string, parent: number, ports: ReadonlyMap<number, number>): Map<number, number> => {
    const module = find(name);
    const scope = scopes.push({ module: name, parent }) - 1;
    const flat = new Map<number, number>(ports);
    const netOf = (net: number) => {
      let known = flat.get(net);
      if (known === undefined) flat.set(net, (known = nets++));
      return known;
    };
    for (const [levels, reads, drives] of module.logic)
      steps.push({ levels, reads: reads.map(netOf), drives: drives.map(netOf), scope });
    for (const { module: child, inputs, outputs } of module.instances) {
      const theirs = find(child);
      const entering = new Map<number, number>();
      for (const [port, bits] of Object.entries(inputs))
        bits.forEach((net, bit) => {
          // Synthesis may have dropped a module that drives nothing, and its ports with it.
          const within = theirs.inputs[port]?.[bit];
          if (net >= 0 && within !== undefined) entering.set(within, netOf(net));
        });
      const inner = lay(child, scope, entering);
      for (const [port, bits] of Object.entries(outputs))
        bits.forEach((net, bit) => {
          const from = inner.get(theirs.outputs[port]?.[bit] ?? -1);
          if (net >= 0 && from !== undefined)
            steps.push({ levels: 0, reads: [from], drives: [netOf(net)], scope });
        });
    }
    return flat;
  };
  lay(top, -1, new Map());

  const level = new Float64Array(nets);
  const most = new Float64Array(scopes.length);
  for (const { levels, reads, drives, scope } of inOrder(steps)) {
    const done = reads.reduce((latest, net) => Math.max(latest, level[net]), 0) + levels;
    for (const net of drives) level[net] = done;
    most[scope] = Math.max(most[scope], done);
  }
  // What stands in an instance comes after it.
  const inside = new Map<string, number>();
  for (let scope = scopes.length - 1; scope >= 0; scope--) {
    const { module, parent } = scopes[scope];
    if (parent >= 0) most[parent] = Math.max(most[parent], most[scope]);
    inside.set(module, Math.max(inside.get(module) ?? 0, most[scope]));
  }
  return { most: most[0], inside: (module) => inside.get(module) ?? 0 };
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
