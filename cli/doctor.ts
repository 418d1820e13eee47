/** `pipewright doctor`: which external tools are there, what each is for, and how to get what is missing. */
import type { Command } from 'commander';
import { execFileSync } from 'node:child_process';
import { newCommand, print, printJson, run } from './command.ts';
import { table } from './table.ts';

interface Tool {
  readonly name: string;
  readonly commands: readonly (readonly [command: string, ...args: string[]])[];
  readonly purpose: string;
  readonly install: string;
}

const tools: readonly Tool[] = [
  {
    name: 'node',
    commands: [['node', '--version']],
    purpose: 'runs Pipewright',
    install: 'Node 20.19 or later',
  },
  {
    name: 'g++',
    commands: [['g++', '--version']],
    purpose: 'compiles ap_types and emitted HLS C++',
    install: 'apt-get install g++',
  },
  {
    name: 'pip',
    commands: [
      ['pip3', '--version'],
      ['pip', '--version'],
    ],
    purpose: 'fetches the ap_types headers (PyPI: hls4ml)',
    install: 'apt-get install python3-pip',
  },
  {
    name: 'verilator',
    commands: [['verilator', '--version']],
    purpose: 'simulates emitted Verilog',
    install: 'apt-get install verilator',
  },
  {
    name: 'iverilog',
    commands: [['iverilog', '-V']],
    purpose: 'second opinion on emitted Verilog',
    install: 'apt-get install iverilog',
  },
  {
    name: 'yosys',
    commands: [['yosys', '-V']],
    purpose: 'counts LUT, FF and DSP of emitted Verilog',
    install: 'apt-get install yosys',
  },
  {
    name: 'vcd2fst',
    commands: [['vcd2fst', '--help']],
    purpose: 'packs waveforms',
    install: 'apt-get install gtkwave',
  },
  {
    name: 'vitis',
    commands: [
      ['vitis-run', '--version'],
      ['vitis_hls', '-version'],
    ],
    purpose: "AMD's own csim, synthesis and co-simulation",
    install: 'AMD Vitis (licensed)',
  },
];

export interface ToolReport {
  readonly name: string;
  readonly found: boolean;
  readonly version: string | null;
  readonly purpose: string;
  readonly install: string;
}

export function doctorCommand(): Command {
  return newCommand(
    'doctor',
    'Show which external tools are there. Pipewright itself needs none of them but node.',
    ['pipewright doctor', 'pipewright doctor --json'],
  )
    .option('--json', 'JSON on stdout')
    .action((options: { json?: true }) =>
      run(options.json ?? false, () => {
        const reports = tools.map(inspect);
        if (options.json) return printJson({ tools: reports });
        const rows = reports.map(({ name, version, purpose, install, found }) => [
          name,
          found ? (version ?? 'unknown') : 'not found',
          found ? purpose : `${purpose}; get it: ${install}`,
        ]);
        print(table(['tool', 'version', 'for'], rows));
      }),
    );
}

function inspect({ name, commands, purpose, install }: Tool): ToolReport {
  for (const [command, ...args] of commands) {
    const version = versionOf(command, args);
    if (version !== undefined) return { name, found: true, version, purpose, install };
  }
  return { name, found: false, version: null, purpose, install };
}

/** The first version number a tool prints; the tool counts as found when it can be started at all. */
function versionOf(command: string, args: readonly string[]): string | undefined {
  let text: string;
  try {
    text = execFileSync(command, args, {
      encoding: 'utf8',
      stdio: ['ignore', 'pipe', 'pipe'],
      timeout: 20_000,
    });
  } catch (error) {
    const failure = error as NodeJS.ErrnoException & { stdout?: string; stderr?: string };
    if (failure.code === 'ENOENT' || failure.code === 'EACCES') return undefined;
    text = `${failure.stdout ?? ''}${failure.stderr ?? ''}`;
  }
  return /\d+(\.\d+)+/.exec(text)?.[0] ?? 'unknown';
}
