/**
 * Writes schemas/*.json, the JSON Schemas of Pipewright's documents, from the schemas that read them.
 *
 *   npx tsx --conditions=source scripts/update-schemas.ts
 */
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { z } from 'zod';
import {
  FIFO_SCHEMA,
  fifoReportSchema,
  SIMULATE_SCHEMA,
  simulateReportSchema,
} from '../schemas/cycle-reports.ts';
import {
  EMIT_VERILOG_SCHEMA,
  emitVerilogReportSchema,
  FMAX_SCHEMA,
  fmaxReportSchema,
  SYNTH_SCHEMA,
  synthReportSchema,
} from '../schemas/hardware-reports.ts';
import { VERILOG_MANIFEST_SCHEMA, verilogManifestSchema } from '../schemas/verilog-manifest.ts';
import { EVENT_LOG_SCHEMA, eventLogSchema } from '../schemas/event-log.ts';
import {
  VERIFY_EVENT_SCHEMA,
  VERIFY_REPORT_SCHEMA,
  verifyEventSchema,
  verifyReportSchema,
} from '../schemas/verify-report.ts';
import { FIT_REPORT_SCHEMA, fitReportSchema } from '../schemas/fit-report.ts';
import { SEARCH_REPORT_SCHEMA, searchReportSchema } from '../schemas/search-report.ts';
import { modelDocumentSchema } from '../sim/model/document.ts';
import { MAPPING_SCHEMA, mappingSchema } from '../sim/model/mapping.ts';
import { HARDWARE_MAPPING_SCHEMA, hardwareMappingSchema } from '../sim/lower/rtl/index.ts';
import { HARDWARE_ESTIMATE_SCHEMA, hardwareEstimateSchema } from '../schemas/hardware-estimate.ts';
import { MODEL_SCHEMA } from '../sim/model/model.ts';
import { REGRESSION_SCHEMA, regressionSchema } from '../verify/shrink/index.ts';

const documents = [
  { file: 'model-1.json', id: MODEL_SCHEMA, title: 'Model', schema: modelDocumentSchema },
  { file: 'event-log-1.json', id: EVENT_LOG_SCHEMA, title: 'event log', schema: eventLogSchema },
  { file: 'simulate-1.json', id: SIMULATE_SCHEMA, title: 'simulation report', schema: simulateReportSchema },
  { file: 'fifo-1.json', id: FIFO_SCHEMA, title: 'FIFO report', schema: fifoReportSchema },
  {
    file: 'hardware-mapping-1.json',
    id: HARDWARE_MAPPING_SCHEMA,
    title: 'hardware mapping',
    schema: hardwareMappingSchema,
  },
  {
    file: 'hardware-estimate-1.json',
    id: HARDWARE_ESTIMATE_SCHEMA,
    title: 'hardware estimate',
    schema: hardwareEstimateSchema,
  },
  {
    file: 'verilog-manifest-1.json',
    id: VERILOG_MANIFEST_SCHEMA,
    title: 'manifest of emitted Verilog',
    schema: verilogManifestSchema,
  },
  {
    file: 'emit-verilog-1.json',
    id: EMIT_VERILOG_SCHEMA,
    title: 'report of emitted Verilog',
    schema: emitVerilogReportSchema,
  },
  { file: 'synth-1.json', id: SYNTH_SCHEMA, title: 'synthesis report', schema: synthReportSchema },
  { file: 'fmax-1.json', id: FMAX_SCHEMA, title: 'report of the clock reached', schema: fmaxReportSchema },
  { file: 'mapping-1.json', id: MAPPING_SCHEMA, title: 'Mapping', schema: mappingSchema },
  { file: 'regression-1.json', id: REGRESSION_SCHEMA, title: 'regression', schema: regressionSchema },
  {
    file: 'verify-event-1.json',
    id: VERIFY_EVENT_SCHEMA,
    title: 'line of a verification log',
    schema: verifyEventSchema,
  },
  {
    file: 'verify-report-1.json',
    id: VERIFY_REPORT_SCHEMA,
    title: 'verification report',
    schema: verifyReportSchema,
  },
  { file: 'fit-report-1.json', id: FIT_REPORT_SCHEMA, title: 'fit report', schema: fitReportSchema },
  {
    file: 'search-report-1.json',
    id: SEARCH_REPORT_SCHEMA,
    title: 'search report',
    schema: searchReportSchema,
  },
] as const;

/** To JSON Schema, readOnly says that an owner manages the value; here it only says how TypeScript sees it. */
function plain({ jsonSchema }: { jsonSchema: z.core.JSONSchema.BaseSchema }): void {
  delete jsonSchema.readOnly;
}

/** JSON Schema texts by file name, as they stand in schemas/. */
export function schemaFiles(): Readonly<Record<string, string>> {
  return Object.fromEntries(
    documents.map(({ file, id, title, schema }) => {
      const { $schema, ...rest } = z.toJSONSchema(schema, { io: 'input', override: plain });
      const description = `A ${title} of Pipewright: ${id}`;
      return [
        file,
        `${JSON.stringify({ $schema, $id: `urn:${id.replace(/[/@]/g, ':')}`, title, description, ...rest }, null, 2)}\n`,
      ];
    }),
  );
}

if (import.meta.url === pathToFileURL(process.argv[1]).href) {
  for (const [file, text] of Object.entries(schemaFiles())) {
    writeFileSync(join(import.meta.dirname, '../schemas', file), text);
  }
}
