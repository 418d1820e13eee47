/**
 * Hardware hints in kernels, said once in the kernel's text and printed as each compiler spells them.
 *
 * A hint is a comment line `//@ name arguments` in front of what it is about:
 * - `unroll`, `pipeline INTERVAL`: the loop on the next line (or behind its label);
 * - `registers`: the array declared on the next line;
 * - `inline`, `pipeline-function INTERVAL`, `partition ARRAY`, `partition-rows ARRAY`, `words ARRAY COUNT`,
 *   `multipliers COUNT`: the function that it stands in.
 */
export type Hint =
  | { readonly kind: 'unroll' }
  | { readonly kind: 'pipeline'; readonly interval: string }
  | { readonly kind: 'registers'; readonly array: string }
  | { readonly kind: 'inline' }
  | { readonly kind: 'pipeline-function'; readonly interval: string }
  | { readonly kind: 'partition' | 'partition-rows'; readonly array: string }
  | { readonly kind: 'words'; readonly array: string; readonly count: string }
  | { readonly kind: 'multipliers'; readonly count: string };

/** How one compiler spells hints: lines before what they are about, and lines after its first line. */
export interface HintStyle {
  readonly labels: boolean;
  print: (hint: Hint) => { readonly before?: string | undefined; readonly after?: string | undefined };
}

/** Replaces the hints of a kernel's text. @throws Error for a hint that is not known: a fault of the kernel's text */
export function annotate(kernel: string, style: HintStyle): string {
  const out: string[] = [];
  let waiting: Hint[] = [];
  let label: string | undefined;
  for (const line of kernel.split('\n')) {
    const indent = /^ */.exec(line)![0];
    const hint = /^\s*\/\/@ (.*)$/.exec(line);
    if (hint) {
      const [name = '', ...rest] = hint[1].split(' ');
      const parsed = parseHint(name, rest);
      if (parsed.kind === 'unroll' || parsed.kind === 'pipeline' || parsed.kind === 'registers') {
        waiting.push(parsed);
        continue;
      }
      const { before, after } = style.print(parsed);
      out.push(...[before, after].filter((part) => part !== undefined).map((part) => indent + part));
      continue;
    }
    if (/^\s*[a-z]\w*:$/.test(line) && !/^\s*(public|private|default):$/.test(line)) {
      label = line;
      continue;
    }
    const array = /(\w+)\[/.exec(line)?.[1] ?? '';
    const printed = waiting.map((each) => style.print(each.kind === 'registers' ? { ...each, array } : each));
    out.push(
      ...printed.flatMap(({ before }) =>
        before === undefined ? [] : before.split('\n').map((part) => indent + part),
      ),
    );
    if (label !== undefined && style.labels) out.push(label);
    out.push(line);
    const inner = line.endsWith('{') ? `${indent}  ` : indent;
    out.push(...printed.flatMap(({ after }) => (after === undefined ? [] : [inner + after])));
    waiting = [];
    label = undefined;
  }
  return out.join('\n');
}

function parseHint(name: string, rest: readonly string[]): Hint {
  switch (name) {
    case 'unroll':
    case 'inline':
      return { kind: name };
    case 'registers':
      return { kind: name, array: '' };
    case 'pipeline':
    case 'pipeline-function':
      return { kind: name, interval: rest.join(' ') };
    case 'partition':
    case 'partition-rows':
      return { kind: name, array: rest[0] };
    case 'words':
      return { kind: name, array: rest[0], count: rest.slice(1).join(' ') };
    case 'multipliers':
      return { kind: name, count: rest.join(' ') };
    default:
      throw new Error(`unknown hint '${name}'`);
  }
}
