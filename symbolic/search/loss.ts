/** Losses as expressions of prediction (variable 0) and target (variable 1), so that one evaluator serves all. */
import { differentiate } from '../expression/derivative.ts';
import { call, constant, ExpressionError, nodes, parseInfix, type Expression } from '../expression/index.ts';
import { SearchError } from './search-error.ts';
import type { Loss } from './types.ts';

export interface LossExpressions {
  readonly value: Expression;
  /** Derivative of the loss by the prediction. */
  readonly slope: Expression;
}

const parse = (text: string): Expression => parseInfix(text, { variables: ['p', 't'] });

/**
 * @returns undefined for the squared loss, which the evaluator has built in
 * @throws SearchError if a loss expression is not understood or a parameter is out of range
 */
export function lossExpressions(loss: Loss): LossExpressions | undefined {
  switch (loss.kind) {
    case 'squared':
      return undefined;
    case 'absolute':
      return withSlope(parse('abs(p - t)'));
    case 'huber': {
      const delta = inRange(loss.delta, 'delta', loss.delta > 0 && Number.isFinite(loss.delta), 'above 0');
      const size = parse('abs(p - t)');
      const inner = call('*', constant(0.5), call('square', size));
      const outer = call('*', delta, call('-', size, call('*', constant(0.5), delta)));
      return withSlope(call('ifelse', call('-', size, delta), outer, inner));
    }
    case 'log-cosh':
      // log cosh r = |r| + log(1 + exp(-2|r|)) - log 2, which cannot overflow.
      return withSlope(parse('abs(p - t) + log(1 + exp(-2 * abs(p - t))) - log(2)'));
    case 'quantile': {
      const tau = inRange(loss.tau, 'tau', loss.tau > 0 && loss.tau < 1, 'between 0 and 1');
      const gap = parse('t - p');
      return withSlope(call('max', call('*', tau, gap), call('*', call('-', tau, constant(1)), gap)));
    }
    case 'expression':
      return withSlope(parseLoss(loss.expression));
  }
}

function withSlope(value: Expression): LossExpressions {
  return { value, slope: differentiate(value, 0) };
}

function inRange(value: number, name: string, isValid: boolean, range: string): Expression {
  if (!isValid)
    throw new SearchError('SEA001', `${name} is ${value}`, 'options.loss', `give ${name} ${range}`);
  return constant(value);
}

function parseLoss(text: string): Expression {
  const mend = 'write it over prediction and target, e.g. abs(prediction - target)^1.5';
  let value: Expression;
  try {
    value = parseInfix(text, { variables: ['prediction', 'target'], parameters: [] });
  } catch (error) {
    if (!(error instanceof ExpressionError)) throw error;
    throw new SearchError('SEA001', `the loss is not understood: ${error.message}`, 'options.loss', mend);
  }
  const used = new Set([...nodes(value)].map((node) => (node.kind === 'variable' ? node.index : -1)));
  if (!used.has(0)) throw new SearchError('SEA001', 'the loss does not use prediction', 'options.loss', mend);
  return value;
}
