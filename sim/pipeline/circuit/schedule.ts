/**
 * Places the operations of a Circuit into pipeline steps for a clock period.
 *
 * Step s of an event is the s-th cycle after the edge that accepts it, or the last beat of it where its input comes in
 * several; a value of T beats made in step s is made in steps s to s + T - 1, a beat in each, and a streamed one in the
 * s-th cycle after each input beat. Operations chain inside a step as far as period and level limit allow.
 * Two passes: as early as possible, which fixes the latency; then backwards, moving an operation as late as its
 * users allow where that holds fewer bits in registers. Invariants are checked afterwards (verify.ts).
 */
import { type Circuit, type Node, widthOf } from './circuit.ts';
import { type Delay, type DelayTable, delayOf } from './delays.ts';
import { isGathered } from './operation.ts';
import { sizeOf } from './view.ts';

export interface Schedule {
  readonly circuit: Circuit;
  readonly clockNs: number;
  readonly table: DelayTable;
  /** Step of each node's first beat. */
  readonly steps: readonly number[];
  /** First step in which each node's result can be read by event-rate users, and from a wire (not a register). */
  readonly ready: readonly number[];
  /** Last step in which an output is computed; the output register is loaded at its end. */
  readonly lastStep: number;
  /** Cycles from the edge that accepts an event to the edge at which its output can be taken. */
  readonly latencyCycles: number;
  /** Results that the queue behind the region holds; as many as full rate takes unless told. */
  readonly queueDepth?: number;
}

/**
 * Why a Circuit has no Schedule, or a Schedule breaks a rule.
 * - `clock`: an operation alone is longer than the clock period; a slower clock mends it
 * - `interval`: a value takes more beats than an event has cycles
 * - `holds`: a value cannot be read where it must be
 * - `broken`: a rule that every schedule keeps; a fault of Pipewright, as `holds` is where beats fit the interval
 */
export type ScheduleFault = 'clock' | 'interval' | 'holds' | 'broken';

export class ScheduleError extends Error {
  override readonly name = 'ScheduleError';
  readonly fault: ScheduleFault;

  constructor(fault: ScheduleFault, message: string) {
    super(message);
    this.fault = fault;
  }
}

interface Arrival {
  readonly step: number;
  readonly at: Delay;
}

/** @throws ScheduleError if one operation alone takes longer than the clock period allows */
export function schedule(circuit: Circuit, clockNs: number, table: DelayTable): Schedule {
  const budget = clockNs - table.registerNs - table.marginNs;
  const delays = circuit.nodes.map((node) => delayOf(node, table));
  const fits = ({ ns, levels }: Delay) => ns <= budget + 1e-9 && levels <= table.maxLevels;
  circuit.nodes.forEach((node, id) => {
    if (fits(delays[id])) return;
    throw new ScheduleError(
      'clock',
      `'${node.label}' (node ${id}) takes ${delays[id].ns.toFixed(2)} ns and ${delays[id].levels} levels, ` +
        `a step of ${clockNs} ns has ${budget.toFixed(2)} ns and ${table.maxLevels}`,
    );
  });

  const early = circuit.nodes.map((): Arrival => ({ step: 0, at: { ns: 0, levels: 0 } }));
  for (const node of circuit.nodes) {
    const starts = node.operands
      .filter((operand) => operand.node.op.kind !== 'constant')
      .map((operand) => arrivalFor(node, operand.node, early[operand.node.id], table));
    const step = Math.max(0, ...starts.map((start) => start.step));
    const inStep = starts.filter((start) => start.step === step).map((start) => start.at);
    const done = plus(latest(inStep), delays[node.id]);
    early[node.id] = fits(done) ? { step, at: done } : { step: step + 1, at: delays[node.id] };
  }

  const lastStep = Math.max(...circuit.outputs.map(({ node }) => readyStep(node, early[node.id].step)));
  const steps = sink(
    circuit,
    early.map(({ step }) => step),
    lastStep,
    delays,
    fits,
  );
  const ready = circuit.nodes.map((node, id) => readyStep(node, steps[id]));
  return { circuit, clockNs, table, steps, ready, lastStep, latencyCycles: lastStep + 2 };
}

/** Results that the queue behind the region holds; unless told, so many that at full rate every event inside has a credit. */
export function resultQueueDepth({ latencyCycles, circuit, queueDepth }: Schedule): number {
  return queueDepth ?? Math.floor(latencyCycles / circuit.interval) + 1;
}

/** First step in which a node's result is there for a reader at event rate. */
export function readyStep(node: Node, step: number): number {
  if (isGathered(node.op)) return step + gatherSteps(node);
  return isBlockTable(node) ? step + 1 : step;
}

/** Steps that gathering takes: one a beat; of streamed values one, as steps are those of the last beat. */
export function gatherSteps({ operands }: Node): number {
  const [{ node }] = operands;
  return node.streamed === true ? 1 : node.beats;
}

export function isBlockTable({ op }: Node): boolean {
  return op.kind === 'table' && op.style === 'block';
}

/** Whether `node` reads an operand over several beats while the operand has one value for all of them. */
export function readsHeld(node: Node, operand: Node): boolean {
  const beats =
    node.op.kind === 'serialise'
      ? node.beats
      : isGathered(node.op)
        ? node.operands[0].node.beats
        : node.beats;
  return operand.beats === 1 && beats > 1;
}

/** Steps between a result's making and its earliest reading by `node`: a held value must have reached a register. */
export function leastDistance(node: Node, operand: Node): number {
  if (operand.op.kind === 'constant') return 0;
  if (isGathered(operand.op)) return gatherSteps(operand);
  const held = readsHeld(node, operand) && operand.op.kind !== 'input' ? 1 : 0;
  return isBlockTable(operand) ? 1 + held : held;
}

function arrivalFor(node: Node, operand: Node, { step, at }: Arrival, table: DelayTable): Arrival {
  const distance = leastDistance(node, operand);
  if (distance === 0) return { step, at };
  const fromMemory = isBlockTable(operand) && distance === 1;
  return { step: step + distance, at: { ns: fromMemory ? table.memoryNs : 0, levels: 0 } };
}

/** Backwards: each node as late as its users allow if that saves register bits, else as early as possible. */
function sink(
  circuit: Circuit,
  early: readonly number[],
  lastStep: number,
  delays: readonly Delay[],
  fits: (delay: Delay) => boolean,
): number[] {
  const steps = [...early];
  const users = usersOf(circuit);
  const outputs = new Set(circuit.outputs.map(({ node }) => node.id));
  /** Delay from a node's result to the end of its step, through the operations chained behind it. */
  const tails: Delay[] = circuit.nodes.map(() => ({ ns: 0, levels: 0 }));
  const tailAt = (node: Node, step: number): Delay =>
    latest(
      users[node.id]
        .filter((user) => leastDistance(user, node) === 0 && steps[user.id] === step)
        .map((user) => plus(delays[user.id], tails[user.id])),
    );

  for (const node of [...circuit.nodes].reverse()) {
    const { id } = node;
    let late = outputs.has(id) ? lastStep - (readyStep(node, 0) - 0) : Infinity;
    for (const user of users[id]) late = Math.min(late, steps[user.id] - leastDistance(user, node));
    if (late === Infinity) late = early[id]!;
    if (late > early[id] && !isBlockTable(node) && !fits(plus(delays[id], tailAt(node, late)))) late -= 1;
    const movable = node.op.kind !== 'input' && !isBlockTable(node) && late > early[id];
    steps[id] = movable && heldBits(node) > operandBits(node) ? late : early[id];
    tails[id] = isGathered(node.op) || isBlockTable(node) ? { ns: 0, levels: 0 } : tailAt(node, steps[id]);
  }
  return steps;
}

export function usersOf(circuit: Circuit): Node[][] {
  const users: Node[][] = circuit.nodes.map(() => []);
  for (const node of circuit.nodes) {
    for (const id of new Set(node.operands.map((operand) => operand.node.id))) users[id].push(node);
  }
  return users;
}

/** Register bits that a value costs per step it waits; an event-rate value is copied once an interval. */
function heldBits({ shape, range, beats, op }: Node): number {
  if (op.kind === 'constant') return 0;
  return sizeOf(shape) * widthOf(range) * (beats > 1 ? 1 : 0.2);
}

function operandBits(node: Node): number {
  const distinct = new Map(node.operands.map((operand) => [operand.node.id, operand]));
  return [...distinct.values()].reduce((bits, { node: operand, shape, strides }) => {
    const used = shape.reduce((n, size, axis) => (strides[axis] === 0 ? n : n * size), 1);
    return bits + (heldBits(operand) * used) / sizeOf(operand.shape);
  }, 0);
}

function plus(a: Delay, b: Delay): Delay {
  return { ns: a.ns + b.ns, levels: a.levels + b.levels };
}

function latest(delays: readonly Delay[]): Delay {
  return {
    ns: Math.max(0, ...delays.map(({ ns }) => ns)),
    levels: Math.max(0, ...delays.map(({ levels }) => levels)),
  };
}
