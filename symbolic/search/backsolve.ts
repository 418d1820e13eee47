/**
 * Semantic mutation: works out which values a subtree would need for the whole to be right, and puts something near
 * those values in its place.
 *
 * Desired values are propagated from the target to the subtree by inverting the operators above it (T. Pawlak,
 * B. Wieloch, K. Krawiec, "Semantic Backpropagation for Designing Search Operators in Genetic Programming", IEEE
 * Trans. Evol. Comput. 19, 2015). Of a few small trees t, scaled as a + b t by least squares, the nearest is taken.
 */
import type { Evaluator } from './kernel/evaluator.ts';
import type { Language } from './language.ts';
import { randomTree, startOf, type Workshop } from './random-tree.ts';
import { constantCode, Tree } from './tree.ts';

/** Trees tried for one place. */
const trials = 8;
const largestTrial = 5;

/** The value of an argument that makes the operator give `d`; NaN where there is none. `other` is the other argument. */
type Inverse = (d: number, other: number) => number;

const inverses: Readonly<Record<string, readonly Inverse[]>> = {
  '+': [(d, o) => d - o, (d, o) => d - o],
  '-': [(d, o) => d + o, (d, o) => o - d],
  '*': [(d, o) => d / o, (d, o) => d / o],
  '/': [(d, o) => d * o, (d, o) => o / d],
  '^': [(d, o) => Math.pow(d, 1 / o), (d, o) => Math.log(d) / Math.log(o)],
  neg: [(d) => -d],
  inv: [(d) => 1 / d],
  square: [(d) => Math.sqrt(d)],
  cube: [(d) => Math.cbrt(d)],
  sqrt: [(d) => (d < 0 ? NaN : d * d)],
  cbrt: [(d) => d * d * d],
  abs: [(d) => (d < 0 ? NaN : d)],
  exp: [(d) => Math.log(d)],
  log: [(d) => Math.exp(d)],
  exp2: [(d) => Math.log2(d)],
  log2: [(d) => Math.pow(2, d)],
  log10: [(d) => Math.pow(10, d)],
  expm1: [(d) => Math.log1p(d)],
  log1p: [(d) => Math.expm1(d)],
  sin: [(d) => Math.asin(d)],
  cos: [(d) => Math.acos(d)],
  tan: [(d) => Math.atan(d)],
  asin: [(d) => Math.sin(d)],
  acos: [(d) => Math.cos(d)],
  atan: [(d) => Math.tan(d)],
  sinh: [(d) => Math.asinh(d)],
  cosh: [(d) => Math.acosh(d)],
  tanh: [(d) => Math.atanh(d)],
  asinh: [(d) => Math.sinh(d)],
  acosh: [(d) => Math.cosh(d)],
  atanh: [(d) => Math.tanh(d)],
  gauss: [(d) => Math.sqrt(-Math.log(d))],
  sigmoid: [(d) => -Math.log(1 / d - 1)],
};

export class Backsolver {
  private readonly evaluator: Evaluator;
  private readonly target: Float64Array;
  private readonly weights: Float64Array;
  private readonly desired: Float64Array;
  private readonly other: Float64Array;
  private readonly values: Float64Array;
  /** Weights of the rows in the fits for one place, and sums over them. */
  private readonly shares: Float64Array;
  private totals = { n: 0, sumD: 0, sumDD: 0 };
  private readonly part: Tree;
  private readonly best: Tree;
  private readonly add: number;
  private readonly multiply: number;

  constructor(
    evaluator: Evaluator,
    language: Language,
    target: Float64Array,
    weights: Float64Array,
    nodes: number,
  ) {
    const rows = target.length;
    this.evaluator = evaluator;
    this.target = target;
    this.weights = weights;
    this.desired = new Float64Array(rows);
    this.other = new Float64Array(rows);
    this.values = new Float64Array(rows);
    this.shares = new Float64Array(rows);
    this.part = new Tree(nodes);
    this.best = new Tree(nodes);
    const code = (name: string): number => language.operators.findIndex((o) => o.name === name) + 1;
    this.add = code('+');
    this.multiply = code('*');
  }

  /** Replaces a random subtree in place; false if no subtree could be solved for. */
  apply(tree: Tree, workshop: Workshop, variables: number, room: number): boolean {
    const { random } = workshop;
    const root = random.integer(tree.length);
    const start = startOf(tree, workshop, root);
    if (!this.solveFor(tree, workshop, root)) return false;
    const size = Math.min(largestTrial, room + root + 1 - start);
    this.best.length = 0;
    let least = Infinity;
    for (let trial = 0; trial < trials; trial++) {
      randomTree(this.part, workshop, variables, 1 + random.integer(Math.max(1, size)));
      this.evaluator.predict([this.part], this.values);
      least = this.fitScaled(least, room + root + 1 - start);
    }
    return this.best.length > 0 && tree.replace(start, root + 1, this.best, 0, this.best.length);
  }

  /** Fills `desired` for the subtree at `root`; rows without a solution get NaN. */
  private solveFor(tree: Tree, workshop: Workshop, root: number): boolean {
    const { language } = workshop;
    this.desired.set(this.target);
    let top = tree.length - 1;
    while (top !== root) {
      const code = tree.code[top];
      const { name, arity } = language.operators[code - 1];
      const inverse = inverses[name];
      if (inverse === undefined || arity > 2) return false;
      // The arguments end at top - 1 and, of two, before the start of the second.
      const second = arity === 2 ? startOf(tree, workshop, top - 1) : top;
      const isSecond = arity === 2 && root >= second;
      const next = arity === 2 && !isSecond ? second - 1 : top - 1;
      if (arity === 2) {
        const [from, to] = isSecond ? [startOf(tree, workshop, second - 1), second] : [second, top];
        this.part.length = 0;
        for (let i = from; i < to; i++) this.part.push(tree.code[i], tree.value[i]);
        this.evaluator.predict([this.part], this.other);
      }
      const solve = inverse[isSecond ? 1 : 0];
      for (let row = 0; row < this.desired.length; row++)
        this.desired[row] = solve(this.desired[row], this.other[row]);
      top = next;
    }
    return this.weighDesired() >= Math.max(3, this.desired.length / 2);
  }

  /** Adds up what the fits of all trials share; rows without a solution get no weight. @returns rows that have one */
  private weighDesired(): number {
    const { desired, weights, shares } = this;
    let usable = 0;
    let [n, sumD, sumDD] = [0, 0, 0];
    for (let row = 0; row < desired.length; row++) {
      const d = desired[row];
      const isUsable = Math.abs(d) < Infinity;
      shares[row] = isUsable ? weights[row] : 0;
      if (!isUsable) {
        desired[row] = 0;
        continue;
      }
      usable++;
      n += weights[row];
      sumD += weights[row] * d;
      sumDD += weights[row] * d * d;
    }
    this.totals = { n, sumD, sumDD };
    return usable;
  }

  /** Keeps `part`, scaled, as the best if it comes nearer to the desired values. @returns the least error so far */
  private fitScaled(least: number, room: number): number {
    const { desired, values, shares, part, best } = this;
    const { n, sumD, sumDD } = this.totals;
    let [sumT, sumTT, sumTD] = [0, 0, 0];
    for (let row = 0; row < desired.length; row++) {
      const t = values[row];
      const share = shares[row] * t;
      sumT += share;
      sumTT += share * t;
      sumTD += share * desired[row];
    }
    const spread = sumTT - (sumT * sumT) / n;
    if (!(spread > 1e-12 * sumTT)) return least;
    const slope = (sumTD - (sumT * sumD) / n) / spread;
    const offset = (sumD - slope * sumT) / n;
    const proportion = sumTD / sumTT;
    // The line is the nearest of all forms below.
    if (!(sumDD - offset * sumD - slope * sumTD < least)) return least;
    const error = (a: number, b: number): number =>
      sumDD - 2 * a * sumD - 2 * b * sumTD + n * a * a + 2 * a * b * sumT + b * b * sumTT;
    const forms = [
      { a: 0, b: 1, nodes: 0, isPossible: true },
      { a: 0, b: proportion, nodes: 2, isPossible: this.multiply > 0 },
      { a: (sumD - sumT) / n, b: 1, nodes: 2, isPossible: this.add > 0 },
      { a: offset, b: slope, nodes: 4, isPossible: this.add > 0 && this.multiply > 0 },
    ].filter(({ nodes, isPossible }) => isPossible && part.length + nodes <= room);
    if (forms.length === 0) return least;
    const lowest = Math.min(...forms.map(({ a, b }) => error(a, b)));
    if (!(lowest < least)) return least;
    const chosen =
      forms.find(({ a, b }) => error(a, b) <= 1.05 * lowest + 1e-14 * sumDD) ?? forms[forms.length - 1];
    best.copyFrom(part);
    if (chosen.b !== 1) {
      best.push(constantCode, chosen.b);
      best.push(this.multiply, 0);
    }
    if (chosen.a !== 0) {
      best.push(constantCode, chosen.a);
      best.push(this.add, 0);
    }
    return lowest;
  }
}
