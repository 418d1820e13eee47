/** Picks parents: the best of a random sample, by cost times the price of frequent complexities. */
import type { MemberStore } from './member-store.ts';
import type { Random } from './random.ts';

export interface TournamentOptions {
  readonly tournamentSize: number;
  readonly tournamentProbability: number;
}

export class Tournament {
  private readonly order: Int32Array;
  private readonly adjusted: Float64Array;
  private readonly options: TournamentOptions;

  constructor(populationSize: number, options: TournamentOptions) {
    this.order = new Int32Array(populationSize);
    this.adjusted = new Float64Array(populationSize);
    this.options = options;
    this.begin();
  }

  /** Forgets the draws so far: what comes after depends on the random stream alone. */
  begin(): void {
    for (let i = 0; i < this.order.length; i++) this.order[i] = i;
  }

  /**
   * @param prices factor on the cost by complexity
   * @returns slot of the winner
   */
  pick(population: MemberStore, prices: Float64Array, random: Random): number {
    const { order, adjusted } = this;
    const total = order.length;
    const entrants = Math.min(this.options.tournamentSize, total);
    let best = -1;
    let lowest = Infinity;
    for (let i = 0; i < entrants; i++) {
      if (entrants < total) {
        const j = i + random.integer(total - i);
        const swapped = order[i];
        order[i] = order[j];
        order[j] = swapped;
      }
      const slot = order[i];
      const cost = population.cost[slot] * prices[population.complexity[slot]];
      adjusted[i] = cost;
      if (best < 0 || cost < lowest) {
        best = i;
        lowest = cost;
      }
    }
    // The best with probability p, else the second best with p, and so on; the last takes what is left.
    for (let place = 1; place < entrants && random.uniform() >= this.options.tournamentProbability; place++) {
      adjusted[best] = NaN;
      best = smallest(adjusted, entrants);
    }
    return order[best];
  }
}

/** Index of the smallest number that is not NaN. */
function smallest(values: Float64Array, count: number): number {
  let best = -1;
  for (let i = 0; i < count; i++) {
    if (!Number.isNaN(values[i]) && (best < 0 || values[i] < values[best])) best = i;
  }
  return best;
}
