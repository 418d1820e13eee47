/** Design folders (design.json, weights.json, reports.json) as cases. */
import { existsSync, readdirSync } from 'node:fs';
import { join } from 'node:path';
import { readJson } from '../../sim/import/read-json.ts';
import { sparsePixelsImporter } from '../../sim/import/sparsepixels/index.ts';
import type { Model } from '../../sim/model/index.ts';
import type { Case, ReportedLayer, Resources } from './case.ts';

interface Report {
  readonly top: Module;
  readonly modules: readonly Module[];
  readonly vivado: { readonly instances: readonly Utilisation[]; readonly top: Utilisation };
}
interface Module {
  readonly module: string;
  readonly latency: { readonly min: number; readonly max: number };
  readonly interval: { readonly min: number; readonly max: number };
  readonly estimated_ns: number;
  readonly resources: Partial<Record<'LUT' | 'FF' | 'DSP' | 'BRAM_18K', number | null>>;
  readonly instances?: readonly {
    readonly module: string;
    readonly latency_max: number;
    readonly interval_max: number;
  }[];
  readonly instance_resources?: Record<string, Module['resources']>;
}
interface Utilisation {
  readonly module?: string;
  readonly instance?: string;
  readonly count?: number;
  readonly 'Total LUTs': number;
  readonly FFs: number;
  readonly 'DSP Blocks': number;
  readonly RAMB36: number;
  readonly RAMB18: number;
}

/** Every design below `folder` that has reports, sorted by name. */
export function readDesigns(folder: string): Case[] {
  return readdirSync(folder)
    .filter((name) => existsSync(join(folder, name, 'reports.json')))
    .sort()
    .map((name) => readDesign(join(folder, name), name));
}

function readDesign(folder: string, name: string): Case {
  const { model, mapping } = sparsePixelsImporter.read(folder, {});
  if (!mapping) throw new Error(`${folder}: the design says nothing of how it is built`);
  const report = readJson(join(folder, 'reports.json')) as Report;
  return {
    name,
    group: mapping.io === 'stream' ? 'full' : 'sparse',
    fold: name,
    model,
    mapping,
    reported: {
      latency: report.top.latency,
      interval: report.top.interval,
      estimatedNs: report.top.estimated_ns,
      csynth: csynthOf(report.top.resources),
      vivado: vivadoOf(report.vivado.top),
      layers: layersOf(model, report, join(folder, 'design.json')),
    },
  };
}

function csynthOf(resources: Module['resources']): Resources {
  const { LUT, FF, DSP, BRAM_18K } = resources;
  return { lut: LUT ?? 0, ff: FF ?? 0, dsp: DSP ?? 0, bram18k: BRAM_18K ?? 0 };
}

function vivadoOf(used: Utilisation): Resources {
  return {
    lut: used['Total LUTs'],
    ff: used.FFs,
    dsp: used['DSP Blocks'],
    bram18k: 2 * used.RAMB36 + used.RAMB18,
  };
}

/** Matches processes to layers by what the tool's names carry: the kernel, then template arguments or the config. */
function layersOf(model: Model, report: Report, designFile: string): Map<string, ReportedLayer> {
  const calls = (readJson(designFile) as { layers: Call[] }).layers;
  const layers = new Map<string, ReportedLayer>();
  for (const call of calls) {
    const matches = nameTest(call);
    const instance = report.top.instances?.find(({ module }) => matches(module));
    const used = Object.entries(report.top.instance_resources ?? {}).find(([module]) => matches(module))?.[1];
    const module = report.modules.find((candidate) => matches(candidate.module));
    const resources = module?.resources ?? used;
    const vivado = report.vivado.instances.find(
      ({ module: name = '' }) =>
        !/fifo/.test(name) && (matches(name) || matches(name.slice(report.top.module.length + 1))),
    );
    layers.set(call.name, {
      ...(instance ? { latency: instance.latency_max, interval: instance.interval_max } : {}),
      ...(resources ? { csynth: csynthOf(resources) } : {}),
      ...(vivado ? { vivado: withAbsorbed(vivadoOf(vivado), call, report) } : {}),
    });
  }
  if (layers.size !== model.layers.length) throw new Error(`${designFile}: layers with one name`);
  return layers;
}

interface Call {
  readonly name: string;
  readonly op: string;
  readonly config_name?: string;
  readonly n_max_pixels?: number;
  readonly channels?: number;
  readonly filters?: number;
  readonly kernel_size?: number;
  readonly pool_size?: number;
  readonly height?: number;
  readonly width?: number;
  readonly in_features?: string;
}

function nameTest(call: Call): (module: string) => boolean {
  const { n_max_pixels: n, channels: c } = call;
  const ends = (...parts: (number | undefined)[]) => new RegExp(`_${parts.join('_')}_(s|\\d+)$`);
  const [kernel, tail] = {
    sparse_input_reduce: ['sparse_input_reduce_', ends(call.height, call.width, c, n)],
    sparse_conv: ['sparse_conv_', ends(n, c, call.filters, call.kernel_size)],
    sparse_relu: ['sparse_relu_', ends(n, c)],
    sparse_pooling_avg: ['sparse_pooling_avg_', ends(n, c, call.pool_size)],
    sparse_flatten: ['sparse_flatten_', ends(call.height, call.width, c, n)],
    zeropad2d_cl: ['zeropad2d_cl_', ends()],
    conv_2d_cl: ['conv_2d_cl_', ends()],
    pooling2d_cl: ['pooling2d_cl_', ends()],
    dense: ['dense_', ends()],
    relu: ['relu_', ends()],
    sigmoid: ['sigmoid_', ends()],
    softmax: ['softmax_', ends()],
  }[call.op] ?? ['?', ends()];
  if (call.config_name === undefined)
    return (module) => module.startsWith(kernel as string) && (tail as RegExp).test(module);
  const config = new RegExp(`_${call.config_name}_s$`);
  const outer = /_(wrapper|stable)_array|^dense_wrapper/;
  return (module) => module.startsWith(kernel as string) && config.test(module) && !outer.test(module);
}

/**
 * Vivado moves the partial products of 8-bit multipliers into the FIFO that feeds them: its hierarchical report books up to
 * 1,700 LUTs on a FIFO of 8 bits. What such a FIFO has above its own cost belongs to the convolution behind it.
 */
function withAbsorbed(own: Resources, call: Call, report: Report): Resources {
  if (call.op !== 'sparse_conv' || call.in_features === undefined) return own;
  const feeding = new RegExp(`^${call.in_features}(_\\d+)?_[U*]`);
  const fifos = report.vivado.instances.filter(
    ({ instance, module }) => /fifo/.test(module ?? '') && feeding.test(instance ?? ''),
  );
  const ownLut = 20;
  const absorbed = fifos.reduce((sum, fifo) => sum + fifo['Total LUTs'] - ownLut * (fifo.count ?? 1), 0);
  return { ...own, lut: own.lut + Math.max(0, absorbed) };
}
