/** Model and Mapping -> HLS C++ projects. */
import type { Mapping, Model } from '../../sim/model/index.ts';
import { catapultProject } from './catapult/index.ts';
import { planDesign } from './design.ts';
import type { HlsTarget } from './dialect.ts';
import { oneapiProject } from './oneapi/index.ts';
import type { ProjectFiles } from './shared-files.ts';
import type { TestVectors } from './testbench.ts';
import { vitisProject } from './vitis/index.ts';

export { type Buffer, type HlsDesign, planDesign } from './design.ts';
export { HLS_LAYER_KINDS } from './layers/index.ts';
export { HLS_TARGETS, type HlsTarget } from './dialect.ts';
export type { ProjectFiles } from './shared-files.ts';
export { eventLines, type TestVectors } from './testbench.ts';

/**
 * Writes a Model, built as a Mapping says, as the project of an HLS compiler.
 *
 * @param vectors  events for the project's test bench
 * @returns text of files by path inside the project
 * @throws InputError `HLS001` (weights unknown), `HLS002` (a type the target cannot say), `HLS003`, `HLS005` (a layer kind without kernel)
 */
export function emitHls(
  model: Model,
  mapping: Mapping,
  target: HlsTarget,
  vectors?: TestVectors,
): ProjectFiles {
  const design = planDesign(model, mapping);
  switch (target) {
    case 'vitis':
      return vitisProject(design, vectors);
    case 'catapult':
      return catapultProject(design, vectors);
    case 'oneapi':
      return oneapiProject(design, vectors);
    default:
      return target satisfies never;
  }
}
