/**
 * Dense networks -> Network: images as streams of pixels, one a cycle.
 *
 * Each convolution and pooling is a window unit and a region that takes a window every cycle; elementwise layers join
 * the region before them. Rows and columns of zeros wait until a window masks them. The first dense layer gathers the
 * image into one wide beat; it and what follows are one region that has a whole image's time for an event, so that its
 * products are shared over beats.
 */
import { type FixedFormat, fracBits, maxRaw, minRaw } from 'fixed-point-ts';
import type { Layer, Model } from '../../../model/index.ts';
import { imageShape } from '../../../model/layer-kind.ts';
import {
  CircuitBuilder,
  compose,
  reshape,
  schedule,
  sizeOf,
  ULTRASCALE_PLUS,
  verifySchedule,
  type View,
} from '../../../pipeline/circuit/index.ts';
import {
  canMask,
  type Image,
  type Network,
  NetworkBuilder,
  NO_PADDING,
  type Padding,
} from '../../../pipeline/network/index.ts';
import { lowerSigmoid, lowerSoftmax } from '../activations.ts';
import { constantsOf, type DenseValue, type LoweringContext, unsupported } from '../lowering.ts';
import { lowerRelu } from '../relu.ts';
import { lowerSharedDense } from './dense.ts';
import { type ElementWiseLayer, isElementWise, lowerElementWise, periodOf } from './element-wise.ts';
import { isWindowLayer, lowerWindow, type WindowLayer } from './windowed.ts';

export interface StreamChoices {
  readonly name: string;
  readonly clockNs: number;
  /** Products that a dense layer behind the stream makes in a cycle, as far as one input's products allow. */
  readonly productsPerCycle: number;
}

/** A region that is still being built: layers may join it. */
interface OpenRegion {
  readonly b: CircuitBuilder;
  readonly layers: string[];
  value: DenseValue;
}

/** Where the stream stands: a channel, or a region on one. */
interface Stream {
  channel: string;
  open: OpenRegion | null;
  /** The image that goes by pixel by pixel; null for one beat an event. */
  image: Image | null;
  /** Zeros around it that no unit has made yet. */
  padding: Padding;
  type: FixedFormat;
}

/** @throws InputError `HWD002` if a layer has no hardware here, `HWD003` if constants are unknown */
export function lowerStream(model: Model, choices: StreamChoices): Network {
  const lowering = new StreamLowering(model, choices);
  for (const layer of model.layers) lowering.layer(layer);
  return lowering.finish();
}

class StreamLowering {
  private readonly n: NetworkBuilder;
  private readonly model: Model;
  private readonly choices: StreamChoices;
  private readonly constant: LoweringContext['constant'];
  private readonly stream: Stream;
  /** Cycles between events at full rate: beats of the input. */
  private readonly interval: number;
  private tensor: string;

  constructor(model: Model, choices: StreamChoices) {
    this.model = model;
    this.choices = choices;
    this.constant = constantsOf(model);
    this.n = new NetworkBuilder(model.name);
    const [name] = model.inputs;
    const { shape, type } = model.tensors[name];
    const image = shape.length === 1 ? null : imageOf(shape);
    this.interval = image ? image.height * image.width : longestSum(model);
    const range = { lo: Number(minRaw(type)), hi: Number(maxRaw(type)) };
    const channel = this.n.input([{ count: shape.at(-1)!, range }], image ? this.interval : 1, name);
    this.stream = { channel, open: null, image, padding: NO_PADDING, type };
    this.tensor = name;
  }

  layer(layer: Layer): void {
    if (this.model.inputs.length > 1 || layer.inputs.length > 1 || layer.inputs[0] !== this.tensor) {
      unsupported(layer, 'only chains of layers have hardware here');
    }
    this.tensor = layer.outputs[0];
    try {
      this.lower(layer);
    } catch (error) {
      if (error instanceof RangeError) unsupported(layer, error.message);
      throw error;
    }
  }

  finish(): Network {
    this.close();
    const { channel, padding } = this.stream;
    if (hasPadding(padding)) this.pad();
    // A design ends in a FIFO; only an empty Model ends in its input.
    const last = this.n.channel(this.stream.channel);
    return this.n.finish(last.kind === 'fifo' ? last.name : this.n.gather('output', channel, 1));
  }

  private lower(layer: Layer): void {
    const { stream } = this;
    if (isWindowLayer(layer)) {
      this.window(layer);
      return;
    }
    if (isElementWise(layer)) {
      this.elementWise(layer);
      return;
    }
    switch (layer.kind) {
      case 'zero-pad2d': {
        const { top, bottom, left, right } = stream.padding;
        if (!stream.image) unsupported(layer, 'a vector has no rows and columns');
        this.assign(layer);
        stream.padding = {
          top: top + layer.padding.top,
          bottom: bottom + layer.padding.bottom,
          left: left + layer.padding.left,
          right: right + layer.padding.right,
        };
        return;
      }
      case 'relu':
        this.body(layer, (context) => lowerRelu(layer, context)[0]);
        return;
      case 'reshape':
        this.reshape(layer);
        return;
      case 'flatten':
      case 'quantize':
        this.assign(layer);
        return;
      case 'dense':
        this.vector(layer);
        this.body(layer, (context) => lowerSharedDense(this.choices.productsPerCycle)(layer, context)[0]);
        return;
      case 'sigmoid':
        if (hasPadding(stream.padding)) this.pad();
        this.body(layer, (context) => lowerSigmoid(layer, context)[0]);
        return;
      case 'softmax':
        this.vector(layer);
        this.body(layer, (context) => lowerSoftmax(layer, context)[0]);
        return;
      default:
        unsupported(layer, `a layer of kind '${layer.kind}' has no hardware in a stream`);
    }
  }

  /** Constants that repeat inside a pixel are the same for every beat; others are there only beside the whole event. */
  private elementWise(layer: ElementWiseLayer): void {
    if (hasPadding(this.stream.padding)) this.pad();
    const { open, channel } = this.stream;
    const elements = open ? sizeOf(open.value.view.shape) : this.n.channel(channel).beat[0].count;
    if (elements % periodOf(layer, this.constant) !== 0) this.vector(layer);
    this.body(layer, (context) => lowerElementWise(layer, context));
  }

  /** The same elements in the same order: rows of other lengths, as long as pixels stay whole, or one vector. */
  private reshape(layer: Layer): void {
    if (hasPadding(this.stream.padding)) this.pad();
    const { shape } = this.model.tensors[layer.outputs[0]];
    if (shape.length > 1) {
      const { open, channel, image } = this.stream;
      const elements = open ? sizeOf(open.value.view.shape) : this.n.channel(channel).beat[0].count;
      if (!image || elements !== shape.at(-1))
        return unsupported(layer, 'cuts pixels in other pieces in a stream');
      this.stream.image = imageOf(shape);
    }
    this.assign(layer);
  }

  private window(layer: WindowLayer): void {
    const { stream, n } = this;
    // Zeros of a layer of their own are pixels like others to pooling; those of the pooling itself are not.
    const own = layer.padding;
    if (layer.kind === 'max-pool2d' && hasPadding(own) && hasPadding(stream.padding)) this.pad();
    this.close();
    if (!stream.image) return unsupported(layer, 'takes an image, not a vector');
    const image = stream.image;
    const padding = {
      top: own.top + stream.padding.top,
      bottom: own.bottom + stream.padding.bottom,
      left: own.left + stream.padding.left,
      right: own.right + stream.padding.right,
    };
    const [{ range }] = n.channel(stream.channel).beat;
    const fill = layer.kind === 'max-pool2d' && hasPadding(own) ? range.lo : 0;
    const shape = { image, window: layer.window, stride: layer.stride, padding, fill };
    const name = `${layer.name}_window`;
    if (canMask({ name, layers: [], inputs: [], outputs: [], ...shape })) {
      stream.channel = n.window(name, stream.channel, shape, { layers: [layer.name] });
    } else {
      stream.padding = padding;
      this.pad(fill);
      const padded = { ...shape, image: stream.image, padding: NO_PADDING };
      stream.channel = n.window(name, stream.channel, padded, { layers: [layer.name] });
    }
    stream.padding = NO_PADDING;
    stream.image = imageOf(this.model.tensors[layer.outputs[0]].shape);
    const taps = layer.window[0] * layer.window[1];
    const [{ count }] = n.channel(stream.channel).beat;
    this.openRegion(1, [taps, count / taps]);
    this.body(layer, (context) => lowerWindow(layer, context));
  }

  /** A layer within the open region, or in a new one. */
  private body(layer: Layer, lower: (context: LoweringContext) => DenseValue | LoweredValue): void {
    const { stream, n, choices, constant } = this;
    const [{ count }] = n.channel(stream.channel).beat;
    const open = stream.open ?? this.openRegion(stream.image ? 1 : this.interval, [count]);
    open.b.stage(layer.name, layer.kind);
    open.layers.push(layer.name);
    const made = lower({
      b: open.b,
      choices: { ...choices, interval: open.b.interval, pixelsPerCycle: 1, slotsPerCycle: {} },
      constant,
      inputs: [open.value],
      outputs: layer.outputs.map((name) => this.model.tensors[name]),
    });
    if (made.kind !== 'dense') return unsupported(layer, `makes ${made.kind} values in a stream`);
    open.value = made;
    stream.type = made.type;
  }

  /** Layers that move values and assign them to their own type. */
  private assign(layer: Layer): void {
    const to = this.model.tensors[layer.outputs[0]].type;
    const { signed, width, integerBits } = this.stream.type;
    // Assigning to the same grid changes nothing, save that a symmetric type lacks the least value.
    const symmetric = to.signed && to.overflow === 'SAT_SYM';
    if (to.signed === signed && to.width === width && to.integerBits === integerBits && !symmetric) {
      this.stream.type = to;
      if (this.stream.open) this.stream.open.value = { ...this.stream.open.value, type: to };
      return;
    }
    this.body(layer, ({ b, inputs }) => {
      const { view, type } = inputs[0] as DenseValue;
      return { kind: 'dense', view: compose.cast(b, view, fracBits(type), to), type: to };
    });
  }

  /** All elements of an event in one beat, in a region that has an event's time. */
  private vector(layer: Layer): void {
    const { stream, n } = this;
    if (!stream.image && stream.open) {
      const { view } = stream.open.value;
      stream.open.value = {
        ...stream.open.value,
        view: reshape(view, [view.shape.reduce((a, s) => a * s, 1)]),
      };
      return;
    }
    if (hasPadding(stream.padding)) this.pad();
    this.close();
    const beats = n.channel(stream.channel).beatsPerEvent;
    if (beats > 1)
      stream.channel = n.gather(`${layer.name}_gather`, stream.channel, beats, { layers: [layer.name] });
    stream.image = null;
    const [{ count }] = n.channel(stream.channel).beat;
    this.openRegion(this.interval, [count]);
  }

  private pad(fill = 0): void {
    this.close();
    const { stream, n } = this;
    const image = stream.image!;
    const { top, bottom, left, right } = stream.padding;
    const { padding } = stream;
    stream.channel = n.pad(`${stream.channel}_pad`, stream.channel, { image, padding, fill });
    stream.image = { height: image.height + top + bottom, width: image.width + left + right };
    stream.padding = NO_PADDING;
  }

  private openRegion(interval: number, shape: readonly number[]): OpenRegion {
    const { stream, n } = this;
    const b = new CircuitBuilder(stream.channel, interval);
    const view: View = b.input('x', shape, n.channel(stream.channel).beat[0].range);
    stream.open = { b, layers: [], value: { kind: 'dense', view, type: stream.type } };
    return stream.open;
  }

  private close(): void {
    const { stream, n, choices } = this;
    if (!stream.open) return;
    const { b, layers, value } = stream.open;
    const name = layers[0];
    const { interval } = b;
    const circuit = { ...b.finish([value.view]), name, interval };
    const scheduled = schedule(circuit, choices.clockNs, ULTRASCALE_PLUS);
    verifySchedule(scheduled);
    stream.channel = n.region(name, stream.channel, scheduled, { layers });
    stream.open = null;
  }
}

type LoweredValue = ReturnType<typeof lowerRelu>[number];

function imageOf(shape: readonly number[]): Image {
  const [height, width] = imageShape(shape);
  return { height, width };
}

function hasPadding(padding: Padding): boolean {
  return Object.values(padding).some((size: number) => size > 0);
}

/** Cycles between events of a Model without an image: a beat for each input of the longest dense layer, at most. */
function longestSum(model: Model): number {
  return Math.max(
    1,
    ...model.layers.map(({ inputs }) => model.tensors[inputs[0]].shape.reduce((a, s) => a * s, 1)),
  );
}
