/** Loads the further objective terms of a search. */
import { SearchError } from './search-error.ts';
import type { ObjectiveModule, ObjectiveTerm } from './types.ts';

/** @throws SearchError `SEA007` if a module or its export cannot be had */
export async function loadObjectives(
  terms: readonly (ObjectiveTerm | ObjectiveModule)[],
): Promise<ObjectiveTerm[]> {
  return Promise.all(terms.map(async (term) => ('url' in term ? loadModule(term) : term)));
}

async function loadModule({ url, name, options }: ObjectiveModule): Promise<ObjectiveTerm> {
  const mend = 'export a function that takes the options and returns { name, weight, evaluate }';
  let exported: unknown;
  try {
    exported = ((await import(url)) as Record<string, unknown>)[name];
  } catch (error) {
    throw new SearchError('SEA007', `${url} cannot be loaded: ${String(error)}`, 'options.objectives', mend);
  }
  if (typeof exported !== 'function') {
    throw new SearchError('SEA007', `${url} exports no function '${name}'`, 'options.objectives', mend);
  }
  return (exported as (options: unknown) => ObjectiveTerm)(options);
}

/** Terms that worker threads can load themselves. @throws SearchError `SEA007` for one that is a function */
export function forWorkers(terms: readonly (ObjectiveTerm | ObjectiveModule)[]): readonly ObjectiveModule[] {
  return terms.map((term) => {
    if ('url' in term) return term;
    const mend = 'give it as a module { url, name }, or search with one worker';
    throw new SearchError(
      'SEA007',
      `term '${term.name}' cannot go to worker threads`,
      'options.objectives',
      mend,
    );
  });
}
