import { copyFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { temporaryFolder } from '../sim/import/temporary-folder.ts';
import { builtCli } from './built-cli.ts';

const run = builtCli();
const CASE = join(import.meta.dirname, '../golden/hls4ml/conv2d_stream_resource_rf');

test.each(['estimate'])(
  '%s of a model file reads the configuration that --config names, as it reads one beside it',
  (command) => {
    const alone = join(temporaryFolder().path, 'model.keras');
    copyFileSync(join(CASE, 'model.keras'), alone);
    const json = (...args: readonly string[]) => {
      const { code, stdout, stderr } = run([command, ...args, '--json']);
      expect(code, stderr).toBe(0);
      return JSON.parse(stdout) as unknown;
    };
    const beside = json(join(CASE, 'model.keras'));
    expect(json(alone, '--config', join(CASE, 'hls_config.json'))).toEqual(beside);
    expect(json(alone)).not.toEqual(beside);
  },
  60_000,
);

test.each(['estimate', 'simulate', 'fifo', 'synth', 'emit'])('%s --help names --config', (command) => {
  expect(run([command, '--help']).stdout).toContain('--config <file>');
});
