/**
 * Householder QR factorisation with column pivoting, and least squares with a diagonal regulariser: the linear
 * algebra under levenberg-marquardt.ts.
 *
 * Matrices are column-major: element (i, j) of an m-row matrix is `a[i + j * m]`. Semantics are those of MINPACK's
 * qrfac and qrsolv (J. Moré, B. Garbow, K. Hillstrom, "User Guide for MINPACK-1", ANL-80-74, 1980).
 */

/** What a factorisation leaves: reflectors below the diagonal of `a`, R above it, the diagonal of R here. */
export interface Factors {
  /** Diagonal of R, in pivoted order. */
  readonly diagonal: Float64Array;
  /** Column j of R belongs to column `pivots[j]` of the matrix. */
  readonly pivots: Int32Array;
  /** Norms of the columns of the matrix, in the matrix's order. */
  readonly norms: Float64Array;
}

export function makeFactors(columns: number): Factors {
  return {
    diagonal: new Float64Array(columns),
    pivots: new Int32Array(columns),
    norms: new Float64Array(columns),
  };
}

/** Euclidean norm of `count` elements, safe against overflow and underflow. */
export function norm(values: Float64Array, start = 0, count = values.length - start): number {
  const end = start + count;
  let even = 0;
  let odd = 0;
  let at = start;
  for (; at + 1 < end; at += 2) {
    even += values[at] * values[at];
    odd += values[at + 1] * values[at + 1];
  }
  if (at < end) even += values[at] * values[at];
  let sum = even + odd;
  if (sum > 1e-290 && sum < 1e290) return Math.sqrt(sum);
  let largest = 0;
  for (let i = start; i < end; i++) largest = Math.max(largest, Math.abs(values[i]));
  if (largest === 0 || !Number.isFinite(largest)) return largest;
  sum = 0;
  for (let i = start; i < end; i++) sum += (values[i] / largest) ** 2;
  return largest * Math.sqrt(sum);
}

/** Factorises `a` (rows × columns) in place: a P = Q R, the largest remaining column next. */
export function factorise(a: Float64Array, rows: number, factors: Factors, work: Float64Array): void {
  const { diagonal, pivots, norms } = factors;
  const columns = diagonal.length;
  for (let j = 0; j < columns; j++) {
    norms[j] = norm(a, j * rows, rows);
    diagonal[j] = norms[j];
    work[j] = norms[j];
    pivots[j] = j;
  }
  const steps = Math.min(rows, columns);
  for (let j = 0; j < steps; j++) {
    let largest = j;
    for (let k = j + 1; k < columns; k++) if (diagonal[k] > diagonal[largest]) largest = k;
    if (largest !== j) {
      for (let i = 0; i < rows; i++) {
        const kept = a[i + j * rows];
        a[i + j * rows] = a[i + largest * rows];
        a[i + largest * rows] = kept;
      }
      diagonal[largest] = diagonal[j];
      work[largest] = work[j];
      const kept = pivots[j];
      pivots[j] = pivots[largest];
      pivots[largest] = kept;
    }
    let length = norm(a, j + j * rows, rows - j);
    if (length === 0) {
      diagonal[j] = 0;
      continue;
    }
    if (a[j + j * rows] < 0) length = -length;
    const scale = 1 / length;
    if (Number.isFinite(scale)) for (let i = j + j * rows; i < rows + j * rows; i++) a[i] *= scale;
    else for (let i = j + j * rows; i < rows + j * rows; i++) a[i] /= length;
    a[j + j * rows] += 1;
    for (let k = j + 1; k < columns; k++) {
      applyReflector(a, rows, j, a, k * rows);
      if (diagonal[k] !== 0) {
        const shrink = a[j + k * rows] / diagonal[k];
        diagonal[k] *= Math.sqrt(Math.max(0, 1 - shrink * shrink));
        // The running norm has lost its digits: take it anew.
        if (0.05 * (diagonal[k] / work[k]) ** 2 <= Number.EPSILON) {
          diagonal[k] = j + 1 < rows ? norm(a, j + 1 + k * rows, rows - j - 1) : 0;
          work[k] = diagonal[k];
        }
      }
    }
    diagonal[j] = -length;
  }
  for (let j = steps; j < columns; j++) diagonal[j] = 0;
}

/** Applies reflector j, stored in column j of `a`, to `rows` elements of `target` from `start`. */
export function applyReflector(
  a: Float64Array,
  rows: number,
  j: number,
  target: Float64Array,
  start: number,
): void {
  const offset = j * rows;
  const head = a[offset + j];
  if (head === 0) return;
  // Four sums, so that additions need not wait for each other.
  let s0 = 0;
  let s1 = 0;
  let s2 = 0;
  let s3 = 0;
  let i = j;
  for (; i + 3 < rows; i += 4) {
    s0 += a[offset + i] * target[start + i];
    s1 += a[offset + i + 1] * target[start + i + 1];
    s2 += a[offset + i + 2] * target[start + i + 2];
    s3 += a[offset + i + 3] * target[start + i + 3];
  }
  for (; i < rows; i++) s0 += a[offset + i] * target[start + i];
  const factor = (s0 + s1 + (s2 + s3)) / head;
  for (i = j; i < rows; i++) target[start + i] -= factor * a[offset + i];
}

/**
 * Solves min ||R P' x - q|| + ||D x|| with R upper triangular (n × n, column-major with `stride` rows).
 *
 * R's strict lower triangle is overwritten with the factor S of the combined system, its diagonal goes to `sdiag`.
 */
export function solveRegularised(
  r: Float64Array,
  stride: number,
  pivots: Int32Array,
  d: Float64Array,
  q: Float64Array,
  x: Float64Array,
  sdiag: Float64Array,
  work: Float64Array,
): void {
  const n = pivots.length;
  for (let j = 0; j < n; j++) {
    for (let i = j; i < n; i++) r[i + j * stride] = r[j + i * stride];
    x[j] = r[j + j * stride];
    work[j] = q[j];
  }
  for (let j = 0; j < n; j++) {
    const l = pivots[j];
    if (d[l] !== 0) {
      for (let k = j; k < n; k++) sdiag[k] = 0;
      sdiag[j] = d[l];
      let carried = 0;
      for (let k = j; k < n; k++) {
        if (sdiag[k] === 0) continue;
        const diagonal = r[k + k * stride];
        let sine: number;
        let cosine: number;
        if (Math.abs(diagonal) < Math.abs(sdiag[k])) {
          const cotangent = diagonal / sdiag[k];
          sine = 0.5 / Math.sqrt(0.25 + 0.25 * cotangent * cotangent);
          cosine = sine * cotangent;
        } else {
          const tangent = sdiag[k] / diagonal;
          cosine = 0.5 / Math.sqrt(0.25 + 0.25 * tangent * tangent);
          sine = cosine * tangent;
        }
        r[k + k * stride] = cosine * diagonal + sine * sdiag[k];
        const rotated = cosine * work[k] + sine * carried;
        carried = -sine * work[k] + cosine * carried;
        work[k] = rotated;
        for (let i = k + 1; i < n; i++) {
          const upper = cosine * r[i + k * stride] + sine * sdiag[i];
          sdiag[i] = -sine * r[i + k * stride] + cosine * sdiag[i];
          r[i + k * stride] = upper;
        }
      }
    }
    sdiag[j] = r[j + j * stride];
    r[j + j * stride] = x[j];
  }
  let rank = n;
  for (let j = 0; j < n; j++) {
    if (sdiag[j] === 0 && rank === n) rank = j;
    if (rank < n) work[j] = 0;
  }
  for (let j = rank - 1; j >= 0; j--) {
    let sum = 0;
    for (let i = j + 1; i < rank; i++) sum += r[i + j * stride] * work[i];
    work[j] = (work[j] - sum) / sdiag[j];
  }
  for (let j = 0; j < n; j++) x[pivots[j]] = work[j];
}

/** Columns that depend on the others within rounding, whatever the units of each column. */
export function dependentColumns(rows: number, { diagonal, pivots, norms }: Factors): number[] {
  const isNull = (j: number) => !(Math.abs(diagonal[j]) > Number.EPSILON * rows * norms[pivots[j]]);
  return Array.from(pivots, (_, j) => j)
    .filter(isNull)
    .map((j) => pivots[j]);
}

/**
 * (J' J)^-1 from a factorisation of J.
 *
 * @returns n × n row by row, in the order of the columns of J; undefined if a column of J depends on the others to
 * within rounding
 */
export function inverseNormalMatrix(
  a: Float64Array,
  rows: number,
  factors: Factors,
): Float64Array | undefined {
  const { diagonal, pivots } = factors;
  const n = diagonal.length;
  if (dependentColumns(rows, factors).length > 0) return undefined;
  const inverse = new Float64Array(n * n); // R^-1, upper triangular, row by row
  for (let j = 0; j < n; j++) {
    inverse[j * n + j] = 1 / diagonal[j];
    for (let i = j - 1; i >= 0; i--) {
      let sum = 0;
      for (let k = i + 1; k <= j; k++) sum += a[i + k * rows] * inverse[k * n + j];
      inverse[i * n + j] = -sum / diagonal[i];
    }
  }
  const result = new Float64Array(n * n);
  for (let i = 0; i < n; i++) {
    for (let j = 0; j <= i; j++) {
      let sum = 0;
      for (let k = i; k < n; k++) sum += inverse[i * n + k] * inverse[j * n + k];
      result[pivots[i] * n + pivots[j]] = sum;
      result[pivots[j] * n + pivots[i]] = sum;
    }
  }
  return result;
}
