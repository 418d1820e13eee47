/**
 * How far estimates of latency, interval and resources are from csynth's for dense networks of hls4ml, io_parallel, strategy
 * latency: a folder with designs.json, weights.json.gz and modules.csv (Vitis HLS 2021.1; reports of ArgyKokk/hls4ml_MLP_estimator).
 *
 *   node --conditions=source --import tsx bench/mlp-estimates.ts DIR [--json]
 */
import { fromNumber, parseFormat } from 'fixed-point-ts';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { gunzipSync } from 'node:zlib';
import { table } from '../cli/table.ts';
import { estimate } from '../sim/estimate/index.ts';
import {
  type Constant,
  type Layer,
  type Mapping,
  MAPPING_SCHEMA,
  type Model,
  MODEL_SCHEMA,
  type Tensor,
} from '../sim/model/index.ts';
import { parseCsv } from './reference/csv.ts';

interface Design {
  readonly net: string;
  readonly config: string;
  readonly part: string;
  readonly types: Readonly<Record<string, string>>;
  readonly layers: readonly {
    readonly fn: string;
    readonly name: string;
    readonly types: readonly [input: string, output: string, config: string];
    readonly args: readonly string[];
  }[];
  readonly configs: Readonly<Record<string, Readonly<Record<string, string>>>>;
}
type Weights = Readonly<
  Record<string, readonly { readonly weights: Readonly<Record<string, readonly number[]>> }[]>
>;

/** What hls4ml keeps back of the clock period for Vivado parts of that time: reported periods end at 4.375 of 5 ns. */
const UNCERTAINTY = 0.125;

function modelOf(
  { net, config, layers, types, configs }: Design,
  weights: Weights[string][number]['weights'],
): Model {
  const tensors: Record<string, Tensor> = {};
  const constants: Record<string, Constant> = {};
  const made = layers.map(({ fn, name, types: own, args }): Layer => {
    const [from, to] = [args[0], args[1]];
    const settings = configs[own[2]];
    const size = Number(settings.n_in);
    const type = (key: string) => parseFormat(types[key]);
    tensors[from] ??= { shape: [size], type: type(own[0]) };
    tensors[to] = { shape: [Number(settings.n_out ?? settings.n_in)], type: type(own[1]) };
    const fields = { name, dialect: 'hls4ml-1.3.0', inputs: [from], outputs: [to] } as const;
    const constant = (id: string, shape: readonly number[], format: string): string => {
      const raw = weights[id].map((value) => fromNumber(value, type(format)));
      constants[`${name}.${id}`] = { shape, type: type(format), raw };
      return `${name}.${id}`;
    };
    if (fn === 'relu') return { ...fields, kind: 'relu' };
    if (fn === 'dense')
      return {
        ...fields,
        kind: 'dense',
        accumulator: type(settings.accum_t),
        weights: constant(args[2], [size, Number(settings.n_out)], settings.weight_t),
        bias: constant(args[3], [Number(settings.n_out)], settings.bias_t),
      };
    if (fn !== 'softmax') throw new Error(`${net}: no layer '${fn}' expected`);
    return {
      ...fields,
      kind: 'table-softmax',
      slices: [1, size, 1],
      subtractLargest: true,
      address: type(own[0]),
      accumulator: type(settings.exp_table_t),
      inverseAddress: type(settings.exp_table_t),
      expTable: 'exp',
      inverseTable: 'inverse',
    };
  });
  return {
    schema: MODEL_SCHEMA,
    name: `${net} ${config}`,
    inputs: [layers[0].args[0]],
    outputs: [layers.at(-1)!.args[1]],
    tensors,
    constants,
    layers: made,
  };
}

function mappingOf({ part, layers, configs }: Design, clockNs: number): Mapping {
  return {
    schema: MAPPING_SCHEMA,
    profile: 'hls4ml-1.3.0',
    part,
    clockNs,
    clockUncertaintyNs: UNCERTAINTY * clockNs,
    io: 'parallel',
    default: { strategy: 'latency', reuseFactor: 1 },
    layers: Object.fromEntries(
      layers.map(({ name, types }) => [name, { reuseFactor: Number(configs[types[2]].reuse_factor) }]),
    ),
    fifoDepths: {},
  };
}

const { values: options, positionals } = parseArgs({
  allowPositionals: true,
  options: { json: { type: 'boolean', default: false } },
});
const [folder] = positionals;
if (folder === undefined) throw new Error('name the folder that holds designs.json');
const designs = Object.values(
  JSON.parse(readFileSync(join(folder, 'designs.json'), 'utf8')) as Record<string, Design>,
);
const weights = JSON.parse(
  gunzipSync(readFileSync(join(folder, 'weights.json.gz'))).toString('utf8'),
) as Weights;
const modules = parseCsv(readFileSync(join(folder, 'modules.csv'), 'utf8'));

const rows = designs.map((design) => {
  const reports = modules.filter(({ net, config }) => net === design.net && config === design.config);
  const top = reports.find(({ module }) => module === 'myproject')!;
  const model = modelOf(design, weights[design.net][0].weights);
  const result = estimate(model, mappingOf(design, Number(top.clk_target)));
  const of = (row: Record<string, string>, key: string) => Number(row[key]);
  const csynth = result.resources.csynth;
  return {
    name: model.name,
    latency: [result.latencyCycles.max, of(top, 'lat_worst')],
    interval: [result.intervalCycles.max, of(top, 'ii_max')],
    lut: [csynth.lut, of(top, 'lut')],
    ff: [csynth.ff, of(top, 'ff')],
    dsp: [csynth.dsp, of(top, 'dsp')],
    bram18k: [csynth.bram18k, of(top, 'bram18')],
    layers: result.layers.map(({ latencyCycles }, index) => {
      const module = reports.find((each) => each.module.endsWith(`_${design.layers[index].types[2]}_s`));
      return [latencyCycles.max, module ? of(module, 'lat_worst') : NaN];
    }),
  };
});

const FIGURES = ['latency', 'interval', 'lut', 'ff'] as const;
const errors = Object.fromEntries(
  FIGURES.map((figure) => {
    const all = rows.map((row) => Math.abs(row[figure][0] / row[figure][1] - 1));
    const exact = rows.filter((row) => row[figure][0] === row[figure][1]).length;
    return [figure, { mean: all.reduce((a, b) => a + b, 0) / all.length, worst: Math.max(...all), exact }];
  }),
);
const layers = rows.flatMap((row) => row.layers).filter(([, reported]) => !Number.isNaN(reported));
const within = (cycles: number) => layers.filter(([a, b]) => Math.abs(a - b) <= cycles).length;

if (options.json) process.stdout.write(`${JSON.stringify({ errors, rows })}\n`);
else {
  const both = ([estimated, reported]: readonly number[]) => `${estimated} / ${reported}`;
  process.stdout.write(
    `${table(
      ['estimated / reported', 'latency', 'interval', 'LUT', 'FF', 'DSP', 'RAMB18'],
      rows.map((row) => [
        row.name,
        ...[row.latency, row.interval, row.lut, row.ff, row.dsp, row.bram18k].map(both),
      ]),
    )}\n`,
  );
  for (const figure of FIGURES) {
    const { mean, worst, exact } = errors[figure];
    const share = (error: number) => `${(100 * error).toFixed(1)} %`;
    process.stdout.write(
      `${figure}: mean ${share(mean)}, worst ${share(worst)}, exact in ${exact} of ${rows.length}\n`,
    );
  }
  process.stdout.write(
    `layers: latency exact in ${within(0)}, within one cycle in ${within(1)} of ${layers.length}\n`,
  );
}
