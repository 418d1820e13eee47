/** A residual block as a Network: a 3 x 3 window beside a FIFO that must hold what the window lags behind. */
import { CircuitBuilder, compose, schedule, ULTRASCALE_PLUS } from '../circuit/index.ts';
import { NetworkBuilder } from './builder.ts';
import type { Network } from './network.ts';

export const RESIDUAL_IMAGE = { height: 5, width: 6 };

/** @param shortDepth  of the FIFO beside the window */
export function forkAndJoin({ shortDepth }: { shortDepth: number }): Network {
  const n = new NetworkBuilder('residual');
  const pixels = n.input(
    [{ count: 1, range: { lo: 0, hi: 15 } }],
    RESIDUAL_IMAGE.height * RESIDUAL_IMAGE.width,
  );
  const [long, short] = n.fork('fork', pixels, [2, shortDepth]);
  const shown = n.window('window', long, {
    image: RESIDUAL_IMAGE,
    window: [3, 3],
    stride: [1, 1],
    padding: { top: 1, bottom: 1, left: 1, right: 1 },
    fill: 0,
  });
  const b = new CircuitBuilder('sum', 1);
  const window = b.input('window', [9], { lo: 0, hi: 15 });
  b.stage('sum', 'sum of a window');
  const summed = n.region('sum', shown, schedule(b.finish([compose.sum(b, window, 0)]), 5, ULTRASCALE_PLUS));
  return n.finish(n.join('join', [summed, short]));
}
