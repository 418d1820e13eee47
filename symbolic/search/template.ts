/**
 * Templates: an outer form fixed by the user, with sub-expressions and parameters that the search fills in.
 *
 * A candidate is then several trees: one per sub-expression, over its own arguments, and one per parameter vector, which
 * is a row of constants. Parts of the form that use inputs alone are computed once, as further columns.
 */
import {
  call, constant, evaluateColumns, ExpressionError, mapNodes, nodes, parameter, parseInfix, printInfix, substitute,
  variable, type Expression, type Operator, type OperatorTable,
} from '../expression/index.ts'; // prettier-ignore
import type { Form } from './kernel/evaluator.ts';
import { toExpression, type Language } from './language.ts';
import { SearchError } from './search-error.ts';
import type { Tree } from './tree.ts';
import type { Template } from './types.ts';

/** What one tree of a candidate stands for. */
export type TreeRole =
  | { readonly kind: 'expression'; readonly name: string; readonly variables: number }
  | { readonly kind: 'parameters'; readonly name: string; readonly length: number };

/** A parsed template, before data. */
export interface ParsedTemplate {
  readonly roles: readonly TreeRole[];
  /** The form over the inputs, with calls of sub-expressions and parameters `name[index]`. */
  readonly expression: Expression;
}

const where = 'options.template';

/**
 * @param names input variables
 * @param table operators that may stand in the form
 * @throws SearchError `SEA004` if the form is not understood or names clash
 */
export function parseTemplate(
  template: Template,
  names: readonly string[],
  table: OperatorTable,
): ParsedTemplate {
  const vectors = Object.entries(template.parameters ?? {});
  const words = [...template.expressions, ...vectors.map(([name]) => name)];
  words.forEach((word, i) => {
    const isTaken = names.includes(word) || table.has(word) || words.indexOf(word) !== i;
    if (isTaken || !/^[A-Za-z_]\w*$/.test(word)) {
      throw new SearchError(
        'SEA004',
        `'${word}' cannot name a part of the template`,
        where,
        'choose another name',
      );
    }
  });
  if (template.expressions.length === 0) {
    throw new SearchError(
      'SEA004',
      'the template has no sub-expression',
      where,
      'name at least one in expressions',
    );
  }
  const text = indexed(template, names);
  const extended = new Map<string, Operator>(table);
  const roles: TreeRole[] = template.expressions.map((name) => {
    const variables = countArguments(text, name);
    extended.set(name, { name, arity: variables, evaluate: () => NaN });
    return { kind: 'expression', name, variables };
  });
  for (const [name, length] of vectors) {
    if (!Number.isInteger(length) || length < 1) {
      throw new SearchError(
        'SEA004',
        `parameter '${name}' has the length ${length}`,
        where,
        'give a length of 1 or more',
      );
    }
    roles.push({ kind: 'parameters', name, length });
  }
  const elements = vectors.flatMap(([name, length]) => Array.from({ length }, (_, i) => place(name, i + 1)));
  const picked = new Map(
    vectors.flatMap(([name, length]) =>
      names.map((column, index) => [place(name, column), { name, length, index }] as const),
    ),
  );
  const parameters = [...elements, ...picked.keys()];
  const parsed = parseForm(text, { variables: names, operators: extended, parameters });
  const expression = mapNodes(parsed, (node) => {
    const pick = node.kind === 'parameter' ? picked.get(node.name) : undefined;
    return pick === undefined ? node : pickByColumn(pick.name, pick.length, pick.index);
  });
  return { roles, expression };
}

/** Name under which an element of a parameter vector is parsed. */
const place = (name: string, index: number | string): string => `${name}__${index}`;

/** Writes `p[2]` and `p[class]` as names. */
function indexed(template: Template, names: readonly string[]): string {
  let text = template.combine;
  for (const [name, length] of Object.entries(template.parameters ?? {})) {
    text = text.replaceAll(new RegExp(`\\b${name}\\s*\\[\\s*(\\w+)\\s*\\]`, 'g'), (whole, index: string) => {
      const isElement = /^\d+$/.test(index) && Number(index) >= 1 && Number(index) <= length;
      if (isElement || names.includes(index)) return place(name, isElement ? Number(index) : index);
      throw new SearchError(
        'SEA004',
        `'${whole}' is out of range`,
        where,
        `use 1 to ${length}, or an input column`,
      );
    });
  }
  return text;
}

/** Arguments of the first call of a sub-expression. */
function countArguments(text: string, name: string): number {
  const match = new RegExp(`(?<![\\w.])${name}\\s*\\(`).exec(text);
  if (match === null) {
    throw new SearchError(
      'SEA004',
      `sub-expression '${name}' is not used in the form`,
      where,
      `call it: ${name}(…)`,
    );
  }
  let depth = 1;
  let count = 1;
  for (let i = match.index + match[0].length; i < text.length && depth > 0; i++) {
    if (text[i] === '(') depth++;
    else if (text[i] === ')') depth--;
    else if (text[i] === ',' && depth === 1) count++;
  }
  return count;
}

function parseForm(text: string, options: Parameters<typeof parseInfix>[1]): Expression {
  try {
    return parseInfix(text, options);
  } catch (error) {
    if (!(error instanceof ExpressionError)) throw error;
    const mend = 'use the inputs, the sub-expressions, parameters such as p[1], numbers and known operators';
    throw new SearchError('SEA004', `the form is not understood: ${error.message}`, where, mend);
  }
}

/** p[class] is the element whose index the column holds: a sum over elements, all but one of them times 0. */
function pickByColumn(name: string, length: number, column: number): Expression {
  const terms = Array.from({ length }, (_, i) => {
    const compare = (operator: string): Expression => call(operator, variable(column), constant(i + 1));
    const isPicked = call('*', compare('greater_equal'), compare('less_equal'));
    return call('*', parameter(place(name, i + 1)), isPicked);
  });
  return terms.reduce((sum, term) => call('+', sum, term));
}

/** The form ready for evaluation: input-only parts have become columns behind the inputs. */
export function buildForm(
  { roles, expression }: ParsedTemplate,
  columns: readonly Float64Array[],
): { readonly form: Form; readonly columns: readonly Float64Array[] } {
  const rows = columns[0]?.length ?? 0;
  const all = [...columns];
  const trees = new Map(
    roles.flatMap((role, i) => (role.kind === 'expression' ? [[role.name, i] as const] : [])),
  );
  const dependsOnInputsAlone = (node: Expression): boolean =>
    [...nodes(node)].every((n) => n.kind !== 'parameter' && !(n.kind === 'call' && trees.has(n.operator)));
  const hoist = (node: Expression): Expression => {
    if (node.kind !== 'call') return node;
    if (dependsOnInputsAlone(node)) {
      all.push(finiteColumn(node, columns, rows));
      return variable(all.length - 1);
    }
    return call(node.operator, ...node.args.map(hoist));
  };
  const parameters = new Map(
    roles.flatMap((role, tree) =>
      role.kind === 'parameters'
        ? Array.from(
            { length: role.length },
            (_, i) => [place(role.name, i + 1), { tree, position: i }] as const,
          )
        : [],
    ),
  );
  return { form: { expression: hoist(expression), trees, parameters }, columns: all };
}

function finiteColumn(node: Expression, columns: readonly Float64Array[], rows: number): Float64Array {
  const column = evaluateColumns(node, columns, rows);
  const bad = column.findIndex((value) => !Number.isFinite(value));
  if (bad < 0) return column;
  const what = `'${printInfix(node)}' is ${column[bad]} in row ${bad + 1}`;
  throw new SearchError('SEA004', what, where, 'keep the parts of the form finite on all rows');
}

/** The whole expression over the inputs: sub-expressions and parameters put in. */
export function fillTemplate(
  { roles, expression }: ParsedTemplate,
  trees: readonly Tree[],
  language: Language,
): Expression {
  const index = new Map(roles.map((role, i) => [role.name, i]));
  const values = new Map(
    roles.flatMap((role, i) =>
      role.kind === 'parameters'
        ? Array.from(
            { length: role.length },
            (_, k) => [place(role.name, k + 1), constant(trees[i].value[k])] as const,
          )
        : [],
    ),
  );
  return mapNodes(substitute(expression, { parameters: values }), (node) => {
    const tree = node.kind === 'call' ? index.get(node.operator) : undefined;
    return node.kind === 'call' && tree !== undefined ? toExpression(trees[tree], language, node.args) : node;
  });
}

/** The parts in PySR's form: `f = #1 * 2.5; p = [0.1, 3]`. */
export function printParts({ roles }: ParsedTemplate, trees: readonly Tree[], language: Language): string {
  return roles
    .map((role, i) => {
      if (role.kind === 'parameters')
        return `${role.name} = [${[...trees[i].value.subarray(0, role.length)].join(', ')}]`;
      const variables = Array.from({ length: role.variables }, (_, k) => `#${k + 1}`);
      return `${role.name} = ${printInfix(toExpression(trees[i], language), { variables, operators: language.table })}`;
    })
    .join('; ');
}
