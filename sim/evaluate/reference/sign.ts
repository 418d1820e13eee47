import { assign, assigned, exact, type Exact, subtract } from './exact.ts';
import type { Kernel } from './kernel.ts';

const whole = (value: bigint): Exact => ({ raw: value, frac: 0 });

/** hls4ml `binary_tanh`, `ternary_tanh`. */
export const sign: Kernel<'sign'> = ({ levels }, { inputs, outputs }) => {
  const [x] = inputs;
  const { type } = outputs[0];
  const oneBit = !type.signed && type.width === 1;
  const out = x.raw.map((raw) => {
    if (levels === 2) {
      const level = raw >= 0n ? 1n : -1n;
      return oneBit ? (level + 1n) / 2n : assign(whole(level), type);
    }
    const doubled = assigned({ ...exact(raw, x.type), raw: 2n * raw }, x.type);
    const above = subtract(doubled, whole(1n)).raw > 0n;
    const below = subtract(doubled, whole(-1n)).raw <= 0n;
    return assign(whole(above ? 1n : below ? -1n : 0n), type);
  });
  return [out];
};
