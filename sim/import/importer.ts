/** The contract of every importer: a folder here reads one sort of model files into a Model and a Mapping. */
import type { Mapping, Model } from '../model/index.ts';

/** Something in the files that will surprise their author: named, with its place and what mends it. */
export interface Warning {
  /** Stable name, in kebab-case: `coarse-softmax-table`. */
  readonly name: string;
  readonly layer?: string;
  readonly what: string;
  readonly mend?: string;
}

export interface Imported {
  readonly model: Model;
  /** How the files say the design is built; undefined if they say nothing of it. */
  readonly mapping: Mapping | undefined;
  readonly warnings?: readonly Warning[];
}

export interface ImportOptions {
  /** An hls4ml configuration, YAML or JSON; by default a `hls4ml_config.yml` beside the model file, if any. */
  readonly config?: string | undefined;
  /** Whether to mend what can be mended of what is warned of: the configuration, or what the Model computes. */
  readonly fix?: boolean;
}

export interface Importer {
  readonly name: string;
  /** What it reads, for help and for the message when no importer fits. */
  readonly reads: string;
  /** Whether `path` looks like its files: cheap, and never throws. */
  readonly recognises: (path: string) => boolean;
  /** @throws InputError saying which file, layer and field is at fault, and how to mend it */
  readonly read: (path: string, options: ImportOptions) => Imported;
}
