/** What the parts of a Pipeline say about the whole, without simulating it. */
import type { Pipeline, Stage } from './pipeline.ts';
import { addRanges, exactly, latest, type Range } from './range.ts';
import { intervalOf, latencyOf } from './schedule.ts';

/** Cycles between the acceptance of consecutive events at full rate: the slowest stage and the region's control. */
export function pipelineInterval({ stages, controlCycles }: Pipeline): Range {
  return addRanges(latest(...stages.map(({ schedule }) => intervalOf(schedule))), exactly(controlCycles));
}

/**
 * Latency of an event that each stage takes as a whole and hands on as a whole: the longest path through the stages,
 * each with its latency, each channel on the way with its handoff.
 *
 * True of stages that read all beats before they write the first; an upper bound of stages that stream.
 */
export function pathLatency(pipeline: Pipeline): Range {
  const ends = stageEnds(pipeline);
  return latest(...ends.values());
}

/** Cycle in which each stage ends, the event entering at cycle 0 (see {@link pathLatency}). */
export function stageEnds({ stages, channels }: Pipeline): Map<string, Range> {
  const ends = new Map<string, Range>();
  for (const stage of stages) {
    const arrivals = channels
      .filter(({ to }) => to === stage.name)
      .map(({ from, handoffCycles }) =>
        from === null ? exactly(0) : addRanges(ends.get(from) ?? exactly(0), exactly(handoffCycles)),
      );
    ends.set(stage.name, addRanges(latest(...arrivals), latencyOf(stage.schedule)));
  }
  return ends;
}

/** The stage that limits the interval; undefined if there is no stage. */
export function slowestStage({ stages }: Pipeline): Stage | undefined {
  return stages.reduce<Stage | undefined>(
    (slow, stage) =>
      slow === undefined || intervalOf(stage.schedule).max > intervalOf(slow.schedule).max ? stage : slow,
    undefined,
  );
}
