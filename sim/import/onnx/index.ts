/** Reads ONNX and QONNX models with an hls4ml configuration. */
import { dirname, join, normalize, isAbsolute } from 'node:path';
import { inFile, InputError } from '../../model/index.ts';
import { compileSources } from '../hls4ml/index.ts';
import { readConfiguration } from '../hls4ml/read-configuration.ts';
import type { Importer } from '../importer.ts';
import { readBytes } from '../read-json.ts';
import { type ReadExternal, readOnnx } from './proto.ts';
import { readSources } from './read-sources.ts';

export const onnxImporter: Importer = {
  name: 'onnx',
  reads: 'an ONNX or QONNX model (.onnx) with an hls4ml configuration',
  recognises: (path) => path.endsWith('.onnx'),
  read(path, { config, fix }) {
    const sources = inFile(path, () => readSources(readOnnx(readBytes(path), filesBeside(path))));
    const configuration = readConfiguration(path, config);
    return inFile(path, () =>
      compileSources(sources, configuration, 'ONNX model, hls4ml 1.3.0 numerics', fix),
    );
  },
};

/** Files with the values of tensors, by their place relative to the model; each is read once. */
function filesBeside(path: string): ReadExternal {
  const read = new Map<string, Uint8Array>();
  return (location) => {
    const inside = normalize(location);
    if (location === '' || isAbsolute(inside) || inside.startsWith('..'))
      throw new InputError({
        code: 'ONX002',
        field: 'location',
        what: `'${location}' of a tensor's values is no file in the model's folder`,
        mend: 'export the model again, with its data beside it',
      });
    const bytes = read.get(inside) ?? readBytes(join(dirname(path), inside));
    read.set(inside, bytes);
    return bytes;
  };
}
