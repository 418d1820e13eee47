/** Warnings of an import on stderr: the name, where, what, and what mends it. */
import pc from 'picocolors';
import type { Warning } from '../sim/import/index.ts';

export function printWarnings(warnings: readonly Warning[]): void {
  for (const { name, layer, what, mend } of warnings) {
    const lines = [
      `${pc.yellow('warning')} ${name}: ${layer === undefined ? '' : `layer '${layer}' `}${what}`,
      ...(mend === undefined ? [] : [`  mend: ${mend}`]),
    ];
    process.stderr.write(`${lines.join('\n')}\n`);
  }
}
