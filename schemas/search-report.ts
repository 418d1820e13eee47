/** The report of `pipewright search --json`. */
import { z } from 'zod';

export const SEARCH_REPORT_SCHEMA = 'pipewright/search-report@1';

const count = z.number().min(0);

const entrySchema = z
  .strictObject({
    complexity: z.number().int().min(0),
    /** Loss over all rows, sum(w l) / sum(w). */
    loss: count,
    /** -d log(loss) / d complexity towards the previous entry; 0 for the first. */
    score: z.number(),
    /** Infix notation over the input names; for a template the whole form, filled in. */
    equation: z.string(),
    /** For a template: its parts, `f = ...; g = ...; p = [...]`. */
    parts: z.string().optional(),
    /** Values of the objective terms by name. */
    objectives: z.record(z.string(), z.number()).readonly().optional(),
  })
  .readonly();

export const searchReportSchema = z
  .strictObject({
    schema: z.literal(SEARCH_REPORT_SCHEMA),
    outputs: z
      .array(
        z
          .strictObject({
            name: z.string(),
            /** Where the front is, in PySR's CSV format. */
            file: z.string(),
            /** By rising complexity and falling loss. */
            front: z.array(entrySchema).readonly(),
          })
          .readonly(),
      )
      .readonly(),
    /** Passes of one candidate over the rows; a pass over a batch counts its share. */
    evaluations: count,
    /** Wall time of the search. */
    seconds: count,
    /** The last round. */
    iteration: z.number().int(),
    stopped: z.enum(['iterations', 'early-stop', 'timeout', 'max-evaluations', 'cancelled']),
    /** The file that --resume goes on from. */
    state: z.string(),
  })
  .readonly();

export type SearchReport = z.output<typeof searchReportSchema>;
