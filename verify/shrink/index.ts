/** Small cases out of large ones, and the files that keep them. */
export {
  readRegression,
  type Regression,
  REGRESSION_SCHEMA,
  regressionSchema,
  writeRegression,
} from './regression.ts';
export { type Case, shrink, type ShrinkOptions } from './shrink.ts';
export { shrinkAgainst, type Shrunk } from './shrink-against.ts';
