/**
 * Non-negative least squares by coordinate descent on the normal equations: min |A x - b| with x >= 0.
 *
 * Exact for the sizes here (some dozens of columns, some hundreds of rows); it ends when a sweep changes no entry by more than
 * a millionth of the largest.
 */
export function nonNegativeLeastSquares(
  rows: readonly (readonly number[])[],
  targets: readonly number[],
): Float64Array {
  const columns = rows[0]?.length ?? 0;
  const scale = new Float64Array(columns);
  for (const row of rows) row.forEach((value, column) => (scale[column] += value * value));
  const norm = scale.map((sum) => (sum > 0 ? 1 / Math.sqrt(sum) : 0));
  const gram = Array.from({ length: columns }, () => new Float64Array(columns));
  const moment = new Float64Array(columns);
  rows.forEach((row, index) => {
    const filled = row.flatMap((value, column) => (value === 0 ? [] : [column]));
    for (const i of filled) {
      moment[i] += row[i] * norm[i] * targets[index];
      for (const j of filled) gram[i][j] += row[i] * norm[i] * row[j] * norm[j];
    }
  });
  const x = new Float64Array(columns);
  for (let sweep = 0; sweep < 200_000; sweep++) {
    let change = 0;
    let largest = 0;
    for (let i = 0; i < columns; i++) {
      if (gram[i][i] === 0) continue;
      let slope = moment[i];
      const row = gram[i];
      for (let j = 0; j < columns; j++) slope -= row[j] * x[j];
      const next = Math.max(0, x[i] + slope / row[i]);
      change = Math.max(change, Math.abs(next - x[i]));
      largest = Math.max(largest, next);
      x[i] = next;
    }
    if (change <= 1e-6 * largest) break;
  }
  return x.map((value, column) => value * norm[column]);
}
