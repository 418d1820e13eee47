/**
 * The changes evolution makes to a tree, each in place. They return false where the tree offers no such change.
 *
 * The set is PySR's (M. Cranmer, arXiv:2305.01582, section "Mutations"; SymbolicRegression.jl).
 */
import {
  growLeaf, isConstant, isOperator, isVariable, pushLeaf, randomNode, randomOperator, startOf, type Workshop,
} from './random-tree.ts'; // prettier-ignore
import { firstVariable, type Tree } from './tree.ts';

export interface ConstantMutation {
  readonly perturbationFactor: number;
  readonly probabilityNegateConstant: number;
}

/** Scales a random constant by up to 1.1 + factor x temperature either way. */
export function mutateConstant(
  tree: Tree,
  workshop: Workshop,
  temperature: number,
  options: ConstantMutation,
): boolean {
  const at = randomNode(tree, workshop, isConstant);
  if (at < 0) return false;
  const { random } = workshop;
  const largest = 1.1 + options.perturbationFactor * temperature;
  const scale = Math.pow(largest, random.uniform());
  const isLarger = (random.bits() & 1) === 0;
  const isNegated = random.uniform() < options.probabilityNegateConstant;
  tree.value[at] *= (isLarger ? scale : 1 / scale) * (isNegated ? -1 : 1);
  return true;
}

/** Another operator of the same arity in the place of one. */
export function mutateOperator(tree: Tree, workshop: Workshop): boolean {
  const at = randomNode(tree, workshop, isOperator);
  if (at < 0) return false;
  tree.code[at] = randomOperator(workshop, workshop.language.arity[tree.code[at]]);
  return true;
}

export function mutateFeature(tree: Tree, workshop: Workshop, variables: number): boolean {
  const at = randomNode(tree, workshop, isVariable);
  if (at < 0 || variables < 2) return false;
  const step = 1 + workshop.random.integer(variables - 1);
  tree.code[at] = firstVariable + ((tree.code[at] - firstVariable + step) % variables);
  return true;
}

/** Starts of the arguments of the operator at `root`, and behind them `root` itself, in `bounds`. */
const bounds = new Int32Array(5);
function splitArguments(tree: Tree, workshop: Workshop, root: number): number {
  const count = workshop.language.arity[tree.code[root]];
  let end = root;
  bounds[count] = root;
  for (let j = count - 1; j >= 0; j--) {
    end = startOf(tree, workshop, end - 1);
    bounds[j] = end;
  }
  return count;
}

/** Exchanges two arguments of an operator. */
export function swapOperands(tree: Tree, workshop: Workshop): boolean {
  const { language, random, copy } = workshop;
  const at = randomNode(tree, workshop, (code) => language.arity[code] >= 2);
  if (at < 0) return false;
  const count = splitArguments(tree, workshop, at);
  const first = random.integer(count);
  const second = (first + 1 + random.integer(count - 1)) % count;
  const i = Math.min(first, second);
  const j = Math.max(first, second);
  const a = bounds[i];
  const b = bounds[i + 1];
  const c = bounds[j];
  const d = bounds[j + 1];
  copy.length = 0;
  append(copy, tree, c, d);
  append(copy, tree, b, c);
  append(copy, tree, a, b);
  return tree.replace(a, d, copy, 0, copy.length);
}

function append(target: Tree, source: Tree, from: number, to: number): void {
  for (let i = from; i < to; i++) target.push(source.code[i], source.value[i]);
}

/**
 * Rotates an operator with one of its operator arguments: the child takes the parent's place, the parent that of one
 * of the child's arguments.
 */
export function rotateTree(tree: Tree, workshop: Workshop): boolean {
  const { language, random, copy } = workshop;
  const parent = randomNode(tree, workshop, isOperator);
  if (parent < 0) return false;
  const count = splitArguments(tree, workshop, parent);
  let candidates = 0;
  for (let j = 1; j <= count; j++) if (isOperator(tree.code[bounds[j] - 1])) candidates++;
  if (candidates === 0) return false;
  let left = random.integer(candidates);
  let j = 0;
  while (!isOperator(tree.code[bounds[j + 1] - 1]) || left-- > 0) j++;
  const first = bounds[0];
  const start = bounds[j];
  const child = bounds[j + 1] - 1;
  const inner = splitArguments(tree, workshop, child);
  const pick = random.integer(language.arity[tree.code[child]]);
  copy.length = 0;
  // The child's arguments, the picked one replaced by: parent(…, picked, …).
  for (let k = 0; k < inner; k++) {
    if (k !== pick) {
      append(copy, tree, bounds[k], bounds[k + 1]);
      continue;
    }
    append(copy, tree, first, start);
    append(copy, tree, bounds[k], bounds[k + 1]);
    append(copy, tree, child + 1, parent + 1);
  }
  append(copy, tree, child, child + 1);
  return tree.replace(first, parent + 1, copy, 0, copy.length);
}

/** Half the time grows a leaf, else puts an operator on top of the whole tree. */
export function addNode(tree: Tree, workshop: Workshop, variables: number): boolean {
  if ((workshop.random.bits() & 1) === 0) return growLeaf(tree, workshop, variables);
  return wrap(tree, workshop, variables, tree.length - 1);
}

/** Puts an operator on top of a random node. */
export function insertNode(tree: Tree, workshop: Workshop, variables: number): boolean {
  return wrap(tree, workshop, variables, workshop.random.integer(tree.length));
}

function wrap(tree: Tree, workshop: Workshop, variables: number, root: number): boolean {
  const { language, random, copy } = workshop;
  const code = randomOperator(workshop);
  if (code === 0) return false;
  const start = startOf(tree, workshop, root);
  const arity = language.arity[code];
  if (tree.length + arity > tree.code.length) return false;
  const place = random.integer(arity);
  copy.length = 0;
  for (let j = 0; j < arity; j++) {
    if (j === place) append(copy, tree, start, root + 1);
    else pushLeaf(copy, variables, random);
  }
  copy.push(code, 0);
  return tree.replace(start, root + 1, copy, 0, copy.length);
}

/** Replaces an operator by one of its arguments. */
export function deleteNode(tree: Tree, workshop: Workshop): boolean {
  const { random, copy } = workshop;
  const at = randomNode(tree, workshop, isOperator);
  if (at < 0) return false;
  const kept = random.integer(splitArguments(tree, workshop, at));
  copy.length = 0;
  append(copy, tree, bounds[kept], bounds[kept + 1]);
  return tree.replace(bounds[0], at + 1, copy, 0, copy.length);
}

/** Exchanges a random subtree of one tree with one of another. */
export function crossover(a: Tree, b: Tree, workshop: Workshop): boolean {
  const { random, copy, scratch } = workshop;
  const rootA = random.integer(a.length);
  const rootB = random.integer(b.length);
  const startA = startOf(a, workshop, rootA);
  const startB = startOf(b, workshop, rootB);
  const sizeA = rootA + 1 - startA;
  const sizeB = rootB + 1 - startB;
  if (a.length - sizeA + sizeB > a.code.length || b.length - sizeB + sizeA > b.code.length) return false;
  copy.length = 0;
  append(copy, a, startA, rootA + 1);
  scratch.length = 0;
  append(scratch, b, startB, rootB + 1);
  return a.replace(startA, rootA + 1, scratch, 0, sizeB) && b.replace(startB, rootB + 1, copy, 0, sizeA);
}
