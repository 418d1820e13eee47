/** Workflow commands that GitHub shows as annotations. Source: GitHub Docs, "Workflow commands for GitHub Actions". */
import { details, headline } from './sentences.ts';
import type { VerifyReport } from './verify-report.ts';

export function githubAnnotations(report: VerifyReport): string {
  return report.oracles
    .filter(({ verdict }) => verdict !== 'equal')
    .map((oracle) => {
      const title = property(`pipewright verify ${report.model}`);
      return `::error title=${title}::${message([headline(report, oracle), details(oracle)].join('\n').trim())}\n`;
    })
    .join('');
}

function message(text: string): string {
  return text.replaceAll('%', '%25').replaceAll('\r', '%0D').replaceAll('\n', '%0A');
}

function property(text: string): string {
  return message(text).replaceAll(':', '%3A').replaceAll(',', '%2C');
}
