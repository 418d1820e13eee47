/** The smallest integer from `low` to `high` that holds, if every larger one than one that holds does; `high` is known to. */
export function smallest(low: number, high: number, holds: (value: number) => boolean): number {
  while (low < high) {
    const middle = Math.floor((low + high) / 2);
    if (holds(middle)) high = middle;
    else low = middle + 1;
  }
  return low;
}
