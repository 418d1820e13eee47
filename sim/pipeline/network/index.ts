/** The elastic level of our hardware: units joined by channels with valid and ready. */
export { NetworkBuilder, type UnitOptions } from './builder.ts';
export { canMask, windowGeometry, type WindowGeometry } from './geometry.ts';
export {
  type BeatType,
  beatSize,
  channelOf,
  type Field,
  type Fork,
  type Gather,
  type Image,
  type Join,
  type Network,
  type NetworkChannel,
  NetworkError,
  NO_PADDING,
  type Pad,
  type Padding,
  type Region,
  type Scatter,
  type Unit,
  type Window,
} from './network.ts';
export { beatText, printNetwork } from './print.ts';
export { verifyNetwork } from './verify.ts';
