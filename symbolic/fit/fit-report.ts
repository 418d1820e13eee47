/** The report of a finished fit, with full precision: what plots, tables and other programs read. */
import { FIT_REPORT_SCHEMA, type FitReport } from '../../schemas/fit-report.ts';
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

type CandidateReport = FitReport['candidates'][number];

/** The report of a finished fit; see the schema for its fields. */
export function fitReport({ context, candidates, recommended }: FitResult): FitReport {
  const { data, scaling, options, objective } = context;
  return {
    schema: FIT_REPORT_SCHEMA,
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

function describeCandidate(candidate: Candidate, index: number): CandidateReport {
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

function notations(expression: Expression): CandidateReport['function'] {
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
