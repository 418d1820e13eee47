/**
 * Shortens a tree: folds operators of constants, merges constants of sums and products, drops neutral elements.
 *
 * Real-number algebra: results may differ in rounding and where a part was not finite, so the loss is taken anew.
 */
import { subtreeStart, constantCode, type Tree } from './tree.ts';
import type { Language } from './language.ts';

interface Codes {
  readonly add: number;
  readonly subtract: number;
  readonly multiply: number;
  readonly divide: number;
}

const codesOf = new WeakMap<Language, Codes>();

function codes(language: Language): Codes {
  let found = codesOf.get(language);
  if (found === undefined) {
    const code = (name: string): number =>
      language.operators.findIndex((o) => o.name === name && o.body === undefined) + 1 || -1;
    found = { add: code('+'), subtract: code('-'), multiply: code('*'), divide: code('/') };
    codesOf.set(language, found);
  }
  return found;
}

/** @param out scratch of the same capacity @returns whether the tree changed */
export function simplifyTree(tree: Tree, language: Language, out: Tree): boolean {
  out.length = 0;
  for (let i = 0; i < tree.length; i++) {
    out.push(tree.code[i], tree.value[i]);
    if (language.arity[tree.code[i]] > 0) reduceLast(out, language);
  }
  if (out.length === tree.length) return false;
  tree.copyFrom(out);
  return true;
}

/** Simplifies the operator that was just pushed; its arguments are simple already. */
function reduceLast(tree: Tree, language: Language): void {
  const { arity } = language;
  const root = tree.length - 1;
  const code = tree.code[root];
  if (foldConstants(tree, language, code, arity[code])) return;
  if (arity[code] !== 2) return;
  const { add, subtract, multiply, divide } = codes(language);
  const right = subtreeStart(tree.code, arity, root - 1);
  const left = subtreeStart(tree.code, arity, right - 1);
  const rightConstant = right === root - 1 && tree.code[right] === constantCode;
  const leftConstant = left === right - 1 && tree.code[left] === constantCode;
  if (code === subtract && rightConstant && add > 0) {
    tree.code[root] = add;
    tree.value[right] = -tree.value[right];
    return reduceLast(tree, language);
  }
  if (code === divide && rightConstant && multiply > 0 && tree.value[right] !== 0) {
    tree.code[root] = multiply;
    tree.value[right] = 1 / tree.value[right];
    return reduceLast(tree, language);
  }
  if (code === add || code === multiply) {
    const isProduct = code === multiply;
    if (rightConstant) return mergeConstant(tree, left, right, isProduct);
    if (leftConstant) {
      const value = tree.value[left];
      // Constants go to the right, so that merging has one case.
      tree.replace(left, left + 1, tree, 0, 0);
      tree.length--;
      tree.push(constantCode, value);
      tree.push(code, 0);
      return mergeConstant(tree, left, tree.length - 2, isProduct);
    }
  }
  if ((code === subtract || code === divide) && sameNodes(tree, left, right, root)) {
    tree.length = left;
    tree.push(constantCode, code === subtract ? 0 : 1);
  }
}

function foldConstants(tree: Tree, language: Language, code: number, arity: number): boolean {
  const first = tree.length - 1 - arity;
  for (let i = first; i < tree.length - 1; i++) if (tree.code[i] !== constantCode) return false;
  const operator = language.table.get(language.operators[code - 1].name)!;
  const value = operator.evaluate(...tree.value.subarray(first, first + arity));
  if (!Number.isFinite(value)) return false;
  tree.length = first;
  tree.push(constantCode, value);
  return true;
}

/** The last nodes are: an argument from `left`, a constant at `at`, and the operator + or *. */
function mergeConstant(tree: Tree, left: number, at: number, isProduct: boolean): void {
  const { code, value } = tree;
  const operator = code[at + 1];
  let last = at;
  // (x op c1) op c2: the argument ends with its own constant and the same operator.
  if (code[at - 1] === operator && code[at - 2] === constantCode && at - 2 > left) {
    value[at - 2] = isProduct ? value[at - 2] * value[at] : value[at - 2] + value[at];
    tree.length -= 2;
    last = at - 2;
  }
  if (value[last] === (isProduct ? 1 : 0)) tree.length = last;
  else if (isProduct && value[last] === 0) {
    tree.length = left;
    tree.push(constantCode, 0);
  }
}

/** Whether [left, right) and [right, root) are the same nodes. */
function sameNodes(tree: Tree, left: number, right: number, root: number): boolean {
  if (right - left !== root - right) return false;
  for (let i = 0; i < right - left; i++) {
    if (tree.code[left + i] !== tree.code[right + i] || tree.value[left + i] !== tree.value[right + i])
      return false;
  }
  return true;
}
