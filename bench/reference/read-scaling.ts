/**
 * The scaling studies (one CSV a kind of layer) as cases. The rows give no weights: the Models say that they are unknown.
 *
 * `calls` and `call_args` list the kernels in order with their template arguments; sizes are read from there.
 */
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { fixed, parseFormat, uint, type FixedFormat } from 'fixed-point-ts';
import {
  type Constant,
  type Layer,
  type Mapping,
  MAPPING_SCHEMA,
  type Model,
  MODEL_SCHEMA,
  type Tensor,
  verifyModel,
} from '../../sim/model/index.ts';
import { sparsePixelsReciprocal } from '../../sim/model/tables.ts';
import type { Case, ReportedLayer } from './case.ts';
import { parseCsv } from './csv.ts';

type Row = Record<string, string>;

/** Every row of every CSV file in `folder`. */
export function readScaling(folder: string): Case[] {
  return readdirSync(folder)
    .filter((file) => file.endsWith('.csv'))
    .sort()
    .flatMap((file) => parseCsv(readFileSync(join(folder, file), 'utf8')).map(toCase));
}

function toCase(row: Row): Case {
  const { model, profile } = scalingModel(row);
  const number = (field: string) => Number(row[field] || 0);
  const swept = model.layers.at(-1)!.name;
  const layers = new Map<string, ReportedLayer>();
  const instances = row.instances.split(';').map((entry) => entry.split(':'));
  model.layers.forEach(({ name }, index) => {
    const [, latency, interval] = instances[index] ?? [];
    layers.set(name, latency === undefined ? {} : { latency: Number(latency), interval: Number(interval) });
  });
  if (row.layer_LUT) {
    layers.set(swept, {
      ...layers.get(swept),
      csynth: {
        lut: number('layer_LUT'),
        ff: number('layer_FF'),
        dsp: number('layer_DSP'),
        bram18k: number('layer_BRAM_18K'),
      },
    });
  }
  const interval = number('top_interval');
  return {
    name: row.design,
    group: row.kind,
    fold: `${row.kind} ${row.kind === 'reduction' ? `${row.n_in} pixels` : `${row.N} slots`}`,
    model,
    mapping: {
      schema: MAPPING_SCHEMA,
      profile,
      part: 'xcu250-figd2104-2L-e',
      clockNs: number('target_ns'),
      clockUncertaintyNs: number('uncertainty_ns'),
      io: 'parallel',
      default: { strategy: 'latency', reuseFactor: 1 },
      layers: {},
      fifoDepths: {},
    } satisfies Mapping,
    reported: {
      latency: { min: number('top_latency_min'), max: number('top_latency') },
      interval: { min: interval, max: interval },
      estimatedNs: number('top_est_ns'),
      csynth: {
        lut: number('top_LUT'),
        ff: number('top_FF'),
        dsp: number('top_DSP'),
        bram18k: number('top_BRAM_18K'),
      },
      vivado: {
        lut: number('viv_LUT'),
        ff: number('viv_FF'),
        dsp: number('viv_DSP'),
        bram18k: 2 * number('viv_RAMB36') + number('viv_RAMB18'),
      },
      layers,
    },
  };
}

/** The Model of a row: the kernels it calls, in order. */
function scalingModel(row: Row): { model: Model; profile: string } {
  const type = (field: string): FixedFormat => parseFormat(row[field]);
  const [height, width, slots] = [Number(row.H), Number(row.W), Number(row.N)];
  const coordinate = uint(10);
  const tensors: Record<string, Tensor> = { image: { shape: [height, width, 1], type: type('input_t') } };
  const constants: Record<string, Constant> = {};
  const layers: Layer[] = [];
  let profile = 'sparsepixels-0.2.1';
  let features = 'image';
  let coordinates = '';
  const make = (name: string, shape: readonly number[], from: FixedFormat) => {
    tensors[name] = { shape, type: from };
    return name;
  };
  const calls = row.calls.split(';');
  const argumentsOf = row.call_args.split(' | ').map((call) =>
    call
      .slice(call.indexOf('<') + 1, call.lastIndexOf('>'))
      .replace(/<[^<>]*>/g, '')
      .split(',')
      .map((argument) => Number(argument))
      .filter((argument) => Number.isFinite(argument)),
  );
  calls.forEach((call, index) => {
    const name = `${call}${index}`;
    const sizes = argumentsOf[index];
    const common = { name, dialect: 'sparsepixels-0.2.1' } as const;
    const from = tensors[features];
    switch (call) {
      case 'sparse_input_reduce': {
        const outputs = [make('kept', [slots, 1], from.type), make('places', [slots, 2], coordinate)];
        layers.push({
          ...common,
          kind: 'sparse-input-reduce',
          inputs: [features],
          outputs,
          threshold: 0n,
          indexBits: 12,
        });
        [features, coordinates] = outputs as [string, string];
        break;
      }
      case 'sparse_conv': {
        const [channels, filters, kernel] = sizes as [number, number, number | undefined];
        // The kernel before 0.2 has no argument for its size.
        if (kernel === undefined) profile = 'sparsepixels-3x3';
        const size = kernel ?? 3;
        const weights = `${name}.weights`;
        const bias = `${name}.bias`;
        constants[weights] = { shape: [size, size, channels, filters], type: type('weight_t'), raw: null };
        constants[bias] = { shape: [filters], type: type('weight_t'), raw: null };
        const output = make(name, [slots, filters], type('result_t'));
        layers.push({
          ...common,
          kind: 'sparse-conv2d',
          inputs: [features, coordinates],
          outputs: [output],
          accumulator: type('result_t'),
          weights,
          bias,
        });
        features = output;
        break;
      }
      case 'sparse_relu': {
        const output = make(name, from.shape, type('result_t'));
        layers.push({ ...common, kind: 'sparse-relu', inputs: [features], outputs: [output] });
        features = output;
        break;
      }
      case 'sparse_pooling_avg': {
        const pool = sizes.at(-1)!;
        const outputs = [
          make(name, from.shape, type('result_t')),
          make(`${name}.places`, [slots, 2], coordinate),
        ];
        const reciprocal = fixed(10, 0);
        layers.push({
          ...common,
          kind: 'sparse-average-pool2d',
          inputs: [features, coordinates],
          outputs,
          pool,
          accumulator: type('result_t'),
          reciprocal: { type: reciprocal, raw: sparsePixelsReciprocal(pool, reciprocal) },
        });
        [features, coordinates] = outputs as [string, string];
        break;
      }
      case 'sparse_flatten': {
        const output = make(name, [height * width * from.shape[1]], type('result_t'));
        layers.push({
          ...common,
          kind: 'sparse-flatten',
          inputs: [features, coordinates],
          outputs: [output],
          height,
          width,
        });
        features = output;
        break;
      }
      default:
        throw new Error(`${row.design}: no layer for the kernel '${call}'`);
    }
  });
  const model = verifyModel({
    schema: MODEL_SCHEMA,
    name: row.design,
    inputs: ['image'],
    outputs: [features],
    tensors,
    layers,
    constants,
  });
  return { model, profile };
}
