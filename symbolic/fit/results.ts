/**
 * The document of a finished fit, with full precision: what plots, reports and other programs read.
 */
import {
  printCpp,
  printInfix,
  printLatex,
  printNumpy,
  printSympy,
  type Expression,
} from '../expression/index.ts';
import { correlation, type Candidate } from './candidate.ts';
import type { FitResult } from './fit-run.ts';

export const resultsVersion = 1;

export interface ResultsDocument {
  readonly kind: 'pipewright-fit';
  readonly version: number;
  readonly data: {
    readonly name: string;
    readonly bins: number;
    readonly dimensions: number;
    readonly likelihood: string;
    readonly scaling: { readonly x: readonly { offset: number; factor: number }[]; readonly yFactor: number };
  };
  readonly compat: 'symbolfit' | null;
  /** Index of the candidate to look at first. */
  readonly recommended: number;
  readonly candidates: readonly CandidateDocument[];
}

export interface CandidateDocument {
  readonly index: number;
  readonly complexity: number;
  /** With its constants, before the refit, in scaled units. */
  readonly equation: string;
  /** In scaled units, with named parameters. */
  readonly form: string;
  readonly start: Readonly<Record<string, number>>;
  readonly parameters: readonly {
    readonly name: string;
    readonly value: number;
    readonly error: number;
    readonly isFixed: boolean;
    /** Signed distances of a profile interval, where it was asked for and exists. */
    readonly interval?: readonly [number | null, number | null];
  }[];
  /** Of the free parameters, row by row, in scaled units. */
  readonly covariance: readonly (readonly number[])[];
  readonly correlation: readonly (readonly number[])[];
  /** In the units of the data, with named parameters, in several notations. */
  readonly function: {
    readonly infix: string;
    readonly sympy: string;
    readonly numpy: string;
    readonly cpp: string;
    readonly latex: string;
  };
  readonly goodness: Candidate['goodness'];
  readonly goodnessBefore: Candidate['goodness'];
  readonly convergence: string;
  readonly evaluations: number;
}

export function resultsDocument({ context, candidates, recommended }: FitResult): ResultsDocument {
  const { data, scaling, options, objective } = context;
  return {
    kind: 'pipewright-fit',
    version: resultsVersion,
    data: {
      name: data.name,
      bins: data.y.length,
      dimensions: data.x.length,
      likelihood: objective.kind,
      scaling: { x: scaling.x, yFactor: scaling.yFactor },
    },
    compat: options.compat ? 'symbolfit' : null,
    recommended,
    candidates: candidates.map(describeCandidate),
  };
}

function describeCandidate(candidate: Candidate, index: number): CandidateDocument {
  const { fit, intervals } = candidate;
  return {
    index,
    complexity: candidate.complexity,
    equation: candidate.equation,
    form: printSympy(candidate.form),
    start: candidate.start,
    parameters: fit.parameters.map((parameter) => {
      const interval = intervals?.find(({ name }) => name === parameter.name);
      return {
        ...parameter,
        ...(interval && { interval: [interval.lower ?? null, interval.upper ?? null] as const }),
      };
    }),
    covariance: rows(fit.covariance, fit.free.length),
    correlation: rows(correlation(fit), fit.free.length),
    function: notations(candidate.unscaled),
    goodness: candidate.goodness,
    goodnessBefore: candidate.goodnessBefore,
    convergence: fit.convergence,
    evaluations: fit.evaluations,
  };
}

function notations(expression: Expression): CandidateDocument['function'] {
  return {
    infix: printInfix(expression),
    sympy: printSympy(expression),
    numpy: printNumpy(expression),
    cpp: printCpp(expression),
    latex: printLatex(expression),
  };
}

function rows(matrix: Float64Array, n: number): number[][] {
  return Array.from({ length: n }, (_, i) => [...matrix.subarray(i * n, (i + 1) * n)]);
}
