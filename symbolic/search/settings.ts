/** Search options with every default filled in and every value checked. */
import { SearchError } from './search-error.ts';
import type { Loss, MutationWeights, SearchOptions } from './types.ts';

/** Options that always have a value; the others keep their meaning when absent. */
type Defaulted =
  | 'operators' | 'iterations' | 'populations' | 'populationSize' | 'cyclesPerIteration' | 'maxsize' | 'maxdepth'
  | 'warmupMaxsizeBy' | 'loss' | 'parsimony' | 'useFrequency' | 'adaptiveParsimonyScaling' | 'annealing' | 'alpha'
  | 'tournamentSize' | 'tournamentProbability' | 'crossoverProbability' | 'perturbationFactor'
  | 'probabilityNegateConstant' | 'migration' | 'hallOfFameMigration' | 'fractionReplaced'
  | 'fractionReplacedHallOfFame' | 'topn' | 'optimizeConstants' | 'optimizerProbability' | 'optimizerChildProbability' | 'optimizerIterations'
  | 'optimizerRestarts' | 'simplify' | 'dimensionalPenalty' | 'dimensionlessConstantsOnly' | 'guesses' | 'objectives'
  | 'seed'; // prettier-ignore

export type Settings = Omit<SearchOptions, Defaulted | 'mutationWeights'> &
  Required<Pick<SearchOptions, Defaulted>> & { readonly mutationWeights: MutationWeights };

export const defaultMutationWeights: MutationWeights = {
  mutateConstant: 0.0346,
  mutateOperator: 0.293,
  mutateFeature: 0.1,
  swapOperands: 0.198,
  rotateTree: 4.26,
  addNode: 2.47,
  insertNode: 0.0112,
  deleteNode: 0.87,
  simplify: 0.00209,
  randomize: 0.000502,
  doNothing: 0.273,
  optimize: 0,
  backsolve: 0.1,
};

const squared: Loss = { kind: 'squared' };

export const defaultSettings = {
  operators: ['+', '-', '*', '/'],
  iterations: 100,
  populations: 31,
  populationSize: 27,
  cyclesPerIteration: 380,
  maxsize: 30,
  warmupMaxsizeBy: 0,
  loss: squared,
  parsimony: 0,
  useFrequency: true,
  adaptiveParsimonyScaling: 20,
  annealing: true,
  alpha: 3.17,
  tournamentSize: 15,
  tournamentProbability: 0.982,
  crossoverProbability: 0.0259,
  perturbationFactor: 0.129,
  probabilityNegateConstant: 0.00743,
  migration: true,
  hallOfFameMigration: true,
  fractionReplaced: 0.00036,
  fractionReplacedHallOfFame: 0.02,
  topn: 12,
  optimizeConstants: true,
  optimizerProbability: 0.14,
  optimizerChildProbability: 0.05,
  optimizerIterations: 8,
  optimizerRestarts: 2,
  simplify: true,
  dimensionalPenalty: 1000,
  dimensionlessConstantsOnly: false,
  guesses: [],
  objectives: [],
  seed: 0,
} as const;

/** Smallest and largest value of a number; whole numbers only where `whole`. */
interface Range {
  readonly least: number;
  readonly most: number;
  readonly whole?: true;
}

const count: Range = { least: 1, most: 1e9, whole: true };
const share: Range = { least: 0, most: 1 };
const size: Range = { least: 0, most: Infinity };

const ranges: Readonly<Partial<Record<keyof SearchOptions, Range>>> = {
  iterations: count,
  populations: { ...count, most: 10_000 },
  populationSize: { ...count, least: 2, most: 100_000 },
  cyclesPerIteration: count,
  maxsize: { least: 1, most: 500, whole: true },
  maxdepth: count,
  warmupMaxsizeBy: share,
  parsimony: size,
  adaptiveParsimonyScaling: size,
  alpha: { least: 1e-9, most: Infinity },
  tournamentSize: count,
  tournamentProbability: { least: 1e-6, most: 1 },
  crossoverProbability: share,
  perturbationFactor: size,
  probabilityNegateConstant: share,
  fractionReplaced: share,
  fractionReplacedHallOfFame: share,
  topn: count,
  optimizerProbability: share,
  optimizerChildProbability: share,
  optimizerIterations: count,
  optimizerRestarts: { ...count, least: 0 },
  batchSize: count,
  dimensionalPenalty: size,
  timeoutSeconds: size,
  maxEvaluations: size,
  seed: { least: 0, most: Number.MAX_SAFE_INTEGER, whole: true },
};

/** @throws SearchError naming the option that has no valid value */
export function resolveSettings(options: SearchOptions): Settings {
  const maxsize = options.maxsize ?? defaultSettings.maxsize;
  const given = Object.fromEntries(Object.entries(options).filter(([, value]) => value !== undefined));
  const mutationWeights = { ...defaultMutationWeights, ...options.mutationWeights };
  const settings: Settings = { ...defaultSettings, maxdepth: maxsize, ...given, mutationWeights };
  for (const name of Object.keys(given)) {
    if (!(name in defaultSettings) && !optional.has(name)) {
      const known = [...Object.keys(defaultSettings), ...optional].join(' ');
      throw new SearchError('SEA001', `there is no option '${name}'`, 'options', `use one of ${known}`);
    }
  }
  for (const [name, range] of Object.entries(ranges)) {
    const value = settings[name as keyof Settings];
    if (value !== undefined) checkRange(`options.${name}`, value, range);
  }
  for (const [name, weight] of Object.entries(mutationWeights)) {
    if (!(name in defaultMutationWeights)) {
      const known = Object.keys(defaultMutationWeights).join(' ');
      throw new SearchError(
        'SEA001',
        `there is no mutation '${name}'`,
        'options.mutationWeights',
        `use one of ${known}`,
      );
    }
    checkRange(`options.mutationWeights.${name}`, weight, size);
  }
  if (Object.values(mutationWeights).every((weight) => weight === 0)) {
    throw new SearchError(
      'SEA001',
      'all mutations are switched off',
      'options.mutationWeights',
      'leave one above 0',
    );
  }
  return settings;
}

const optional: ReadonlySet<string> = new Set([
  'maxdepth', 'constraints', 'nestedConstraints', 'complexity', 'mutationWeights', 'batchSize', 'template',
  'earlyStop', 'timeoutSeconds', 'maxEvaluations',
]); // prettier-ignore

function checkRange(where: string, value: unknown, { least, most, whole }: Range): void {
  const isValid =
    typeof value === 'number' &&
    value >= least &&
    value <= most &&
    (whole !== true || Number.isInteger(value));
  if (isValid) return;
  const kind = whole === true ? 'a whole number' : 'a number';
  const bound = most === Infinity ? `of at least ${least}` : `from ${least} to ${most}`;
  throw new SearchError('SEA001', `the value is ${String(value)}`, where, `give ${kind} ${bound}`);
}
