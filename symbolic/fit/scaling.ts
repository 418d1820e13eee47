/**
 * Brings data to the order of one before a fit and its results back after it.
 *
 * x of each dimension is shifted and multiplied by a factor, y multiplied by one. Only positions and sizes change: chi2 does not.
 */
import { call, constant, substitute, variable, type Expression } from '../expression/index.ts';
import type { BinnedData } from './binned-data.ts';

export type YScale = 'mean' | 'max' | 'l2' | 'none';
/**
 * `range`: to [0, 1]; `max`: divided by the largest size, so that powers of x stay powers; `none`: as it is; `auto`:
 * `max` for a column above 0, else `range`.
 */
export type XScale = 'auto' | 'range' | 'max' | 'none';

/** scaled x = (x - offset) × factor; scaled y = y × yFactor. */
export interface Scaling {
  readonly x: readonly { readonly offset: number; readonly factor: number }[];
  readonly yFactor: number;
}

/**
 * Chooses the scaling of a data set.
 *
 * @param scaleX how each dimension is brought to the order of one
 * @param scaleY what becomes 1: the size of the mean, the largest value or the Euclidean norm of y
 */
export function chooseScaling(data: BinnedData, scaleX: XScale, scaleY: YScale): Scaling {
  const x = data.x.map((column) => {
    const low = column.reduce((least, value) => Math.min(least, value), Infinity);
    const high = column.reduce((most, value) => Math.max(most, value), -Infinity);
    switch (scaleX === 'auto' ? (low > 0 ? 'max' : 'range') : scaleX) {
      case 'range':
        return high > low ? { offset: low, factor: 1 / (high - low) } : { offset: 0, factor: 1 };
      case 'max': {
        const size = Math.max(Math.abs(low), Math.abs(high));
        return { offset: 0, factor: size > 0 ? 1 / size : 1 };
      }
      case 'none':
        return { offset: 0, factor: 1 };
    }
  });
  const size = sizeOf(data.y, scaleY);
  return { x, yFactor: size > 0 ? 1 / size : 1 };
}

function sizeOf(y: Float64Array, scaleY: YScale): number {
  switch (scaleY) {
    case 'mean':
      return Math.abs(y.reduce((sum, value) => sum + value, 0) / y.length);
    case 'max':
      return Math.abs(y.reduce((most, value) => Math.max(most, value), -Infinity));
    case 'l2':
      return Math.hypot(...y);
    case 'none':
      return 1;
  }
}

/** The data in scaled units. Exposures stay expected counts a unit of f. */
export function scaleData(data: BinnedData, { x, yFactor }: Scaling): BinnedData {
  const scale = (column: Float64Array) => column.map((value) => value * yFactor);
  return {
    ...data,
    x: data.x.map((column, i) => column.map((value) => (value - x[i].offset) * x[i].factor)),
    y: scale(data.y),
    ...(data.errors && { errors: { up: scale(data.errors.up), down: scale(data.errors.down) } }),
  };
}

/** An expression of scaled variables and value as one of the original ones. */
export function unscaleExpression(expression: Expression, { x, yFactor }: Scaling): Expression {
  const variables = x.map(({ offset, factor }, i) => {
    const shifted = offset === 0 ? variable(i) : call('-', variable(i), constant(offset));
    return factor === 1 ? shifted : call('*', shifted, constant(factor));
  });
  const inner = substitute(expression, { variables });
  return yFactor === 1 ? inner : call('*', constant(1 / yFactor), inner);
}
