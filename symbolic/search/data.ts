/** Checks the data of a search and lays it out by output. */
import { SearchError } from './search-error.ts';
import type { OutputData } from './problem.ts';
import type { SearchData } from './types.ts';

/**
 * @returns one entry an output
 * @throws SearchError `SEA003` for no rows, no columns, lengths or names that do not match, values that are not finite,
 * and weights that are negative or all 0
 */
export function prepareData(data: SearchData): OutputData[] {
  const names = data.inputNames ?? data.inputs.map((_, i) => `x${i}`);
  const single = data.outputs.length === 1;
  const outputNames = data.outputNames ?? data.outputs.map((_, i) => (single ? 'y' : `y${i}`));
  if (data.outputs.length === 0) {
    throw new SearchError('SEA003', 'there is no output column', 'outputs', 'name the column to explain');
  }
  checkNames('inputNames', names, data.inputs.length);
  checkNames('outputNames', outputNames, data.outputs.length);
  if (data.inputUnits !== undefined && data.inputUnits.length !== data.inputs.length) {
    const what = `${data.inputUnits.length} units for ${data.inputs.length} columns`;
    throw new SearchError('SEA005', what, 'inputUnits', "give one a column, '' for none");
  }
  const rows = data.outputs[0].length;
  if (rows === 0) throw new SearchError('SEA003', 'there are no rows', 'outputs', 'give at least one row');
  const column = (values: ArrayLike<number>, name: string): Float64Array => checkedColumn(values, name, rows);
  const columns = data.inputs.map((values, i) => column(values, `input '${names[i]}'`));
  return data.outputs.map((output, i) => {
    const target = column(output, `output '${outputNames[i]}'`);
    const given = data.outputWeights?.[i] ?? data.weights;
    const weights = given === undefined ? new Float64Array(rows).fill(1) : column(given, 'weights');
    checkWeights(weights);
    const targetUnit = data.outputUnits?.[i];
    return {
      columns,
      names,
      target,
      targetName: outputNames[i],
      weights,
      ...(data.inputUnits && { units: data.inputUnits }),
      ...(data.inputUnits && targetUnit !== undefined && { targetUnit }),
    };
  });
}

function checkNames(where: string, names: readonly string[], columns: number): void {
  if (names.length !== columns) {
    throw new SearchError(
      'SEA003',
      `${names.length} names for ${columns} columns`,
      where,
      'give one name a column',
    );
  }
  names.forEach((name, i) => {
    if (!/^[A-Za-z_]\w*$/.test(name)) {
      throw new SearchError(
        'SEA003',
        `'${name}' cannot stand in an equation`,
        where,
        'use letters, digits and _',
      );
    }
    if (names.indexOf(name) !== i) {
      throw new SearchError('SEA003', `two columns are named '${name}'`, where, 'give each its own name');
    }
  });
}

function checkedColumn(values: ArrayLike<number>, name: string, rows: number): Float64Array {
  if (values.length !== rows) {
    throw new SearchError(
      'SEA003',
      `${values.length} values where ${rows} are expected`,
      name,
      'fill up or cut the column',
    );
  }
  const column = Float64Array.from(values);
  const bad = column.findIndex((value) => !Number.isFinite(value));
  if (bad >= 0) {
    throw new SearchError(
      'SEA003',
      `row ${bad + 1} holds ${column[bad]}`,
      name,
      'remove such rows or fill them in',
    );
  }
  return column;
}

function checkWeights(weights: Float64Array): void {
  const negative = weights.findIndex((weight) => weight < 0);
  if (negative >= 0) {
    throw new SearchError(
      'SEA003',
      `row ${negative + 1} holds ${weights[negative]}`,
      'weights',
      'give weights of 0 or more',
    );
  }
  if (weights.every((weight) => weight === 0)) {
    throw new SearchError('SEA003', 'all weights are 0', 'weights', 'give at least one row a weight');
  }
}
