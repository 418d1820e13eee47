/** Runs events through a Verilog design in Icarus Verilog: slower than Verilator, but ready in a moment, and it knows X. */
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { execa } from 'execa';
import type { VerilogDesign } from '../../../rtl-templates/verilog/index.ts';
import { icarusTestbench } from '../../../rtl-templates/verilog/icarus-testbench.ts';
import type { HandshakeNoise } from '../../../sim/cycles/handshake.ts';

export interface IcarusEvent {
  readonly accepted: number;
  readonly taken: number;
  /** All output bits in hexadecimal; an unknown bit shows as x. */
  readonly output: string;
}

export async function hasIcarus(): Promise<boolean> {
  const result = await execa('iverilog', ['-V'], { reject: false });
  return !('code' in result && result.code === 'ENOENT');
}

/** @throws ExecaError with the messages of the compiler or the run */
export async function runIcarus(
  design: VerilogDesign,
  inputs: readonly bigint[],
  noise: HandshakeNoise,
): Promise<IcarusEvent[]> {
  const folder = mkdtempSync(join(tmpdir(), 'pipewright-icarus-'));
  try {
    const limit = 1000 + inputs.length * (design.latencyCycles + design.intervalCycles) * 50;
    writeFileSync(join(folder, 'testbench.v'), icarusTestbench(design.top, inputs.length, noise, limit));
    writeFileSync(join(folder, 'events.hex'), `${inputs.map((input) => input.toString(16)).join('\n')}\n`);
    const sources = [...design.files].filter(([file]) => file.endsWith('.v'));
    for (const [file, text] of sources) writeFileSync(join(folder, file), text);
    const files = ['testbench.v', ...sources.map(([file]) => file)];
    await execa('iverilog', ['-g2005', '-Wall', '-Wno-timescale', '-o', 'sim', ...files], {
      cwd: folder,
      timeout: 120_000,
    });
    const { stdout } = await execa('vvp', ['-n', 'sim'], { cwd: folder, timeout: 300_000 });
    return stdout
      .split('\n')
      .filter((line) => /^\d+ \d+ [0-9a-fxz]+$/i.test(line))
      .map((line) => {
        const [accepted, taken, output] = line.split(' ');
        return { accepted: Number(accepted), taken: Number(taken), output };
      });
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}
