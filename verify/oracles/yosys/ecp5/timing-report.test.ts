import { expect, test } from 'vitest';
import { readTimingReport } from './timing-report.ts';

/** Steps of a path as nextpnr 0.11.1 wrote them for a pooling block, cells, nets and places left out. */
const recorded: readonly (readonly [type: string, delay: number])[] = [
  ['clk-to-q', 0.39500001072883606],
  ['routing', 0.8489999771118164],
  ['logic', 0.18000000715255737],
  ['routing', 0.5130000114440918],
  ['logic', 0.18000000715255737],
  ['routing', 1.0540000200271606],
  // Into a carry chain, along it, out of it.
  ['logic', 0.35499998927116394],
  ['routing', 0],
  ['logic', 0],
  ['routing', 0],
  ['logic', 0.0559999980032444],
  ['routing', 0],
  ['logic', 0.32800000905990601],
  ['routing', 0.55699998140335083],
  ['logic', 0.18000000715255737],
  ['routing', 0.83499997854232788],
  // A table and the multiplexer beside it.
  ['logic', 0.18000000715255737],
  ['routing', 0],
  ['logic', 0.12600000202655792],
  ['routing', 0.27099999785423279],
  ['setup', 0],
];
const report = (clocks: readonly string[], path = recorded) =>
  JSON.stringify({
    critical_paths: [
      { from: '<async>', to: 'posedge clk', path: [{ delay: 9, type: 'source' }] },
      { from: 'posedge clk', to: 'posedge clk', path: path.map(([type, delay]) => ({ type, delay })) },
    ],
    fmax: Object.fromEntries(
      clocks.map((clock) => [clock, { achieved: 163.5323028564453, constraint: 200 }]),
    ),
    utilization: {
      DP16KD: { available: 208, used: 1 },
      MULT18X18D: { available: 156, used: 2 },
      TRELLIS_COMB: { available: 83640, used: 3348 },
      TRELLIS_FF: { available: 83640, used: 786 },
    },
  });

test('a carry chain and a wide multiplexer are one level each, and delays are split', () => {
  expect(readTimingReport(report(['clk']))).toEqual({
    fmaxMhz: 163.53,
    levels: 5,
    // By hand: 0.395 + 3 x 0.18 + (0.355 + 0.056 + 0.328) + 0.18 + 0.126, and 0.849 + 0.513 + 1.054 + 0.557 + 0.835 + 0.271.
    logicNs: 1.98,
    routingNs: 4.079,
    lut4: 3348,
    ff: 786,
    dsp: 2,
    bram: 1,
  });
});

test('a register straight behind a register has no level', () => {
  const path = [['clk-to-q', 0.4] as const, ['routing', 0.3] as const, ['setup', 0] as const];
  expect(readTimingReport(report(['clk'], path))).toMatchObject({ levels: 0, logicNs: 0.4, routingNs: 0.3 });
});

test.each([
  ['no clock', report([])],
  ['two clocks', report(['clk', 'other'])],
  ['no path between registers', report(['another'])],
  ['no report', '{}'],
])('a report with %s is refused', (_, text) => {
  expect(() => readTimingReport(text)).toThrow();
});
