import { describe, expect, test } from 'vitest';
import { forkAndJoin } from './fork-and-join.suite.ts';
import {
  canMask,
  type Network,
  NetworkBuilder,
  NetworkError,
  NO_PADDING,
  printNetwork,
  verifyNetwork,
  windowGeometry,
} from './index.ts';

const NIBBLE = { lo: 0, hi: 15 };
const pixels = (n: NetworkBuilder, beats: number, count = 1) => n.input([{ count, range: NIBBLE }], beats);

test('the text form shows every unit with what it reads, and every channel with its depth and beats', () => {
  expect(printNetwork(forkAndJoin({ shortDepth: 9 }))).toBe(
    [
      'network residual',
      '  -> input: wire, 30 x u4[1]',
      'fork = fork input',
      '  -> fork_0: fifo 2, 30 x u4[1]',
      '  -> fork_1: fifo 9, 30 x u4[1]',
      'window = window 3x3 stride 1x1 of 5x6 padded 1,1,1,1 with 0 fork_0',
      '  -> window: register, 30 x u4[9]',
      // Four additions fit into one step: latency 2, and 2 + 1 places behind it.
      'sum = region interval 1 latency 2 window',
      '  -> sum: fifo 3, 30 x u8[1]',
      'join = join sum fork_1',
      '  -> join: fifo 2, 30 x u8[1] u4[1]',
      'output join',
      '',
    ].join('\n'),
  );
});

describe('a network is refused', () => {
  test('where two units read one channel', () => {
    const n = new NetworkBuilder('twice');
    const x = pixels(n, 4);
    n.gather('a', x, 2);
    expect(() => n.gather('b', x, 2)).toThrow(NetworkError);
  });

  test('where beats of different events would come together', () => {
    const n = new NetworkBuilder('mixed');
    expect(() => n.finish(n.gather('a', pixels(n, 4), 3))).toThrow(/different events|beats an event/);
  });

  test('where a branch has other beats than the one that it joins', () => {
    const n = new NetworkBuilder('uneven');
    const [a, b] = n.fork('fork', pixels(n, 4), [2, 2]);
    expect(() => n.finish(n.join('join', [n.gather('pairs', a, 2), b]))).toThrow(/different beats/);
  });

  test('where a window has more zeros around it than masks can make', () => {
    const n = new NetworkBuilder('far');
    const shape = {
      image: { height: 2, width: 2 },
      window: [2, 2] as const,
      stride: [1, 1] as const,
      padding: { top: 2, bottom: 0, left: 0, right: 0 },
      fill: 0,
    };
    expect(() => n.finish(n.gather('out', n.window('window', pixels(n, 4), shape), 1))).toThrow(/masks/);
  });

  test('where nothing reads a channel, or a FIFO holds no beat', () => {
    const loose = new NetworkBuilder('loose');
    const [a] = loose.fork('fork', pixels(loose, 4), [2, 2]);
    expect(() => loose.finish(a)).toThrow(/no reader/);
    const sound = forkAndJoin({ shortDepth: 9 });
    const channels = sound.channels.map((channel) =>
      channel.name === 'fork_1' ? { ...channel, depth: 0 } : channel,
    );
    const broken: Network = { ...sound, channels };
    expect(() => verifyNetwork(broken)).toThrow(/fork_1/);
  });
});

describe('the geometry of a window', () => {
  const shape = { name: 'w', layers: [], inputs: [], outputs: [], fill: 0 };
  const image = { height: 63, width: 63 };

  test('of same padding drains by as many steps as columns lie right of the scanned one', () => {
    const padding = { top: 3, bottom: 3, left: 3, right: 3 };
    const place = { ...shape, image, window: [7, 7] as const, stride: [1, 1] as const, padding };
    const { outRows, outColumns, right, drains, need, capacity } = windowGeometry(place);
    expect([outRows, outColumns, right, drains]).toEqual([63, 63, 3, true]);
    expect([need(0), need(59), need(61), need(62)]).toEqual([3 * 63, 3 * 63, 63, 0]);
    expect(capacity).toBe(4 * 63);
    expect(canMask(place)).toBe(true);
  });

  test('of windows side by side without padding is done with the last pixel', () => {
    const place = {
      ...shape,
      image,
      window: [7, 7] as const,
      stride: [7, 7] as const,
      padding: NO_PADDING,
    };
    expect(windowGeometry(place)).toMatchObject({ outRows: 9, outColumns: 9, drains: false });
  });
});
