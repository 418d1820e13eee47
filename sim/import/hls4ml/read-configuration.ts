/** Reads a configuration file, YAML or JSON. */
import { createRequire } from 'node:module';
import { dirname, join } from 'node:path';
import { existsSync } from 'node:fs';
import type * as Yaml from 'yaml';
import { inFile, InputError } from '../../model/index.ts';
import { parseJson, readBytes } from '../read-json.ts';
import { Configuration } from './configuration.ts';

/** What holds where no configuration is given: hls4ml's own default of everything in fixed<16,6>. */
const DEFAULT = { Model: { Precision: 'fixed<16,6>', ReuseFactor: 1, Strategy: 'Latency' } };

const BESIDE = ['hls4ml_config.yml', 'hls_config.json'];

/**
 * The configuration of a model file: the one named, or one that lies beside it, or hls4ml's default.
 * @throws InputError `IMP001` (cannot be read), `IMP002` (not JSON), `CFG000` (not YAML), `CFG001`.. (contents)
 */
export function readConfiguration(modelFile: string, named: string | undefined): Configuration {
  const beside = BESIDE.map((name) => join(dirname(modelFile), name)).find((path) => existsSync(path));
  const file = named ?? beside;
  if (file === undefined) return new Configuration(DEFAULT);
  const text = readBytes(file).toString('utf8');
  const json = /\.ya?ml$/i.test(file) ? parseYaml(file, text) : parseJson(file, text);
  return inFile(file, () => new Configuration(json));
}

/** The settings of a backend in a project's configuration, or none if there is no such file. */
export function readSettings(file: string): Record<string, unknown> {
  if (!existsSync(file)) return {};
  const text = readBytes(file).toString('utf8');
  const json = /\.ya?ml$/i.test(file) ? parseYaml(file, text) : parseJson(file, text);
  return Object.fromEntries(Object.entries(json ?? {}).filter(([key]) => key !== 'HLSConfig'));
}

function parseYaml(file: string, text: string): unknown {
  // loaded here because most models come without YAML, and parsing it costs a tenth of the start-up time
  const { parseDocument } = createRequire(import.meta.url)('yaml') as typeof Yaml;
  const document = parseDocument(text, { logLevel: 'silent' });
  const [error] = document.errors;
  if (!error) return document.toJS();
  const place = error.linePos?.[0];
  throw new InputError({
    code: 'CFG000',
    file,
    what: `is not YAML${place ? ` at line ${place.line}, column ${place.col}` : ''}: ${error.message.split('\n')[0]}`,
  });
}
