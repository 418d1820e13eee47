/** Value change dump (IEEE 1364-2005, clause 18) of a window of a run. */
import type { Change, Signal } from './waveform.ts';

export interface VcdOptions {
  /** Clock period, ns: cycle n starts at n periods. */
  readonly clockNs: number;
  /** First and last cycle of the window. */
  readonly from: number;
  readonly to: number;
  /** Stands in the file as a comment. */
  readonly comment?: string;
}

/** Names that a dump cannot hold are changed: what is no letter, digit, `_`, `.`, `$` or index becomes `_`. */
export function vcdOf(signals: readonly Signal[], { clockNs, from, to, comment }: VcdOptions): string {
  const time = (cycle: number) => `#${Math.round(cycle * clockNs * 1000)}`;
  const lines = ['$version Pipewright $end'];
  if (comment !== undefined) lines.push(`$comment ${comment.replaceAll('$end', '')} $end`);
  lines.push(
    '$timescale 1 ps $end',
    ...declarations(signals),
    '$enddefinitions $end',
    time(from),
    '$dumpvars',
  );
  const later = new Map<number, string[]>();
  signals.forEach((signal, index) => {
    let now: Change['value'] | undefined;
    for (const { cycle, value } of signal.changes) {
      if (cycle > to) break;
      if (cycle <= from) {
        now = value;
        continue;
      }
      const texts = later.get(cycle) ?? [];
      texts.push(changeText(signal, value, index));
      later.set(cycle, texts);
    }
    // A real number cannot be unknown: it is dumped from its first value on.
    if (now !== undefined || signal.width !== null) lines.push(changeText(signal, now, index));
  });
  lines.push('$end');
  for (const cycle of [...later.keys()].sort((a, b) => a - b)) {
    lines.push(time(cycle));
    for (const text of later.get(cycle)!) lines.push(text);
  }
  lines.push(time(to + 1), '');
  return lines.join('\n');
}

function declarations(signals: readonly Signal[]): string[] {
  const lines: string[] = [];
  let open: readonly string[] = [];
  signals.forEach(({ path, width }, index) => {
    const scope = path.slice(0, -1);
    let shared = 0;
    while (shared < open.length && shared < scope.length && open[shared] === scope[shared]) shared++;
    for (let n = open.length; n > shared; n--) lines.push('$upscope $end');
    for (const name of scope.slice(shared)) lines.push(`$scope module ${safe(name)} $end`);
    open = scope;
    const kind = width === null ? 'real 64' : `wire ${width}`;
    lines.push(`$var ${kind} ${identifier(index)} ${safe(path.at(-1)!)} $end`);
  });
  for (let n = open.length; n > 0; n--) lines.push('$upscope $end');
  return lines;
}

function changeText({ width }: Signal, value: Change['value'] | undefined, index: number): string {
  const id = identifier(index);
  if (width === null) return `r${String(value)} ${id}`;
  if (width === 1) return `${value === undefined ? 'x' : (BigInt(value) & 1n).toString()}${id}`;
  return `b${value === undefined ? 'x' : bitsOf(value, width)} ${id}`;
}

/** Two's complement, leading zeros left out as the format allows. */
export function bitsOf(value: number | bigint, width: number): string {
  return BigInt.asUintN(width, BigInt(value)).toString(2);
}

/** Printable characters, ! to ~, least significant first. */
function identifier(index: number): string {
  let [rest, text] = [index, ''];
  do {
    text += String.fromCharCode(33 + (rest % 94));
    rest = Math.floor(rest / 94) - 1;
  } while (rest >= 0);
  return text;
}

/** An index becomes a suffix: viewers would take it for a bit. */
function safe(name: string): string {
  return name.replace(/\[(\d+)\]/g, '_$1').replace(/[^\w.$]/g, '_');
}
