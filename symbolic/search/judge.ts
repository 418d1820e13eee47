/** Judges candidates: whether they keep the rules, and their loss, rank and cost. */
import { Evaluator } from './kernel/evaluator.ts';
import type { MemberStore } from './member-store.ts';
import type { Problem } from './problem.ts';
import { isAllowed, treeComplexity } from './rules.ts';
import type { Tree } from './tree.ts';

export class Judge {
  readonly evaluator: Evaluator;
  /** Figures of the candidate judged last. */
  loss = Infinity;
  /** Loss plus objective terms; Infinity for a candidate that must not stand in the hall of fame. */
  rank = Infinity;
  /** Normalised rank plus prices; Infinity for a candidate that must not live. */
  cost = Infinity;
  complexity = 0;
  private readonly problem: Problem;
  private readonly needsWhole: boolean;

  constructor(problem: Problem) {
    this.problem = problem;
    this.evaluator = new Evaluator(problem.setup);
    this.needsWhole = problem.objectives.length > 0 || problem.isConsistent !== undefined;
  }

  /** Complexity of the expressions of a candidate; parameters of templates cost nothing. */
  complexityOf(trees: readonly Tree[]): number {
    const { rules, roles } = this.problem;
    let sum = 0;
    for (let t = 0; t < trees.length; t++) {
      if (roles[t].kind === 'expression') sum += treeComplexity(trees[t], rules);
    }
    return Math.round(sum);
  }

  isAllowed(trees: readonly Tree[], maxsize: number): boolean {
    if (this.complexityOf(trees) > maxsize) return false;
    for (const tree of trees) if (!isAllowed(tree, this.problem.rules)) return false;
    return true;
  }

  /** Evaluates a candidate over the rows in use. */
  judge(trees: readonly Tree[]): void {
    this.judgeAt(trees, this.evaluator.loss(trees));
  }

  /** Sets the figures of a candidate whose loss is known. */
  judgeAt(trees: readonly Tree[], loss: number): void {
    const { settings, baseline } = this.problem;
    this.complexity = this.complexityOf(trees);
    this.loss = loss;
    this.rank = loss;
    let penalty = 0;
    if (this.needsWhole && loss < Infinity) {
      const whole = this.problem.toWhole(trees);
      for (const term of this.problem.objectives) {
        if (term.weight !== 0) this.rank += term.weight * term.evaluate(whole);
      }
      if (Number.isNaN(this.rank)) this.rank = Infinity;
      if (this.problem.isConsistent?.(whole) === false) penalty = settings.dimensionalPenalty;
    }
    this.cost = this.rank / baseline + settings.parsimony * this.complexity + penalty;
    if (penalty > 0) this.rank = Infinity;
  }

  /** Takes the figures of a stored member. */
  recall(store: MemberStore, slot: number): void {
    this.loss = store.loss[slot];
    this.rank = store.rank[slot];
    this.cost = store.cost[slot];
    this.complexity = store.complexity[slot];
  }

  /** Stores a candidate with the figures judged last. */
  store(store: MemberStore, slot: number, trees: readonly Tree[], birth: number): void {
    store.write(slot, trees);
    store.loss[slot] = this.loss;
    store.rank[slot] = this.rank;
    store.cost[slot] = this.cost;
    store.complexity[slot] = this.complexity;
    store.birth[slot] = birth;
  }
}
