/** The ports of a module in the order of its header. */
import type { CanonicalModule } from './verilog-modules.ts';

export interface ModulePort {
  readonly name: string;
  readonly direction: 'input' | 'output';
  /** `[high:low]`, or empty for a single bit. */
  readonly range: string;
}

export function modulePorts({ text }: CanonicalModule): ModulePort[] {
  const header = text.slice(0, text.indexOf(';'));
  const declared = header.matchAll(/\b(input|output)\s+(?:wire\b|reg\b)?\s*(\[[^\]]*\])?\s*(\w+)/g);
  return [...declared].map(([, direction, range = '', name]) => ({
    name,
    direction: direction as ModulePort['direction'],
    range,
  }));
}
