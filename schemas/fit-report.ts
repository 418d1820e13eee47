/** The report of `pipewright fit`: results.json, and what `--json` prints. Figures that are not finite are null. */
import { z } from 'zod';

export const FIT_REPORT_SCHEMA = 'pipewright/fit-report@1';

const index = z.number().int().min(0);
const figure = z.number().nullable();
const valuesByName = z.record(z.string(), z.number()).readonly();
const matrix = z.array(z.array(figure).readonly()).readonly();

const goodnessSchema = z
  .strictObject({
    /** chi2, or the Poisson likelihood ratio; absent for unweighted fits. */
    chi2: figure.optional(),
    /** Bins minus free parameters; -1 if that is not above 0. */
    ndf: z.number().int(),
    /** Probability of a larger chi2; absent without chi2 or degrees of freedom. */
    pValue: figure.optional(),
    /** Root of the mean squared distance, in units of y. */
    rmse: figure,
    /** Coefficient of determination; null if all y are equal. */
    r2: figure,
  })
  .readonly();

const parameterSchema = z
  .strictObject({
    name: z.string(),
    value: figure,
    /** Standard error; 0 where held fixed. */
    error: figure,
    isFixed: z.boolean(),
    /** Signed distances to the ends of the profile-likelihood interval; null where chi2 never grows that far. */
    interval: z.tuple([figure, figure]).readonly().optional(),
  })
  .readonly();

const candidateSchema = z
  .strictObject({
    index,
    complexity: z.number(),
    /** With its constants, before the refit, in scaled units (sympy). */
    equation: z.string(),
    /** In scaled units, with named parameters (sympy). */
    form: z.string(),
    /** Values of the parameters before the refit. */
    start: valuesByName,
    parameters: z.array(parameterSchema).readonly(),
    /** Of the free parameters, row by row, in scaled units. */
    covariance: matrix,
    correlation: matrix,
    /** In the units of the data, with named parameters, in several notations. */
    function: z
      .strictObject({
        infix: z.string(),
        sympy: z.string(),
        numpy: z.string(),
        cpp: z.string(),
        latex: z.string(),
      })
      .readonly(),
    goodness: goodnessSchema,
    /** With the parameters at their start. */
    goodnessBefore: goodnessSchema,
    convergence: z.string(),
    /** Evaluations of the function in the refit. */
    evaluations: index,
  })
  .readonly();

export const fitReportSchema = z
  .strictObject({
    schema: z.literal(FIT_REPORT_SCHEMA),
    data: z
      .strictObject({
        name: z.string(),
        bins: index,
        dimensions: index,
        likelihood: z.enum(['chi2', 'poisson', 'unweighted']),
        /** Scaled x = (x - offset) factor; scaled y = y yFactor. */
        scaling: z
          .strictObject({
            x: z.array(z.strictObject({ offset: z.number(), factor: z.number() }).readonly()).readonly(),
            yFactor: z.number(),
          })
          .readonly(),
      })
      .readonly(),
    /** The rules followed, if not our own. */
    compat: z.literal('symbolfit').nullable(),
    /** Index of the candidate to look at first. */
    recommended: index,
    candidates: z.array(candidateSchema).readonly(),
    /** With --unmasked: chi2 of each candidate on the bins it was not fitted to. */
    masked: z
      .array(z.strictObject({ chi2: figure, bins: index }).readonly())
      .readonly()
      .optional(),
    /** Printed with --json: where the files are, and those that could not be written. */
    folder: z.string().optional(),
    failedFiles: z.array(z.string()).readonly().optional(),
  })
  .readonly();

export type FitReport = z.output<typeof fitReportSchema>;
