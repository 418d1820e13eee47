/** Reads Keras models: `.keras`, `.h5`, and JSON with weights beside it, with an hls4ml configuration. */
import { inFile } from '../../model/index.ts';
import { compileSources } from '../hls4ml/index.ts';
import { readConfiguration } from '../hls4ml/read-configuration.ts';
import type { Importer } from '../importer.ts';
import { isKerasJson, readKerasFiles } from './files.ts';
import { readSources } from './read-sources.ts';

export const kerasImporter: Importer = {
  name: 'keras',
  reads: 'a Keras model (.keras, .h5, .json with .h5) with an hls4ml configuration',
  recognises: (path) => /\.(keras|h5|hdf5)$/.test(path) || (path.endsWith('.json') && isKerasJson(path)),
  read(path, { config, fix }) {
    const sources = inFile(path, () => readSources(readKerasFiles(path)));
    const configuration = readConfiguration(path, config);
    return inFile(path, () =>
      compileSources(
        { ...sources, everyLayer: true },
        configuration,
        'Keras model, hls4ml 1.3.0 numerics',
        fix,
      ),
    );
  },
};
