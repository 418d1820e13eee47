/** The hardware of the sparse reference designs, for measurements of its blocks. */
import { existsSync, readdirSync } from 'node:fs';
import { join } from 'node:path';
import { buildHardware } from '../cli/build-hardware.ts';
import { emitVerilog, type VerilogDesign } from '../rtl-templates/verilog/index.ts';
import { importModel } from '../sim/import/index.ts';
import { HARDWARE_MAPPINGS, isSparse } from '../sim/lower/rtl/index.ts';
import type { Schedule } from '../sim/pipeline/circuit/index.ts';

const GOLDEN = 'golden/sparsepixels';

export interface SparseDesign {
  readonly design: string;
  readonly mapping: string;
  readonly schedule: Schedule;
  readonly verilog: VerilogDesign;
}

/** Every sparse reference design in every mapping. */
export function* sparseDesigns(): Generator<SparseDesign> {
  for (const design of readdirSync(GOLDEN).sort()) {
    if (!existsSync(join(GOLDEN, design, 'vectors.json'))) continue;
    const { model } = importModel(join(GOLDEN, design));
    if (!isSparse(model)) continue;
    for (const mapping of HARDWARE_MAPPINGS) {
      const schedule = buildHardware(model, mapping);
      yield { design, mapping, schedule, verilog: emitVerilog(schedule, { tensors: model }) };
    }
  }
}
