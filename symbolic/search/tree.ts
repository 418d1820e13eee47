/**
 * Expressions as the search changes them: flat arrays in postfix order, no allocation.
 *
 * One integer per node: 0 is a constant (its value stands beside it), 1 … 255 the operators of the language, and
 * 256 + i variable i. A subtree is the range that ends at its root.
 */
export const constantCode = 0;
export const firstVariable = 256;

export class Tree {
  readonly code: Int32Array;
  readonly value: Float64Array;
  length = 0;

  /** @param capacity most nodes it can hold */
  constructor(capacity: number) {
    this.code = new Int32Array(capacity);
    this.value = new Float64Array(capacity);
  }

  /** Appends a node. */
  push(code: number, value: number): void {
    this.code[this.length] = code;
    this.value[this.length++] = value;
  }

  copyFrom(source: Tree): void {
    const { length } = source;
    for (let i = 0; i < length; i++) {
      this.code[i] = source.code[i];
      this.value[i] = source.value[i];
    }
    this.length = length;
  }

  /**
   * Replaces the nodes [from, to) by nodes [start, end) of another tree.
   * @returns false, changing nothing, if the result would not fit
   */
  replace(from: number, to: number, source: Tree, start: number, end: number): boolean {
    const grown = this.length + (end - start) - (to - from);
    if (grown > this.code.length) return false;
    const shift = grown - this.length;
    if (shift !== 0) {
      this.code.copyWithin(to + shift, to, this.length);
      this.value.copyWithin(to + shift, to, this.length);
    }
    for (let i = start, at = from; i < end; i++, at++) {
      this.code[at] = source.code[i];
      this.value[at] = source.value[i];
    }
    this.length = grown;
    return true;
  }
}

/** First node of the subtree whose root is at `root`. */
export function subtreeStart(code: Int32Array, arity: Uint8Array, root: number): number {
  let missing = 1;
  let at = root;
  for (;;) {
    missing += arity[code[at]] - 1;
    if (missing === 0) return at;
    at--;
  }
}

/** Nodes on the longest path; 1 for a leaf. `depths` is scratch of the tree's capacity. */
export function treeDepth(tree: Tree, arity: Uint8Array, depths: Int32Array): number {
  let top = 0;
  for (let i = 0; i < tree.length; i++) {
    const count = arity[tree.code[i]];
    let deepest = 0;
    for (let j = 0; j < count; j++) deepest = Math.max(deepest, depths[--top]);
    depths[top++] = deepest + 1;
  }
  return depths[0];
}
