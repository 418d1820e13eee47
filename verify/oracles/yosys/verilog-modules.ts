/**
 * Verilog modules in a form that does not depend on how a design names things, so that the same hardware in two
 * designs, layers or mappings is synthesised once.
 */
import { createHash } from 'node:crypto';

/** A module with all names replaced by numbered ones, in order of appearance. */
export interface CanonicalModule {
  /** Hash of the text, and so of everything below it. */
  readonly key: string;
  /** Name in `text`. */
  readonly name: string;
  readonly text: string;
  /** The same ports and nothing inside, for synthesis of what instantiates it. */
  readonly stub: string;
  /** Name of each port as the design has it -> in `text`. */
  readonly ports: ReadonlyMap<string, string>;
  readonly children: readonly CanonicalModule[];
}

const TOKEN =
  /\/\/[^\n]*|\/\*[\s\S]*?\*\/|\(\*(?!\s*\))[\s\S]*?\*\)|"[^"]*"|\d*'[sS]?[bodhBODH][0-9a-fA-FxXzZ_]+|[$`][A-Za-z_]\w*|[A-Za-z_]\w*|\s+|./g;
const WORDS = new Set(
  (
    'always assign begin case casez default else end endcase endfunction endgenerate endmodule for function ' +
    'generate genvar if initial inout input integer localparam module negedge or output parameter posedge reg signed wire'
  ).split(' '),
);

/** @param files  Verilog texts in which each module stands once @returns the canonical form of any module by name */
export function canonicalModules(files: Iterable<string>): (name: string) => CanonicalModule {
  const texts = new Map<string, string>();
  for (const file of files) {
    for (const [text, name] of file.matchAll(/^module\s+(\w+)[\s\S]*?^endmodule$/gm)) texts.set(name, text);
  }
  const done = new Map<string, CanonicalModule>();
  const of = (name: string): CanonicalModule => {
    const known = done.get(name);
    if (known) return known;
    const text = texts.get(name);
    if (text === undefined) throw new Error(`no module '${name}' in the Verilog`);
    const made = canonical(name, text, (word) => (texts.has(word) && word !== name ? of(word) : undefined));
    done.set(name, made);
    return made;
  };
  return of;
}

function canonical(
  own: string,
  text: string,
  childOf: (word: string) => CanonicalModule | undefined,
): CanonicalModule {
  const names = new Map<string, string>();
  const children = new Set<CanonicalModule>();
  let instance: CanonicalModule | undefined;
  let before = '';
  const tokens = (text.match(TOKEN) ?? []).map((token) => {
    const previous = before;
    if (token.trim() !== '') before = token;
    if (token.startsWith('//') || token.startsWith('/*')) return '';
    if (!/^[A-Za-z_]/.test(token) || WORDS.has(token)) return token;
    if (previous === '.') return instance?.ports.get(token) ?? token;
    if (token === own) return 'OWN_NAME';
    const child = childOf(token);
    if (child) {
      instance = child;
      children.add(child);
      return child.name;
    }
    let renamed = names.get(token);
    if (renamed === undefined) names.set(token, (renamed = `n${names.size}`));
    return renamed;
  });
  const anonymous = tokens.join('').replaceAll(/[ \t]*\n\s*/g, '\n');
  const key = createHash('sha256').update(anonymous).digest('hex').slice(0, 20);
  const name = `m_${key}`;
  const named = anonymous.replaceAll('OWN_NAME', name);
  const header = named.slice(0, named.indexOf(';') + 1).replaceAll('output reg', 'output wire');
  const ports = new Map([...names].filter(([, to]) => new RegExp(`\\b${to}\\b`).test(header)));
  return {
    key,
    name,
    text: named,
    stub: `(* blackbox *)\n${header}\nendmodule`,
    ports,
    children: [...children],
  };
}
