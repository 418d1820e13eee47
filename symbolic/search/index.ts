/** Search for expressions that explain data. */
export { search, searchRounds } from './search.ts';
export { bestEntry, formatFront } from './front.ts';
export { readTable, type Table } from './read-table.ts';
export { defaultMutationWeights, defaultSettings } from './settings.ts';
export type * from './types.ts';
