/** Random trees, grown by replacing leaves with operators over new leaves. */
import type { Language } from './language.ts';
import type { Random } from './random.ts';
import { constantCode, firstVariable, subtreeStart, type Tree } from './tree.ts';

/** What the makers and changers of trees need; one per thread. */
export interface Workshop {
  readonly language: Language;
  readonly random: Random;
  /** Room for the part being put in. */
  readonly scratch: Tree;
  /** A whole tree's worth of room. */
  readonly copy: Tree;
}

/** Appends a variable or a normal constant, each half the time. */
export function pushLeaf(target: Tree, variables: number, random: Random): void {
  if (variables === 0 || (random.bits() & 1) === 0) target.push(constantCode, random.normal());
  else target.push(firstVariable + random.integer(variables), 0);
}

/** An operator code of any arity, or of one arity; 0 if there is none. */
export function randomOperator({ language, random }: Workshop, arity?: number): number {
  if (arity === undefined)
    return language.operators.length === 0 ? 0 : 1 + random.integer(language.operators.length);
  const codes = language.byArity[arity];
  return codes.length === 0 ? 0 : codes[random.integer(codes.length)];
}

/** Position of a random node among those of one kind, -1 if there is none. */
export function randomNode(tree: Tree, { random }: Workshop, accepts: (code: number) => boolean): number {
  let count = 0;
  for (let i = 0; i < tree.length; i++) if (accepts(tree.code[i])) count++;
  if (count === 0) return -1;
  let left = random.integer(count);
  for (let i = 0; ; i++) if (accepts(tree.code[i]) && left-- === 0) return i;
}

export const isLeaf = (code: number): boolean => code === constantCode || code >= firstVariable;
export const isConstant = (code: number): boolean => code === constantCode;
export const isVariable = (code: number): boolean => code >= firstVariable;
export const isOperator = (code: number): boolean => code !== constantCode && code < firstVariable;

/** Replaces a random leaf by an operator over new leaves. @returns false if there is no room or no operator */
export function growLeaf(tree: Tree, workshop: Workshop, variables: number, arity?: number): boolean {
  const code = randomOperator(workshop, arity);
  if (code === 0) return false;
  const { scratch, random, language } = workshop;
  const leaf = randomNode(tree, workshop, isLeaf);
  scratch.length = 0;
  for (let i = 0; i < language.arity[code]; i++) pushLeaf(scratch, variables, random);
  scratch.push(code, 0);
  return tree.replace(leaf, leaf + 1, scratch, 0, scratch.length);
}

/** A tree of exactly `nodes` nodes, or fewer where the arities allow no better. */
export function randomTree(tree: Tree, workshop: Workshop, variables: number, nodes: number): void {
  const { random, language } = workshop;
  tree.length = 0;
  pushLeaf(tree, variables, random);
  while (tree.length < nodes) {
    const room = nodes - tree.length;
    let code = randomOperator(workshop);
    // The last step may need an operator of fewer arguments.
    for (let arity = room; language.arity[code] > room && arity > 0; arity--)
      code = randomOperator(workshop, arity);
    if (code === 0 || language.arity[code] > room) return;
    if (!growLeaf(tree, workshop, variables, language.arity[code])) return;
  }
}

/** The start of the subtree that ends at `root`. */
export function startOf(tree: Tree, { language }: Workshop, root: number): number {
  return subtreeStart(tree.code, language.arity, root);
}
