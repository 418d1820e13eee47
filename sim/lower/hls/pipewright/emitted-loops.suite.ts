/**
 * Reads the loops out of emitted Vitis C++, knowing nothing of how it was written: `for`, `#pragma HLS PIPELINE` and
 * `UNROLL`, calls of other kernels, and the numbers of the layer's struct.
 */
import type { ProjectFiles } from '../../../../rtl-templates/hls/index.ts';

export interface EmittedLoop {
  /** Trips of the loops around it that are neither pipelined nor unrolled, outermost first. */
  readonly around: readonly number[];
  /** Trips of the perfect nest that is run as one loop. */
  readonly trips: readonly number[];
  readonly interval: number;
}

export interface EmittedKernel {
  /** Interval of the whole function, where it is pipelined itself. */
  readonly functionInterval: number | null;
  readonly loops: readonly EmittedLoop[];
  /** Products of trips of nests without any pipelined loop inside. */
  readonly sequential: readonly number[];
}

type Numbers = Readonly<Record<string, number>>;

/** The loops of the kernel that the layer `id` instantiates. */
export function emittedKernel(files: ProjectFiles, id: string): EmittedKernel {
  const top = [...files].find(([path]) => /^src\/[^/]+\.cpp$/.test(path))![1];
  const call = new RegExp(`kernels::(\\w+)<layers::${id}>\\(`).exec(top);
  if (!call) throw new Error(`no call for ${id}`);
  const struct = new RegExp(`struct ${id} \\{([\\s\\S]*?)\\n\\};`).exec(files.get('src/layers.h')!)![1];
  const headers = [...files].filter(([path]) => path.startsWith('src/kernels/')).map(([, text]) => text);
  return new Reader(headers.join('\n')).kernel(call[1], numbersOf(struct, {}));
}

/** `static constexpr int a = 1, b = Layer::c * 2;` */
function numbersOf(struct: string, layer: Numbers): Numbers {
  const numbers: Record<string, number> = {};
  for (const [, list] of struct.matchAll(/static constexpr int ([^;(]*);/g)) {
    for (const each of list.split(',')) {
      const [name, value] = each.split('=').map((part) => part.trim());
      numbers[name] = evaluate(value, layer);
    }
  }
  return numbers;
}

function evaluate(expression: string, layer: Numbers): number {
  const text = expression.replaceAll(/Layer::(\w+)/g, (_, name: string) => {
    if (!(name in layer)) throw new Error(`no number ${name}`);
    return String(layer[name]);
  });
  if (!/^[\d\s+*/()-]+$/.test(text)) throw new Error(`cannot evaluate ${text}`);
  // eslint-disable-next-line @typescript-eslint/no-implied-eval, @typescript-eslint/no-unsafe-call -- digits and operators alone
  return new Function(`return (${text});`)() as number;
}

class Reader {
  readonly #text: string;

  constructor(text: string) {
    this.#text = text;
  }

  kernel(name: string, layer: Numbers): EmittedKernel {
    const body = this.#bodyOf(name);
    const pipelined = /^\s*#pragma HLS PIPELINE II=(.*)$/m.exec(body.split(/\bfor \(/)[0]);
    if (pipelined) return { functionInterval: evaluate(pipelined[1], layer), loops: [], sequential: [] };
    const loops: EmittedLoop[] = [];
    const sequential: number[] = [];
    this.#walk(body, layer, [], loops, sequential);
    return { functionInterval: null, loops, sequential };
  }

  #bodyOf(name: string): string {
    const start = new RegExp(`\\b${name}\\s*\\([^;{]*\\)\\s*\\{`).exec(this.#text);
    if (!start) return '';
    return this.#text.slice(...inside(this.#text, start.index + start[0].length - 1));
  }

  #walk(
    body: string,
    layer: Numbers,
    around: readonly number[],
    loops: EmittedLoop[],
    sequential: number[],
  ): number {
    let found = 0;
    const pattern =
      /for \(int (\w+) = ([^;]+); \w+ < ([^;]+); (\w+(?:\+\+| \+= [^)]+))\) \{|\b(\w+)<(\w+)(?:<Layer>)?>\(/g;
    for (let match = pattern.exec(body); match; match = pattern.exec(body)) {
      const [, variable, from, to, step, called, argument] = match;
      if (called !== undefined) {
        const struct = new RegExp(`struct ${argument} \\{([\\s\\S]*?)\\n\\};`).exec(this.#text);
        const numbers = struct ? numbersOf(struct[1], layer) : layer;
        found += this.#walk(this.#bodyOf(called), numbers, around, loops, sequential);
        continue;
      }
      const [start, end] = inside(body, match.index + match[0].length - 1);
      const content = body.slice(start, end);
      pattern.lastIndex = end;
      const pragma = /^\s*#pragma HLS (UNROLL|PIPELINE II=(.*))$/m.exec(content.split(/\bfor \(|;/)[0]);
      if (pragma?.[1] === 'UNROLL') continue;
      const stride = /\+= (.*)$/.exec(step);
      const count = (evaluate(to, layer) - evaluate(from, layer)) / (stride ? evaluate(stride[1], layer) : 1);
      const trips = Math.max(0, Math.ceil(count));
      expectName(variable);
      if (pragma) {
        loops.push({ around, trips: [trips], interval: evaluate(pragma[2], layer) });
        found++;
        continue;
      }
      const own: EmittedLoop[] = [];
      const within = this.#walk(content, layer, [], own, sequential);
      found += within;
      if (within === 0) sequential.push([...around, trips].reduce((a, b) => a * b, 1));
      const perfect = own.length === 1 && own[0].around.length === 0 && isOnlyALoop(content);
      for (const each of own) {
        loops.push(
          perfect
            ? { ...each, around, trips: [trips, ...each.trips] }
            : { ...each, around: [...around, trips, ...each.around] },
        );
      }
    }
    return found;
  }
}

function expectName(variable: string): void {
  if (!/^\w+$/.test(variable)) throw new Error(`a loop without variable: ${variable}`);
}

/** Where the text between the brace at `open` and its partner begins and ends. */
function inside(text: string, open: number): [number, number] {
  let depth = 0;
  for (let at = open; at < text.length; at++) {
    if (text[at] === '{') depth++;
    if (text[at] === '}' && --depth === 0) return [open + 1, at];
  }
  throw new Error('a brace stays open');
}

/** Whether nothing but a loop (and its label) stands in a loop's body. */
function isOnlyALoop(content: string): boolean {
  const text = content.replaceAll(/\/\/.*$/gm, '').trim();
  const head = /^(\w+:\s*)?for \([^)]*\) \{/.exec(text);
  if (!head) return false;
  const [, end] = inside(text, head[0].length - 1);
  return text.slice(end + 1).trim() === '';
}
