/**
 * The same events through a baseline and through other oracles, compared bit for bit.
 *
 * A failing oracle ends only its own comparison; what it gave before counts, and it is never taken for a pass.
 */
import type { Values } from '../../sim/evaluate/index.ts';
import { type Event, inputValues } from '../../sim/import/vectors/index.ts';
import { InputError } from '../../sim/model/index.ts';
import {
  type FailureReport,
  type Oracle,
  type OracleContext,
  OracleFailure,
  type OracleResult,
  type Subject,
} from '../oracles/index.ts';
import { LayerTable } from './layer-table.ts';
import { locate, type Suspect } from './locate.ts';
import { mistimed, mistimedDivergence } from './mistimed.ts';
import type { Totals, Verdict, VerifyEvent } from './verify-events.ts';

export interface Verification {
  readonly subject: Subject;
  readonly events: readonly Event[];
  /** What is taken as right. */
  readonly baseline: Oracle;
  /** Gives all tensors of an event where the baseline knows only outputs; used if it agrees with the baseline. */
  readonly explainer: Oracle;
  readonly against: readonly Oracle[];
  readonly context: OracleContext;
  /** Compare all events and make a table over layers, instead of stopping at the first difference. */
  readonly keepGoing: boolean;
}

/** @throws InputError `VER003` if there is no event; whatever `prepare` of the baseline throws */
export async function* verifyAgainst(verification: Verification): AsyncGenerator<VerifyEvent> {
  const { subject, events, baseline, against } = verification;
  if (events.length === 0) {
    const what = 'there is no event to verify with';
    throw new InputError({ code: 'VER003', what, mend: 'give vectors, or --random N' });
  }
  yield {
    kind: 'started',
    model: subject.model.name,
    events: events.length,
    baseline: baseline.name,
    oracles: against.map(({ name }) => name),
  };
  const verdicts: Verdict[] = [];
  for (const oracle of against) {
    for await (const event of compareOracle(oracle, verification)) {
      if (event.kind === 'finished') verdicts.push(event.verdict);
      yield event;
    }
  }
  yield { kind: 'ended', verdict: worst(verdicts) };
}

/** Different before failed before equal: a difference that was found stays one whatever else went wrong. */
function worst(verdicts: readonly Verdict[]): Verdict {
  if (verdicts.includes('different')) return 'different';
  return verdicts.includes('failed') || verdicts.length === 0 ? 'failed' : 'equal';
}

async function* compareOracle(oracle: Oracle, verification: Verification): AsyncGenerator<VerifyEvent> {
  const { subject, events, context, baseline, keepGoing } = verification;
  const { name } = oracle;
  const count = { comparedEvents: 0, mismatchedEvents: 0, values: 0, mismatchedValues: 0 };
  const table = new LayerTable(subject.model);
  let verdict: Verdict = 'equal';
  let expectations: AsyncIterator<OracleResult> | undefined;
  let clocks: AsyncIterator<OracleResult> | undefined;
  try {
    const availability = await oracle.availability();
    if (availability.kind === 'missing') {
      const what = `${availability.what}; ${availability.mend}`;
      throw new OracleFailure({ kind: 'missing', oracle: name, phase: 'build', what });
    }
    const prepared = await prepareOrRefuse(oracle, subject, context);
    const right = await baseline.prepare(subject, context);
    const timekeeper = await oracle.timekeeper?.prepare(subject, context);
    yield { kind: 'prepared', oracle: name, version: availability.version };
    const depth = keepGoing ? 'all' : 'outputs';
    expectations = right.run(events, depth)[Symbol.asyncIterator]();
    clocks = timekeeper?.run(events, 'outputs')[Symbol.asyncIterator]();
    let index = 0;
    for await (const result of prepared.run(events, depth)) {
      const expectation = (await expectations.next()) as IteratorResult<OracleResult, undefined>;
      if (expectation.done) break;
      const clock = ((await clocks?.next()) as IteratorResult<OracleResult, undefined> | undefined)?.value
        ?.clock;
      const late = mistimed(clock, result.clock);
      const event = events[index++];
      const expected = expectation.value.values;
      const { values, mismatchedValues } = compareShared(subject, expected, result.values);
      count.comparedEvents++;
      count.values += values;
      count.mismatchedValues += mismatchedValues;
      yield { kind: 'compared', oracle: name, event: event.id, mismatchedValues };
      if (keepGoing) table.add(event.id, await explain(verification, event, expected), result.values);
      if (mismatchedValues === 0 && !late) continue;
      count.mismatchedEvents++;
      if (verdict === 'equal') {
        verdict = 'different';
        const suspect: Suspect = { oracle, prepared, subject, context };
        const known = await explain(verification, event, expected);
        const inside = timekeeper && { timekeeper, events, index: index - 1 };
        const found = await locate(event, known, result, { ...suspect, ...(inside ? { inside } : {}) });
        const divergence = found ?? (late && mistimedDivergence(event, late));
        if (divergence)
          yield {
            kind: 'diverged',
            oracle: name,
            divergence: { ...divergence, ...(late ? { clock: late } : {}) },
          };
      }
      if (!keepGoing) break;
    }
    if (verdict === 'equal' && count.comparedEvents < events.length) {
      const what = `${count.comparedEvents} of ${events.length} events could be compared`;
      throw new OracleFailure({ kind: 'bad-output', oracle: name, phase: 'read', what });
    }
    if (verdict === 'equal' && count.values === 0) {
      const what = `shares no tensor with ${baseline.name}: nothing was compared`;
      throw new OracleFailure({ kind: 'bad-output', oracle: name, phase: 'read', what });
    }
  } catch (error) {
    const failure = failureOf(error, name);
    if (!failure) throw error;
    if (verdict === 'equal') verdict = 'failed';
    yield { kind: 'failed', oracle: name, failure };
  } finally {
    await expectations?.return?.();
    await clocks?.return?.();
  }
  if (keepGoing) yield { kind: 'layers', oracle: name, rows: table.rows() };
  const totals: Totals = { events: events.length, ...count };
  yield { kind: 'finished', oracle: name, verdict, totals };
}

/** A Model that one oracle cannot express is no fault of the input: the others can still be asked. */
async function prepareOrRefuse(oracle: Oracle, subject: Subject, context: OracleContext) {
  try {
    return await oracle.prepare(subject, context);
  } catch (error) {
    if (!(error instanceof InputError)) throw error;
    const { layer, what: why, mend } = error.problem;
    const what = `${layer === undefined ? '' : `layer '${layer}': `}${why}${mend === undefined ? '' : `; ${mend}`}`;
    throw new OracleFailure({ kind: 'refused', oracle: oracle.name, phase: 'build', what });
  }
}

const DISK_CODES = ['ENOSPC', 'EDQUOT', 'EFBIG'];
const SYSTEM_CODES = ['EACCES', 'EROFS', 'EMFILE', 'ENFILE', 'EIO', 'ENOMEM', 'EAGAIN'];

/** A full disk or a refusing system fails the oracle that met it; anything else unknown is a fault of ours. */
function failureOf(error: unknown, oracle: string): FailureReport | undefined {
  if (error instanceof OracleFailure) return error.report;
  const { code = '', message } = error as NodeJS.ErrnoException;
  if (DISK_CODES.includes(code)) return { kind: 'no-space', oracle, phase: 'run', what: message };
  if (SYSTEM_CODES.includes(code)) return { kind: 'failed', oracle, phase: 'run', what: message };
  return undefined;
}

/** Values of the tensors that both sides have. */
function compareShared({ model }: Subject, expected: Values, got: Values) {
  let [values, mismatchedValues] = [0, 0];
  for (const [tensor, wanted] of Object.entries(expected)) {
    const actual = got[tensor];
    if (actual === undefined || model.inputs.includes(tensor)) continue;
    values += wanted.length;
    wanted.forEach((raw, index) => (mismatchedValues += raw === actual[index] ? 0 : 1));
  }
  return { values, mismatchedValues };
}

/** All tensors of an event, where the explainer's outputs are those expected; otherwise what is expected. */
async function explain(
  { explainer, subject, context }: Verification,
  event: Event,
  expected: Values,
): Promise<Values> {
  const { model } = subject;
  if (model.layers.every((layer) => layer.outputs.every((tensor) => tensor in expected))) return expected;
  try {
    const prepared = await explainer.prepare(subject, context);
    for await (const { values } of prepared.run([event], 'all')) {
      const agrees = Object.entries(expected).every(([tensor, raws]) =>
        raws.every((raw, index) => values[tensor]?.[index] === raw),
      );
      if (agrees) return { ...values, ...expected };
    }
  } catch (error) {
    if (!(error instanceof OracleFailure)) throw error;
  }
  return { ...expected, ...inputValues(event, model) };
}
