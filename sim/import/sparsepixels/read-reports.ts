/** The vendor tools' figures of a design, where its folder holds `reports.json`: csynth of the top and Vivado post-synthesis. */
import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { z } from 'zod';
import { inFile, readDocument } from '../../model/index.ts';
import { readJson } from '../read-json.ts';

const rangeSchema = z.object({ min: z.number(), max: z.number() });
const countSchema = z
  .number()
  .nullable()
  .default(0)
  .transform((count) => count ?? 0);
const reportsSchema = z.object({
  top: z.object({
    latency: rangeSchema,
    interval: rangeSchema,
    estimated_ns: z.number(),
    resources: z.object({ LUT: countSchema, FF: countSchema, DSP: countSchema, BRAM_18K: countSchema }),
  }),
  vivado: z.object({
    top: z.object({
      'Total LUTs': z.number(),
      FFs: z.number(),
      'DSP Blocks': z.number(),
      RAMB36: z.number(),
      RAMB18: z.number(),
    }),
  }),
});

export interface ReportedResources {
  readonly lut: number;
  readonly ff: number;
  readonly dsp: number;
  /** Blocks of 18 Kb. */
  readonly bram18k: number;
}

export interface ReportedFigures {
  /** Cycles, csynth. */
  readonly latency: { readonly min: number; readonly max: number };
  readonly interval: { readonly min: number; readonly max: number };
  /** Clock period that csynth estimates, ns. */
  readonly estimatedNs: number;
  readonly csynth: ReportedResources;
  readonly vivado: ReportedResources;
}

/** @throws InputError `IMP005` if the file is not as expected; undefined if there is none */
export function readReports(folder: string): ReportedFigures | undefined {
  const file = join(folder, 'reports.json');
  if (!existsSync(file)) return undefined;
  const { top, vivado } = inFile(file, () => readDocument('IMP005', reportsSchema, readJson(file)));
  const { LUT, FF, DSP, BRAM_18K } = top.resources;
  return {
    latency: top.latency,
    interval: top.interval,
    estimatedNs: top.estimated_ns,
    csynth: { lut: LUT, ff: FF, dsp: DSP, bram18k: BRAM_18K },
    vivado: {
      lut: vivado.top['Total LUTs'],
      ff: vivado.top.FFs,
      dsp: vivado.top['DSP Blocks'],
      bram18k: 2 * vivado.top.RAMB36 + vivado.top.RAMB18,
    },
  };
}
