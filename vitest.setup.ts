/**
 * Property tests draw the same cases in every run, so that a change is judged by itself and not by its luck.
 * `PROPERTY_SEED=<integer>` draws others; `npm run test:full` draws new ones each time and prints the seed of a failure.
 */
import { configureGlobal, readConfigureGlobal } from 'fast-check';

const seed = process.env.PROPERTY_SEED;
if (seed !== 'random')
  configureGlobal({ ...readConfigureGlobal(), seed: seed === undefined ? 1 : Number(seed) });
