/** Where two oracles differ, layer by layer, over all events. */
import { elements, type Model } from '../../sim/model/index.ts';
import type { Values } from '../../sim/evaluate/index.ts';
import type { LayerRow } from './verify-events.ts';

export class LayerTable {
  readonly #rows: Map<string, LayerRow>;

  constructor(model: Model) {
    const rows = model.layers.flatMap((layer) =>
      layer.outputs.map((tensor): [string, LayerRow] => [
        tensor,
        { layer: layer.name, tensor, values: 0, mismatchedValues: 0, largestUlp: 0n, firstEvent: undefined },
      ]),
    );
    this.#rows = new Map(rows);
    this.#sizes = new Map(rows.map(([tensor]) => [tensor, elements(model.tensors[tensor].shape)]));
  }
  readonly #sizes: ReadonlyMap<string, number>;

  add(event: string, expected: Values, got: Values): void {
    for (const [tensor, row] of this.#rows) {
      const [wanted, actual] = [expected[tensor], got[tensor]];
      if (wanted === undefined || actual === undefined || actual.length !== this.#sizes.get(tensor)) continue;
      let { mismatchedValues, largestUlp } = row;
      wanted.forEach((raw, index) => {
        const difference = raw > actual[index] ? raw - actual[index] : actual[index] - raw;
        if (difference === 0n) return;
        mismatchedValues++;
        if (difference > largestUlp) largestUlp = difference;
      });
      const firstEvent = row.firstEvent ?? (mismatchedValues > row.mismatchedValues ? event : undefined);
      this.#rows.set(tensor, {
        ...row,
        values: row.values + wanted.length,
        mismatchedValues,
        largestUlp,
        firstEvent,
      });
    }
  }

  /** Rows of the tensors that were compared, in layer order. */
  rows(): readonly LayerRow[] {
    return [...this.#rows.values()].filter(({ values }) => values > 0);
  }
}
