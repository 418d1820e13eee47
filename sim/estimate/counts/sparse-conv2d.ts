/**
 * N x N pairs of slots, each with an offset, a weight from a ROM, products, and a sum. The pair of a slot with itself has
 * the central weight, a constant.
 */
import type { Constant, LayerOf } from '../../model/index.ts';
import {
  bitsOf,
  isChain,
  LUT_PRODUCT_BITS,
  recodedDigits,
  sparseConvShape,
  TREE_SLOTS,
} from '../../lower/hls/index.ts';
import type { Counting, LayerCounts } from './counts.ts';
import { CSYNTH_LUT_BESIDE_DSP, csynthMultiplierLut, LUT_ROM_BITS, romLut } from './multiplier.ts';

export function countSparseConv2d(layer: LayerOf<'sparse-conv2d'>, counting: Counting): LayerCounts {
  return isChain(layer.accumulator) ? countChain(layer, counting) : countTree(layer, counting);
}

interface Parts {
  readonly slots: number;
  readonly channels: number;
  readonly filters: number;
  readonly kernel: number;
  /** Ordered pairs of two different slots. */
  readonly pairs: number;
  /** Products of different slots: pairs x filters x channels. */
  readonly terms: number;
  readonly inBits: number;
  readonly weightBits: number;
  readonly accBits: number;
  readonly inLuts: boolean;
  /** Central weights (filter, channel) that need a multiplier; all if unknown. */
  readonly centralProducts: number;
  readonly extrapolated: readonly string[];
}

function partsOf(layer: LayerOf<'sparse-conv2d'>, { model, ranges }: Counting): Parts {
  const shape = sparseConvShape({ model }, layer);
  const { slots, channels, filters, kernel } = shape;
  const pairs = slots * (slots - 1);
  const input = model.tensors[layer.inputs[0]].type;
  const weights = model.constants[layer.weights];
  return {
    ...shape,
    pairs,
    terms: pairs * filters * channels,
    inBits: Math.min(input.width, bitsOf(ranges.network.get(layer.inputs[0])!)),
    weightBits: valueBits(weights),
    accBits: layer.accumulator.width,
    inLuts: input.width + weights.type.width <= LUT_PRODUCT_BITS,
    centralProducts: centralProducts(weights, kernel, filters * channels),
    extrapolated: [
      ...(kernel > 9 ? [`a kernel of ${kernel} x ${kernel}`] : []),
      ...(filters > 3 || channels > 3 ? [`${channels} channels to ${filters} filters`] : []),
      ...(slots > 30 || slots < 5 ? [`${slots} slots`] : []),
    ],
  };
}

/** A chain of saturating additions: weights come from ROMs that the steps share. */
function countChain(layer: LayerOf<'sparse-conv2d'>, counting: Counting): LayerCounts {
  const parts = partsOf(layer, counting);
  const { slots, channels, filters, kernel, pairs, terms, inBits, weightBits, accBits, inLuts } = parts;
  const products = terms + slots * parts.centralProducts;
  const allProducts = slots * slots * filters * channels;
  const extraChannels = slots * slots * filters * (channels - 1);
  const typeBits = counting.model.constants[layer.weights].type.width;
  const words = kernel * kernel * filters * channels;
  // Ports that the steps read at once: 2 (N - 1) a filter; channels share a word's row, at 5.25 (N - 1) for three.
  const roms = Math.ceil((slots - 1) * (channels > 1 ? 1.75 * channels * filters : 2 * filters));
  const romOfLuts = words * typeBits <= LUT_ROM_BITS;
  // Vivado keeps the smallest ROMs in LUTs, and of those of 8 bits about a fifth.
  const vivadoRoms = words <= 64 ? 0 : typeBits > 8 ? roms : slots > 8 ? Math.round(0.8 * roms) : 0;
  const productLut = inLuts ? csynthMultiplierLut(inBits, weightBits) : CSYNTH_LUT_BESIDE_DSP;
  const registers = {
    'chain.inputBit': allProducts * inBits,
    'chain.productBit': allProducts * accBits,
    'chain.product': allProducts,
    'chain.channelProduct': extraChannels,
    'chain.slotBit': slots * filters * channels * accBits,
  };
  return {
    priced: {
      'csynth.lut': {
        known: products * productLut + (romOfLuts ? roms * romLut(words, typeBits) : 0),
        'chain.pair': pairs,
        'chain.term': terms,
        'chain.termBit': terms * accBits,
        'chain.slotTerm': slots * filters * channels,
      },
      'csynth.ff': { ...registers, known: romOfLuts ? roms * typeBits : 0 },
      'vivado.lut': {
        'chain.pair': pairs,
        'chain.filterPairBit': pairs * filters * accBits,
        'chain.dspTerm': inLuts ? 0 : terms,
        'chain.lutProductBit': inLuts ? terms * inBits * weightBits : 0,
        'chain.romTerm': words > 64 && vivadoRoms === 0 ? terms : 0,
      },
      'vivado.ff': registers,
    },
    csynth: { dsp: inLuts ? 0 : allProducts, bram18k: romOfLuts ? 0 : roms },
    // Vivado adds the later channels in DSPs of their own.
    vivado: { dsp: inLuts ? 0 : allProducts + extraChannels, bram18k: vivadoRoms },
    extrapolated: parts.extrapolated,
  };
}

/** Widest sum of a tree that any report shows. */
const CALIBRATED_SUM_BITS = 16;

/** A tree of wrapping additions: everything in one cycle, so every pair has its own ROM. */
function countTree(layer: LayerOf<'sparse-conv2d'>, counting: Counting): LayerCounts {
  const parts = partsOf(layer, counting);
  const { slots, channels, filters, kernel, pairs, terms, accBits, inLuts, weightBits } = parts;
  const own = counting.profile.name === 'sparsepixels-3x3' ? 'tree3x3' : 'tree';
  const filterPairs = pairs * filters;
  const outputs = filters * channels;
  // Weight address = tap x outputs + ...: a factor that is no power of two costs an addition.
  const odd = recodedDigits(outputs) > 1 ? 1 : 0;
  const words = kernel * kernel * outputs;
  const dspProducts = inLuts || own === 'tree3x3' ? filters * (channels - 1) : outputs;
  const central = parts.centralProducts === outputs ? 0 : Math.min(filters, outputs - parts.centralProducts);
  const dsp = slots * slots * dspProducts - (inLuts && channels > 1 ? slots * central : 0);
  // Channels leave two products to a word; the largest ROMs become block RAMs.
  const bigRom = words * weightBits > LUT_ROM_BITS;
  const bram18k = bigRom ? pairs * filters : 0;
  const inBlockRam = shareInBlockRam(words, weightBits, slots, channels, odd === 1);
  // Every channel after the first multiplies and adds in a DSP.
  const lutTerms = inLuts || own === 'tree3x3' ? filterPairs : 0;
  // Sums wider than any calibrated: a LUT a bit to add and, with csynth, one to mask; a register a bit.
  const widerBits = filterPairs * Math.max(0, accBits - CALIBRATED_SUM_BITS);
  const registers = {
    known: widerBits,
    [`${own}.pair`]: pairs,
    [`${own}.filterPair`]: filterPairs,
    [`${own}.filterPairBit`]: filterPairs * Math.min(accBits, CALIBRATED_SUM_BITS),
    [`${own}.termBit`]: terms * Math.min(accBits, CALIBRATED_SUM_BITS),
    [`${own}.channelTerm`]: filterPairs * (channels - 1),
    [`${own}.slotTerm`]: slots * outputs,
  };
  return {
    priced: {
      'csynth.lut': {
        known: 2 * widerBits,
        [`${own}.pair`]: pairs,
        [`${own}.oddPair`]: odd * pairs,
        [`${own}.filterPair`]: filterPairs,
        [`${own}.term`]: terms,
        [`${own}.lutTerm`]: lutTerms,
        [`${own}.oddTerm`]: odd * terms,
        [`${own}.widePair`]: kernel > 3 ? filterPairs : 0,
        [`${own}.slotTerm`]: slots * outputs,
      },
      'csynth.ff': registers,
      'vivado.lut': {
        known: widerBits,
        [`${own}.pair`]: pairs,
        [`${own}.oddPair`]: odd * pairs,
        [`${own}.filterPair`]: filterPairs,
        [`${own}.term`]: terms,
        [`${own}.lutTerm`]: lutTerms,
        [`${own}.romBit`]: words > 64 ? 0 : (terms * weightBits * words) / 64,
        [`${own}.deepRomBit`]: words > 64 ? (1 - inBlockRam) * terms * weightBits * Math.ceil(words / 64) : 0,
        [`${own}.slotTerm`]: slots * outputs,
      },
      'vivado.ff': {
        known: widerBits,
        [`${own}.filterPair`]: filterPairs,
        [`${own}.lutFilterPair`]: inLuts ? filterPairs : 0,
        // Two channels meet in one DSP; a third waits in registers.
        [`${own}.lateChannelTerm`]: filterPairs * Math.max(0, channels - 2),
        [`${own}.lutLateChannelTerm`]: inLuts ? filterPairs * Math.max(0, channels - 2) : 0,
        [`${own}.slotTermBit`]: slots * outputs * Math.min(accBits, CALIBRATED_SUM_BITS),
      },
    },
    csynth: { dsp, bram18k },
    vivado: { dsp, bram18k: Math.round((inBlockRam * terms) / 2) },
    extrapolated: parts.extrapolated,
  };
}

/**
 * Share of the weight ROMs that Vivado moves from LUTs to block RAMs, as its block RAM counts show it. None up to 64 words.
 * The more slots read them, the more: of 8 bits a fifth, most once the tree takes a second cycle; of more bits most from 15
 * slots on, and those that HLS itself books as block RAMs from 5 on. A third channel leaves one read in three without a port.
 */
function shareInBlockRam(words: number, bits: number, slots: number, channels: number, odd: boolean): number {
  if (words <= 64) return 0;
  const ported = channels > 2 ? 2 / 3 : 1;
  const most = 0.75;
  if (bits <= 8) return ported * (slots > TREE_SLOTS ? most : 0.2);
  if (words * bits > LUT_ROM_BITS) return ported * Math.min(0.85, 0.05 + 0.05 * slots);
  if (odd) return ported * (slots >= 15 ? most : 0);
  return ported * Math.min(most, Math.max(0, (slots - 10) / 20));
}

/** Bits that hold every weight; those of the type if the weights are unknown. */
function valueBits({ raw, type }: Constant): number {
  if (raw === null) return type.width;
  const values = raw.map(Number);
  return bitsOf({ min: Math.min(0, ...values), max: Math.max(0, ...values) });
}

function centralProducts({ raw, type }: Constant, kernel: number, outputs: number): number {
  if (raw !== null) {
    const centre = ((kernel - 1) >> 1) * (kernel + 1) * outputs;
    return raw.slice(centre, centre + outputs).filter((weight) => recodedDigits(weight) > 2).length;
  }
  return type.width > 10 ? outputs : Math.round(outputs * chanceOfMultiplier(type.width));
}

/** Share of the integers of so many bits that need a multiplier. */
export function chanceOfMultiplier(bits: number): number {
  const magnitudes = 2 ** (bits - 1);
  let multipliers = 0;
  for (let value = 0; value < magnitudes; value++) if (recodedDigits(value) > 2) multipliers++;
  return multipliers / magnitudes;
}
