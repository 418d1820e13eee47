/**
 * Tapes: straight-line programs over columns, made from a graph with one register per live value.
 *
 * What depends on parameters and constants alone is computed once a run (the uniform part), the rest once a row.
 * Tapes hold no parameter values: a refit with other values runs the same tape.
 */
import { addTangent } from './derivative.ts';
import { parameterNames, variableCount, type Expression } from './expression.ts';
import { ExpressionGraph } from './graph.ts';
import type { Operator, OperatorTable } from './operators.ts';

/** Where an operand or output lives: one value a run, one value a row in a register, or an input column. */
export type Location =
  | { readonly kind: 'uniform'; readonly index: number }
  | { readonly kind: 'register'; readonly index: number }
  | { readonly kind: 'column'; readonly index: number };

export interface Instruction {
  readonly operator: Operator;
  readonly args: readonly Location[];
  readonly target: Location;
}

export interface Tape {
  /** Parameter names; run-time values come in this order and fill the first uniforms. */
  readonly parameters: readonly string[];
  readonly columnCount: number;
  readonly registerCount: number;
  /** Initial uniforms: zeros for the parameters, then constants, then room for computed ones. */
  readonly uniforms: Float64Array;
  readonly uniformInstructions: readonly Instruction[];
  readonly rowInstructions: readonly Instruction[];
  readonly outputs: readonly Location[];
}

export interface TapeOptions {
  /** Order of the parameters; by default that of first appearance. */
  readonly parameters?: readonly string[];
  /** Parameters (or variables) whose derivatives follow each value in the outputs. */
  readonly derivatives?: readonly (string | number)[];
  readonly operators?: OperatorTable;
}

/**
 * Compiles expressions to one tape.
 *
 * @returns outputs in order: for each expression its value, then its derivatives by `options.derivatives`
 * @throws RangeError if an expression has a parameter that is not in `options.parameters`
 */
export function compileTape(expressions: readonly Expression[], options: TapeOptions = {}): Tape {
  const graph = new ExpressionGraph(options.operators);
  const parameters = options.parameters ?? [...new Set(expressions.flatMap(parameterNames))];
  const roots = expressions.flatMap((expression) => {
    const value = graph.add(expression);
    return [value, ...(options.derivatives ?? []).map((seed) => addTangent(graph, value, seed))];
  });
  const columnCount = Math.max(0, ...expressions.map(variableCount));
  return new TapeMaker(graph, parameters, roots).make(columnCount);
}

class TapeMaker {
  private readonly graph: ExpressionGraph;
  private readonly parameters: readonly string[];
  private readonly roots: readonly number[];
  private readonly locations: Location[] = [];
  private readonly uniforms: number[];
  private readonly free: number[] = [];
  private registerCount = 0;

  constructor(graph: ExpressionGraph, parameters: readonly string[], roots: readonly number[]) {
    this.graph = graph;
    this.parameters = parameters;
    this.roots = roots;
    this.uniforms = parameters.map(() => 0);
  }

  make(columnCount: number): Tape {
    const lastUse = this.lastUses();
    const uniformInstructions: Instruction[] = [];
    const rowInstructions: Instruction[] = [];
    this.graph.nodes.forEach((node, id) => {
      if (lastUse[id] < 0) return;
      if (node.kind !== 'call') {
        this.locations[id] = this.leaf(node);
        return;
      }
      const args = node.args.map((arg) => this.locations[arg]);
      const isUniform = args.every(({ kind }) => kind === 'uniform');
      // Registers of dying arguments are freed first: kernels read row i before they write row i.
      if (!isUniform) this.release(node.args, id, lastUse);
      const target = isUniform ? this.newUniform() : this.newRegister();
      this.locations[id] = target;
      (isUniform ? uniformInstructions : rowInstructions).push({ operator: node.operator, args, target });
    });
    return {
      parameters: this.parameters,
      columnCount,
      registerCount: this.registerCount,
      uniforms: Float64Array.from(this.uniforms),
      uniformInstructions,
      rowInstructions,
      outputs: this.roots.map((root) => this.locations[root]),
    };
  }

  /** The last call that reads each node; -1 if it is not needed, Infinity if it is an output. */
  private lastUses(): Float64Array {
    const { nodes } = this.graph;
    const last = new Float64Array(nodes.length).fill(-1);
    for (const root of this.roots) last[root] = Infinity;
    for (let id = nodes.length - 1; id >= 0; id--) {
      const node = nodes[id];
      if (node.kind !== 'call' || last[id] < 0) continue;
      for (const arg of node.args) last[arg] = Math.max(last[arg], id);
    }
    return last;
  }

  private leaf(node: Exclude<ExpressionGraph['nodes'][number], { kind: 'call' }>): Location {
    switch (node.kind) {
      case 'constant':
        return { kind: 'uniform', index: this.uniforms.push(node.value) - 1 };
      case 'variable':
        return { kind: 'column', index: node.index };
      case 'parameter': {
        const index = this.parameters.indexOf(node.name);
        if (index < 0)
          throw new RangeError(`parameter '${node.name}' is not among ${this.parameters.join(', ')}`);
        return { kind: 'uniform', index };
      }
    }
  }

  private newUniform(): Location {
    return { kind: 'uniform', index: this.uniforms.push(0) - 1 };
  }

  private newRegister(): Location {
    return { kind: 'register', index: this.free.pop() ?? this.registerCount++ };
  }

  private release(args: readonly number[], at: number, lastUse: Float64Array): void {
    for (let i = 0; i < args.length; i++) {
      const location = this.locations[args[i]];
      const isRepeated = args.indexOf(args[i]) < i;
      if (location.kind === 'register' && lastUse[args[i]] === at && !isRepeated)
        this.free.push(location.index);
    }
  }
}
