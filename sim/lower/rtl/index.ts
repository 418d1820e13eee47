/** Model -> our hardware: sparse networks as one Circuit, dense ones as streams, both as a Network. */
export {
  HARDWARE_MAPPINGS,
  type HardwareChoices,
  hardwareChoices,
  type HardwareMapping,
  IMAGE_INPUTS,
  type ImageInput,
  slotsOf,
} from './choices.ts';
export {
  HARDWARE_MAPPING_SCHEMA,
  type HardwareMappingDocument,
  hardwareMappingDocument,
  hardwareMappingSchema,
  readHardwareMapping,
} from './hardware-mapping.ts';
export { lowerSparse } from './lower-sparse.ts';
export { isSparse, lowerNetwork, type NetworkChoices, networkChoices } from './network.ts';
export type { StreamChoices } from './stream/index.ts';
