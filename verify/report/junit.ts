/** JUnit XML, as CI servers read it: one test case an oracle; a difference is a failure, a failed tool an error. */
import { escapeMarkup } from './escape-markup.ts';
import { details, headline } from './sentences.ts';
import type { VerifyReport } from './verify-report.ts';

export function junitReport(report: VerifyReport): string {
  const count = (wanted: (verdict: string | undefined) => boolean) =>
    report.oracles.filter(({ verdict }) => wanted(verdict)).length;
  const failures = count((verdict) => verdict === 'different');
  const errors = count((verdict) => verdict === 'failed' || verdict === undefined);
  const cases = report.oracles.map((oracle) => {
    const name = `${oracle.oracle} equals ${report.baseline} on ${report.events} events`;
    const open = `    <testcase classname="${escapeMarkup(report.model)}" name="${escapeMarkup(name)}"`;
    if (oracle.verdict === 'equal') return `${open}/>`;
    const element = oracle.verdict === 'different' ? 'failure' : 'error';
    const message = escapeMarkup(headline(report, oracle));
    return `${open}>\n      <${element} message="${message}">${escapeMarkup(details(oracle))}</${element}>\n    </testcase>`;
  });
  const counts = `tests="${report.oracles.length}" failures="${failures}" errors="${errors}"`;
  return [
    '<?xml version="1.0" encoding="UTF-8"?>',
    `<testsuites ${counts}>`,
    `  <testsuite name="pipewright verify ${escapeMarkup(report.model)}" ${counts}>`,
    ...cases,
    '  </testsuite>',
    '</testsuites>',
    '',
  ].join('\n');
}
