/** What is built from a Model, as the oracles that run hardware see it: Verilog, and what that must do. */
import { type FixedFormat, int, uint } from 'fixed-point-ts';
import {
  emitVerilog,
  type TracePoint,
  type TraceProbe,
  type VerilogDesign,
} from '../../../rtl-templates/verilog/index.ts';
import {
  type HandshakeNoise,
  prepareCircuit,
  regionTiming,
  simulateHandshake,
  simulateRegion,
} from '../../../sim/cycles/index.ts';
import { InputError, type Model } from '../../../sim/model/index.ts';
import {
  elementIndices,
  type Node,
  type Schedule,
  sizeOf,
  widthOf,
} from '../../../sim/pipeline/circuit/index.ts';
import type { Operand } from '../../diff/index.ts';
import type { EventClock, TracedSignal } from '../oracle.ts';
import type { RtlDesign, TraceWindow } from './rtl-run.ts';

/** A probe's elements in one beat of one event. */
export interface ProbedBeat {
  readonly values: readonly bigint[];
  readonly operands: (element: number) => readonly Operand[];
}

export interface SimulatedEvent extends EventClock {
  /** Raw integers of the outputs, one after the other. */
  readonly output: readonly bigint[];
}

/** How the signals of one event of a stream are found: in a window of cycles, beats told apart by counting. */
export interface StreamTrace {
  readonly points: readonly TracePoint[];
  /** Cycles in which all of the event's beats move. @param events  of the run */
  readonly window: (events: number, wanted: number, noise: HandshakeNoise) => TraceWindow;
  /** What every point shows of an event by the cycle simulator, in order of cycles. */
  readonly expected: (
    inputs: readonly (readonly bigint[])[],
    wanted: number,
    noise: HandshakeNoise,
  ) => readonly TracedSignal[];
}

export interface Hardware {
  /** The Verilog; a traced one shows its probes. */
  readonly design: (trace: boolean) => RtlDesign & { readonly probes: readonly TraceProbe[] };
  /** Ports words of an event, one a beat. */
  readonly pack: (input: readonly bigint[]) => readonly bigint[];
  /** Values and cycles by the cycle simulator. */
  readonly simulate: (
    inputs: readonly (readonly bigint[])[],
    noise: HandshakeNoise,
  ) => readonly SimulatedEvent[];
  /** Of a stream, whose beats are looked at event by event. */
  readonly stream?: StreamTrace;
  /** For each event what each probe shows, beat by beat. */
  readonly probe: (
    inputs: readonly (readonly bigint[])[],
    noise: HandshakeNoise,
  ) => readonly (EventClock & { readonly beats: readonly (readonly ProbedBeat[])[] })[];
}

/** A Model's rigid pipeline. @param alter  changes the Verilog: how faults are planted */
export function circuitHardware(
  model: Model,
  schedule: Schedule,
  alter: (design: VerilogDesign) => VerilogDesign = (design) => design,
): Hardware {
  const { circuit } = schedule;
  if (circuit.inputs.length !== 1) {
    const what = `has ${circuit.inputs.length} inputs; events have one`;
    throw new InputError({ code: 'VER004', field: model.name, what });
  }
  const width = widthOf(circuit.inputs[0].range);
  const designs = new Map<boolean, VerilogDesign>();
  const design = (trace: boolean): VerilogDesign => {
    const known = designs.get(trace) ?? alter(emitVerilog(schedule, { tensors: model, trace }));
    designs.set(trace, known);
    return known;
  };
  return {
    design,
    pack: (input) => [packElements(input, width)],
    simulate: (inputs, noise) =>
      simulateRegion(schedule, inputs.map(numbers), noise).map(({ accepted, taken, output }) => ({
        accepted,
        taken,
        output: output.map(BigInt),
      })),
    probe: (inputs, noise) => {
      const run = prepareCircuit(circuit);
      const nodes = design(true).probes.map(({ node }) => circuit.nodes[node]);
      return simulateHandshake(regionTiming(schedule), inputs.length, noise).map((clock, event) => {
        const values = run([numbers(inputs[event])]).map((array) => array.slice());
        return { ...clock, beats: nodes.map((node) => beatsOf(node, values)) };
      });
    },
  };
}

/** Elements side by side, the first in the lowest bits. */
export function packElements(elements: readonly bigint[], width: number): bigint {
  const digits = elements.map((value) => BigInt.asUintN(width, value).toString(2).padStart(width, '0'));
  return BigInt(`0b${digits.reverse().join('')}`);
}

/** Integers of a probe. */
export function probeType({ elementBits, signed }: TraceProbe): FixedFormat {
  return signed ? int(elementBits) : uint(elementBits);
}

function numbers(input: readonly bigint[]): Float64Array {
  return Float64Array.from(input, Number);
}

function beatsOf(node: Node, values: readonly Float64Array[]): ProbedBeat[] {
  const size = sizeOf(node.shape);
  return Array.from({ length: node.beats }, (_, beat) => ({
    values: Array.from(values[node.id].subarray(beat * size, (beat + 1) * size), BigInt),
    operands: (element: number) => operandsOf(node, values, beat, element),
  }));
}

/** The operands of an element, where they stand lane for lane; a reduced operand has several a lane. */
export function operandsOf(
  node: Node,
  values: readonly Float64Array[],
  beat: number,
  element: number,
): readonly Operand[] {
  const size = sizeOf(node.shape);
  return node.operands.flatMap((view) => {
    const indices = elementIndices(view);
    const each = indices.length / size;
    if (!Number.isInteger(each)) return [];
    const base = view.node.beats > 1 ? beat * sizeOf(view.node.shape) : 0;
    const name = `${view.node.op.kind.replaceAll('-', '_')}_${view.node.id}`;
    return Array.from(indices.subarray(element * each, (element + 1) * each), (index) => {
      const raw = BigInt(values[view.node.id][base + index]);
      return { name, index, raw, value: String(raw) };
    });
  });
}
