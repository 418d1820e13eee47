/** Reads the results and the trace of a test bench as it writes them. */
import { existsSync, readFileSync } from 'node:fs';
import type { HlsDesign } from '../../../rtl-templates/hls/index.ts';
import type { Values } from '../../../sim/evaluate/index.ts';
import type { Model } from '../../../sim/model/index.ts';
import { parseLine } from '../raw-lines.ts';

export interface ReadResults {
  /** Events that were written whole, in order. */
  readonly events: readonly Values[];
  /** What is wrong with the first line that cannot be read. */
  readonly problem: string | undefined;
}

/** One line an event: the raw integers of the Model's outputs. A last line without an end is not an event. */
export function readResults(file: string, model: Model): ReadResults {
  const events: Values[] = [];
  for (const [index, line] of wholeLines(file).entries()) {
    const values = parseLine(line, model, model.outputs);
    if (typeof values === 'string') return { events, problem: `line ${index + 1} of the results ${values}` };
    events.push(values);
  }
  return { events, problem: undefined };
}

/** Lines `event N`, then one a tensor: the buffer's name and its raw integers. */
export function readTrace(file: string, design: HlsDesign): ReadResults {
  const tensorOf = new Map(design.internal.map(({ id, tensor }) => [id, tensor]));
  const events: Record<string, readonly bigint[]>[] = [];
  for (const [index, line] of wholeLines(file).entries()) {
    const at = `line ${index + 1} of the trace`;
    const space = line.indexOf(' ');
    const name = line.slice(0, space);
    if (name === 'event') {
      events.push({});
      continue;
    }
    const tensor = tensorOf.get(name);
    const event = events.at(-1);
    if (tensor === undefined || event === undefined)
      return { events, problem: `${at} names '${name.slice(0, 40)}'` };
    const values = parseLine(line.slice(space + 1), design.model, [tensor]);
    if (typeof values === 'string') return { events, problem: `${at}, ${name}, ${values}` };
    Object.assign(event, values);
  }
  return { events, problem: undefined };
}

function wholeLines(file: string): string[] {
  if (!existsSync(file)) return [];
  return readFileSync(file, 'utf8').split('\n').slice(0, -1);
}
