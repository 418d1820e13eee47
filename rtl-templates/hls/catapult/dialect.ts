/** Catapult: ac_types, ac_channel, and pragmas in front of loops. Arrays become registers by directives (build.tcl). */
import type { Hint } from '../annotate.ts';
import { acNumbers, acType } from '../ac-dialect.ts';
import type { HlsDialect } from '../dialect.ts';

export const catapultDialect: HlsDialect = {
  target: 'catapult',
  hints: { labels: true, print: (hint) => ({ before: pragma(hint) }) },
  type: acType,
  numbers: acNumbers(['#include "ac_fixed.h"', '#include "ac_int.h"']),
  streamOf: (beat) => `ac_channel<${beat}>`,
  streamInclude: '#include "ac_channel.h"',
};

function pragma(hint: Hint): string | undefined {
  switch (hint.kind) {
    case 'unroll':
      return '#pragma hls_unroll yes';
    case 'pipeline': {
      if (/^\d+$/.test(hint.interval)) return `#pragma hls_pipeline_init_interval ${hint.interval}`;
      // The pragma takes a name in scope, not one that depends on a template parameter.
      return [
        `constexpr int interval = ${hint.interval};`,
        '#pragma hls_pipeline_init_interval interval',
      ].join('\n');
    }
    case 'registers':
    case 'inline':
    case 'pipeline-function':
    case 'partition':
    case 'partition-rows':
    case 'words':
    case 'multipliers':
      return undefined;
    default:
      return hint satisfies never;
  }
}
