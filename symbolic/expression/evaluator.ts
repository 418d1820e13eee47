/**
 * Runs a tape over columns in blocks of rows that stay in the processor's cache. Nothing is allocated in a run.
 */
import type { Expression } from './expression.ts';
import { kernelOf, type Kernel, type Operand } from './kernels.ts';
import { compileTape, type Location, type Tape, type TapeOptions } from './tape.ts';

/** A tape bound to columns, by whichever means. */
export interface Evaluator {
  readonly rows: number;
  /**
   * Fills one array an output of the tape.
   *
   * @param parameters values in the order of `tape.parameters`
   * @param outputs one array of at least `rows` numbers an output
   */
  evaluate(parameters: ArrayLike<number>, outputs: readonly Float64Array[]): void;
}

/** Rows computed at a time: 256 × 8 bytes × some ten registers fit a level-1 cache. */
const blockRows = 256;

interface Step {
  readonly kernel: Kernel;
  readonly target: Float64Array;
  readonly at: number;
  readonly operands: readonly Operand[];
}

/**
 * An evaluator in plain JavaScript.
 *
 * @param columns input columns, `rows` values each; read at every run, so their values may change in between
 * @throws RangeError if there are fewer columns than the tape reads, or their lengths differ
 */
export function tapeEvaluator(tape: Tape, columns: readonly Float64Array[], rows: number): Evaluator {
  checkColumns(tape, columns, rows);
  const block = Math.min(blockRows, Math.max(1, rows));
  const uniforms = Float64Array.from(tape.uniforms);
  const registers = new Float64Array(tape.registerCount * block);
  const columnOperands: { readonly operand: Operand }[] = [];
  const operand = (location: Location): Operand => {
    switch (location.kind) {
      case 'uniform':
        return { array: uniforms, offset: location.index, stride: 0 };
      case 'register':
        return { array: registers, offset: location.index * block, stride: 1 };
      case 'column': {
        const created = { array: columns[location.index], offset: 0, stride: 1 };
        columnOperands.push({ operand: created });
        return created;
      }
    }
  };
  const step = ({ operator, args, target }: Tape['rowInstructions'][number]): Step => ({
    kernel: kernelOf(operator),
    target: target.kind === 'uniform' ? uniforms : registers,
    at: target.kind === 'uniform' ? target.index : target.index * block,
    operands: args.map(operand),
  });
  const uniformSteps = tape.uniformInstructions.map(step);
  const rowSteps = tape.rowInstructions.map(step);
  const results = tape.outputs.map(operand);

  return {
    rows,
    evaluate(parameters, outputs) {
      for (let i = 0; i < tape.parameters.length; i++) uniforms[i] = parameters[i];
      for (const { kernel, target, at, operands } of uniformSteps) kernel(target, at, 1, operands);
      for (let start = 0; start < rows; start += block) {
        const count = Math.min(block, rows - start);
        for (const { operand } of columnOperands) operand.offset = start;
        for (const { kernel, target, at, operands } of rowSteps) kernel(target, at, count, operands);
        for (let i = 0; i < results.length; i++) {
          const { array, offset, stride } = results[i];
          const output = outputs[i];
          for (let row = 0; row < count; row++) output[start + row] = array[offset + row * stride];
        }
      }
    },
  };
}

/** @throws RangeError if the columns do not suit the tape */
export function checkColumns(tape: Tape, columns: readonly Float64Array[], rows: number): void {
  if (columns.length < tape.columnCount) {
    throw new RangeError(`the expression reads ${tape.columnCount} columns, found ${columns.length}`);
  }
  columns.forEach((column, i) => {
    if (column.length !== rows) {
      throw new RangeError(`column ${i} has ${column.length} values where ${rows} are expected`);
    }
  });
}

/**
 * Evaluates one expression over columns.
 *
 * @param parameters values by name
 * @returns one value a row
 */
export function evaluateColumns(
  expression: Expression,
  columns: readonly Float64Array[],
  rows: number,
  parameters: Readonly<Record<string, number>> = {},
  options: TapeOptions = {},
): Float64Array {
  const tape = compileTape([expression], options);
  const values = tape.parameters.map((name) => {
    const value = parameters[name];
    if (value === undefined) throw new RangeError(`parameter '${name}' has no value`);
    return value;
  });
  const output = new Float64Array(rows);
  tapeEvaluator(tape, columns, rows).evaluate(values, [output]);
  return output;
}
