/** Compares one event's recorded arrays with evaluated ones and finds the first element that differs, layer by layer. */
import { formatText, toDecimal } from 'fixed-point-ts';
import type { Values } from '../../sim/evaluate/index.ts';
import { InputError, type Model } from '../../sim/model/index.ts';
import { type Operand, operandsOf } from './operands.ts';

export interface Side {
  readonly raw: bigint;
  /** Exact decimal. */
  readonly value: string;
}

/** The first element that differs, in layer order and then in row-major order. */
export interface Divergence {
  readonly event: string;
  readonly layer: string;
  readonly tensor: string;
  /** Flat row-major index, and the same by axis. */
  readonly element: number;
  readonly position: readonly number[];
  readonly format: string;
  readonly expected: Side;
  readonly got: Side;
  /** Most significant bit that differs in two's complement; 0 is the least significant of the word. */
  readonly bit: number;
  readonly operands: readonly Operand[];
}

export interface EventComparison {
  /** Arrays compared: the outputs and every recorded intermediate array. */
  readonly arrays: number;
  readonly values: number;
  readonly mismatchedValues: number;
  readonly firstDivergence: Divergence | undefined;
}

/**
 * @param expected  recorded raw integers by tensor name; any subset of the Model's tensors
 * @param got       evaluated raw integers of all tensors
 * @throws InputError `VEC008` if a recorded array is not a tensor of the Model, or of another size
 */
export function compareEvent(model: Model, event: string, expected: Values, got: Values): EventComparison {
  checkNames(model, event, expected, got);
  let [arrays, values, mismatchedValues] = [0, 0, 0];
  let firstDivergence: Divergence | undefined;
  for (const layer of model.layers) {
    layer.outputs.forEach((tensor, output) => {
      const wanted = expected[tensor];
      const actual = got[tensor];
      if (!wanted) return;
      arrays++;
      values += wanted.length;
      wanted.forEach((raw, element) => {
        if (raw === actual[element]) return;
        mismatchedValues++;
        if (firstDivergence) return;
        const { type, shape } = model.tensors[tensor];
        const side = (value: bigint) => ({ raw: value, value: toDecimal(value, type) });
        firstDivergence = {
          event,
          layer: layer.name,
          tensor,
          element,
          position: positionOf(element, shape),
          format: formatText(type),
          expected: side(raw),
          got: side(actual[element]),
          bit: highestDifferentBit(raw, actual[element], type.width),
          operands: operandsOf(model, layer, output, element, got),
        };
      });
    });
  }
  return { arrays, values, mismatchedValues, firstDivergence };
}

/** In words of `width` bits; the bit above them if only a recorded value that does not fit its type differs. */
function highestDifferentBit(a: bigint, b: bigint, width: number): number {
  const difference = BigInt.asUintN(width, a ^ b);
  return difference === 0n ? width : difference.toString(2).length - 1;
}

function positionOf(element: number, shape: readonly number[]): number[] {
  const position: number[] = [];
  for (let axis = shape.length - 1, rest = element; axis >= 0; axis--) {
    position.unshift(rest % shape[axis]);
    rest = Math.floor(rest / shape[axis]);
  }
  return position;
}

function checkNames(model: Model, event: string, expected: Values, got: Values): void {
  for (const [tensor, raw] of Object.entries(expected)) {
    const field = `event ${event}, array '${tensor}'`;
    if (!Object.hasOwn(model.tensors, tensor)) {
      throw new InputError({ code: 'VEC008', field, what: 'the Model has no tensor of this name' });
    }
    if (raw.length !== got[tensor].length) {
      const what = `has ${raw.length} recorded values, the Model makes ${got[tensor].length}`;
      throw new InputError({ code: 'VEC008', field, what });
    }
  }
}
