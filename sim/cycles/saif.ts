/**
 * Switching activity (SAIF 2.0, IEEE 1801 annex): for every bit the time at 0, at 1 and unknown, and its transitions.
 *
 * A bit counts from cycle 0 to the end of the run; a change happens at the start of its cycle. Only wires count, as real
 * numbers are no nets.
 */
import type { Signal } from './waveform.ts';

export interface SaifOptions {
  readonly design: string;
  /** Clock period, ns. */
  readonly clockNs: number;
  readonly cycles: number;
  /** Path of a clock that runs the whole time. */
  readonly clock?: readonly string[];
}

export interface BitActivity {
  readonly t0: number;
  readonly t1: number;
  readonly tx: number;
  readonly tc: number;
}

export function saifOf(signals: readonly Signal[], { design, clockNs, cycles, clock }: SaifOptions): string {
  const scale = (duration: number) => Math.round(duration * clockNs * 1000);
  const root: Instance = { nets: [], children: new Map() };
  const add = (path: readonly string[], nets: readonly string[]) => {
    let at = root;
    for (const name of path.slice(0, -1)) {
      const child = at.children.get(name) ?? { nets: [], children: new Map() };
      at.children.set(name, child);
      at = child;
    }
    at.nets.push(...nets);
  };
  const net = (name: string, { t0, t1, tx, tc }: BitActivity) =>
    `(${name} (T0 ${scale(t0)}) (T1 ${scale(t1)}) (TX ${scale(tx)}) (TC ${tc}) (IG 0))`;
  if (clock !== undefined) {
    add(clock, [net(escaped(clock.at(-1)!), { t0: cycles / 2, t1: cycles / 2, tx: 0, tc: 2 * cycles })]);
  }
  for (const signal of signals) {
    if (signal.width === null) continue;
    const name = escaped(signal.path.at(-1)!);
    const bits = activityOf(signal, cycles);
    add(
      signal.path,
      bits.map((activity, bit) => {
        const isVector = bits.length > 1 || signal.low !== undefined;
        return net(isVector ? `${name}\\[${(signal.low ?? 0) + bit}\\]` : name, activity);
      }),
    );
  }
  return [
    '(SAIFILE',
    '  (SAIFVERSION "2.0")',
    '  (DIRECTION "backward")',
    `  (DESIGN "${design.replaceAll('"', '')}")`,
    '  (VENDOR "Pipewright")',
    '  (PROGRAM_NAME "pipewright")',
    '  (DIVIDER / )',
    '  (TIMESCALE 1 ps)',
    `  (DURATION ${scale(cycles)})`,
    ...instances(root, '  '),
    ')',
    '',
  ].join('\n');
}

/** Cycles of each bit at 0, at 1 and unknown, and its changes between 0 and 1, lowest bit first. */
export function activityOf({ width, changes }: Signal, cycles: number): BitActivity[] {
  const count = width ?? 0;
  const time = Array.from({ length: count }, () => [0, 0]);
  const transitions = new Array<number>(count).fill(0);
  let before: bigint | undefined;
  changes.forEach(({ cycle, value }, n) => {
    if (cycle >= cycles) return;
    const bits = BigInt.asUintN(count, BigInt(value));
    const held = Math.min(changes[n + 1]?.cycle ?? cycles, cycles) - cycle;
    const toggled = before === undefined ? 0n : bits ^ before;
    for (let bit = 0; bit < count; bit++) {
      const mask = 1n << BigInt(bit);
      time[bit][bits & mask ? 1 : 0] += held;
      if (toggled & mask) transitions[bit]++;
    }
    before = bits;
  });
  return time.map(([t0, t1], bit) => ({ t0, t1, tx: cycles - t0 - t1, tc: transitions[bit] }));
}

interface Instance {
  readonly nets: string[];
  readonly children: Map<string, Instance>;
}

function instances({ nets, children }: Instance, indent: string): string[] {
  return [
    ...(nets.length === 0 ? [] : [`${indent}(NET`, ...nets.map((net) => `${indent}  ${net}`), `${indent})`]),
    ...[...children].flatMap(([name, child]) => [
      `${indent}(INSTANCE ${escaped(name)}`,
      ...instances(child, `${indent}  `),
      `${indent})`,
    ]),
  ];
}

/** Characters that a SAIF name cannot hold become `_`; an index is escaped. */
function escaped(name: string): string {
  return name.replace(/[^\w[\]]/g, '_').replace(/([[\]])/g, '\\$1');
}
