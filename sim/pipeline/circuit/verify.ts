/** Checks every invariant of a Circuit and of its Schedule. A violation is a fault of Pipewright, not of the user. */
import { type Circuit, widthOf } from './circuit.ts';
import { type Delay, delayOf } from './delays.ts';
import { holdsOf } from './holds.ts';
import { leastDistance, readyStep, type Schedule, ScheduleError } from './schedule.ts';

/**
 * Operands come before their users and keep their distance in steps; no chain inside a step is longer than the
 * clock period or the level limit; every held value can be read by all of its readers while events overlap.
 * @throws ScheduleError naming the node
 */
export function verifySchedule(schedule: Schedule): void {
  const { circuit, steps, lastStep } = schedule;
  verifyCircuit(circuit);
  for (const node of circuit.nodes) {
    for (const { node: operand } of node.operands) {
      const distance = steps[node.id] - steps[operand.id];
      if (operand.op.kind !== 'constant' && distance < leastDistance(node, operand)) {
        throw new ScheduleError(
          'broken',
          `'${node.label}' (node ${node.id}) is in step ${steps[node.id]}, ${distance} after ` +
            `'${operand.label}' (node ${operand.id}); it must be ${leastDistance(node, operand)}`,
        );
      }
    }
  }
  for (const { node } of circuit.outputs) {
    if (readyStep(node, steps[node.id]) > lastStep)
      throw new ScheduleError('broken', `output '${node.label}' comes too late`);
  }
  verifyTiming(schedule);
  holdsOf(schedule);
}

function verifyCircuit({ nodes, interval, name }: Circuit): void {
  nodes.forEach((node, id) => {
    if (node.id !== id) throw new ScheduleError('broken', `${name}: node ${node.id} stands at ${id}`);
    if (node.beats > interval) {
      throw new ScheduleError(
        'interval',
        `'${node.label}' (node ${id}) takes ${node.beats} beats of an interval of ${interval}`,
      );
    }
    if (widthOf(node.range) > 53)
      throw new ScheduleError('broken', `'${node.label}' (node ${id}) is wider than 53 bits`);
    if (node.operands.some((operand) => operand.node.id >= id)) {
      throw new ScheduleError('broken', `'${node.label}' (node ${id}) reads a later node`);
    }
  });
}

/** Longest chain of operations inside each step. @throws ScheduleError if one exceeds the period or the limit */
export function verifyTiming({ circuit, steps, clockNs, table }: Schedule): Map<number, Delay> {
  const worst = new Map<number, Delay>();
  const done: Delay[] = [];
  for (const node of circuit.nodes) {
    let [ns, levels] = [0, 0];
    for (const { node: operand } of node.operands) {
      if (operand.op.kind === 'constant') continue;
      const distance = steps[node.id] - steps[operand.id];
      if (distance === 0) {
        ns = Math.max(ns, done[operand.id].ns);
        levels = Math.max(levels, done[operand.id].levels);
      } else if (operand.op.kind === 'table' && operand.op.style === 'block' && distance === 1) {
        ns = Math.max(ns, table.memoryNs);
      }
    }
    const own = delayOf(node, table);
    const total = { ns: ns + own.ns, levels: levels + own.levels };
    done[node.id] = total;
    if (total.ns > clockNs - table.registerNs - table.marginNs + 1e-6 || total.levels > table.maxLevels) {
      throw new ScheduleError(
        'broken',
        `step ${steps[node.id]}: the chain that ends in '${node.label}' (node ${node.id}) takes ` +
          `${total.ns.toFixed(2)} ns and ${total.levels} levels`,
      );
    }
    const before = worst.get(steps[node.id]);
    const step = steps[node.id];
    worst.set(step, {
      ns: Math.max(before?.ns ?? 0, total.ns),
      levels: Math.max(before?.levels ?? 0, total.levels),
    });
  }
  return worst;
}
