/**
 * The public face of the expression search: what goes in, what comes out, and what is reported on the way.
 *
 * Every option is plain data (it travels to worker threads, into state files and into JSON), except objective terms,
 * which may be functions. Names follow PySR where PySR has the notion (docs/symbolic-search.md has the table).
 */
import type { Expression } from '../expression/expression.ts';

/** Columns of numbers to explain. All columns have the same number of rows. */
export interface SearchData {
  /** One column per input variable, `rows` finite values each. */
  readonly inputs: readonly ArrayLike<number>[];
  /** Variable names; default `x0`, `x1`, … */
  readonly inputNames?: readonly string[];
  /** One column per output; each output is searched on its own and has its own front. */
  readonly outputs: readonly ArrayLike<number>[];
  /** Output names; default `y` for one output, `y0`, `y1`, … for several. */
  readonly outputNames?: readonly string[];
  /** Weight of each row (all outputs), not negative; loss = sum(w l) / sum(w). Default 1. */
  readonly weights?: ArrayLike<number>;
  /** Weights of each row per output instead of shared ones. */
  readonly outputWeights?: readonly ArrayLike<number>[];
  /** Units of the inputs, e.g. `m/s^2`; `''` is dimensionless. Switches dimensional analysis on. */
  readonly inputUnits?: readonly string[];
  /** Units of the outputs; an absent or undefined one is left free. */
  readonly outputUnits?: readonly (string | undefined)[];
}

/** Relative frequencies of the mutations; 0 switches one off. */
export interface MutationWeights {
  readonly mutateConstant: number;
  readonly mutateOperator: number;
  readonly mutateFeature: number;
  readonly swapOperands: number;
  readonly rotateTree: number;
  readonly addNode: number;
  readonly insertNode: number;
  readonly deleteNode: number;
  readonly simplify: number;
  readonly randomize: number;
  readonly doNothing: number;
  readonly optimize: number;
  readonly backsolve: number;
}

/** What a node costs. Complexity of an expression is the sum over its nodes, rounded to an integer. */
export interface ComplexityMap {
  /** Per operator name; default 1. */
  readonly operators?: Readonly<Record<string, number>>;
  /** Every constant; default 1. */
  readonly constants?: number;
  /** Every variable, or one value per variable name; default 1. */
  readonly variables?: number | Readonly<Record<string, number>>;
}

/**
 * Elementwise loss of a prediction against a target, averaged with the weights.
 * An expression is written over `prediction` and `target`, for instance `abs(prediction - target)^1.5`.
 */
export type Loss =
  | { readonly kind: 'squared' }
  | { readonly kind: 'absolute' }
  | { readonly kind: 'huber'; readonly delta: number }
  | { readonly kind: 'log-cosh' }
  | { readonly kind: 'quantile'; readonly tau: number }
  | { readonly kind: 'expression'; readonly expression: string };

/**
 * Fixes the outer form: the search fills in the sub-expressions, constants and parameters.
 *
 * @example { combine: 'p[1] * f(x / 13000) ^ g(log(x / 13000))', expressions: ['f', 'g'], parameters: { p: 1 } }
 */
export interface Template {
  /** The form over inputs, sub-expression calls and parameters; `p[2]` is 1-based, `p[class]` picks by a column. */
  readonly combine: string;
  /** Names of the sub-expressions; how many arguments each takes is read off the form. */
  readonly expressions: readonly string[];
  /** Length of each parameter vector. */
  readonly parameters?: Readonly<Record<string, number>>;
}

/** A further aim of the search, for instance hardware cost; `weight * value` is added to the loss when candidates are ranked. */
export interface ObjectiveTerm {
  readonly name: string;
  /** Added to the ranking as weight * value; 0 only reports the value. */
  readonly weight: number;
  /** Value of one candidate, finite; must depend on nothing but the expression. */
  evaluate(expression: Expression): number;
}

/** An objective term that a worker thread can load by itself: `export const NAME: (options) => ObjectiveTerm`. */
export interface ObjectiveModule {
  /** URL of the module, e.g. from `import.meta.resolve`. */
  readonly url: string;
  readonly name: string;
  /** Plain data handed to the exported function. */
  readonly options?: unknown;
}

/** Stops the search when one entry of the front satisfies all given bounds. */
export interface EarlyStop {
  /** Stop when loss is below this. */
  readonly lossBelow?: number;
  /** … and complexity is at most this. */
  readonly complexityAtMost?: number;
  /** Or: an expression over `loss` and `complexity` that is above zero when the search may stop. */
  readonly condition?: string;
}

export interface SearchOptions {
  /**
   * Operators by name, of any arity (`+ - * / ^ sin cos exp log … cond`), or definitions such as
   * `inv(x) = 1 / x` and `fma(a, b, c) = a * b + c`. Default `+ - * /`.
   */
  readonly operators?: readonly string[];
  /** Rounds of evolution of every population. */
  readonly iterations?: number;
  readonly populations?: number;
  readonly populationSize?: number;
  readonly cyclesPerIteration?: number;
  /** Largest complexity of a candidate. Default 30. */
  readonly maxsize?: number;
  /** Largest depth (a leaf has 1). Default: maxsize. */
  readonly maxdepth?: number;
  /** Fraction of the run over which maxsize grows from 3 to its value. Default 0: at once. */
  readonly warmupMaxsizeBy?: number;
  /** Largest complexity of each argument of an operator, -1 = free: `{ '^': [-1, 1], sin: 9 }`. */
  readonly constraints?: Readonly<Record<string, number | readonly number[]>>;
  /** How many of an operator may stand nested inside another: `{ sin: { sin: 0, cos: 1 } }`. */
  readonly nestedConstraints?: Readonly<Record<string, Readonly<Record<string, number>>>>;
  readonly complexity?: ComplexityMap;
  readonly loss?: Loss;
  /** Constant price of one unit of complexity, in normalised loss. Default 0. */
  readonly parsimony?: number;
  /** Punish complexities by how often they occur. Default true. */
  readonly useFrequency?: boolean;
  readonly adaptiveParsimonyScaling?: number;
  /** Lower the temperature within each round, accepting worse mutants while it is high. Default true. */
  readonly annealing?: boolean;
  /** Scale of the acceptance temperature. */
  readonly alpha?: number;
  readonly tournamentSize?: number;
  /** Chance that the best of a tournament is picked (else the second best, and so on). */
  readonly tournamentProbability?: number;
  readonly mutationWeights?: Partial<MutationWeights>;
  readonly crossoverProbability?: number;
  /** Width of constant mutation. */
  readonly perturbationFactor?: number;
  readonly probabilityNegateConstant?: number;
  /** Exchange members between populations at the end of each round. Default true. */
  readonly migration?: boolean;
  /** Bring members of the hall of fame back. Default true. */
  readonly hallOfFameMigration?: boolean;
  /** Share of a population replaced by migrants of other populations. */
  readonly fractionReplaced?: number;
  /** Share replaced by members of the hall of fame. */
  readonly fractionReplacedHallOfFame?: number;
  /** Members of each population that may migrate. */
  readonly topn?: number;
  /** Fit constants (Levenberg-Marquardt on the residuals, analytic derivatives). Default true. */
  readonly optimizeConstants?: boolean;
  /** Share of a population whose constants are fitted at the end of a round. */
  readonly optimizerProbability?: number;
  /** Chance that a changed form has its constants fitted briefly before it is accepted or not. Default 0.05. */
  readonly optimizerChildProbability?: number;
  readonly optimizerIterations?: number;
  readonly optimizerRestarts?: number;
  /** Simplify every member at the end of a round. Default true. */
  readonly simplify?: boolean;
  /** Evolve on random batches of this many rows; losses of the front are always over all rows. Default: off. */
  readonly batchSize?: number;
  readonly template?: Template;
  /** Price of a dimensional violation, in normalised loss. Default 1000. */
  readonly dimensionalPenalty?: number;
  /** If true, constants are dimensionless; else a constant takes whatever unit makes the expression consistent. */
  readonly dimensionlessConstantsOnly?: boolean;
  /** Seed expressions in infix notation; for a template one record of sub-expressions each. */
  readonly guesses?: readonly (string | Readonly<Record<string, string>>)[];
  readonly objectives?: readonly (ObjectiveTerm | ObjectiveModule)[];
  readonly earlyStop?: EarlyStop;
  /** Stop after this much time of the clock given in the controls, in seconds. */
  readonly timeoutSeconds?: number;
  /** Stop after this many evaluations (checked at the end of a round). */
  readonly maxEvaluations?: number;
  /** Seed of all random streams; equal seeds give equal results for any number of workers. Default 0. */
  readonly seed?: number;
}

/** One entry of the Pareto front. */
export interface FrontEntry {
  readonly complexity: number;
  /** Loss over all rows, sum(w l) / sum(w). */
  readonly loss: number;
  /** -d log(loss) / d complexity towards the previous entry, as PySR's `score`; 0 for the first. */
  readonly score: number;
  /** The whole expression over the inputs (templates are filled in). */
  readonly expression: Expression;
  /** The expression in infix notation; parses back to exactly the same numbers. */
  readonly equation: string;
  /** For a template: each sub-expression and parameter vector as text, in PySR's form `f = …; g = …; p = […]`. */
  readonly parts?: string;
  /** Values of the objective terms, by name. */
  readonly objectives?: Readonly<Record<string, number>>;
}

export type StopReason = 'iterations' | 'early-stop' | 'timeout' | 'max-evaluations' | 'cancelled';

/** What is known after a round. */
export interface SearchProgress {
  /** Rounds done, of all. */
  readonly iteration: number;
  readonly iterations: number;
  /** Passes of one candidate over the rows so far (a pass over a batch counts its share). */
  readonly evaluations: number;
  /** Seconds on the clock given in the controls; 0 without one. */
  readonly seconds: number;
  /** One front per output. */
  readonly fronts: readonly (readonly FrontEntry[])[];
  /** Outputs whose front changed in this round. */
  readonly improved: readonly number[];
}

export interface SearchResult extends SearchProgress {
  readonly stopped: StopReason;
  /** Everything needed to go on: hand it back as `controls.resume`. Plain data. */
  readonly state: SearchState;
}

/** State of a search at the end of a round; JSON-safe text, made and read by this package alone. */
export interface SearchState {
  readonly version: 1;
  /** Hash of data and of the options that shape the result; resuming with others is refused. */
  readonly fingerprint: string;
  readonly iteration: number;
  readonly evaluations: number;
  readonly outputs: readonly string[];
}

/** How a search is run: nothing here changes what it finds, only when it ends. */
export interface SearchControls {
  /** Worker threads; default 1 = in this thread. */
  readonly workers?: number;
  /** Ends the search after the round in progress. */
  readonly signal?: AbortSignal;
  /** A clock in seconds, for timeouts and rates; the core reads none itself. */
  readonly clock?: () => number;
  /** Called after every round. */
  readonly onProgress?: (progress: SearchProgress) => void;
  /** Called after every round with a way to get the state of the search: call it as often as states shall be saved. */
  readonly onState?: (state: () => SearchState) => void;
  /** Go on from here instead of from random populations. */
  readonly resume?: SearchState;
}
