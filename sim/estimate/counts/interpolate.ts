/** Weights of the knots that a value lies between (linear); the nearest knot outside. */
export function between(knots: readonly number[], value: number): [knot: number, weight: number][] {
  const inside = Math.min(Math.max(value, knots[0]), knots.at(-1)!);
  return knots.map((knot, index) => {
    const below = knots[index - 1];
    const above = knots[index + 1];
    if (inside === knot) return [knot, 1];
    if (below !== undefined && inside > below && inside < knot)
      return [knot, (inside - below) / (knot - below)];
    if (above !== undefined && inside < above && inside > knot)
      return [knot, (above - inside) / (above - knot)];
    return [knot, 0];
  });
}
