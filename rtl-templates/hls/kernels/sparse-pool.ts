/** What average and maximum pooling of kept pixels share: the loop over slots, and the cells they move to. */
import type { Kernel } from '../hls-layer.ts';
import { text } from '../text.ts';
import { coordinates, readSlots } from './coordinates.ts';

/** @param cellValue  function template that gives a cell's value: (features, cells, slot, channel) -> output_t */
export function sparsePoolKernel(name: string, about: string, cellValue: string, common: string): Kernel {
  const value = (target: string) => text`
    //@ unroll
    for (int channel = 0; channel < Layer::channels; channel++) {
      ${target}[channel] = 0;
      if (is_first_of_place<Layer>(cells, slot)) ${target}[channel] = ${cellValue}<Layer>(features, cells, slot, channel);
    }
  `;
  return {
    name,
    about,
    needs: [coordinates],
    common,
    parallel: text`
      template <class Layer>
      void ${name}(const typename Layer::feature_t features[Layer::slots * Layer::channels],
                const typename Layer::coordinate_t coordinates[2 * Layer::slots],
                typename Layer::output_t out[Layer::slots * Layer::channels],
                typename Layer::coordinate_t out_coordinates[2 * Layer::slots]) {
        //@ registers
        typename Layer::coordinate_t cells[2 * Layer::slots];
        pool_coordinates<Layer>(coordinates, cells);

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
          out_coordinates[2 * slot] = cells[2 * slot];
          out_coordinates[2 * slot + 1] = cells[2 * slot + 1];
        }
      }
    `,
    stream: text`
      template <class Layer, class Features, class Coordinates, class Sink, class CoordinateSink>
      void ${name}(Features &features_in, Coordinates &coordinates_in, Sink &out, CoordinateSink &out_coordinates) {
        ${readSlots}
        //@ registers
        typename Layer::coordinate_t cells[2 * Layer::slots];
        pool_coordinates<Layer>(coordinates, cells);

        //@ pipeline 1
      slots:
        for (int slot = 0; slot < Layer::slots; slot++) {
          typename Layer::output_beat result;
          ${value('result.lane')}
          typename Layer::out_coordinate_beat place;
          place.lane[0] = cells[2 * slot];
          place.lane[1] = cells[2 * slot + 1];
          out.write(result);
          out_coordinates.write(place);
        }
      }
    `,
  };
}
