/** The options file of `pipewright search`: every option of the library, checked before anything runs. */
import { z } from 'zod';
import { InputError } from '../sim/model/index.ts';
import type { SearchOptions } from '../symbolic/search/index.ts';

const number = z.number();
const fraction = z.number().min(0).max(1);
const flag = z.boolean();
const byName = <T extends z.ZodType>(value: T) => z.record(z.string(), value);

const loss = z.discriminatedUnion('kind', [
  z.strictObject({ kind: z.literal('squared') }),
  z.strictObject({ kind: z.literal('absolute') }),
  z.strictObject({ kind: z.literal('huber'), delta: number }),
  z.strictObject({ kind: z.literal('log-cosh') }),
  z.strictObject({ kind: z.literal('quantile'), tau: number }),
  z.strictObject({ kind: z.literal('expression'), expression: z.string() }),
]);

const schema = z
  .strictObject({
    operators: z.array(z.string()),
    iterations: number,
    populations: number,
    populationSize: number,
    cyclesPerIteration: number,
    maxsize: number,
    maxdepth: number,
    warmupMaxsizeBy: fraction,
    constraints: byName(z.union([number, z.array(number)])),
    nestedConstraints: byName(byName(number)),
    complexity: z
      .strictObject({
        operators: byName(number),
        constants: number,
        variables: z.union([number, byName(number)]),
      })
      .partial(),
    loss,
    parsimony: number,
    useFrequency: flag,
    adaptiveParsimonyScaling: number,
    annealing: flag,
    alpha: number,
    tournamentSize: number,
    tournamentProbability: fraction,
    mutationWeights: byName(number),
    crossoverProbability: fraction,
    perturbationFactor: number,
    probabilityNegateConstant: fraction,
    migration: flag,
    hallOfFameMigration: flag,
    fractionReplaced: fraction,
    fractionReplacedHallOfFame: fraction,
    topn: number,
    optimizeConstants: flag,
    optimizerProbability: fraction,
    optimizerChildProbability: fraction,
    optimizerIterations: number,
    optimizerRestarts: number,
    simplify: flag,
    batchSize: number,
    template: z.strictObject({
      combine: z.string(),
      expressions: z.array(z.string()),
      parameters: byName(number).optional(),
    }),
    dimensionalPenalty: number,
    dimensionlessConstantsOnly: flag,
    guesses: z.array(z.union([z.string(), byName(z.string())])),
    objectives: z.array(z.strictObject({ url: z.string(), name: z.string(), options: z.unknown() })),
    earlyStop: z
      .strictObject({ lossBelow: number, complexityAtMost: number, condition: z.string() })
      .partial(),
    timeoutSeconds: number,
    maxEvaluations: number,
    seed: number,
  })
  .partial();

/** @throws InputError `SEA001` naming the option */
export function parseSearchOptions(json: unknown, file: string): SearchOptions {
  const result = schema.safeParse(json);
  if (result.success) return result.data as SearchOptions;
  const [issue] = result.error.issues;
  const mend = 'docs/symbolic-search.md lists the options';
  throw new InputError({ code: 'SEA001', file, field: issue.path.join('.'), what: issue.message, mend });
}
