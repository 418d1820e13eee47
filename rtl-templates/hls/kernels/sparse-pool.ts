/** What average and maximum pooling of kept pixels share: the loop over slots, and the cells they move to. */
import type { Kernel } from '../hls-layer.ts';
import { text } from '../text.ts';
import { coordinates, markedCoordinates, readSlots } from './coordinates.ts';

export interface SparsePool {
  readonly name: string;
  readonly about: string;
  /** Function template that gives a cell's value: (features, cells, slot, channel) -> output_t */
  readonly cellValue: string;
  readonly common: string;
  /** Slots without a pixel stand at (0, 0), and so do, behind the layer, all but the first of a cell. */
  readonly marked: boolean;
}

export function sparsePoolKernel({ name, about, cellValue, common, marked }: SparsePool): Kernel {
  const first = marked
    ? 'is_first_of_place<Layer>(cells, slot) && cells[2 * slot] != 0'
    : 'is_first_of_place<Layer>(cells, slot)';
  const pooled = `${marked ? 'pool_marked_coordinates' : 'pool_coordinates'}<Layer>(coordinates, cells);`;
  const leaving = (target: (at: 0 | 1) => string) =>
    marked
      ? text`
          const bool stays = ${first};
          ${target(0)} = stays ? to_int(cells[2 * slot]) : 0;
          ${target(1)} = stays ? to_int(cells[2 * slot + 1]) : 0;
        `
      : text`
          ${target(0)} = cells[2 * slot];
          ${target(1)} = cells[2 * slot + 1];
        `;
  const value = (target: string) => text`
    //@ unroll
    for (int channel = 0; channel < Layer::channels; channel++) {
      ${target}[channel] = 0;
      if (${first}) ${target}[channel] = ${cellValue}<Layer>(features, cells, slot, channel);
    }
  `;
  return {
    name,
    about,
    needs: marked ? [coordinates, markedCoordinates] : [coordinates],
    common,
    parallel: text`
      template <class Layer>
      void ${name}(const typename Layer::feature_t features[Layer::slots * Layer::channels],
                const typename Layer::coordinate_t coordinates[2 * Layer::slots],
                typename Layer::output_t out[Layer::slots * Layer::channels],
                typename Layer::coordinate_t out_coordinates[2 * Layer::slots]) {
        //@ registers
        typename Layer::coordinate_t cells[2 * Layer::slots];
        ${pooled}

        //@ pipeline 1
      slots:
        for (int slot = 0; slot < Layer::slots; slot++) {
          //@ registers
          typename Layer::output_t result[Layer::channels];
          ${value('result')}
          //@ unroll
          for (int channel = 0; channel < Layer::channels; channel++) {
            out[slot * Layer::channels + channel] = result[channel];
          }
          ${leaving((at) => `out_coordinates[2 * slot${at === 0 ? '' : ' + 1'}]`)}
        }
      }
    `,
    stream: text`
      template <class Layer, class Features, class Coordinates, class Sink, class CoordinateSink>
      void ${name}(Features &features_in, Coordinates &coordinates_in, Sink &out, CoordinateSink &out_coordinates) {
        ${readSlots}
        //@ registers
        typename Layer::coordinate_t cells[2 * Layer::slots];
        ${pooled}

        //@ pipeline 1
      slots:
        for (int slot = 0; slot < Layer::slots; slot++) {
          typename Layer::output_beat result;
          ${value('result.lane')}
          typename Layer::out_coordinate_beat place;
          ${leaving((at) => `place.lane[${at}]`)}
          out.write(result);
          out_coordinates.write(place);
        }
      }
    `,
  };
}

/** Cells that a marked pool keeps; without a limit more than any coordinate. */
export function cellLimit(cells: readonly [number, number] | undefined): Record<string, number> {
  const [cell_rows, cell_columns] = cells ?? [2 ** 30, 2 ** 30];
  return { cell_rows, cell_columns };
}
