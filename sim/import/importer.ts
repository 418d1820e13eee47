/** The contract of every importer: a folder here reads one sort of model files into a Model and a Mapping. */
import type { Mapping, Model } from '../model/index.ts';

export interface Imported {
  readonly model: Model;
  /** How the files say the design is built; undefined if they say nothing of it. */
  readonly mapping: Mapping | undefined;
}

export interface Importer {
  readonly name: string;
  /** What it reads, for help and for the message when no importer fits. */
  readonly reads: string;
  /** Whether `path` looks like its files: cheap, and never throws. */
  readonly recognises: (path: string) => boolean;
  /** @throws InputError saying which file, layer and field is at fault, and how to mend it */
  readonly read: (path: string) => Imported;
}
