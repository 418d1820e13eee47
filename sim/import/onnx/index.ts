/** Reads ONNX and QONNX models with an hls4ml configuration. */
import { inFile } from '../../model/index.ts';
import { compileSources } from '../hls4ml/index.ts';
import { readConfiguration } from '../hls4ml/read-configuration.ts';
import type { Importer } from '../importer.ts';
import { readBytes } from '../read-json.ts';
import { readOnnx } from './proto.ts';
import { readSources } from './read-sources.ts';

export const onnxImporter: Importer = {
  name: 'onnx',
  reads: 'an ONNX or QONNX model (.onnx) with an hls4ml configuration',
  recognises: (path) => path.endsWith('.onnx'),
  read(path, { config, fix }) {
    const sources = inFile(path, () => readSources(readOnnx(readBytes(path))));
    const configuration = readConfiguration(path, config);
    return inFile(path, () =>
      compileSources(sources, configuration, 'ONNX model, hls4ml 1.3.0 numerics', fix),
    );
  },
};
