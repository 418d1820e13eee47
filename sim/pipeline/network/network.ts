/**
 * The Network: the elastic level of our hardware. Units joined by channels with valid and ready.
 *
 * A unit takes and gives beats; an event is a fixed number of beats on every channel. Whether a unit moves in a cycle
 * depends only on registers: its own, and how many beats its channels hold at the start of the cycle. So no ready
 * runs combinationally through two units, and a simulator may visit them in any order.
 */
import type { Range, Schedule } from '../circuit/index.ts';

/** Integers side by side, all in one range. */
export interface Field {
  readonly count: number;
  readonly range: Range;
}

/** What a beat carries: its fields one after the other, the first in the lowest bits. */
export type BeatType = readonly Field[];

export interface NetworkChannel {
  readonly name: string;
  /**
   * - `wire`: the input of the design; its beat moves in the cycle in which the reader takes it
   * - `fifo`: a beat written in cycle t can be read from t + 1 on; it is full with `depth` beats
   * - `register`: what a window shows; one beat, which the next may replace in the cycle in which it is read
   */
  readonly kind: 'wire' | 'fifo' | 'register';
  readonly depth: number;
  readonly beat: BeatType;
  readonly beatsPerEvent: number;
  /** Name of the writing unit; null for the input of the design. */
  readonly from: string | null;
  /** Name of the reading unit; null for the output of the design. */
  readonly to: string | null;
}

interface UnitPlace {
  readonly name: string;
  /** Layers of the Model that it implements. */
  readonly layers: readonly string[];
  /** Channels by name, in the order of the unit's ports. */
  readonly inputs: readonly string[];
  readonly outputs: readonly string[];
}

/** Rows and columns of zeros around an image. */
export interface Padding {
  readonly top: number;
  readonly bottom: number;
  readonly left: number;
  readonly right: number;
}

export const NO_PADDING: Padding = { top: 0, bottom: 0, left: 0, right: 0 };

/** An image in row-major order, one pixel a beat. */
export interface Image {
  readonly height: number;
  readonly width: number;
}

/** A rigid circuit behind credits: each input beat is one event of the circuit, or one beat of a streamed event. */
export interface Region extends UnitPlace {
  readonly kind: 'region';
  readonly schedule: Schedule;
}

/** Pixels in, windows [rows, columns, elements of a pixel] out, one a beat; `fill` stands for what is outside. */
export interface Window extends UnitPlace {
  readonly kind: 'window';
  readonly image: Image;
  readonly window: readonly [rows: number, columns: number];
  readonly stride: readonly [rows: number, columns: number];
  readonly padding: Padding;
  readonly fill: number;
}

/** Pixels in, the pixels of the padded image out. */
export interface Pad extends UnitPlace {
  readonly kind: 'pad';
  readonly image: Image;
  readonly padding: Padding;
  readonly fill: number;
}

/** `beats` beats become one, the first in the lowest bits. */
export interface Gather extends UnitPlace {
  readonly kind: 'gather';
  readonly beats: number;
}

/** One beat becomes `beats` beats, the lowest bits first. */
export interface Scatter extends UnitPlace {
  readonly kind: 'scatter';
  readonly beats: number;
}

/** A copy of each beat to every output, all in one cycle. */
export interface Fork extends UnitPlace {
  readonly kind: 'fork';
}

/** A beat of every input side by side, all taken in one cycle. */
export interface Join extends UnitPlace {
  readonly kind: 'join';
}

export type Unit = Region | Window | Pad | Gather | Scatter | Fork | Join;

export interface Network {
  readonly name: string;
  /** In an order in which every channel's writer stands before its reader. */
  readonly units: readonly Unit[];
  readonly channels: readonly NetworkChannel[];
  /** Names of the channels that are the input and the output of the design. */
  readonly input: string;
  readonly output: string;
}

/** A Network names a channel or a unit that is not there, or breaks a rule. A fault of Pipewright, not of the user. */
export class NetworkError extends Error {
  override readonly name = 'NetworkError';
}

export function channelOf({ channels, name }: Network, wanted: string): NetworkChannel {
  const found = channels.find((channel) => channel.name === wanted);
  if (!found) throw new NetworkError(`${name} has no channel '${wanted}'`);
  return found;
}

/** Elements of a beat. */
export function beatSize(beat: BeatType): number {
  return beat.reduce((sum, { count }) => sum + count, 0);
}
