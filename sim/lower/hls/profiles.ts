/** The schedule profiles by name. */
import { InputError, type Mapping, type Model } from '../../model/index.ts';
import { lowerDense } from './dense.ts';
import { lowerRelu, lowerSigmoid, lowerSoftmax } from './element-wise.ts';
import { hls4mlParallel, hls4mlStream } from './hls4ml/index.ts';
import { lowerPipewright } from './pipewright/index.ts';
import type { Profile } from './profile.ts';
import { lowerSparseConv2d, lowerSparseConv3x3 } from './sparse-conv2d.ts';
import { lowerSparseFlatten } from './sparse-flatten.ts';
import { lowerSparseInputReduce } from './sparse-input-reduce.ts';
import { lowerSparseAveragePool2d, lowerSparseMaxPool2d } from './sparse-pool2d.ts';
import { lowerSparseRelu } from './sparse-relu.ts';

const sparsePixels: Profile = {
  name: 'sparsepixels-0.2.1',
  summary: 'SparsePixels 0.2.1 kernels and hls4ml io_parallel dense layers, Vitis HLS 2023.1',
  io: 'parallel',
  kinds: {
    'sparse-input-reduce': lowerSparseInputReduce,
    'sparse-conv2d': lowerSparseConv2d,
    'sparse-relu': lowerSparseRelu,
    'sparse-average-pool2d': lowerSparseAveragePool2d,
    'sparse-max-pool2d': lowerSparseMaxPool2d,
    'sparse-flatten': lowerSparseFlatten,
    dense: lowerDense,
    relu: lowerRelu,
    sigmoid: lowerSigmoid,
    softmax: lowerSoftmax,
  },
};

const sparsePixels3x3: Profile = {
  ...sparsePixels,
  name: 'sparsepixels-3x3',
  summary: 'SparsePixels kernels with the earlier 3 x 3 convolution, Vitis HLS 2023.1',
  kinds: { ...sparsePixels.kinds, 'sparse-conv2d': lowerSparseConv3x3 },
};

/** Our own kernels come in both forms, and have met no compiler yet. */
function pipewright(io: Mapping['io']): Profile {
  const summary = `the kernels that Pipewright writes, io_${io}; operators as in the published ones, no report`;
  return { name: 'pipewright', summary, io, kinds: {}, lower: lowerPipewright };
}

export const PROFILES: readonly Profile[] = [
  sparsePixels,
  sparsePixels3x3,
  hls4mlParallel,
  hls4mlStream,
  pipewright('parallel'),
  pipewright('stream'),
];

/**
 * @param io  which form, for a profile that has both
 * @throws InputError `LOW001` if there is no such profile
 */
export function profileNamed(name: string, io: Mapping['io'] = 'parallel'): Profile {
  const named = PROFILES.filter((candidate) => candidate.name === name);
  const profile = named.find((candidate) => candidate.io === io) ?? named[0];
  if (profile) return profile;
  throw new InputError({
    code: 'LOW001',
    what: `there is no schedule profile '${name}'`,
    mend: `use one of ${[...new Set(PROFILES.map((known) => known.name))].join(', ')}`,
  });
}

/** The profile that a Mapping names, or else the one that fits: sparse kernels for a sparse Model, streams otherwise. */
export function profileFor(model: Model, mapping: Mapping): Profile {
  if (mapping.profile !== undefined) return profileNamed(mapping.profile, mapping.io);
  return model.layers.some(({ kind }) => kind === 'sparse-input-reduce') || mapping.io === 'parallel'
    ? sparsePixels
    : hls4mlStream;
}
