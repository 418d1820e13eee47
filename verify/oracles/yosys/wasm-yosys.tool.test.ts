import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { type JsonModule, mappedModule } from './mapped-module.ts';
import { wasmYosys, wasmYosysVersion } from './wasm-yosys.ts';

const version = await wasmYosysVersion();
const skipped = version === undefined ? ' (skipped: the npm package @yowasp/yosys is missing)' : '';

test.skipIf(version === undefined)(
  `Yosys of the npm package reads files of the folder, writes what it made there, and fails as a program does${skipped}`,
  async () => {
    const folder = mkdtempSync(join(tmpdir(), 'pipewright-yosys-'));
    try {
      const text =
        'module top (input clk, input [3:0] a, output reg [3:0] y); always @(posedge clk) y <= ~a; endmodule';
      writeFileSync(join(folder, 'block.v'), text);
      await wasmYosys(['-q', '-p', 'read_verilog block.v; synth -top top; write_json net.json'], folder, 100);
      const net = JSON.parse(readFileSync(join(folder, 'net.json'), 'utf8')) as {
        modules: { top: JsonModule };
      };
      expect(mappedModule(net.modules.top, new Set()).cells).toEqual({ $_DFF_P_: 4, $_NOT_: 4 });
      expect(readFileSync(join(folder, 'block.v'), 'utf8')).toBe(text);
      const failing = wasmYosys(['-q', '-p', 'read_verilog missing.v'], folder, 100);
      await expect(failing).rejects.toMatchObject({
        exitCode: 1,
        stderr: expect.stringContaining('missing.v') as string,
      });
    } finally {
      rmSync(folder, { recursive: true, force: true });
    }
  },
  120_000,
);
