/** The Model and the Mapping: types, documents, verifier. */
export { describeProblem, inFile, InputError, type InputProblem } from './input-error.ts';
export { DIALECTS, type Dialect, elements } from './layer-kind.ts';
export { type Layer, LAYER_KINDS, type LayerOf } from './layers/index.ts';
export { GATES } from './layers/recurrent.ts';
export { type ModelDocument, modelDocumentSchema, readModel, writeModel } from './document.ts';
export { readDocument } from './read-document.ts';
export {
  type Choices,
  choicesFor,
  type LayerChoices,
  type Mapping,
  MAPPING_SCHEMA,
  mappingSchema,
} from './mapping.ts';
export { type Constant, type Model, MODEL_SCHEMA, modelSchema, type Tensor } from './model.ts';
export { modelProblems, verifyModel } from './verify-model.ts';
