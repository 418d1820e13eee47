/** Decodes a JSON document by its schema; the first thing wrong becomes one readable InputError. */
import type { z } from 'zod';
import { InputError } from './input-error.ts';
import { LAYER_KINDS } from './layers/index.ts';

/**
 * @param code  stable error code of the kind of document
 * @throws InputError naming the layer (if the place is inside one) and the field
 */
export function readDocument<S extends z.ZodType>(code: string, schema: S, json: unknown): z.output<S> {
  const result = schema.safeDecode(json as z.input<S>);
  if (result.success) return result.data;
  const [first, ...more] = result.error.issues;
  if (!first) throw result.error;
  const issue = insideUnion(first);
  const count = more.length === 0 ? '' : ` (and ${more.length} more)`;
  const { layer, field } = placeOf(json, issue.path);
  throw new InputError({
    code,
    what: `${describeIssue(issue, json)}${count}`,
    ...(layer === undefined ? {} : { layer }),
    ...(field === '' ? {} : { field }),
  });
}

/** Of a value that fits none of several forms: what is wrong with it as the form that it comes closest to. */
function insideUnion(issue: z.core.$ZodIssue): z.core.$ZodIssue {
  if (issue.code !== 'invalid_union' || issue.errors.length === 0) return issue;
  const [inner] = issue.errors.reduce((a, b) => (b.length <= a.length ? b : a));
  return insideUnion({ ...inner, path: [...issue.path, ...inner.path] });
}

function describeIssue(issue: z.core.$ZodIssue, json: unknown): string {
  if (issue.code === 'invalid_union' && issue.path[0] === 'layers' && issue.path.length === 3) {
    const kind = JSON.stringify(at(json, issue.path)) ?? 'nothing';
    const known = issue.path[2] === 'kind' ? `; known kinds are ${LAYER_KINDS.join(', ')}` : '';
    return `the layer kind ${kind} is unknown${known}`;
  }
  if (issue.code === 'unrecognized_keys')
    return `unknown field ${issue.keys.map((key) => `'${key}'`).join(', ')}`;
  if (issue.code === 'invalid_type' && at(json, issue.path) === undefined)
    return `is missing (${issue.expected})`;
  return issue.message;
}

function placeOf(json: unknown, path: readonly PropertyKey[]): { layer?: string; field: string } {
  const [head, index, ...rest] = path;
  const layer = head === 'layers' && index !== undefined ? at(json, [head, index, 'name']) : undefined;
  if (typeof layer === 'string') return { layer, field: dotted(rest) };
  return { field: dotted(path) };
}

function at(json: unknown, path: readonly PropertyKey[]): unknown {
  return path.reduce<unknown>(
    (value, key) => (value as Record<PropertyKey, unknown> | undefined)?.[key],
    json,
  );
}

function dotted(path: readonly PropertyKey[]): string {
  return path.reduce<string>((text, key) => {
    if (typeof key === 'number') return `${text}[${key}]`;
    return text === '' ? String(key) : `${text}.${String(key)}`;
  }, '');
}
