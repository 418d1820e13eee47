/**
 * The pass that every Model goes through before anything else sees it: names resolve, every tensor is written
 * once and before it is read, constants lie on their grid, and every layer obeys the rules of its kind.
 */
import { maxRaw, minRaw } from 'fixed-point-ts';
import { InputError, type InputProblem } from './input-error.ts';
import { elements, type Extent, type LayerContext } from './layer-kind.ts';
import { checkLayer, type Layer, rulesOf } from './layers/index.ts';
import type { Model } from './model.ts';

/** Largest tensor, elements: what fits into memory as 64-bit numbers with room to spare. */
const MAX_ELEMENTS = 2 ** 27;

/** All problems of a Model, in the order in which they were met; none for a sound Model. */
export function modelProblems(model: Model): readonly InputProblem[] {
  const problems: InputProblem[] = [];
  checkConstants(model, problems);
  checkSizes(model, problems);
  const written = new Set<string>();
  for (const name of model.inputs) {
    if (!Object.hasOwn(model.tensors, name))
      problems.push({ code: 'MOD010', what: `input '${name}' is not a tensor of the Model` });
    if (written.has(name)) problems.push({ code: 'MOD010', what: `input '${name}' is named twice` });
    written.add(name);
  }
  const names = new Set<string>();
  const extents = new Map<string, Extent>();
  for (const layer of model.layers) {
    if (names.has(layer.name)) {
      problems.push({ code: 'MOD011', layer: layer.name, field: 'name', what: 'two layers have this name' });
    }
    names.add(layer.name);
    checkWiring(model, layer, written, problems);
    checkLayer(layer, contextOf(model, layer, extents, problems));
  }
  for (const name of model.outputs) {
    if (!written.has(name))
      problems.push({ code: 'MOD012', what: `output '${name}' is written by no layer` });
  }
  for (const name of Object.keys(model.tensors)) {
    if (!written.has(name) && !model.outputs.includes(name))
      problems.push({ code: 'MOD012', field: `tensors.${name}`, what: 'is written by no layer' });
  }
  return problems;
}

/** Returns the Model if it is sound. @throws InputError with the first problem, and how many more there are */
export function verifyModel(model: Model): Model {
  const [first, ...more] = modelProblems(model);
  if (!first) return model;
  const count = more.length === 0 ? '' : ` (and ${more.length} more)`;
  throw new InputError({ ...first, what: first.what + count });
}

function checkWiring(model: Model, layer: Layer, written: Set<string>, problems: InputProblem[]): void {
  const { arity, dialects } = rulesOf(layer.kind);
  const report = (field: string, what: string) =>
    problems.push({ code: 'MOD013', layer: layer.name, field, what });
  if (layer.inputs.length !== arity[0])
    report('inputs', `needs ${arity[0]} tensors, has ${layer.inputs.length}`);
  if (layer.outputs.length !== arity[1])
    report('outputs', `needs ${arity[1]} tensors, has ${layer.outputs.length}`);
  if (!dialects.includes(layer.dialect)) {
    report('dialect', `${layer.kind} is not defined in '${layer.dialect}', only in ${dialects.join(', ')}`);
  }
  for (const name of layer.inputs) {
    if (!written.has(name)) report('inputs', `reads '${name}', which no layer before it writes`);
  }
  for (const name of layer.outputs) {
    if (written.has(name)) report('outputs', `writes '${name}' a second time`);
    written.add(name);
  }
}

function checkConstants(model: Model, problems: InputProblem[]): void {
  for (const [name, { shape, type, raw }] of Object.entries(model.constants)) {
    if (raw === null) continue;
    const field = `constants.${name}`;
    if (raw.length !== elements(shape)) {
      const what = `has ${raw.length} values, its shape [${shape.join(', ')}] needs ${elements(shape)}`;
      problems.push({ code: 'MOD014', field, what });
    }
    const [low, high] = [minRaw(type), maxRaw(type)];
    const outside = raw.findIndex((value) => value < low || value > high);
    if (outside >= 0) {
      const what = `value ${outside} is raw ${raw[outside]}, outside its type (${low} to ${high})`;
      problems.push({ code: 'MOD015', field: `${field}.raw[${outside}]`, what });
    }
  }
}

function checkSizes(model: Model, problems: InputProblem[]): void {
  for (const [name, { shape }] of Object.entries(model.tensors)) {
    if (elements(shape) <= MAX_ELEMENTS) continue;
    const what = `has ${elements(shape)} elements, at most ${MAX_ELEMENTS} can be held`;
    problems.push({ code: 'MOD017', field: `tensors.${name}`, what });
  }
}

function contextOf(
  model: Model,
  layer: Layer,
  extents: Map<string, Extent>,
  problems: InputProblem[],
): LayerContext {
  const report = (field: string, what: string, mend?: string) => {
    problems.push({
      code: 'MOD016',
      layer: layer.name,
      field,
      what,
      ...(mend === undefined ? {} : { mend }),
    });
  };
  const tensor = (side: 'inputs' | 'outputs', index: number) => {
    const name = layer[side][index];
    if (name === undefined) return undefined;
    const found = Object.hasOwn(model.tensors, name) ? model.tensors[name] : undefined;
    if (!found) report(`${side}[${index}]`, `names '${name}', which is not a tensor of the Model`);
    return found;
  };
  return {
    input: (index) => tensor('inputs', index),
    output: (index) => tensor('outputs', index),
    constant(field, name) {
      const found = Object.hasOwn(model.constants, name) ? model.constants[name] : undefined;
      if (!found) report(field, `names '${name}', which is not a constant of the Model`);
      return found;
    },
    extent(index) {
      const name = layer.inputs[index];
      const extent = name === undefined ? undefined : extents.get(name);
      if (!extent) report(`inputs[${index}]`, 'are no coordinates that a sparse layer before it made');
      return extent;
    },
    setExtent(index, extent) {
      const name = layer.outputs[index];
      if (name !== undefined) extents.set(name, extent);
    },
    report,
  };
}
