/** One output of a search, made ready for evaluation: the same in every thread. */
import type { Expression } from '../expression/index.ts';
import { isConsistent, type UnitRules } from './dimensional-analysis.ts';
import type { EvaluatorSetup } from './kernel/evaluator.ts';
import { buildLanguage, toExpression, type Language } from './language.ts';
import { lossExpressions } from './loss.ts';
import type { StoreShape } from './member-store.ts';
import { buildRules, type Rules } from './rules.ts';
import type { Settings } from './settings.ts';
import { buildForm, fillTemplate, parseTemplate, type ParsedTemplate, type TreeRole } from './template.ts';
import type { Tree } from './tree.ts';
import type { ObjectiveTerm } from './types.ts';
import { parseUnits } from './units.ts';

/** Checked data of one output; plain, so that it travels to workers. */
export interface OutputData {
  readonly columns: readonly Float64Array[];
  readonly names: readonly string[];
  readonly target: Float64Array;
  readonly targetName: string;
  readonly weights: Float64Array;
  /** Units of the columns; absent: no dimensional analysis. */
  readonly units?: readonly string[];
  /** Unit of the target; absent: any. */
  readonly targetUnit?: string;
}

export interface Problem {
  readonly settings: Settings;
  readonly data: OutputData;
  readonly language: Language;
  readonly rules: Rules;
  readonly setup: EvaluatorSetup;
  /** What each tree of a candidate is. */
  readonly roles: readonly TreeRole[];
  readonly template?: ParsedTemplate;
  /** Shape of a population. */
  readonly shape: StoreShape;
  /** Loss of the best constant: the unit of costs. */
  readonly baseline: number;
  readonly objectives: readonly ObjectiveTerm[];
  /** The candidate over the inputs. */
  toWhole(trees: readonly Tree[]): Expression;
  /** Whether the units of a whole expression agree; absent without units. */
  readonly isConsistent?: (whole: Expression) => boolean;
}

/** @throws SearchError for options that contradict each other or the data */
export function buildProblem(
  data: OutputData,
  settings: Settings,
  objectives: readonly ObjectiveTerm[],
): Problem {
  // Templates may name sub-expressions like no operator: the language is needed to parse them, and they to size it.
  const plain = buildLanguage(settings.operators, data.columns.length);
  const template = settings.template && parseTemplate(settings.template, data.names, plain.table);
  const roles: readonly TreeRole[] = template?.roles ?? [
    { kind: 'expression', name: data.targetName, variables: data.columns.length },
  ];
  const most = Math.max(...roles.map((role) => (role.kind === 'expression' ? role.variables : 0)));
  const language = template === undefined ? plain : buildLanguage(settings.operators, most);
  const rules = buildRules(language, template === undefined ? data.names : [], settings);
  const loss = lossExpressions(settings.loss);
  const form = template && buildForm(template, data.columns);
  const setup: EvaluatorSetup = {
    language,
    columns: form?.columns ?? data.columns,
    target: data.target,
    weights: data.weights,
    ...(form && { form: form.form }),
    ...(loss && { loss }),
    ...(settings.batchSize !== undefined && { batchRows: Math.min(settings.batchSize, data.target.length) }),
  };
  const toWhole = (trees: readonly Tree[]): Expression =>
    template === undefined ? toExpression(trees[0], language) : fillTemplate(template, trees, language);
  const units = data.units && unitRules(data, data.units, settings, language);
  return {
    settings,
    data,
    language,
    rules,
    setup,
    roles,
    shape: {
      capacity: settings.populationSize,
      trees: roles.length,
      nodes: mostNodes(rules, roles, settings),
    },
    baseline: baselineLoss(data),
    objectives,
    toWhole,
    ...(template && { template }),
    ...(units && { isConsistent: (whole: Expression) => isConsistent(whole, units) }),
  };
}

/** Room for one tree: nodes cheaper than 1 allow more of them than maxsize. */
function mostNodes({ price }: Rules, roles: readonly TreeRole[], { maxsize }: Settings): number {
  const cheapest = price.reduce((least, value) => (value > 0 ? Math.min(least, value) : least), 1);
  const nodes = Math.min(1000, Math.ceil(maxsize / cheapest) + 4);
  return Math.max(nodes, ...roles.map((role) => (role.kind === 'parameters' ? role.length : 0)));
}

function unitRules(
  data: OutputData,
  units: readonly string[],
  settings: Settings,
  language: Language,
): UnitRules {
  const bodies = language.operators.flatMap(({ name, body }) =>
    body === undefined ? [] : [[name, body] as const],
  );
  return {
    inputs: units.map((text, i) => parseUnits(text, `unit of ${data.names[i]}`)),
    ...(data.targetUnit !== undefined && {
      output: parseUnits(data.targetUnit, `unit of ${data.targetName}`),
    }),
    dimensionlessConstantsOnly: settings.dimensionlessConstantsOnly,
    bodies: new Map(bodies),
    operators: language.table,
  };
}

function baselineLoss({ target, weights }: OutputData): number {
  let sum = 0;
  let weight = 0;
  target.forEach((value, i) => {
    sum += weights[i] * value;
    weight += weights[i];
  });
  const mean = sum / weight;
  const variance = target.reduce((total, value, i) => total + weights[i] * (value - mean) ** 2, 0) / weight;
  return variance > 0 ? variance : 1;
}
