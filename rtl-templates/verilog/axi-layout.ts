/** How a design's beats lie in the beats of an AXI4-Stream wrapper, and the texts that both kinds of wrapper share. */
import type { BeatPorts } from './verilator-main.ts';

/** Beats here are those of the stream. */
export interface StreamLayout {
  readonly module: string;
  readonly beatBits: number;
  /** Of an event. */
  readonly inputBeats: number;
  readonly outputBeats: number;
  /** Of one beat of the design, where an event is several of them: each starts at a stream beat of its own. */
  readonly inputBeatsPerBeat?: number;
  readonly outputBeatsPerBeat?: number;
}

/** Whether an event is one beat of the design on the way in and one on the way out. */
export function isOneBeat({ inputBeats = 1, outputBeats = 1 }: BeatPorts): boolean {
  return inputBeats === 1 && outputBeats === 1;
}

/** @throws RangeError unless beats are whole bytes, 8 to 4096 bits */
export function streamLayout(top: BeatPorts, beatBits: number): StreamLayout {
  if (!Number.isInteger(beatBits / 8) || beatBits < 8 || beatBits > 4096)
    throw new RangeError(`a beat of ${beatBits} bits is no whole number of bytes from 1 to 512`);
  const input = Math.ceil(top.inputBits / beatBits);
  const output = Math.ceil(top.outputBits / beatBits);
  return {
    module: `${top.name}_axi_stream`,
    beatBits,
    inputBeats: input * (top.inputBeats ?? 1),
    outputBeats: output * (top.outputBeats ?? 1),
    ...(isOneBeat(top) ? {} : { inputBeatsPerBeat: input, outputBeatsPerBeat: output }),
  };
}

/** TKEEP with the bytes that a word's last beat has. */
export function lastKeep(wordBits: number, beatBits: number): string {
  return keep(Math.ceil((((wordBits - 1) % beatBits) + 1) / 8), beatBits);
}

/** TKEEP with the lowest bytes, all unless told. */
export function keep(count: number, beatBits: number): string {
  return `${beatBits / 8}'h${((1n << BigInt(count)) - 1n).toString(16)}`;
}

/** A word moved down by a beat, the next one on top. */
export function moved(word: string, bits: number, beatBits: number, next: string): string {
  return bits === beatBits ? next : `{${next}, ${word}[${bits - 1}:${beatBits}]}`;
}
