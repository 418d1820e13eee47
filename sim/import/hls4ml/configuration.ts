/**
 * hls4ml's configuration: precision, reuse factor, strategy and more, per model, per layer type and per layer name.
 *
 * Read from YAML or JSON in any of its forms: the `hls4ml_config.yml` of a project (`HLSConfig` inside, `Backend`,
 * `IOType`, `Part` ... beside it), the dictionary alone, or `{convert, hls_config}` as arguments of the converter.
 * Precedence, as in hls4ml 1.3.0: a layer's name, its name's default, its type, its type's default, the model's
 * entry, the model's default.
 */
import { type FixedFormat, FormatError, parseFormat } from 'fixed-point-ts';
import { z } from 'zod';
import { InputError, readDocument } from '../../model/index.ts';
import type { Precision } from './node.ts';

const precisionSchema = z.union([z.string(), z.record(z.string(), z.string())]);
const layerSchema = z.looseObject({
  Precision: precisionSchema.nullish(),
  ReuseFactor: z.int().min(1).nullish(),
  Strategy: z.string().nullish(),
  ConvImplementation: z.string().nullish(),
  TargetCycles: z.number().nullish(),
  Trace: z.boolean().nullish(),
  TableSize: z.int().min(1).nullish(),
});
const hlsConfigSchema = z.looseObject({
  Model: layerSchema.optional(),
  LayerType: z.record(z.string(), layerSchema).nullish(),
  LayerName: z.record(z.string(), layerSchema).nullish(),
});
const backendSchema = z.looseObject({
  Backend: z.string().optional(),
  IOType: z.enum(['io_parallel', 'io_stream']).optional(),
  Part: z.string().nullish(),
  ClockPeriod: z.number().positive().nullish(),
  ClockUncertainty: z.union([z.string(), z.number()]).nullish(),
  /** Settings of the writer; those of hls4ml 1.1 and later tell where a test bench prints. */
  WriterConfig: z.record(z.string(), z.unknown()).nullish(),
});
type LayerEntry = z.output<typeof layerSchema>;

export interface Backend {
  readonly backend: string;
  readonly io: 'parallel' | 'stream';
  readonly part: string;
  readonly clockNs: number;
  readonly clockUncertaintyNs: number;
  /** Whose kernels compute: softmax and average pooling changed after 1.1. */
  readonly dialect: 'hls4ml-1.0.0' | 'hls4ml-1.3.0';
}

/** A layer as the configuration looks it up. */
export interface Configured {
  readonly name: string;
  readonly className: string;
}

const DEFAULT_PART = 'xcvu13p-flga2577-2-e';
/** What HLS keeps back of the clock period by default. Source: hls4ml 1.3.0, Vivado and Vitis backends. */
const UNCERTAINTY: Readonly<Record<string, string>> = { Vivado: '12.5%', Vitis: '27%' };

export class Configuration {
  readonly backend: Backend;
  private readonly model: LayerEntry;
  private readonly types: Readonly<Record<string, LayerEntry>>;
  private readonly names: Readonly<Record<string, LayerEntry>>;

  /** @param json  what a configuration file holds. @throws InputError `CFG001` (schema), `CFG002` (backend) */
  constructor(json: unknown) {
    const { settings, hls } = unwrap(json);
    const { Model, LayerType, LayerName } = readDocument('CFG001', hlsConfigSchema, hls);
    this.backend = readBackend(settings);
    this.model = Model ?? {};
    this.types = lowerKeys(LayerType ?? {});
    this.names = withHalves(lowerKeys(LayerName ?? {}));
  }

  /** Names of the layers that have entries of their own, as compared: in lower case. */
  get layerNames(): readonly string[] {
    return Object.keys(this.names);
  }

  /** All entries as they are given, with their places; types and names in lower case. */
  entries(): { readonly place: string; readonly layer?: string; readonly entry: LayerEntry }[] {
    return [
      { place: 'Model', entry: this.model },
      ...Object.entries(this.types).map(([type, entry]) => ({ place: `LayerType.${type}`, entry })),
      ...Object.entries(this.names).map(([layer, entry]) => ({ place: `LayerName.${layer}`, layer, entry })),
    ];
  }

  /** Every entry that a layer's name and type have together, for the attributes below. */
  private entry({ name, className }: Configured): LayerEntry {
    return { ...this.types[className.toLowerCase()], ...this.names[name.toLowerCase()] };
  }

  /**
   * The type of one variable of a layer. @throws InputError `CFG003` if nothing says it, `CFG004` if it is no type
   */
  precision(layer: Configured, variable: string): Precision {
    const type = this.types[layer.className.toLowerCase()]?.Precision;
    const name = this.names[layer.name.toLowerCase()]?.Precision;
    const text =
      entryOf(name, variable) ?? entryOf(type, variable) ?? entryOf(this.model.Precision, variable);
    if (text !== undefined) return parsePrecision(text, layer.name, `Precision.${variable}`);
    throw new InputError({
      code: 'CFG003',
      layer: layer.name,
      field: `Precision.${variable}`,
      what: 'no precision is given and there is no default',
      mend: 'give Model.Precision',
    });
  }

  /** The model's default type, which `auto` falls back to where nothing can be inferred. */
  get defaultType(): FixedFormat {
    const type = this.precision({ name: '', className: '' }, 'default');
    return type === 'auto' ? parseFormat('fixed<16,6>') : type;
  }

  /** The widest type that inference may choose, if `Model.Precision.maximum` says so. */
  get maximumType(): FixedFormat | undefined {
    const text = entryOf(this.model.Precision, 'maximum', false);
    const type = text === undefined ? 'auto' : parsePrecision(text, '', 'Model.Precision.maximum');
    return type === 'auto' ? undefined : type;
  }

  reuseFactor(layer: Configured): number {
    return this.entry(layer).ReuseFactor ?? this.model.ReuseFactor ?? 1;
  }

  /** In snake case: `latency`, `resource`, `resource_unrolled`, `distributed_arithmetic`. */
  strategy(layer: Configured): string {
    const text = this.entry(layer).Strategy ?? this.model.Strategy ?? 'Latency';
    return text.replace(/([a-z0-9])([A-Z])/g, '$1_$2').toLowerCase();
  }

  isDistributedArithmetic(layer: Configured): boolean {
    return ['da', 'distributed_arithmetic'].includes(this.strategy(layer));
  }

  /** An attribute of the layer's own entries, such as `TableSize` or `Implementation`, in either spelling. */
  attribute(layer: Configured, name: string): unknown {
    const wanted = snakeCase(name);
    const found = Object.entries(this.entry(layer)).find(([key]) => snakeCase(key) === wanted);
    return found?.[1];
  }

  /** A type given as an attribute (`table_t: fixed<18,8>`): the only way in which hls4ml 1.3.0 takes those of tables. */
  attributeType(layer: Configured, name: string): FixedFormat | undefined {
    const text = this.attribute(layer, name);
    if (typeof text !== 'string') return undefined;
    const type = parsePrecision(text, layer.name, name);
    return type === 'auto' ? undefined : type;
  }

  /** The type that a layer's own `Precision` gives a variable, whether hls4ml heeds it or not. */
  namedType(layer: Configured, variable: string): FixedFormat | undefined {
    const text = entryOf(this.names[layer.name.toLowerCase()]?.Precision, variable, false);
    const type = text === undefined ? 'auto' : parsePrecision(text, layer.name, `Precision.${variable}`);
    return type === 'auto' ? undefined : type;
  }

  /** The same configuration with some entries of layers set: `Precision.result`, `ReuseFactor`, `exp_table_t` ... */
  with(
    changes: readonly { readonly layer: string; readonly entry: string; readonly value: string | number }[],
  ): Configuration {
    const names = { ...this.names };
    for (const { layer, entry, value } of changes) {
      const key = layer.toLowerCase();
      const own = names[key] ?? {};
      const [head, variable] = entry.split('.');
      if (variable === undefined) names[key] = { ...own, [head]: value };
      else {
        const precision = typeof own.Precision === 'string' ? { default: own.Precision } : own.Precision;
        names[key] = { ...own, Precision: { ...precision, [variable]: String(value) } };
      }
    }
    return Object.assign(Object.create(Configuration.prototype) as Configuration, this, { names });
  }
}

function entryOf(precision: LayerEntry['Precision'], variable: string, orDefault = true): string | undefined {
  if (typeof precision === 'string') return orDefault ? precision : undefined;
  return precision?.[variable] ?? (orDefault ? precision?.default : undefined);
}

function parsePrecision(text: string, layer: string, field: string): Precision {
  if (text.trim().toLowerCase() === 'auto') return 'auto';
  try {
    return parseFormat(text);
  } catch (error) {
    if (!(error instanceof FormatError)) throw error;
    throw new InputError({ code: 'CFG004', ...(layer === '' ? {} : { layer }), field, what: error.message });
  }
}

/**
 * The entry of a separable convolution as those of its two halves, `<name>_depthwise` and `<name>_pointwise`, where these have none.
 *
 * Source: hls4ml 1.3.0, pass `seperable_to_dw_conv`.
 */
function withHalves(names: Readonly<Record<string, LayerEntry>>): Record<string, LayerEntry> {
  const halves = Object.entries(names).flatMap(([name, entry]) => {
    const { Precision } = entry;
    if (typeof Precision !== 'object' || Precision === null) return [];
    if (!('depthwise' in Precision) && !('pointwise' in Precision)) return [];
    return (['depthwise', 'pointwise'] as const)
      .filter((half) => names[`${name}_${half}`] === undefined)
      .map((half) => {
        const own = halfPrecision(Precision, half);
        const reuse = entry[half === 'depthwise' ? 'DepthwiseReuseFactor' : 'PointwiseReuseFactor'];
        const ReuseFactor = typeof reuse === 'number' ? reuse : entry.ReuseFactor;
        return [`${name}_${half}`, { ...entry, Precision: own, ReuseFactor }] as const;
      });
  });
  return { ...names, ...Object.fromEntries(halves) };
}

function halfPrecision(
  { default: fallback, result, bias, ...given }: Readonly<Record<string, string>>,
  half: 'depthwise' | 'pointwise',
): Record<string, string> {
  const own = {
    default: fallback,
    weight: given[half],
    accum: given[`${half}_accum`],
    result: given[`${half}_result`] ?? result,
    bias: half === 'depthwise' ? undefined : bias,
  };
  return Object.fromEntries(
    Object.entries(own).filter((pair): pair is [string, string] => pair[1] !== undefined),
  );
}

function snakeCase(text: string): string {
  return text.replace(/([a-z0-9])([A-Z])/g, '$1_$2').toLowerCase();
}

function lowerKeys<T>(entries: Readonly<Record<string, T>>): Record<string, T> {
  return Object.fromEntries(Object.entries(entries).map(([key, value]) => [key.toLowerCase(), value]));
}

/** The settings of the backend, and the dictionary of precisions, whatever the file's form. */
function unwrap(json: unknown): { settings: Record<string, unknown>; hls: unknown } {
  const object = (value: unknown) =>
    typeof value === 'object' && value !== null ? (value as Record<string, unknown>) : {};
  const top = object(json);
  if ('HLSConfig' in top) return { settings: top, hls: top.HLSConfig };
  if ('hls_config' in top) {
    const { backend, io_type, part, clock_period, clock_uncertainty } = object(top.convert);
    const settings = {
      Backend: backend,
      IOType: io_type,
      Part: part,
      ClockPeriod: clock_period,
      ClockUncertainty: clock_uncertainty,
    };
    return { settings, hls: top.hls_config };
  }
  return { settings: top, hls: json };
}

function readBackend(settings: Record<string, unknown>): Backend {
  const given = readDocument('CFG001', backendSchema, settings);
  const backend = given.Backend ?? 'Vitis';
  const uncertainty = UNCERTAINTY[backend];
  if (uncertainty === undefined) {
    throw new InputError({
      code: 'CFG002',
      field: 'Backend',
      what: `the numbers of hls4ml's backend '${backend}' are not modelled, only Vivado's and Vitis'`,
      mend: "set Backend to 'Vitis'",
    });
  }
  const clockNs = given.ClockPeriod ?? 5;
  return {
    backend,
    io: given.IOType === 'io_stream' ? 'stream' : 'parallel',
    part: given.Part ?? DEFAULT_PART,
    clockNs,
    clockUncertaintyNs: uncertaintyNs(given.ClockUncertainty ?? uncertainty, clockNs),
    dialect: isFormer(given.WriterConfig) ? 'hls4ml-1.0.0' : 'hls4ml-1.3.0',
  };
}

/** Whether a project's configuration was written before hls4ml 1.1, by what its writer could be told then. */
function isFormer(writer: Readonly<Record<string, unknown>> | null | undefined): boolean {
  return writer !== null && writer !== undefined && !('TBOutputStream' in writer);
}

function uncertaintyNs(given: string | number, clockNs: number): number {
  if (typeof given === 'number') return given;
  const value = Number.parseFloat(given);
  if (!Number.isFinite(value)) {
    throw new InputError({
      code: 'CFG001',
      field: 'ClockUncertainty',
      what: `'${given}' is no time or share`,
    });
  }
  return given.trim().endsWith('%') ? (clockNs * value) / 100 : value;
}
