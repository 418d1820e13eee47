/**
 * Speed and success of the expression search, beside the Rust crate `symbolic_regression` 0.12.3 in the same run.
 *
 * Speed: evaluations per CPU second on 100 rows with maxsize 30, over the given CPU time, from a cold start. An
 * evaluation is one pass of one candidate over the rows; both sides count every pass of the constant optimiser once and
 * passes that end early at a value that is not finite too; here also the passes of parts that backsolving tries. A derivative sweep is part of its pass here, and in the crate.
 * Success: a seed (of data and search alike) counts as found when the loss falls below 1e-20, which in double precision
 * takes the exact form with its constants; the CPU time includes everything from the call of the search on.
 * The crate runs in double precision with its default options; it is built with cargo into `.cache/`. Where cargo or
 * crates.io is missing, that part says so. Exit code 0: all bounds hold; 1: one does not.
 *
 *   npm run bench:search -- [--json] [--seeds 10] [--peer-seeds 3] [--speed-seconds 10] [--tasks quick,nguyen-4]
 */
import { execFileSync } from 'node:child_process';
import { cpSync, existsSync, writeFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { parseArgs } from 'node:util';
import { Random } from '../symbolic/search/random.ts';
import { search } from '../symbolic/search/index.ts';

interface Task {
  readonly name: string;
  readonly formula: string;
  readonly rows: number;
  readonly operators: readonly string[];
  readonly seconds: number;
  /** Share of seeds that must succeed. */
  readonly bound: number;
  /** Inputs of one row, and the target. */
  row(random: Random): { readonly inputs: readonly number[]; readonly target: number };
}

const found = 1e-20;
const maxsize = 30;
const uniform = (random: Random, from: number, to: number): number => from + (to - from) * random.uniform();
const nguyenOperators = ['+', '-', '*', '/', 'sin', 'cos', 'exp', 'log'];

const tasks: readonly Task[] = [
  {
    name: 'quick',
    formula: '2 cos(x4) + x1^2 - 2, 5 inputs in [-3, 3]',
    rows: 100,
    operators: ['+', '-', '*', '/', 'cos', 'exp', 'sin'],
    seconds: 1,
    bound: 0.9,
    row(random) {
      const inputs = Array.from({ length: 5 }, () => uniform(random, -3, 3));
      return { inputs, target: 2 * Math.cos(inputs[4]) + inputs[1] ** 2 - 2 };
    },
  },
  {
    name: 'feynman-I.6.2',
    formula: 'exp(-(theta/sigma)^2 / 2) / (sqrt(2 pi) sigma), both in [1, 3]',
    rows: 200,
    operators: ['+', '-', '*', '/', 'exp', 'sqrt'],
    seconds: 60,
    bound: 0.7,
    row(random) {
      const [sigma, theta] = [uniform(random, 1, 3), uniform(random, 1, 3)];
      const target = Math.exp(-((theta / sigma) ** 2) / 2) / (Math.sqrt(2 * Math.PI) * sigma);
      return { inputs: [sigma, theta], target };
    },
  },
  {
    name: 'nguyen-4',
    formula: 'x^6 + x^5 + x^4 + x^3 + x^2 + x, x in [-1, 1]',
    rows: 20,
    operators: nguyenOperators,
    seconds: 60,
    bound: 0.7,
    row(random) {
      const x = uniform(random, -1, 1);
      return { inputs: [x], target: x ** 6 + x ** 5 + x ** 4 + x ** 3 + x ** 2 + x };
    },
  },
  {
    name: 'nguyen-7',
    formula: 'log(x + 1) + log(x^2 + 1), x in [0, 2]',
    rows: 20,
    operators: nguyenOperators,
    seconds: 60,
    bound: 0.7,
    row(random) {
      const x = uniform(random, 0, 2);
      return { inputs: [x], target: Math.log(x + 1) + Math.log(x * x + 1) };
    },
  },
];

interface Run {
  readonly evaluations: number;
  readonly seconds: number;
  readonly loss: number;
  readonly equation: string;
}

const { values: options } = parseArgs({
  options: {
    json: { type: 'boolean', default: false },
    seeds: { type: 'string', default: '10' },
    'peer-seeds': { type: 'string', default: '3' },
    'speed-seconds': { type: 'string', default: '10' },
    tasks: { type: 'string' },
  },
});
const chosen = tasks.filter(
  ({ name }) => options.tasks === undefined || options.tasks.split(',').includes(name),
);
const say = (text: string): void => void (options.json ? process.stderr : process.stdout).write(`${text}\n`);

const peer = buildPeer();
if (peer.kind === 'missing') say(`crate symbolic_regression: not run: ${peer.reason}`);
const speed = await measureSpeed(Number(options['speed-seconds']));
const results = [];
for (const task of chosen) results.push(await measureTask(task));
const passed = speed.passed && results.every((result) => result.passed);
if (options.json) process.stdout.write(`${JSON.stringify({ speed, tasks: results, passed }, null, 2)}\n`);
say(passed ? 'all bounds hold' : 'a bound does not hold');
process.exitCode = passed ? 0 : 1;

async function measureSpeed(seconds: number) {
  const [quick] = tasks;
  const ours = rate(await runOurs(quick, 0, seconds, -1));
  const theirs = peer.kind === 'built' ? rate(runPeer(peer.program, quick, 0, seconds, -1)) : undefined;
  const bounds = { leastPerSecond: 150_000, leastRatio: 1 };
  const ratio = theirs === undefined ? undefined : ours / theirs;
  const isFast = ours >= bounds.leastPerSecond && (ratio ?? Infinity) >= bounds.leastRatio;
  say(
    `speed, ${quick.rows} rows, maxsize ${maxsize}, ${seconds} CPU s: ${thousands(ours)} evaluations per CPU second; crate: ` +
      (theirs === undefined ? 'not run' : `${thousands(theirs)}, ratio ${ratio!.toFixed(2)}`),
  );
  return { ours, crate: theirs ?? null, ratio: ratio ?? null, bounds, passed: isFast };
}

async function measureTask(task: Task) {
  const seeds = Array.from({ length: Number(options.seeds) }, (_, seed) => seed);
  const ours: Run[] = [];
  for (const seed of seeds) ours.push(await runOurs(task, seed, task.seconds, found));
  const theirs =
    peer.kind === 'built'
      ? seeds
          .slice(0, Number(options['peer-seeds']))
          .map((seed) => runPeer(peer.program, task, seed, task.seconds, found))
      : undefined;
  const within = (runs: readonly Run[]): number =>
    runs.filter(({ loss, seconds }) => loss < found && seconds <= task.seconds).length;
  const needed = Math.ceil(task.bound * seeds.length);
  const passed = within(ours) >= needed;
  say(
    `${task.name}: ${task.formula}; ${task.rows} rows, operators ${task.operators.join(' ')}; within ${task.seconds} CPU s\n` +
      `  found ${within(ours)} of ${ours.length} (needed ${needed}), median ${median(ours).toFixed(2)} CPU s; crate: ` +
      (theirs === undefined
        ? 'not run'
        : `${within(theirs)} of ${theirs.length}, median ${median(theirs).toFixed(2)} CPU s`),
  );
  ours.forEach(({ seconds, loss, equation }, seed) => {
    say(`  seed ${seed}: ${seconds.toFixed(2)} s, loss ${loss.toExponential(1)}, ${equation}`);
  });
  return { task: task.name, needed, found: within(ours), passed, ours, crate: theirs ?? null };
}

function rows(task: Task, seed: number) {
  const random = new Random(seed, 20_230_503);
  return Array.from({ length: task.rows }, () => task.row(random));
}

async function runOurs(task: Task, seed: number, limit: number, lossBelow: number): Promise<Run> {
  const data = rows(task, seed);
  const columns = data[0].inputs.map((_, i) => data.map(({ inputs }) => inputs[i]));
  const start = cpuSeconds();
  const { fronts, evaluations } = await search(
    { inputs: columns, outputs: [data.map(({ target }) => target)] },
    {
      operators: task.operators,
      maxsize,
      iterations: 1e9,
      seed,
      timeoutSeconds: limit,
      earlyStop: { lossBelow },
    },
    { clock: cpuSeconds },
  );
  const best = fronts[0][fronts[0].length - 1];
  return { evaluations, seconds: cpuSeconds() - start, loss: best.loss, equation: best.equation };
}

/** CPU time of the whole process, all its threads included. */
function cpuSeconds(): number {
  const { user, system } = process.cpuUsage();
  return (user + system) / 1e6;
}

function runPeer(program: string, task: Task, seed: number, limit: number, lossBelow: number): Run {
  const folder = fileURLToPath(new URL('../.cache/search-peer/', import.meta.url));
  const file = `${folder}${task.name}-${seed}.csv`;
  writeFileSync(
    file,
    rows(task, seed)
      .map(({ inputs, target }) => `${[...inputs, target].join(',')}\n`)
      .join(''),
  );
  const names = task.operators.map((name) => (name === '-' ? 'sub' : name)).join(',');
  const args = [file, names, String(maxsize), String(seed), String(limit), String(lossBelow)];
  return JSON.parse(execFileSync(program, args, { encoding: 'utf8' })) as Run;
}

type Peer =
  | { readonly kind: 'built'; readonly program: string }
  | { readonly kind: 'missing'; readonly reason: string };

function buildPeer(): Peer {
  const target = fileURLToPath(new URL('../.cache/search-peer', import.meta.url));
  // Built from a copy, so that cargo's lock file stays out of the sources.
  cpSync(fileURLToPath(new URL('./search-peer', import.meta.url)), target, { recursive: true });
  const manifest = `${target}/Cargo.toml`;
  try {
    execFileSync(
      'cargo',
      ['build', '--release', '--quiet', '--manifest-path', manifest, '--target-dir', target],
      {
        stdio: ['ignore', 'ignore', 'pipe'],
        timeout: 900_000,
      },
    );
  } catch (error) {
    const { code, stderr } = error as { code?: string; stderr?: Buffer };
    const reason =
      code === 'ENOENT' ? 'cargo not found' : `cargo failed: ${stderr?.toString().trim().split('\n').at(-1)}`;
    return { kind: 'missing', reason };
  }
  const program = `${target}/release/search-peer`;
  return existsSync(program)
    ? { kind: 'built', program }
    : { kind: 'missing', reason: 'cargo made no program' };
}

function rate({ evaluations, seconds }: Run): number {
  return evaluations / seconds;
}

function thousands(value: number): string {
  return `${(value / 1000).toFixed(0)} k`;
}

function median(runs: readonly Run[]): number {
  return runs.map(({ seconds }) => seconds).sort((a, b) => a - b)[Math.floor(runs.length / 2)] ?? NaN;
}
