/**
 * Events per CPU-second of the compiled evaluator beside the BigInt reference interpreter, in one run.
 *
 * Included: copying the raw input image into the Model's input array (compiled) or handing over the array (reference),
 * all layers, all tensors left readable. Not included: reading files, float -> raw conversion, compiling the Model
 * (printed apart). CPU time of this process, not wall clock. Figures are medians over rounds taken in turn.
 *
 *   npm run bench:evaluate -- [--designs DIR] [--rounds N] [--json]
 */
import { existsSync, readdirSync } from 'node:fs';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { compile, evaluators } from '../sim/evaluate/index.ts';
import { importModel } from '../sim/import/index.ts';
import { readEvents } from '../sim/import/vectors/index.ts';

const { values: options } = parseArgs({
  options: {
    designs: { type: 'string', default: 'golden/sparsepixels' },
    rounds: { type: 'string', default: '5' },
    json: { type: 'boolean', default: false },
  },
});
const reference = evaluators.find(({ name }) => name === 'reference')!;

interface Row {
  readonly design: string;
  readonly sparse: boolean;
  readonly referenceUs: number;
  readonly compiledUs: number;
  readonly compileMs: number;
  readonly ratio: number;
}

const rows = readdirSync(options.designs)
  .filter((name) => existsSync(join(options.designs, name, 'vectors.json')))
  .map((name) => measure(name, join(options.designs, name)));

const sparse = rows.filter((row) => row.sparse).map(({ ratio }) => ratio);
if (options.json) {
  process.stdout.write(`${JSON.stringify({ rows, lowestSparseRatio: Math.min(...sparse) })}\n`);
} else {
  process.stdout.write('design                     reference    compiled     ratio   compiling the Model\n');
  for (const { design, referenceUs, compiledUs, ratio, compileMs } of rows) {
    const figures = [`${referenceUs.toFixed(0)} us`, `${compiledUs.toFixed(1)} us`, `${ratio.toFixed(0)} x`];
    process.stdout.write(
      `${design.padEnd(24)} ${figures.map((text) => text.padStart(11)).join(' ')}  ${compileMs.toFixed(1)} ms\n`,
    );
  }
  process.stdout.write(
    `lowest ratio on a sparse design: ${Math.min(...sparse).toFixed(0)} x (CPU time per event)\n`,
  );
}

function measure(design: string, path: string): Row {
  const { model } = importModel(path);
  const input = model.inputs[0];
  const events = readEvents(join(path, 'vectors.json'), model);
  const sparse = model.layers.some(({ kind }) => kind === 'sparse-input-reduce');

  const started = cpuUs();
  const fast = compile(model);
  const compileMs = (cpuUs() - started) / 1000;
  const images = events.map((event) => Float64Array.from(event.input, Number));
  const slow = reference.prepare(model);
  const few = events.slice(0, sparse ? 40 : 2);
  const target = fast.tensors[input];

  const runFast = (repeats: number) => {
    for (let repeat = 0; repeat < repeats; repeat++) {
      for (const image of images) {
        target.set(image);
        fast.run();
      }
    }
  };
  runFast(sparse ? 20 : 1); // warm-up
  few.slice(0, 4).forEach((event) => slow({ [input]: event.input }));

  const [slowTimes, fastTimes]: [number[], number[]] = [[], []];
  for (let round = 0; round < Number(options.rounds); round++) {
    const repeats = sparse ? 20 : 1;
    slowTimes.push(timed(() => few.forEach((event) => slow({ [input]: event.input }))) / few.length);
    fastTimes.push(timed(() => runFast(repeats)) / (repeats * images.length));
  }
  const [referenceUs, compiledUs] = [median(slowTimes), median(fastTimes)];
  return { design, sparse, referenceUs, compiledUs, compileMs, ratio: referenceUs / compiledUs };
}

function timed(work: () => void): number {
  const start = cpuUs();
  work();
  return cpuUs() - start;
}

function cpuUs(): number {
  const { user, system } = process.cpuUsage();
  return user + system;
}

function median(values: readonly number[]): number {
  return values.toSorted((a, b) => a - b)[Math.floor(values.length / 2)];
}
