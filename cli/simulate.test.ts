import { Ajv2020 } from 'ajv/dist/2020.js';
import { existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, describe, expect, test } from 'vitest';
import type { FifoReport, SimulateReport } from '../schemas/cycle-reports.ts';
import { builtCli } from './built-cli.ts';

const run = builtCli();
const folder = mkdtempSync(join(tmpdir(), 'pipewright-test-'));
afterAll(() => rmSync(folder, { recursive: true, force: true }));
const file = (name: string) => join(folder, name);
const SPARSE = 'golden/sparsepixels/jet-8b-sparse_t';
const FULL = 'golden/sparsepixels/sparsemnist-16b-full';
const HLS = ['--profile', 'hls4ml-1.3.0'];

const faultsBy = (schema: string) => {
  const validate = new Ajv2020().compile(
    JSON.parse(readFileSync(`schemas/${schema}.json`, 'utf8')) as object,
  );
  return (document: unknown) => (validate(document) ? [] : validate.errors);
};

describe('simulate', () => {
  test('runs recorded events through our hardware: the recorded outputs, latency and interval, as the schema says', () => {
    const vectors = `${SPARSE}/vectors.json`;
    const { code, stdout } = run(['simulate', SPARSE, '--input', vectors, '--events', '3', '--json']);
    expect(code).toBe(0);
    const report = JSON.parse(stdout) as SimulateReport;
    expect(faultsBy('simulate-1')(report)).toEqual([]);
    const { events } = JSON.parse(readFileSync(vectors, 'utf8')) as {
      events: { id: string; y_raw: number[] }[];
    };
    expect(report.events.map(({ id, output }) => ({ id, y_raw: output }))).toEqual(
      events.slice(0, 3).map(({ id, y_raw }) => ({ id, y_raw })),
    );
    expect(report.interval).toEqual({ min: 5, mean: 5, max: 5 });
    expect(report.deadlock).toBeNull();
  });

  test('shows what HLS makes of a design, stage by stage and channel by channel', () => {
    const { code, stdout } = run(['simulate', FULL, ...HLS, '--events', '2', '--stats']);
    expect(code).toBe(0);
    expect(stdout).toContain('sparsemnist-16b-full, profile hls4ml-1.3.0: 2 events in');
    expect(stdout).toContain('3,206 from start to end');
    expect(stdout).toContain('interval  3,124 cycles between acceptances');
    expect(stdout).toMatch(/^zp2d_conv1 +█+.* %/m);
    expect(stdout).toMatch(/^channel +fullest +max +of depth +mean$/m);
  });

  test('writes log, waveforms of a window and switching activity', () => {
    const files = ['run.json', 'run.vcd', 'run.saif'].map(file);
    const { code } = run([
      ...['simulate', SPARSE, '--input', `${SPARSE}/vectors.json`, '--events', '2'],
      ...['--log', files[0], '--vcd', files[1], '--saif', files[2], '--from', '3', '--to', '20'],
    ]);
    expect(code).toBe(0);
    const [log, vcd, saif] = files.map((name) => readFileSync(name, 'utf8'));
    expect(faultsBy('event-log-1')(JSON.parse(log))).toEqual([]);
    expect(vcd).toMatch(/^\$var real 64 \S+ value_0 \$end$/m);
    expect(vcd).toContain('\n#15000\n$dumpvars\n');
    expect(vcd.trimEnd().endsWith('#105000')).toBe(true);
    expect(saif).toMatch(/^\(SAIFILE\n/);
    expect(saif).toMatch(/\(INSTANCE jet_8b_sparse_t\n/);
    expect(saif).toMatch(/^ +\(in_data\\\[0\\\] \(T0 \d+\)/m);
  });

  test('schedules for the clock of a mapping file, or for the option where it is given', () => {
    const own = file('own.hardware.json');
    const printed = run(['estimate', SPARSE, '--hardware', 'fast', '--print-mapping']).stdout;
    const document = JSON.parse(printed) as { clockNs: number };
    writeFileSync(own, JSON.stringify({ ...document, clockNs: 8 }));
    const clockOf = (...more: string[]) =>
      (
        JSON.parse(
          run(['simulate', SPARSE, '--mapping', own, '--events', '1', '--json', ...more]).stdout,
        ) as SimulateReport
      ).clockNs;
    expect([clockOf(), clockOf('--clock', '6')]).toEqual([8, 6]);
  });

  test('shows the values of an HLS stream beat by beat', () => {
    const { code } = run([
      'simulate',
      FULL,
      ...HLS,
      '--input',
      `${FULL}/vectors.json`,
      '--events',
      '1',
      '--vcd',
      file('hls.vcd'),
      '--to',
      '200',
    ]);
    expect(code).toBe(0);
    expect(readFileSync(file('hls.vcd'), 'utf8')).toMatch(/^r\S+ \S+$/m);
  });

  test.each<readonly [string, readonly string[], string]>([
    ['switching activity of an HLS design', [FULL, ...HLS, '--saif', 'x.saif'], 'error CLI032'],
    ['a window outside the run', [SPARSE, '--vcd', 'x.vcd', '--from', '9000'], 'error CLI031'],
    ['a mapping of the other kind', [FULL, ...HLS, '--mapping', 'small'], 'error CLI030'],
    ['an unknown profile', [FULL, '--profile', 'hls4ml-9'], 'error LOW001'],
    ['no number of events', [FULL, ...HLS, '--events', '0'], "argument '0' is invalid"],
    ['a folder that is not there', [FULL, ...HLS, '--log', join(folder, 'no', 'x.json')], 'error CLI001'],
  ])('refuses %s with code 2 and writes nothing', (_sentence, args, message) => {
    const { code, stdout, stderr } = run(['simulate', ...args]);
    expect(code).toBe(2);
    expect(stdout).toBe('');
    expect(stderr).toContain(message);
    expect(existsSync('x.saif') || existsSync('x.vcd')).toBe(false);
  });
});

describe('fifo', () => {
  test('finds depths that the same design simulates with in the same cycles, and writes them as a Mapping', () => {
    const out = file('sized.mapping.json');
    const { code, stdout } = run(['fifo', FULL, ...HLS, '--events', '2', '--out', out, '--json']);
    expect(code).toBe(0);
    const report = JSON.parse(stdout) as FifoReport;
    expect(faultsBy('fifo-1')(report)).toEqual([]);
    expect(report.saved.bits.sized).toBeLessThan(0.05 * report.saved.bits.declared);
    const timing = (mapping: readonly string[]) => {
      const { events } = JSON.parse(
        run(['simulate', FULL, ...HLS, '--events', '2', '--json', ...mapping]).stdout,
      ) as SimulateReport;
      return events;
    };
    expect(timing(['--mapping', out])).toEqual(timing([]));
    const document = JSON.parse(readFileSync(out, 'utf8')) as { fifoDepths: Record<string, number> };
    const larger = report.fifos.find(({ depth }) => depth > 1)!;
    document.fifoDepths[larger.channel]--;
    writeFileSync(out, JSON.stringify(document));
    expect(timing(['--mapping', out])).not.toEqual(timing([]));
  });

  test('prints a line a FIFO, with what a beat less does', () => {
    const { code, stdout } = run(['fifo', FULL, ...HLS]);
    expect(code).toBe(0);
    expect(stdout).toMatch(/^FIFO +bits a beat +declared +observed +least +a beat less$/m);
    expect(stdout).toMatch(/^layer2_out .* 1: event 0 leaves in cycle [\d,]+ instead of 3,206/m);
    expect(stdout).toMatch(/^bits [\d,]+ -> [\d,]+$/m);
  });

  test('refuses to write the depths of what takes none from a Mapping', () => {
    const { code, stderr } = run(['fifo', SPARSE, '--out', file('x.json')]);
    expect(code).toBe(2);
    expect(stderr).toContain('error CLI035');
    expect(existsSync(file('x.json'))).toBe(false);
  });
});
