/** Reports of a verification. */
export { githubAnnotations } from './github.ts';
export { htmlReport } from './html.ts';
export { junitReport } from './junit.ts';
export { details, headline } from './sentences.ts';
export { type OracleReport, type VerifyReport, withEvent } from './verify-report.ts';
