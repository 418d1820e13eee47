/** Zero padding of a stream: rows of zeros, rows with zeros left and right, rows of zeros; none of its loops is pipelined. */
import type { LayerOf } from '../../model/index.ts';
import { imageShape } from '../../model/layer-kind.ts';
import { type Access, exactly, type SequentialLoop } from '../../pipeline/index.ts';
import type { LayerLowering } from './profile.ts';

/** Cycles that entering and leaving its loops costs: a row of zeros, a row of the image, the whole. */
const ROW_OF_ZEROS = 2;
const ROW_OF_IMAGE = 4;
const WHOLE = 3;

export const lowerZeroPad2d: LayerLowering<LayerOf<'zero-pad2d'>> = ({ inputs, padding }, site) => {
  const [height, width] = imageShape(site.model.tensors[inputs[0]].shape);
  const { top, bottom, left, right } = padding;
  const padded = left + width + right;
  const write: Access[] = site.writes.map((channel) => ({ channel, direction: 'write', cycle: 0 }));
  const read: Access[] = site.reads.map((channel) => ({ channel, direction: 'read', cycle: 0 }));
  const run = (name: string, trips: number, accesses: Access[]): SequentialLoop => ({
    kind: 'sequential-loop',
    name,
    trips: exactly(trips),
    controlCycles: 0,
    steps: [{ kind: 'straight', cycles: exactly(1), accesses }],
  });
  const rows = (name: string, trips: number): SequentialLoop => ({
    kind: 'sequential-loop',
    name,
    trips: exactly(trips),
    controlCycles: ROW_OF_ZEROS,
    steps: [run(`${name}Width`, padded, write)],
  });
  return {
    schedule: {
      interval: null,
      steps: [
        rows('PadTop', top),
        {
          kind: 'sequential-loop',
          name: 'PadMain',
          trips: exactly(height),
          controlCycles: ROW_OF_IMAGE,
          steps: [
            run('PadLeft', left, write),
            run('CopyMain', width, [...read, ...write]),
            run('PadRight', right, write),
          ],
        },
        rows('PadBottom', bottom),
        { kind: 'straight', cycles: exactly(WHOLE), accesses: [] },
      ],
    },
    derivation:
      `${top} + ${bottom} rows of zeros x (${padded} + ${ROW_OF_ZEROS}) + ${height} rows x (${padded} + ${ROW_OF_IMAGE}) + ${WHOLE}; ` +
      'no loop is pipelined',
  };
};
