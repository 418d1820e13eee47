/** Draws which mutation a tree undergoes, by the weights of those it offers. */
import type { Random } from './random.ts';
import { constantCode, type Tree } from './tree.ts';
import type { MutationWeights } from './types.ts';

export type Mutation = keyof MutationWeights;

const kinds: readonly Mutation[] = [
  'mutateConstant', 'mutateOperator', 'mutateFeature', 'swapOperands', 'rotateTree', 'addNode', 'insertNode',
  'deleteNode', 'simplify', 'randomize', 'doNothing', 'optimize', 'backsolve',
]; // prettier-ignore
const at = Object.fromEntries(kinds.map((kind, index) => [kind, index])) as Record<Mutation, number>;

export class MutationChoice {
  private readonly weights: Float64Array;
  private readonly possible: Float64Array;

  constructor(weights: MutationWeights) {
    this.weights = Float64Array.from(kinds, (kind) => weights[kind]);
    this.possible = new Float64Array(kinds.length);
  }

  /**
   * @param variables how many the tree may use
   * @param mayGrow whether the candidate is below its largest complexity
   */
  pick(tree: Tree, variables: number, mayGrow: boolean, random: Random): Mutation {
    const { possible } = this;
    possible.set(this.weights);
    let constants = 0;
    for (let i = 0; i < tree.length; i++) if (tree.code[i] === constantCode) constants++;
    if (tree.length === 1) {
      possible[at.mutateOperator] = 0;
      possible[at.swapOperands] = 0;
      possible[at.rotateTree] = 0;
      possible[at.deleteNode] = 0;
      possible[at.simplify] = 0;
    }
    // As in SymbolicRegression.jl: few constants are mutated less often.
    possible[at.mutateConstant] *= Math.min(8, constants) / 8;
    if (constants === 0) possible[at.optimize] = 0;
    if (constants === tree.length || variables < 2) possible[at.mutateFeature] = 0;
    if (!mayGrow) {
      possible[at.addNode] = 0;
      possible[at.insertNode] = 0;
    }
    let total = 0;
    for (let i = 0; i < possible.length; i++) total += possible[i];
    let left = random.uniform() * total;
    for (let i = 0; i < possible.length; i++) {
      left -= possible[i];
      if (left < 0 && possible[i] > 0) return kinds[i];
    }
    return 'doNothing';
  }
}
