/**
 * How far estimates are from reports: for any folders of designs and scaling studies with reports.
 *
 *   npm run bench:estimates -- [--designs DIR] [--scaling DIR] [--json] [--worst N]
 *
 * Errors are |estimated / reported - 1|. Where a count may be 0 (DSPs, block RAMs) the sum of the absolute errors is divided by
 * the sum of the counts. CPU time per estimate is measured after one estimate of each design has been made.
 */
import { parseArgs } from 'node:util';
import { estimate, type Estimate } from '../sim/estimate/index.ts';
import type { Case } from './reference/case.ts';
import { readDesigns } from './reference/read-designs.ts';
import { readScaling } from './reference/read-scaling.ts';

interface Spread {
  readonly mean: number;
  readonly worst: number;
  readonly worstOf: string;
}
interface Summed {
  /** Sum of absolute errors over sum of counts; 0 if both are 0. */
  readonly share: number;
  /** Cases that report none but are given some. */
  readonly falseCounts: number;
}
interface GroupErrors {
  readonly cases: number;
  readonly latency: Spread & { readonly exact: number };
  readonly interval: Spread & { readonly exact: number };
  readonly layers: { readonly reported: number; readonly exact: number; readonly withinOneCycle: number };
  readonly clock: Spread;
  readonly csynth: Tool;
  readonly vivado: Tool;
  readonly cpuMs: { readonly median: number; readonly worst: number };
}
interface Tool {
  readonly lut: Spread;
  readonly ff: Spread;
  readonly dsp: Summed;
  readonly bram18k: Summed;
}

const { values: options } = parseArgs({
  options: {
    designs: { type: 'string' },
    scaling: { type: 'string' },
    json: { type: 'boolean', default: false },
    worst: { type: 'string', default: '5' },
  },
});
const given = options.designs !== undefined || options.scaling !== undefined;
const designs = options.designs ?? (given ? undefined : 'golden/sparsepixels');
const scaling = options.scaling ?? (given ? undefined : 'golden/sparsepixels/scaling');
const cases = [
  ...(designs === undefined ? [] : readDesigns(designs)),
  ...(scaling === undefined ? [] : readScaling(scaling)),
];
const results = cases.map((each) => {
  estimate(each.model, each.mapping);
  const before = process.cpuUsage();
  const estimated = estimate(each.model, each.mapping);
  const { user, system } = process.cpuUsage(before);
  return { each, estimated, cpuMs: (user + system) / 1000 };
});
type Result = (typeof results)[number];

const groups = new Map<string, Result[]>();
for (const result of results) {
  const members = groups.get(result.each.group) ?? [];
  members.push(result);
  groups.set(result.each.group, members);
}
const errors = Object.fromEntries([...groups].map(([group, members]) => [group, groupErrors(members)]));
const worst = worstRows(Number(options.worst));
if (options.json) {
  console.log(JSON.stringify({ groups: errors, worst, rows: results.map(row) }, undefined, 2));
} else {
  print();
}

function groupErrors(members: readonly Result[]): GroupErrors {
  const layers = members.flatMap(({ each, estimated }) =>
    estimated.layers.flatMap(({ name, latencyCycles }) => {
      const reported = each.reported.layers.get(name)?.latency;
      return reported === undefined ? [] : [Math.abs(latencyCycles.max - reported)];
    }),
  );
  const times = members.map(({ cpuMs }) => cpuMs).sort((a, b) => a - b);
  const cycles = (pick: (result: Result) => readonly [number, number]) => ({
    ...spread(members, pick),
    exact: members.filter((result) => pick(result)[0] === pick(result)[1]).length,
  });
  const tool = (name: 'csynth' | 'vivado'): Tool => ({
    lut: spread(members, ({ each, estimated }) => [estimated.resources[name].lut, each.reported[name].lut]),
    ff: spread(members, ({ each, estimated }) => [estimated.resources[name].ff, each.reported[name].ff]),
    dsp: summed(members, ({ each, estimated }) => [estimated.resources[name].dsp, each.reported[name].dsp]),
    bram18k: summed(members, ({ each, estimated }) => [
      estimated.resources[name].bram18k,
      each.reported[name].bram18k,
    ]),
  });
  return {
    cases: members.length,
    latency: cycles(({ each, estimated }) => [estimated.latencyCycles.max, each.reported.latency.max]),
    interval: cycles(({ each, estimated }) => [estimated.intervalCycles.max, each.reported.interval.max]),
    layers: {
      reported: layers.length,
      exact: layers.filter((error) => error === 0).length,
      withinOneCycle: layers.filter((error) => error <= 1).length,
    },
    clock: spread(members, ({ each, estimated }) => [estimated.clock.estimatedNs, each.reported.estimatedNs]),
    csynth: tool('csynth'),
    vivado: tool('vivado'),
    cpuMs: { median: times[times.length >> 1], worst: times.at(-1)! },
  };
}

function spread(members: readonly Result[], pick: (result: Result) => readonly [number, number]): Spread {
  let sum = 0;
  let worstError = -1;
  let worstOf = '';
  for (const member of members) {
    const error = relative(...pick(member));
    sum += error;
    if (error > worstError) [worstError, worstOf] = [error, member.each.name];
  }
  return { mean: sum / members.length, worst: worstError, worstOf };
}

function summed(members: readonly Result[], pick: (result: Result) => readonly [number, number]): Summed {
  const pairs = members.map(pick);
  const off = pairs.reduce((sum, [ours, theirs]) => sum + Math.abs(ours - theirs), 0);
  const counts = pairs.reduce((sum, [, theirs]) => sum + theirs, 0);
  return {
    share: off === 0 ? 0 : off / counts,
    falseCounts: pairs.filter(([ours, theirs]) => theirs === 0 && ours > 0).length,
  };
}

function relative(ours: number, theirs: number): number {
  return ours === theirs ? 0 : Math.abs(ours / theirs - 1);
}

function worstRows(count: number) {
  const figures = {
    'csynth lut': (e: Estimate, c: Case) => [e.resources.csynth.lut, c.reported.csynth.lut],
    'csynth ff': (e: Estimate, c: Case) => [e.resources.csynth.ff, c.reported.csynth.ff],
    'vivado lut': (e: Estimate, c: Case) => [e.resources.vivado.lut, c.reported.vivado.lut],
    latency: (e: Estimate, c: Case) => [e.latencyCycles.max, c.reported.latency.max],
  } as const;
  return Object.fromEntries(
    Object.entries(figures).map(([figure, pick]) => [
      figure,
      results
        .map(({ each, estimated }) => {
          const [ours, theirs] = pick(estimated, each) as [number, number];
          return { name: each.name, estimated: ours, reported: theirs, error: relative(ours, theirs) };
        })
        .filter(({ error }) => error > 0)
        .sort((a, b) => b.error - a.error)
        .slice(0, count),
    ]),
  );
}

function row({ each, estimated }: Result) {
  const { latencyCycles, intervalCycles, tokenLatencyCycles, resources, extrapolated } = estimated;
  const { latency, interval, csynth, vivado } = each.reported;
  return {
    name: each.name,
    group: each.group,
    estimated: { latencyCycles, intervalCycles, tokenLatencyCycles, resources, extrapolated },
    reported: { latency, interval, csynth, vivado },
  };
}

function print(): void {
  const percent = (share: number) => `${(100 * share).toFixed(1)} %`;
  const both = ({ mean, worst: most }: Spread) => `${percent(mean)} / ${percent(most)}`;
  const sum = ({ share, falseCounts }: Summed) =>
    percent(share) + (falseCounts > 0 ? ` (${falseCounts} of none)` : '');
  const lines: [string, (group: GroupErrors) => string][] = [
    ['cases', ({ cases: n }) => `${n}`],
    ['interval exact', ({ interval, cases: n }) => `${interval.exact} of ${n}`],
    ['latency exact', ({ latency, cases: n }) => `${latency.exact} of ${n}`],
    ['latency error', ({ latency }) => both(latency)],
    ['layers exact', ({ layers }) => `${layers.exact} of ${layers.reported}`],
    ['layers within 1 cycle', ({ layers }) => percent(layers.withinOneCycle / layers.reported)],
    ['clock', ({ clock }) => both(clock)],
    ['csynth LUT', ({ csynth }) => both(csynth.lut)],
    ['csynth FF', ({ csynth }) => both(csynth.ff)],
    ['csynth DSP, sum', ({ csynth }) => sum(csynth.dsp)],
    ['csynth BRAM, sum', ({ csynth }) => sum(csynth.bram18k)],
    ['Vivado LUT', ({ vivado }) => both(vivado.lut)],
    ['Vivado FF', ({ vivado }) => both(vivado.ff)],
    ['Vivado DSP, sum', ({ vivado }) => sum(vivado.dsp)],
    ['Vivado BRAM, sum', ({ vivado }) => sum(vivado.bram18k)],
    ['CPU ms median / worst', ({ cpuMs }) => `${cpuMs.median.toFixed(1)} / ${cpuMs.worst.toFixed(1)}`],
  ];
  const names = Object.keys(errors);
  const table = [
    ['mean / worst error', ...names],
    ...lines.map(([label, show]) => [label, ...names.map((name) => show(errors[name]))]),
  ];
  const widths = table[0].map((_, column) => Math.max(...table.map((cells) => cells[column].length)));
  for (const cells of table) {
    console.log(
      cells
        .map((cell, column) => (column === 0 ? cell.padEnd(widths[0]) : cell.padStart(widths[column])))
        .join('  '),
    );
  }
  for (const [figure, rows] of Object.entries(worst)) {
    console.log(`\nworst ${figure}`);
    for (const { name, estimated, reported, error } of rows) {
      console.log(`  ${percent(error).padStart(7)}  estimated ${estimated}, reported ${reported}  ${name}`);
    }
  }
}
