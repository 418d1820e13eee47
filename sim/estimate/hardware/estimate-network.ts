/**
 * What a Network takes: each region as estimateHardware says, with its queue, and the units and FIFOs around them by
 * the registers and tables of their structure (rtl-templates/verilog/{unit-modules,window-module,top-module}.ts).
 */
import { resultQueueDepth } from '../../pipeline/circuit/index.ts';
import { channelOf, type Network, type Region } from '../../pipeline/network/index.ts';
import { estimateHardware, type HardwareCost, type HardwareEstimate } from './estimate-hardware.ts';
import { packedCells } from './packed-cells.ts';
import { beatBits, fifoLogic, unitLogic, type UnitLogic } from './unit-logic.ts';

export interface UnitEstimate {
  readonly name: string;
  readonly cost: HardwareCost;
  /** Of a region. */
  readonly region?: HardwareEstimate;
}

export interface NetworkEstimate {
  readonly units: readonly UnitEstimate[];
  readonly total: HardwareCost;
}

/** A Network of one region is that region. */
export function estimateNetwork(network: Network): NetworkEstimate {
  const alone = network.units.length === 1;
  const units = network.units.flatMap((unit): UnitEstimate[] => {
    if (unit.kind === 'region') {
      const region = estimateHardware(named(network, unit, alone));
      const cost = alone ? region.total : plus(region.total, queueCost(network, unit));
      return [{ name: unit.name, cost, region }];
    }
    const fifos = unit.outputs
      .map((channel) => channelOf(network, channel))
      .filter(({ kind }) => kind === 'fifo')
      .map((channel) => ({ name: `fifo ${channel.name}`, cost: costOf(fifoLogic(channel)) }));
    return [{ name: unit.name, cost: costOf(unitLogic(unit, network)) }, ...fifos];
  });
  return { units, total: units.map(({ cost }) => cost).reduce(plus) };
}

function named(network: Network, { schedule, outputs }: Region, alone: boolean): Region['schedule'] {
  return alone ? schedule : { ...schedule, queueDepth: channelOf(network, outputs[0]).depth };
}

/** Beyond the control of estimateHardware: a queue of one beat is registers without pointers; an interval of 1 has no counter. */
function queueCost(network: Network, unit: Region): HardwareCost {
  const channel = channelOf(network, unit.outputs[0]);
  const depth = resultQueueDepth(named(network, unit, false));
  const bits = beatBits(channel.beat);
  const cooling = unit.schedule.circuit.interval === 1 ? -1 : 0;
  const queue = depth === 1 ? bits - 2 : 0;
  const { small, middle, large } = fifoLogic(channel);
  return costOf({ registers: queue + cooling, small, middle: middle + 4, large: large + 4 });
}

function costOf({ registers, small, middle, large }: UnitLogic): HardwareCost {
  return {
    logicCells: Math.ceil(packedCells({ small, middle, large, inverters: 0 })),
    lut: small + middle + large,
    ff: registers,
    dsp: 0,
    bram18k: 0,
  };
}

function plus(one: HardwareCost, other: HardwareCost): HardwareCost {
  return {
    logicCells: one.logicCells + other.logicCells,
    lut: one.lut + other.lut,
    ff: one.ff + other.ff,
    dsp: one.dsp + other.dsp,
    bram18k: one.bram18k + other.bram18k,
  };
}
