/**
 * The search for the first N active pixels, `pixelsPerCycle` of them each cycle, by rank and select.
 *
 * Once per event: activity of all pixels, active pixels per row, their running sum down the rows. In beat c, port j
 * looks for active pixel k = c x ports + j: its row is the first whose running sum exceeds k; that row is taken out
 * of the frame, and inside it the pixel whose running count is k minus the sum before the row. Nothing feeds back,
 * so the time does not depend on the image. Source of the function: SparsePixels 0.2.1 `sparse_input_reduce`.
 */
import { compose, pick, slice, expand, transpose, type View } from '../../pipeline/circuit/index.ts';
import { asEvent, beatsFor, type Lower, needKind } from './lowering.ts';
import { selectRanked } from './ranked.ts';
import { searchInRows } from './search-rows.ts';

export const lowerSearch: Lower<'sparse-input-reduce'> = (layer, context) => {
  const { b, choices, inputs, outputs } = context;
  if (inputs[0]?.kind === 'rows') return searchInRows(layer, inputs[0], context);
  const image = needKind(layer, inputs[0], 'dense').view;
  const [height, width, channels] = image.shape as [number, number, number];
  const slots = outputs[0].shape[0];
  const ports = choices.pixelsPerCycle;
  const beats = beatsFor(slots, ports);
  const threshold = b.constant([Number(layer.threshold)]);
  const first = pick(image, 2, 0);

  const counts = compose.popcount(b, b.less(threshold, first));
  const running = compose.prefixSum(b, counts);

  const wanted = b.beatConstant(
    Array.from({ length: beats }, (_, beat) =>
      Array.from({ length: ports }, (_, port) =>
        beat * ports + port < slots ? beat * ports + port : height * width,
      ),
    ),
    [ports],
    'wanted',
  );
  const reached = b.less(expand(wanted, 1), running);
  const found = pick(reached, 1, height - 1);
  const rowHot = compose.firstOfThermometer(b, reached);
  const row = b.oneHot(rowHot, b.constant(count(height)));

  // A pixel's rank in its row is below N: its low bits are enough, and subtraction commutes with taking them.
  const rankBits = Math.max(1, (slots - 1).toString(2).length);
  const before = b.concat([b.constant([0]), slice(b.wrap(running, rankBits, false), 0, 0, height - 1)], 0);
  const rank = b.wrap(b.subtract(wanted, b.oneHot(rowHot, before)), rankBits, false);

  const pixels = Array.from({ length: channels }, (_, channel) =>
    b.mux(expand(row, 1), transpose(pick(image, 2, channel), [1, 0])),
  );
  const columnHot = b.and(selectRanked(b, b.less(threshold, pixels[0]), rank), expand(found, 1));
  const column = b.oneHot(columnHot, b.constant(count(width)));

  // An active pixel is above a threshold of at least 0: it has no sign. In an empty slot the one-hot sum is 0.
  const { hi } = image.node.range;
  const magnitude = hi.toString(2).length;
  const features = pixels.map((values, channel) => {
    if (channel === 0) return b.wrap(b.oneHot(columnHot, values), magnitude, false);
    return b.select(found, b.oneHot(columnHot, values), b.constant([0]));
  });
  const origin = pick(pick(image, 0, 0), 0, 0);
  const filled = features.map((feature, channel) =>
    channel === 0 ? feature : b.select(found, feature, pick(origin, 0, channel)),
  );
  const view = b.concat(
    filled.map((feature) => expand(feature, 1)),
    1,
  );

  const gathered = (value: View) =>
    pick(
      asEvent(b, { kind: 'slots', form: 'beat', view: expand(value, 1), slots, type: outputs[1].type }),
      1,
      0,
    );
  return [
    { kind: 'slots', form: 'beat', view, slots, type: outputs[0].type },
    { kind: 'places', row: gathered(row), column: gathered(column), distinct: channels === 1 },
  ];
};

function count(n: number): number[] {
  return Array.from({ length: n }, (_, index) => index);
}
