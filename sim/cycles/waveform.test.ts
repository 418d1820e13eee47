import { fc, test } from '@fast-check/vitest';
import { describe, expect } from 'vitest';
import { forkJoin } from '../pipeline/arbitrary-fork-join.ts';
import { tooShallowFork } from './example-pipelines.ts';
import { simulatePipeline } from './pipeline.ts';
import type { CycleRecord } from './record.ts';
import { saifOf } from './saif.ts';
import { vcdOf } from './vcd.ts';
import { type ChannelValues, signalsOf } from './waveform.ts';

/** Reads a dump by the grammar of IEEE 1364, clause 18: a value of every variable at every time that is named. */
function readVcd(text: string) {
  const tokens = text.split(/\s+/).filter((token) => token !== '');
  const variables = new Map<string, { path: string; kind: string; width: number }>();
  const scopes: string[] = [];
  const times: { time: number; values: Map<string, string> }[] = [];
  const values = new Map<string, string>();
  let timescale = '';
  for (let n = 0; n < tokens.length; n++) {
    const token = tokens[n];
    const until = () => {
      const words: string[] = [];
      while (tokens[++n] !== '$end') words.push(tokens[n]);
      return words;
    };
    if (token === '$scope') scopes.push(until()[1]);
    else if (token === '$upscope') {
      until();
      scopes.pop();
    } else if (token === '$var') {
      const [kind, width, id, name] = until();
      if (variables.has(id)) throw new Error(`two variables '${id}'`);
      variables.set(id, { path: [...scopes, name].join('/'), kind, width: Number(width) });
    } else if (token === '$timescale') timescale = until().join(' ');
    else if (token === '$version' || token === '$comment' || token === '$enddefinitions') until();
    else if (token === '$dumpvars' || token === '$end') continue;
    else if (token.startsWith('#')) times.push({ time: Number(token.slice(1)), values: new Map(values) });
    else {
      const [value, id] = /^[br]/.test(token) ? [token, tokens[++n]] : [token[0], token.slice(1)];
      if (!variables.has(id)) throw new Error(`no variable '${id}'`);
      values.set(variables.get(id)!.path, value);
      times.at(-1)!.values.set(variables.get(id)!.path, value);
    }
  }
  return { timescale, variables: [...variables.values()], times, scopes };
}

/** Nested lists of atoms. */
type Sexp = string | Sexp[];
function readSexp(text: string): Sexp {
  const tokens = text.match(/\(|\)|"[^"]*"|[^\s()]+/g)!;
  const read = (): Sexp => {
    const token = tokens.shift()!;
    if (token !== '(') return token;
    const list: Sexp[] = [];
    while (tokens[0] !== ')') list.push(read());
    tokens.shift();
    return list;
  };
  const whole = read();
  if (tokens.length > 0) throw new Error('more than one list');
  return whole;
}

/** A value that says which beat it is: beat x 4 + element - 8. */
const valuesOf = (record: CycleRecord): ReadonlyMap<string, ChannelValues> =>
  new Map(
    record.channels.map(({ name }) => [
      name,
      {
        elements: [
          { width: 9, fractionBits: 3 },
          { width: 9, fractionBits: null },
        ],
        raw: (beat, element) => beat * 4 + element - 8,
      },
    ]),
  );

const shown = (pipeline: Parameters<typeof simulatePipeline>[0], events: number) => {
  const record = simulatePipeline(pipeline, { events });
  return { record, signals: signalsOf(record, { values: valuesOf(record) }) };
};

const twosComplement = (value: number, width: number) => BigInt.asUintN(width, BigInt(value)).toString(2);

describe('a value change dump', () => {
  test.prop([forkJoin(fc.integer({ min: 1, max: 5 })), fc.integer({ min: 1, max: 2 }), fc.nat(20)], {
    numRuns: 20,
  })(
    'says of every channel and stage what the record says, in every cycle of its window',
    (pipeline, events, from) => {
      const { record, signals } = shown(pipeline, events);
      const to = record.cycles - 1;
      fc.pre(from <= to);
      const { timescale, times, variables, scopes } = readVcd(vcdOf(signals, { clockNs: 2.5, from, to }));
      expect(timescale).toBe('1 ps');
      expect(scopes).toEqual([]);
      expect(variables).toHaveLength(signals.length);
      for (let cycle = from; cycle <= to; cycle++) {
        const { values } = times.filter(({ time }) => time <= cycle * 2500).at(-1)!;
        const bits = (path: string) => values.get(`fork_join/${path}`)!.replace(/^b/, '');
        for (const { name, written, read, depth } of record.channels) {
          const held = written.filter((at) => at <= cycle).length - read.filter((at) => at < cycle).length;
          const scope = name.replace('>', '_');
          expect(bits(`${scope}/occupancy`)).toBe(held.toString(2));
          expect(bits(`${scope}/valid`)).toBe(held > 0 ? '1' : '0');
          expect(bits(`${scope}/ready`)).toBe(held < depth ? '1' : '0');
          if (held === 0) continue;
          const front = read.filter((at) => at < cycle).length;
          expect(bits(`${scope}/raw_0`)).toBe(twosComplement(front * 4 - 8, 9));
          expect(Number(bits(`${scope}/value_0`).slice(1))).toBe((front * 4 - 8) / 8);
          expect(bits(`${scope}/raw_1`)).toBe(twosComplement(front * 4 - 7, 9));
        }
        for (const { name, spans, waits } of record.stages) {
          const within = (list: readonly { first: number; last: number }[]) =>
            list.some(({ first, last }) => first <= cycle && cycle <= last) ? '1' : '0';
          expect(bits(`${name}/busy`)).toBe(within(spans));
          expect(bits(`${name}/starved`)).toBe(within(waits.filter((wait) => wait.for === 'beat')));
          expect(bits(`${name}/blocked`)).toBe(within(waits.filter((wait) => wait.for === 'room')));
        }
      }
      expect(times.at(-1)!.time).toBe((to + 1) * 2500);
      expect(times.map(({ time }) => time)).toEqual(
        [...new Set(times.map(({ time }) => time))].sort((a, b) => a - b),
      );
    },
  );

  test('starts with what is not known yet as x, and real numbers from their first value on', () => {
    const { signals } = shown(tooShallowFork(8), 1);
    const { times } = readVcd(vcdOf(signals, { clockNs: 5, from: 0, to: 3 }));
    const at = (n: number, path: string) => times[n].values.get(`fork/${path}`);
    expect(at(0, 'gathered/raw_0')).toBe('bx');
    expect(at(0, 'gathered/value_0')).toBeUndefined();
    expect(at(0, 'direct/value_0')).toBe('r-1');
    expect(at(0, 'direct/raw_0')).toBe('b111111000');
  });

  test('shows as many elements of a beat as asked for', () => {
    const { record } = shown(tooShallowFork(8), 1);
    const signals = signalsOf(record, { values: valuesOf(record), elements: 1 });
    expect(signals.filter(({ path }) => path[1] === 'direct').map(({ path }) => path[2])).toEqual([
      'valid',
      'ready',
      'occupancy',
      'raw[0]',
      'value[0]',
    ]);
  });
});

describe('switching activity', () => {
  test.prop([forkJoin(fc.integer({ min: 1, max: 5 })), fc.integer({ min: 1, max: 2 })], { numRuns: 15 })(
    'is that of the dump of the same run, counted bit by bit and cycle by cycle',
    (pipeline, events) => {
      const { record, signals } = shown(pipeline, events);
      const { cycles } = record;
      const saif = readSexp(saifOf(signals, { design: 'top', clockNs: 2.5, cycles }));
      const { times } = readVcd(vcdOf(signals, { clockNs: 2.5, from: 0, to: cycles - 1 }));
      const nets = netsOf(saif as Sexp[], []);
      for (const { path, width } of signals) {
        if (width === null) continue;
        for (let bit = 0; bit < width; bit++) {
          const count = { T0: 0, T1: 0, TX: 0, TC: 0 };
          let before = 'x';
          for (let cycle = 0; cycle < cycles; cycle++) {
            const { values } = times.filter(({ time }) => time <= cycle * 2500).at(-1)!;
            const digits = values
              .get(
                path
                  .join('/')
                  .replace(/[->]/g, '_')
                  .replace(/\[(\d+)\]/, '_$1'),
              )!
              .replace(/^b/, '');
            const now = digits === 'x' ? 'x' : (digits.at(-1 - bit) ?? '0');
            count[now === '1' ? 'T1' : now === '0' ? 'T0' : 'TX'] += 2500;
            if (now !== 'x' && before !== 'x' && now !== before) count.TC++;
            before = now;
          }
          const name = path.join('/').replace(/[->]/g, '_') + (width > 1 ? `[${bit}]` : '');
          expect(nets.get(name), name).toEqual({ ...count, IG: 0 });
        }
      }
    },
  );

  test('has the frame that SAIF 2.0 asks for, and a clock that never rests', () => {
    const { record, signals } = shown(tooShallowFork(8), 1);
    const [head, ...fields] = readSexp(
      saifOf(signals, { design: 'top', clockNs: 5, cycles: record.cycles, clock: ['fork', 'clk'] }),
    ) as Sexp[];
    expect(head).toBe('SAIFILE');
    expect(fields.slice(0, 8)).toEqual([
      ['SAIFVERSION', '"2.0"'],
      ['DIRECTION', '"backward"'],
      ['DESIGN', '"top"'],
      ['VENDOR', '"Pipewright"'],
      ['PROGRAM_NAME', '"pipewright"'],
      ['DIVIDER', '/'],
      ['TIMESCALE', '1', 'ps'],
      ['DURATION', String(record.cycles * 5000)],
    ]);
    const half = record.cycles * 2500;
    expect(netsOf([head, ...fields], []).get('fork/clk')).toEqual({
      T0: half,
      T1: half,
      TX: 0,
      TC: 2 * record.cycles,
      IG: 0,
    });
  });
});

function netsOf(list: readonly Sexp[], path: readonly string[]): Map<string, Record<string, number>> {
  const nets = new Map<string, Record<string, number>>();
  for (const item of list) {
    if (typeof item === 'string') continue;
    const [kind, ...rest] = item as [string, ...Sexp[]];
    if (kind === 'INSTANCE') {
      const inner = netsOf(rest.slice(1), [...path, rest[0] as string]);
      for (const [name, activity] of inner) nets.set(name, activity);
    } else if (kind === 'NET') {
      for (const [name, ...figures] of rest as [string, ...[string, string][]][]) {
        nets.set(
          [...path, name.replaceAll('\\', '')].join('/'),
          Object.fromEntries(figures.map(([figure, value]) => [figure, Number(value)])),
        );
      }
    }
  }
  return nets;
}
