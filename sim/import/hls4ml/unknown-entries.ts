/** Entries of a configuration that hls4ml would ignore without a word: keys that it does not know, layers that are not there. */
import type { Configuration } from './configuration.ts';
import type { Diagnosis } from './diagnose.ts';
import type { Source } from './node.ts';

/** Keys of a model's, a type's or a layer's entry. Source: hls4ml 1.3.0, documentation of the configuration, backends' attributes. */
const KEYS = [
  'Precision',
  'ReuseFactor',
  'Strategy',
  'ConvImplementation',
  'TargetCycles',
  'Trace',
  'TraceOutput',
  'TableSize',
  'TableRangePower2',
  'BramFactor',
  'BitExact',
  'ParallelizationFactor',
  'RecurrentReuseFactor',
  'PipelineStyle',
  'PipelineInterval',
  'Implementation',
  'Algorithm',
  'Static',
  'Skip',
  'Compression',
  'ChannelsLastConversion',
  'TransposeOutputs',
  'InputsChannelLast',
  'Optimizers',
];

/** What `Precision` can name; those of recurrent layers may have a direction in front. */
const VARIABLES = [
  'default',
  'maximum',
  'result',
  'weight',
  'bias',
  'accum',
  'table',
  'exp_table',
  'inv_table',
  'inv_inp',
  'inp_norm',
  'param',
  'scale',
  'slope',
  'shift',
  'recurrent_weight',
  'recurrent_bias',
  'depthwise',
  'pointwise',
  'embeddings',
  'state',
];

/** @param everyLayer  whether the sources have every layer that a configuration can name, under its name */
export function unknownEntries(
  configuration: Configuration,
  sources: readonly Source[],
  everyLayer: boolean,
): Diagnosis[] {
  const layers = sources.map(({ name }) => name.toLowerCase());
  return configuration.entries().flatMap(({ place, layer, entry }) => {
    const isThere =
      layer === undefined || layers.some((name) => layer === name || layer.startsWith(`${name}_`));
    if (everyLayer && !isThere)
      return [unknown(place, 'names a layer that the model does not have', layer, layers)];
    const keys = Object.keys(entry).filter((key) => !isKnownKey(key));
    const precision = entry.Precision;
    const variables = typeof precision === 'object' && precision !== null ? Object.keys(precision) : [];
    return [
      ...keys.map((key) => unknown(`${place}.${key}`, 'is no key that hls4ml knows', key, KEYS)),
      ...variables
        .filter((variable) => !VARIABLES.includes(variable.replace(/^(forward|backward)_/, '')))
        .map((variable) =>
          unknown(`${place}.Precision.${variable}`, 'is no variable that hls4ml knows', variable, VARIABLES),
        ),
    ];
  });
}

/** Types of single variables are keys too: `exp_table_t`. */
function isKnownKey(key: string): boolean {
  const plain = (text: string) => text.replaceAll('_', '').toLowerCase();
  const own = plain(key).replace(/^(forward|backward)/, '');
  const variable = /^(.+)_t$/.exec(key)?.[1];
  return (
    KEYS.some((known) => plain(known) === own) || (variable !== undefined && VARIABLES.includes(variable))
  );
}

function unknown(place: string, what: string, given: string, known: readonly string[]): Diagnosis {
  const [nearest] = known
    .map((name) => ({ name, distance: editDistance(name.toLowerCase(), given.toLowerCase()) }))
    .toSorted((a, b) => a.distance - b.distance);
  const near = nearest !== undefined && nearest.distance <= Math.max(2, given.length / 3);
  return {
    name: 'unknown-configuration-entry',
    what: `${place} ${what}, and is ignored`,
    mend: near ? `did you mean '${nearest.name}'?` : 'remove it',
    changes: [],
  };
}

/** Insertions, deletions and exchanges of letters between two texts. */
function editDistance(a: string, b: string): number {
  let row = Array.from({ length: b.length + 1 }, (_, column) => column);
  for (const [at, letter] of [...a].entries()) {
    const next = [at + 1];
    for (let column = 1; column <= b.length; column++) {
      const exchanged = row[column - 1] + (letter === b[column - 1] ? 0 : 1);
      next.push(Math.min(row[column] + 1, next[column - 1] + 1, exchanged));
    }
    row = next;
  }
  return row[b.length];
}
