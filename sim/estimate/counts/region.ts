/**
 * What joins the processes: FIFOs, and the handshakes of the dataflow region. csynth's cost of them is exact.
 */
import type { Channel, Pipeline } from '../../pipeline/index.ts';
import { type Counting, type LayerCounts } from './counts.ts';
import { RETURN_STAGE } from '../../lower/hls/index.ts';

/** LUT and FF that csynth books for a FIFO of two beats, by the bits of a beat up to so many. */
const SMALL_FIFOS = [
  { bits: 4, lut: 12, ff: 12 },
  { bits: 8, lut: 15, ff: 20 },
  { bits: 16, lut: 23, ff: 36 },
  { bits: 32, lut: 40, ff: 68 },
  { bits: 64, lut: 73, ff: 133 },
] as const;
/** A copy that passes a process by: a shift register of three beats. */
const COPY = { lut: 19, ff: 5 };
/** LUT (and-gate, or-gate, multiplexer) and FF of the handshake of one element of a process with several outputs. */
const HANDSHAKE = { lut: 2 + 2 + 9, ff: 1 };

/** FIFOs between processes that hand over whole arrays, an element each. */
export function countParallelRegion({ stages, channels }: Pipeline, { ranges }: Counting): LayerCounts {
  let lut = 2;
  let ff = 0;
  let elementsOfFifos = 0;
  let bitsOfFifos = 0;
  let copies = 0;
  const outputs = new Map<string, number>();
  for (const channel of channels) {
    const { elements, bits } = channel.beat;
    if (channel.from === null || channel.to === null) continue;
    // Layers inside one pipelined function: a register an element, of which csynth books no more.
    if (channel.kind === 'register') {
      ff += elements * bits;
      continue;
    }
    if (isCopy(channel)) {
      lut += elements * COPY.lut;
      ff += elements * COPY.ff;
      copies += elements;
      continue;
    }
    const fifo = SMALL_FIFOS.find((size) => bits <= size.bits) ?? {
      lut: bits + 9,
      ff: 2 * bits + 5,
    };
    lut += elements * fifo.lut;
    ff += elements * fifo.ff;
    elementsOfFifos += elements;
    const used = ranges.network.get(channel.name);
    bitsOfFifos += elements * Math.min(bits, used === undefined ? bits : usedBits(used));
    outputs.set(channel.from, (outputs.get(channel.from) ?? 0) + elements);
    if (channel.to === RETURN_STAGE) {
      lut += elements * RETURNED_LUT;
      ff += elements * bits;
    }
  }
  for (const elements of outputs.values()) {
    if (elements < 2) continue;
    lut += 4 + elements * HANDSHAKE.lut;
    ff += elements * HANDSHAKE.ff;
  }
  const vivado = {
    'fifo.element': elementsOfFifos,
    'fifo.bit': bitsOfFifos,
    'fifo.copy': copies,
    'region.process': stages.length,
  };
  return {
    priced: {
      'csynth.lut': { known: lut },
      'csynth.ff': { known: ff },
      'vivado.lut': vivado,
      'vivado.ff': vivado,
    },
    csynth: { dsp: 0, bram18k: 0 },
    vivado: { dsp: 0, bram18k: 0 },
    extrapolated: [],
  };
}

/** Multiplexer in front of the register of a returned element. */
const RETURNED_LUT = 9;

function isCopy({ name }: Channel): boolean {
  return name.includes('@');
}

function usedBits({ min, max }: { readonly min: number; readonly max: number }): number {
  return Math.ceil(Math.log2(Math.max(2, max + 1, 1 - min))) + (min < 0 ? 1 : 0);
}

/** FIFOs of streams: shift registers up to one beat, block RAMs for whole images. */
export function countStreamRegion({ stages, channels }: Pipeline): LayerCounts {
  let bram18k = 0;
  let lanes = 0;
  let deepLanes = 0;
  let bits = 0;
  for (const channel of channels) {
    if (channel.from === null || channel.to === null) continue;
    const { beat, depth } = channel;
    lanes += beat.elements;
    bits += beat.elements * beat.bits;
    if (depth > 1) {
      deepLanes += beat.elements;
      bram18k += beat.elements * fifoBram18k(depth, beat.bits);
    }
  }
  const counts = {
    'streamFifo.lane': lanes,
    'streamFifo.deepLane': deepLanes,
    'streamFifo.bit': bits,
    'streamRegion.process': stages.length,
  };
  return {
    priced: { 'csynth.lut': counts, 'csynth.ff': counts, 'vivado.lut': counts, 'vivado.ff': counts },
    csynth: { dsp: 0, bram18k },
    vivado: { dsp: 0, bram18k },
    extrapolated: [],
  };
}

/** Block RAMs (18 Kb) of a FIFO: the widest words that the memories give at its depth (AMD UG573, aspect ratios). */
export function fifoBram18k(depth: number, bits: number): number {
  if (depth <= 1024) return Math.ceil(bits / 18);
  if (depth <= 2048) return Math.ceil(bits / 9);
  // Pairs of memories: 4096 x 9, 8192 x 4; what is left over and fits half of one takes one.
  const [pair, single] = depth <= 4096 ? [9, 4] : depth <= 8192 ? [4, 2] : [2, 1];
  const deeper = Math.max(1, Math.ceil(depth / 16384));
  const rest = bits % pair;
  return deeper * (2 * Math.floor(bits / pair) + (rest === 0 ? 0 : rest <= single ? 1 : 2));
}
