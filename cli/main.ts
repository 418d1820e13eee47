#!/usr/bin/env node
/** The command line: one thin file per command; each loads what it needs when it runs. */
import { readFileSync } from 'node:fs';
import { doctorCommand } from './doctor.ts';
import { newCommand } from './command.ts';
import { emitCommand } from './emit.ts';
import { estimateCommand } from './estimate.ts';
import { evaluateCommand } from './evaluate.ts';
import { fifoCommand } from './fifo.ts';
import { fitCommand } from './fit.ts';
import { importCommand } from './import.ts';
import { searchCommand } from './search.ts';
import { simulateCommand } from './simulate.ts';
import { synthCommand } from './synth.ts';
import { verifyCommand } from './verify.ts';

const { version } = JSON.parse(readFileSync(new URL('../package.json', import.meta.url), 'utf8')) as {
  version: string;
};

process.stdout.on('error', (error: NodeJS.ErrnoException) => {
  if (error.code !== 'EPIPE') throw error;
  process.exit(0);
});

await newCommand(
  'pipewright',
  'Bit-accurate FPGA simulator and verifier: values, latency and resources before synthesis.',
)
  .version(version)
  .addCommand(evaluateCommand())
  .addCommand(estimateCommand())
  .addCommand(verifyCommand())
  .addCommand(simulateCommand())
  .addCommand(fifoCommand())
  .addCommand(emitCommand())
  .addCommand(synthCommand())
  .addCommand(importCommand())
  .addCommand(searchCommand())
  .addCommand(fitCommand())
  .addCommand(doctorCommand())
  .parseAsync();
