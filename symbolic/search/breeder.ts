/**
 * Evolves one population for one round: tournaments, mutations, crossover, then simplification and fitted constants.
 *
 * The scheme is PySR's (M. Cranmer, arXiv:2305.01582): regularised evolution, in which a child that is accepted
 * replaces the oldest member. Unlike there, the statistics of complexities are the population's own and start anew
 * every round, so that a round depends on its input and its own random stream alone. They keep all complexities alike
 * frequent, from which larger solutions grow out of smaller ones.
 */
import { Backsolver } from './backsolve.ts';
import { fitConstants, type FitOptions } from './fit-constants.ts';
import { Judge } from './judge.ts';
import type { MemberStore } from './member-store.ts';
import { MutationChoice, type Mutation } from './mutation-choice.ts';
import * as mutations from './mutations.ts';
import type { Problem } from './problem.ts';
import { Random } from './random.ts';
import { pushLeaf, randomTree, type Workshop } from './random-tree.ts';
import { simplifyTree } from './simplify.ts';
import { Tournament } from './tournament.ts';
import { Tree } from './tree.ts';

export interface Round {
  readonly random: Random;
  /** Largest complexity now. */
  readonly maxsize: number;
}

const attempts = 10;
/** How the constants of a child are fitted; the rest is left to the end of the round. */
const briefly: FitOptions = { iterations: 4, restarts: 0 };
/** Share of the variance that sums of squared rounding errors of doubles stay below. */
const rounding = 1e-28;
/** Cycles between updates of the prices of complexities. */
const pricingInterval = 8;

export class Breeder {
  readonly judge: Judge;
  private readonly problem: Problem;
  private readonly child: readonly Tree[];
  private readonly sibling: readonly Tree[];
  private readonly tournament: Tournament;
  private readonly choice: MutationChoice;
  private readonly backsolver: Backsolver;
  /** Accepted members of each complexity in this round, and the factors on cost that follow from them. */
  private readonly counts: Float64Array;
  private readonly prices: Float64Array;
  private readonly thoroughly: FitOptions;
  private workshop: Workshop;
  private nextBirth = 0;

  constructor(problem: Problem) {
    const { settings, shape, roles, language, data, setup } = problem;
    const { nodes } = shape;
    this.problem = problem;
    this.judge = new Judge(problem);
    const trees = (): Tree[] => roles.map(() => new Tree(nodes));
    [this.child, this.sibling] = [trees(), trees()];
    this.tournament = new Tournament(settings.populationSize, settings);
    const isTemplate = problem.template !== undefined;
    // Inverting the whole form of a template is not attempted.
    this.choice = new MutationChoice({ ...settings.mutationWeights, ...(isTemplate && { backsolve: 0 }) });
    this.backsolver = new Backsolver(this.judge.evaluator, language, data.target, setup.weights, nodes);
    this.counts = new Float64Array(settings.maxsize + 1);
    this.prices = new Float64Array(settings.maxsize + 1);
    this.thoroughly = { iterations: settings.optimizerIterations, restarts: settings.optimizerRestarts };
    this.workshop = { language, random: new Random(0), scratch: new Tree(nodes), copy: new Tree(nodes) };
  }

  /** Fills a population with small random members, some of them replaced by the guesses. */
  populate(
    population: MemberStore,
    hall: MemberStore,
    round: Round,
    guesses: readonly (readonly Tree[])[],
  ): void {
    this.begin(round);
    const { populationSize } = this.problem.settings;
    for (let slot = 0; slot < populationSize; slot++) {
      for (let attempt = 0; attempt < attempts; attempt++) {
        this.randomize(attempt < attempts - 1 ? 1 + round.random.integer(Math.min(7, round.maxsize)) : 1);
        if (!this.judge.isAllowed(this.child, round.maxsize)) continue;
        this.judge.judge(this.child);
        if (this.judge.cost < Infinity) break;
      }
      this.judge.store(population, slot, this.child, slot);
      this.remember(hall, this.child);
    }
    guesses.forEach((guess, index) => {
      this.child.forEach((tree, t) => tree.copyFrom(guess[t]));
      this.judge.judge(this.child);
      this.fit(this.child);
      this.judge.store(population, index % populationSize, this.child, populationSize + index);
      this.remember(hall, this.child);
    });
  }

  /**
   * One round.
   *
   * @param hall keeps the best candidate of each complexity seen in this round
   */
  evolve(population: MemberStore, hall: MemberStore, round: Round): void {
    const { settings, data } = this.problem;
    const { random } = round;
    this.begin(round);
    this.nextBirth = newest(population) + 1;
    const isBatched = settings.batchSize !== undefined && settings.batchSize < data.target.length;
    if (isBatched) {
      const picks = Int32Array.from({ length: settings.batchSize ?? 0 }, () =>
        random.integer(data.target.length),
      );
      this.judge.evaluator.useBatch(picks);
    }
    const cycles = settings.cyclesPerIteration;
    const steps = Math.ceil(settings.populationSize / settings.tournamentSize);
    for (let cycle = 0; cycle < cycles; cycle++) {
      const temperature = settings.annealing && cycles > 1 ? 1 - cycle / (cycles - 1) : 1;
      if (cycle % pricingInterval === 0) this.setPrices();
      for (let step = 0; step < steps; step++) {
        if (random.uniform() < settings.crossoverProbability) this.cross(population, hall, round);
        else this.mutate(population, hall, round, temperature);
      }
    }
    this.polish(population, hall, round);
    if (isBatched) this.finishBatch(population, hall);
  }

  private begin({ random }: Round): void {
    this.workshop = { ...this.workshop, random };
    this.counts.fill(1 / this.counts.length);
    this.tournament.begin();
    this.judge.evaluator.useAllRows();
  }

  private setPrices(): void {
    const { useFrequency, adaptiveParsimonyScaling } = this.problem.settings;
    const total = this.counts.reduce((sum, count) => sum + count, 0);
    for (let size = 0; size < this.counts.length; size++) {
      this.prices[size] = useFrequency ? Math.exp((adaptiveParsimonyScaling * this.counts[size]) / total) : 1;
    }
  }

  /** Makes `child` a random candidate with about so many nodes a tree. */
  private randomize(nodes: number): void {
    this.child.forEach((tree, t) => this.randomizeTree(tree, t, nodes));
  }

  private randomizeTree(tree: Tree, index: number, nodes: number): void {
    const role = this.problem.roles[index];
    if (role.kind === 'expression') return randomTree(tree, this.workshop, role.variables, nodes);
    tree.length = 0;
    while (tree.length < role.length) pushLeaf(tree, 0, this.workshop.random);
  }

  private mutate(population: MemberStore, hall: MemberStore, round: Round, temperature: number): void {
    const { settings, roles } = this.problem;
    const { judge, child } = this;
    const { random } = round;
    const slot = this.tournament.pick(population, this.prices, random);
    population.read(slot, child);
    const complexity = population.complexity[slot];
    const index = this.pickTree(random);
    const role = roles[index];
    const variables = role.kind === 'expression' ? role.variables : 0;
    const kind =
      role.kind === 'expression'
        ? this.choice.pick(child[index], variables, complexity < round.maxsize, random)
        : 'mutateConstant';
    judge.recall(population, slot);
    const isIdle = kind === 'doNothing' || (kind === 'backsolve' && this.isExact());
    if (isIdle) return this.replaceOldest(population, child);
    if (kind === 'optimize') {
      this.fit(child);
      this.remember(hall, child);
      return this.replaceOldest(population, child);
    }
    const tree = child[index];
    let isChanged = false;
    for (let attempt = 0; attempt < attempts && !isChanged; attempt++) {
      if (attempt > 0) population.readTree(slot, index, tree);
      isChanged =
        this.change(kind, tree, index, variables, temperature, round, complexity) &&
        !population.holds(slot, index, tree) &&
        judge.isAllowed(child, round.maxsize);
    }
    if (!isChanged) return;
    judge.judge(child);
    if (!(judge.cost < Infinity)) return;
    // A form that is right but for its constants would else lose to a worse one whose constants had time to settle.
    const isFitted = settings.optimizeConstants && random.uniform() < settings.optimizerChildProbability;
    if (isFitted && !this.isExact()) this.fit(child, briefly);
    this.remember(hall, child);
    let chance = 1;
    if (settings.annealing) {
      chance = Math.exp((population.cost[slot] - judge.cost) / (temperature * settings.alpha));
    }
    if (settings.useFrequency) chance *= this.counts[complexity] / this.counts[judge.complexity];
    if (chance >= random.uniform()) this.replaceOldest(population, child);
  }

  private cross(population: MemberStore, hall: MemberStore, { random, maxsize }: Round): void {
    const { judge, child, sibling } = this;
    const first = this.tournament.pick(population, this.prices, random);
    const second = this.tournament.pick(population, this.prices, random);
    for (let attempt = 0; attempt < attempts; attempt++) {
      population.read(first, child);
      population.read(second, sibling);
      const index = this.pickTree(random);
      if (!mutations.crossover(child[index], sibling[index], this.workshop)) continue;
      if (!judge.isAllowed(child, maxsize) || !judge.isAllowed(sibling, maxsize)) continue;
      for (const trees of [child, sibling]) {
        judge.judge(trees);
        if (!(judge.cost < Infinity)) continue;
        this.remember(hall, trees);
        this.replaceOldest(population, trees);
      }
      return;
    }
  }

  /** Simplifies all members, and fits the constants of some. What improved counts as new. */
  private polish(population: MemberStore, hall: MemberStore, { random }: Round): void {
    const { settings } = this.problem;
    const { judge, child } = this;
    for (let slot = 0; slot < settings.populationSize; slot++) {
      population.read(slot, child);
      judge.recall(population, slot);
      let isChanged = settings.simplify && this.simplify(population, slot);
      if (settings.optimizeConstants && random.uniform() < settings.optimizerProbability) {
        const before = judge.loss;
        if (!this.isExact()) this.fit(child);
        if (judge.loss < before) isChanged = true;
      }
      if (!isChanged) continue;
      judge.store(population, slot, child, this.nextBirth++);
      this.remember(hall, child);
    }
  }

  /** Simplifies `child`, read from that slot. @returns false if nothing changed or the result is not finite */
  private simplify(population: MemberStore, slot: number): boolean {
    const { judge, child } = this;
    let isChanged = false;
    for (const tree of child) {
      if (simplifyTree(tree, this.problem.language, this.workshop.copy)) isChanged = true;
    }
    if (!isChanged) return false;
    judge.judge(child);
    if (judge.cost < Infinity) return true;
    population.read(slot, child);
    judge.recall(population, slot);
    return false;
  }

  /** Losses of batches are no final figures: all members are judged on all rows. */
  private finishBatch(population: MemberStore, hall: MemberStore): void {
    this.judge.evaluator.useAllRows();
    for (let slot = 0; slot < population.shape.capacity; slot++) {
      population.read(slot, this.child);
      this.judge.judge(this.child);
      this.judge.store(population, slot, this.child, population.birth[slot]);
      this.remember(hall, this.child);
    }
  }

  /** Fits the constants of a candidate that was just judged. */
  private fit(trees: readonly Tree[], options: FitOptions = this.thoroughly): void {
    const { judge } = this;
    judge.judgeAt(trees, fitConstants(judge.evaluator, trees, judge.loss, options, this.workshop.random));
  }

  /** Whether what was judged last leaves nothing but rounding to explain: no constants or parts need solving for. */
  private isExact(): boolean {
    return this.judge.loss <= rounding * this.problem.baseline;
  }

  private replaceOldest(population: MemberStore, trees: readonly Tree[]): void {
    const { birth } = population;
    let oldest = 0;
    for (let slot = 1; slot < birth.length; slot++) if (birth[slot] < birth[oldest]) oldest = slot;
    this.judge.store(population, oldest, trees, this.nextBirth++);
    this.counts[this.judge.complexity]++;
  }

  private remember(hall: MemberStore, trees: readonly Tree[]): void {
    const { judge } = this;
    if (judge.evaluator.rows !== judge.evaluator.full || !(judge.rank < hall.rank[judge.complexity])) return;
    judge.store(hall, judge.complexity, trees, 0);
  }

  /** A tree of a candidate, by number of nodes; long parameter vectors count as four. */
  private pickTree(random: Random): number {
    const trees = this.child;
    if (trees.length === 1) return 0;
    const weight = (tree: Tree, t: number): number =>
      this.problem.roles[t].kind === 'expression' ? tree.length : Math.min(4, tree.length);
    let left = random.integer(trees.reduce((sum, tree, t) => sum + weight(tree, t), 0));
    return trees.findIndex((tree, t) => (left -= weight(tree, t)) < 0);
  }

  /** Applies a mutation in place. @returns false if the tree offers no such change */
  private change(
    kind: Mutation,
    tree: Tree,
    index: number,
    variables: number,
    temperature: number,
    round: Round,
    complexity: number,
  ): boolean {
    const { settings, language } = this.problem;
    const { workshop } = this;
    switch (kind) {
      case 'mutateConstant':
        return mutations.mutateConstant(tree, workshop, temperature, settings);
      case 'mutateOperator':
        return mutations.mutateOperator(tree, workshop);
      case 'mutateFeature':
        return mutations.mutateFeature(tree, workshop, variables);
      case 'swapOperands':
        return mutations.swapOperands(tree, workshop);
      case 'rotateTree':
        return mutations.rotateTree(tree, workshop);
      case 'addNode':
        return mutations.addNode(tree, workshop, variables);
      case 'insertNode':
        return mutations.insertNode(tree, workshop, variables);
      case 'deleteNode':
        return mutations.deleteNode(tree, workshop);
      case 'simplify':
        return simplifyTree(tree, language, workshop.copy);
      case 'backsolve':
        return this.backsolver.apply(tree, workshop, variables, round.maxsize - complexity);
      case 'randomize':
        this.randomizeTree(tree, index, 1 + round.random.integer(round.maxsize));
        return true;
      case 'doNothing':
      case 'optimize':
        return false;
    }
  }
}

function newest({ birth }: MemberStore): number {
  let latest = birth[0];
  for (let slot = 1; slot < birth.length; slot++) if (birth[slot] > latest) latest = birth[slot];
  return latest;
}
