/**
 * Dense networks -> Network: images as streams of pixels, one a cycle.
 *
 * Each convolution and pooling is a window unit and a region that takes a window every cycle; elementwise layers join
 * the region before them. Rows and columns of zeros wait until a window masks them. The first dense layer gathers the
 * image into one wide beat; it and what follows are one region that has a whole image's time for an event, so that its
 * products are shared over beats.
 *
 * Of a tensor with several readers each reader has a stream of its own: a fork copies an image pixel by pixel, and
 * in a region that has a whole event the readers share the value. A layer of two inputs takes them from one region, or
 * joins their channels beat by beat; join-depths.ts sees to it that neither branch waits for room.
 *
 * One class of more than 400 lines, because all its methods share where the streams stand; bodies of layers are in other files.
 */
import { type FixedFormat, fracBits, maxRaw, minRaw } from 'fixed-point-ts';
import { InputError, type Layer, type LayerOf, type Model } from '../../../model/index.ts';
import { imageShape } from '../../../model/layer-kind.ts';
import {
  CircuitBuilder,
  compose,
  reshape,
  schedule,
  sizeOf,
  ULTRASCALE_PLUS,
  verifySchedule,
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
import { withJoinDepths } from './join-depths.ts';
import { lowerConcatenate, lowerMerge } from './merge.ts';
import { readersOf } from './readers.ts';
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
  readonly channel: string;
  readonly layers: string[];
}

/** A tensor on its way to one reader: on a channel of its own, or a value of a region. */
interface Stream {
  channel: string;
  open: { readonly region: OpenRegion; readonly value: DenseValue } | null;
  /** The image that goes by pixel by pixel; null for one beat an event. */
  image: Image | null;
  /** Zeros around it that no unit has made yet. */
  padding: Padding;
  type: FixedFormat;
}

/** @throws InputError `HWD002` if a layer has no hardware here, `HWD003` if constants are unknown */
export function lowerStream(model: Model, choices: StreamChoices): Network {
  if (model.inputs.length !== 1 || model.outputs.length !== 1) {
    const field = model.inputs.length !== 1 ? 'inputs' : 'outputs';
    throw new InputError({
      code: 'HWD002',
      field,
      what: `a stream has one of them in this hardware, the Model ${model[field].length}`,
    });
  }
  return new StreamLowering(model, choices).network();
}

class StreamLowering {
  private readonly n: NetworkBuilder;
  private readonly model: Model;
  private readonly choices: StreamChoices;
  private readonly constant: LoweringContext['constant'];
  /** Cycles between events at full rate: beats of the input. */
  private readonly interval: number;
  private readonly readers: ReadonlyMap<string, readonly Layer[]>;
  /** By tensor, a stream for each reader still to come. */
  private readonly waiting = new Map<string, Stream[]>();
  /** What the layer in hand works on. */
  private stream: Stream;

  constructor(model: Model, choices: StreamChoices) {
    this.model = model;
    this.choices = choices;
    this.constant = constantsOf(model);
    this.readers = readersOf(model);
    this.n = new NetworkBuilder(model.name);
    const [name] = model.inputs;
    const { shape, type } = model.tensors[name];
    const image = shape.length === 1 ? null : imageOf(shape);
    this.interval = image ? image.height * image.width : longestSum(model);
    const range = { lo: Number(minRaw(type)), hi: Number(maxRaw(type)) };
    const channel = this.n.input([{ count: shape.at(-1)!, range }], image ? this.interval : 1, name);
    this.stream = { channel, open: null, image, padding: NO_PADDING, type };
  }

  network(): Network {
    this.hand(this.model.inputs[0], []);
    for (const layer of this.model.layers) if (this.isNeeded(layer)) this.layer(layer);
    this.stream = this.waiting.get(this.model.outputs[0])![0];
    return withJoinDepths(this.finish());
  }

  /** Whether the output of the Model depends on the layer. */
  private isNeeded({ outputs }: Layer): boolean {
    return outputs.some((name) => this.model.outputs.includes(name) || this.readers.has(name));
  }

  private layer(layer: Layer): void {
    const [first, ...others] = [...new Set(layer.inputs)].map((name) => this.waiting.get(name)!.shift()!);
    this.stream = first;
    try {
      if (layer.kind === 'merge' || layer.kind === 'concatenate') this.merge(layer, others[0] ?? null);
      else this.lower(layer);
      this.hand(layer.outputs[0], [layer.name]);
    } catch (error) {
      if (error instanceof RangeError) unsupported(layer, error.message);
      throw error;
    }
  }

  /** The stream to every reader of the tensor that it now is. */
  private hand(tensor: string, layers: readonly string[]): void {
    const { n, stream } = this;
    const readers = this.readers.get(tensor) ?? [];
    if (readers.length < 2) {
      this.waiting.set(tensor, [stream]);
      return;
    }
    if (readers.every(({ kind }) => kind === 'dense' || kind === 'softmax'))
      this.vector(`${tensor}_gather`, layers);
    if (stream.image) {
      this.close();
      const depths = readers.map(() => 2);
      const channels = n.fork(`${tensor}_fork`, stream.channel, depths, layers);
      this.waiting.set(
        tensor,
        channels.map((channel) => ({ ...stream, channel })),
      );
    } else {
      this.opened();
      this.waiting.set(
        tensor,
        readers.map(() => ({ ...stream })),
      );
    }
  }

  private finish(): Network {
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
        this.vector(`${layer.name}_gather`, [layer.name]);
        this.body(layer, (context) => lowerSharedDense(this.choices.productsPerCycle)(layer, context)[0]);
        return;
      case 'sigmoid':
        if (hasPadding(stream.padding)) this.pad();
        this.body(layer, (context) => lowerSigmoid(layer, context)[0]);
        return;
      case 'softmax':
        this.vector(`${layer.name}_gather`, [layer.name]);
        this.body(layer, (context) => lowerSoftmax(layer, context)[0]);
        return;
      default:
        unsupported(layer, `a layer of kind '${layer.kind}' has no hardware in a stream`);
    }
  }

  /** Constants that repeat inside a pixel are the same for every beat; others are there only beside the whole event. */
  private elementWise(layer: ElementWiseLayer): void {
    if (hasPadding(this.stream.padding)) this.pad();
    if (this.elementsOf(this.stream) % periodOf(layer, this.constant) !== 0)
      this.vector(`${layer.name}_gather`, [layer.name]);
    this.body(layer, (context) => lowerElementWise(layer, context));
  }

  /** The same elements in the same order: rows of other lengths, as long as pixels stay whole, or one vector. */
  private reshape(layer: Layer): void {
    if (hasPadding(this.stream.padding)) this.pad();
    const { shape } = this.model.tensors[layer.outputs[0]];
    if (shape.length > 1) {
      if (!this.stream.image || this.elementsOf(this.stream) !== shape.at(-1))
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
    this.opened([taps, count / taps]);
    this.body(layer, (context) => lowerWindow(layer, context));
  }

  /**
   * Both operands in beats of the same elements, in one region: pixels of images beside each other, or all elements at once.
   *
   * @param other  the second operand; null if the layer reads one tensor twice
   */
  private merge(layer: LayerOf<'merge' | 'concatenate'>, other: Stream | null): void {
    const operands = other ? [this.stream, other] : [this.stream];
    for (const stream of operands) if (hasPadding(stream.padding)) this.pad(0, stream);
    const shapes = layer.inputs.map((name) => this.model.tensors[name].shape);
    const rank = shapes[0].length;
    const images = operands.every(({ image }) => image !== null);
    if (images && rank > 1 && layer.kind === 'concatenate' && layer.axis < rank - 1) {
      const what = `puts rows or columns of one image behind those of the other (axis ${layer.axis}), but in a stream pixels of both come side by side`;
      return unsupported(layer, what, `concatenate along the last axis, ${rank - 1}, or flatten both first`);
    }
    const alike = (of: (stream: Stream) => number) => new Set(operands.map(of)).size === 1;
    const inPixels =
      images &&
      alike(({ image }) => image!.height * image!.width) &&
      (layer.kind === 'merge' ? alike((stream) => this.elementsOf(stream)) : rank > 1);
    if (!inPixels) {
      operands.forEach((stream, index) => this.vector(`${layer.name}_gather_${index}`, [layer.name], stream));
    }
    if (other) this.join(layer, this.stream, other);
    this.body(layer, ({ b, inputs, outputs }) => {
      const values = [inputs[0], other?.open?.value ?? inputs[0]] as [DenseValue, DenseValue];
      const [{ type }] = outputs;
      if (layer.kind === 'merge') return lowerMerge(layer, b, values, type);
      const whole = inPixels ? values.map(({ view }) => [sizeOf(view.shape)]) : shapes;
      return lowerConcatenate(b, values, whole, inPixels ? 0 : layer.axis, type);
    });
  }

  /** Elements of a beat. */
  private elementsOf({ open, channel }: Stream): number {
    return open ? sizeOf(open.value.view.shape) : this.n.channel(channel).beat[0].count;
  }

  /** Two streams, and whatever shares a region with either, as values of one region. */
  private join(layer: Layer, p: Stream, q: Stream): void {
    const { n } = this;
    if (p.open && p.open.region === q.open?.region) return;
    const sides = [p, q].map((stream) => {
      const region = stream.open?.region;
      const later = [...this.waiting.values()].flat().filter(({ open }) => open && open.region === region);
      return [stream, ...later];
    });
    for (const side of sides) this.close(side);
    const channels = sides.map(([{ channel }]) => channel);
    const channel = n.join(`${layer.name}_join`, channels, { layers: [layer.name] });
    const { region, inputs } = this.openRegion(
      channel,
      p.image !== null,
      n.channel(channel).beat.map(({ count }) => [count]),
    );
    sides.flat().forEach((stream, index) => {
      stream.channel = channel;
      stream.open = { region, value: { kind: 'dense', view: inputs[index], type: stream.type } };
    });
  }

  /** A layer within the open region, or in a new one. */
  private body(layer: Layer, lower: (context: LoweringContext) => DenseValue | LoweredValue): void {
    const { stream, choices, constant } = this;
    const { region, value } = this.opened();
    region.b.stage(layer.name, layer.kind);
    region.layers.push(layer.name);
    const made = lower({
      b: region.b,
      choices: { ...choices, interval: region.b.interval, pixelsPerCycle: 1, slotsPerCycle: {} },
      constant,
      inputs: [value],
      outputs: layer.outputs.map((name) => this.model.tensors[name]),
    });
    if (made.kind !== 'dense') return unsupported(layer, `makes ${made.kind} values in a stream`);
    stream.open = { region, value: made };
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
      const { open } = this.stream;
      if (open) this.stream.open = { ...open, value: { ...open.value, type: to } };
      return;
    }
    this.body(layer, ({ b, inputs }) => {
      const { view, type } = inputs[0] as DenseValue;
      return { kind: 'dense', view: compose.cast(b, view, fracBits(type), to), type: to };
    });
  }

  /** All elements of an event in one beat, in a region that has an event's time. @param name  of the unit that gathers */
  private vector(name: string, layers: readonly string[], stream = this.stream): void {
    const { n } = this;
    if (!stream.image && stream.open) {
      const { region, value } = stream.open;
      const view = reshape(value.view, [sizeOf(value.view.shape)]);
      stream.open = { region, value: { ...value, view } };
      return;
    }
    if (hasPadding(stream.padding)) this.pad(0, stream);
    this.close([stream]);
    const beats = n.channel(stream.channel).beatsPerEvent;
    if (beats > 1) stream.channel = n.gather(name, stream.channel, beats, { layers });
    stream.image = null;
  }

  private pad(fill = 0, stream = this.stream): void {
    this.close([stream]);
    const { padding } = stream;
    const image = stream.image!;
    const { top, bottom, left, right } = padding;
    stream.channel = this.n.pad(`${stream.channel}_pad`, stream.channel, { image, padding, fill });
    stream.image = { height: image.height + top + bottom, width: image.width + left + right };
    stream.padding = NO_PADDING;
  }

  /** The stream's value in the region that it is in, or in a new one. @param shape  of a new region's input */
  private opened(shape?: readonly number[]): NonNullable<Stream['open']> {
    const { stream } = this;
    if (stream.open) return stream.open;
    const { channel, image, type } = stream;
    const [{ count }] = this.n.channel(channel).beat;
    const { region, inputs } = this.openRegion(channel, image !== null, [shape ?? [count]]);
    stream.open = { region, value: { kind: 'dense', view: inputs[0], type } };
    return stream.open;
  }

  /** A region with an input of the given shape for every field of the channel's beats. */
  private openRegion(channel: string, inPixels: boolean, shapes: readonly (readonly number[])[]) {
    const b = new CircuitBuilder(channel, inPixels ? 1 : this.interval);
    const { beat } = this.n.channel(channel);
    const inputs = shapes.map((shape, field) =>
      b.input(field === 0 ? 'x' : `x${field}`, shape, beat[field].range),
    );
    const region: OpenRegion = { b, channel, layers: [] };
    return { region, inputs };
  }

  /** Ends a region; its results are the streams, which are all that are in it. */
  private close(streams: readonly Stream[] = [this.stream]): void {
    const { n, choices } = this;
    const region = streams[0].open?.region;
    if (!region) return;
    const { b, layers } = region;
    const name = layers[0];
    const { interval } = b;
    const circuit = { ...b.finish(streams.map(({ open }) => open!.value.view)), name, interval };
    const scheduled = schedule(circuit, choices.clockNs, ULTRASCALE_PLUS);
    verifySchedule(scheduled);
    const channel = n.region(name, region.channel, scheduled, { layers });
    for (const stream of streams) {
      stream.channel = channel;
      stream.open = null;
    }
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
