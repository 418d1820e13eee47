/**
 * Loops of one operator over a block of rows, in plain JavaScript.
 *
 * Operand i of row j is `array[offset + j * stride]`; stride 0 repeats one value, so uniform operands need no
 * kernels of their own. Kernels give exactly what the operator's `evaluate` gives.
 */
import type { Operator } from './operators.ts';

/** One operand of a kernel. */
export interface Operand {
  array: Float64Array;
  offset: number;
  stride: number;
}

export type Kernel = (target: Float64Array, at: number, rows: number, operands: readonly Operand[]) => void;

/** A kernel for the operator: a specialised loop where one pays, else a loop over `evaluate`. */
export function kernelOf(operator: Operator): Kernel {
  return specialised.get(operator.evaluate) ?? specialisedByName(operator) ?? general(operator);
}

const specialised = new Map<Operator['evaluate'], Kernel>();

function specialisedByName({ name, evaluate, arity }: Operator): Kernel | undefined {
  const binary = arity === 2 ? binaryKernels[name] : undefined;
  const kernel = binary ?? (arity === 1 ? unary(evaluate) : undefined);
  if (kernel !== undefined) specialised.set(evaluate, kernel);
  return kernel;
}

const binaryKernels: Readonly<Record<string, Kernel>> = {
  '+': (target, at, rows, [a, b]) => {
    const { array: x, offset: i, stride: p } = a;
    const { array: y, offset: k, stride: q } = b;
    for (let row = 0; row < rows; row++) target[at + row] = x[i + row * p] + y[k + row * q];
  },
  '-': (target, at, rows, [a, b]) => {
    const { array: x, offset: i, stride: p } = a;
    const { array: y, offset: k, stride: q } = b;
    for (let row = 0; row < rows; row++) target[at + row] = x[i + row * p] - y[k + row * q];
  },
  '*': (target, at, rows, [a, b]) => {
    const { array: x, offset: i, stride: p } = a;
    const { array: y, offset: k, stride: q } = b;
    for (let row = 0; row < rows; row++) target[at + row] = x[i + row * p] * y[k + row * q];
  },
  '/': (target, at, rows, [a, b]) => {
    const { array: x, offset: i, stride: p } = a;
    const { array: y, offset: k, stride: q } = b;
    for (let row = 0; row < rows; row++) target[at + row] = x[i + row * p] / y[k + row * q];
  },
};

/** A loop of its own for each function: V8 inlines the call only where one function is ever called. */
function unary(evaluate: (a: number) => number): Kernel {
  // eslint-disable-next-line @typescript-eslint/no-implied-eval, @typescript-eslint/no-unsafe-call -- fixed text
  return new Function(
    'evaluate',
    `return (target, at, rows, [a]) => {
      const { array, offset, stride } = a;
      for (let row = 0; row < rows; row++) target[at + row] = evaluate(array[offset + row * stride]);
    };`,
  )(evaluate) as Kernel;
}

function general({ evaluate, arity }: Operator): Kernel {
  const values = new Array<number>(arity).fill(0);
  return (target, at, rows, operands) => {
    for (let row = 0; row < rows; row++) {
      for (let i = 0; i < arity; i++) {
        const { array, offset, stride } = operands[i];
        values[i] = array[offset + row * stride];
      }
      target[at + row] = evaluate(...values);
    }
  };
}
