/** The files that hold a Keras model: `.keras` archives, whole models in HDF5, and JSON with weights beside it. */
import { unzipSync } from 'fflate';
import { existsSync, readFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { inFile, InputError } from '../../model/index.ts';
import { type Hdf5Object, isHdf5, readHdf5 } from '../hdf5/index.ts';
import { parseJson, readBytes, readJson } from '../read-json.ts';

export interface KerasFiles {
  /** The model's configuration, still as JSON. */
  readonly config: unknown;
  readonly weights: Hdf5Object;
  /** 3 for files of Keras 3, 2 for older ones. */
  readonly version: 2 | 3;
}

/** @throws InputError `IMP001`, `IMP002`, `KER001` (no Keras file), `HDF001`, `HDF002` */
export function readKerasFiles(path: string): KerasFiles {
  if (path.endsWith('.keras')) return inFile(path, () => readArchive(path));
  if (path.endsWith('.json')) return readPair(path);
  return inFile(path, () => readWholeModel(path));
}

/** Whether a JSON file is a Keras model's configuration. */
export function isKerasJson(path: string): boolean {
  try {
    return /"class_name"\s*:\s*"(Sequential|Functional|Model)"/.test(
      readFileSync(path, 'utf8').slice(0, 4096),
    );
  } catch {
    return false;
  }
}

function readArchive(path: string): KerasFiles {
  const files = unzip(readBytes(path));
  const member = (name: string): Uint8Array => {
    const bytes = files[name];
    if (bytes) return bytes;
    throw new InputError({ code: 'KER001', what: `is no Keras archive: it holds no ${name}` });
  };
  const text = (name: string) => new TextDecoder().decode(member(name));
  const metadata = parseJson(`${path} › metadata.json`, text('metadata.json')) as { keras_version?: unknown };
  return {
    config: parseJson(`${path} › config.json`, finite(text('config.json'))),
    weights: readHdf5(member('model.weights.h5')),
    version: majorVersion(metadata.keras_version),
  };
}

/** Python writes infinities and NaN into JSON, as limits that nobody reads here; they become null. */
function finite(text: string): string {
  return text.replace(/([:[,]\s*)-?(?:Infinity|NaN)(?=\s*[,}\]])/g, '$1null');
}

function unzip(bytes: Uint8Array): Record<string, Uint8Array> {
  try {
    return unzipSync(bytes);
  } catch {
    throw new InputError({
      code: 'KER001',
      what: 'is no Keras archive: it is no complete zip file',
      mend: 'save the model again, or give an .h5 file its own ending',
    });
  }
}

function readWholeModel(path: string): KerasFiles {
  const weights = readHdf5(readBytes(path));
  const config = weights.text('model_config');
  if (config === undefined) {
    throw new InputError({
      code: 'KER001',
      what: 'holds weights alone, without the model',
      mend: 'give the JSON file that belongs to it, or save the whole model',
    });
  }
  return {
    config: parseJson(`${path} › model_config`, config),
    weights,
    version: majorVersion(weights.text('keras_version')),
  };
}

/** `model.json` with `model.h5`, `model_weights.h5` or `model.weights.h5` beside it. */
function readPair(path: string): KerasFiles {
  const stem = path.slice(0, -'.json'.length);
  const candidates = [
    `${stem}.h5`,
    `${stem}_weights.h5`,
    `${stem}.weights.h5`,
    join(dirname(path), 'model.h5'),
  ];
  const weightsFile = candidates.find((candidate) => existsSync(candidate));
  if (weightsFile === undefined) {
    throw new InputError({
      code: 'IMP001',
      file: candidates[0],
      what: 'there is no such file, and the configuration holds no weights',
      mend: 'put the weights beside the JSON file under the same name',
    });
  }
  const config = readJson(path) as { keras_version?: unknown };
  return {
    config,
    weights: inFile(weightsFile, () => {
      const bytes = readBytes(weightsFile);
      if (!isHdf5(bytes)) throw new InputError({ code: 'HDF001', what: 'is no HDF5 file' });
      return readHdf5(bytes);
    }),
    version: majorVersion(config.keras_version),
  };
}

function majorVersion(text: unknown): 2 | 3 {
  return typeof text === 'string' && Number.parseInt(text) >= 3 ? 3 : 2;
}
