/**
 * The README's table: which layer kinds are equal in every bit to recorded C simulation, on how many values.
 *
 * Runs every recorded event of every bundled design through both evaluators (the reference interpreter takes the
 * events with recorded intermediate arrays of the large dense designs, all events of the others).
 *
 *   npm run table:exactness -- [--designs DIR] [--json]
 */
import { existsSync, readdirSync } from 'node:fs';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { evaluators } from '../sim/evaluate/index.ts';
import { importModel } from '../sim/import/index.ts';
import { inputValues, readRecordedEvents } from '../sim/import/vectors/index.ts';
import { LAYER_KINDS, type Model } from '../sim/model/index.ts';
import { compareEvent } from '../verify/diff/index.ts';

const { values: options } = parseArgs({
  options: {
    designs: { type: 'string', default: 'golden/sparsepixels' },
    json: { type: 'boolean', default: false },
  },
});

interface Count {
  designs: number;
  arrays: number;
  values: number;
  mismatches: number;
}
const counts = new Map<string, Count>();

for (const name of readdirSync(options.designs)) {
  const path = join(options.designs, name);
  if (!existsSync(join(path, 'design.json')) || !existsSync(join(path, 'vectors.json'))) continue;
  const { model } = importModel(path);
  const events = readRecordedEvents(join(path, 'vectors.json'), model);
  const large = model.layers.some(({ kind }) => kind === 'conv2d');
  for (const evaluator of evaluators) {
    const evaluate = evaluator.prepare(model);
    const chosen = large && evaluator.name === 'reference' ? events.filter(({ layers }) => layers) : events;
    for (const event of chosen) {
      const got = evaluate(inputValues(event, model));
      const recorded = { ...event.layers, ...(event.expected && { [model.outputs[0]]: event.expected }) };
      for (const [tensor, raw] of Object.entries(recorded)) {
        const count = countOf(model, tensor, evaluator.name);
        const result = compareEvent(model, event.id, { [tensor]: raw }, got);
        count.arrays++;
        count.values += result.values;
        count.mismatches += result.mismatchedValues;
      }
    }
    for (const kind of new Set(model.layers.map((layer) => layer.kind))) {
      const count = counts.get(`${kind} ${evaluator.name}`);
      if (count) count.designs++;
    }
  }
}

if (options.json) {
  const rows = [...counts].map(([key, count]) => {
    const [kind, evaluator] = key.split(' ');
    return { kind, evaluator, ...count };
  });
  process.stdout.write(`${JSON.stringify({ rows })}\n`);
} else {
  process.stdout.write(
    '| layer kind | designs | values compared (reference / compiled) | that differ |\n| --- | --- | --- | --- |\n',
  );
  const unrecorded: string[] = [];
  for (const kind of LAYER_KINDS) {
    const [slow, fast] = evaluators.map(({ name }) => counts.get(`${kind} ${name}`));
    if (!slow || !fast) {
      unrecorded.push(`\`${kind}\``);
      continue;
    }
    const values = `${slow.values.toLocaleString('en')} / ${fast.values.toLocaleString('en')}`;
    process.stdout.write(
      `| \`${kind}\` | ${fast.designs} | ${values} | ${slow.mismatches} / ${fast.mismatches} |\n`,
    );
  }
  process.stdout.write(`\nIn none of these designs: ${unrecorded.join(', ')}.\n`);
}

function countOf(model: Model, tensor: string, evaluator: string): Count {
  const { kind } = model.layers.find(({ outputs }) => outputs.includes(tensor))!;
  const key = `${kind} ${evaluator}`;
  const count = counts.get(key) ?? { designs: 0, arrays: 0, values: 0, mismatches: 0 };
  counts.set(key, count);
  return count;
}
