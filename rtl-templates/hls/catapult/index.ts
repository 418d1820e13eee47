/** A complete Catapult project. */
import type { HlsDesign } from '../design.ts';
import { readme } from '../readme.ts';
import { type ProjectFiles, sharedFiles } from '../shared-files.ts';
import { testbenchFiles, type TestVectors } from '../testbench.ts';
import { text } from '../text.ts';
import { topHeader, topSource, type TopStyle } from '../top.ts';
import { catapultDialect } from './dialect.ts';

export function catapultProject(design: HlsDesign, vectors?: TestVectors): ProjectFiles {
  const { top } = design;
  return new Map([
    ...sharedFiles(design, catapultDialect),
    [`src/${top}.h`, `${topHeader(design, catapultDialect)}\n`],
    [`src/${top}.cpp`, `${topSource(design, catapultDialect, style(design))}\n`],
    ...testbenchFiles(design, catapultDialect, `../src/${top}.h`, vectors),
    ['build.tcl', `${buildScript(design, vectors?.outputs !== undefined)}\n`],
    ['README.md', `${readme(design, 'Catapult', use(top))}\n`],
  ]);
}

function style({ mapping }: HlsDesign): TopStyle {
  return {
    preamble: text`
      // Marks the block whose outputs SCVerify compares; without Catapult's headers it is nothing.
      #if __has_include(<mc_scverify.h>)
      #include <mc_scverify.h>
      #else
      #define CCS_BLOCK(name) name
      #endif
    `,
    before: '#pragma hls_design top',
    definedName: (top) => `CCS_BLOCK(${top})`,
    pragmas: () => [],
    // Channels between blocks outlive a call: data may be under way when the next event comes.
    declare: (_buffer, declaration) => (mapping.io === 'parallel' ? declaration : `static ${declaration}`),
  };
}

function buildScript({ top, model, mapping, internal }: HlsDesign, hasVectors: boolean): string {
  const depths =
    mapping.io === 'stream'
      ? internal.map(({ id, depth }) => `directive set /${top}/${id}:cns -FIFO_DEPTH ${depth}`)
      : [];
  return text`
    # ${model.name} on ${mapping.part} at ${mapping.clockNs} ns.
    #
    #   catapult -shell -file build.tcl

    solution new -state initial
    solution options defaults
    solution options set /Input/CppStandard c++14
    solution options set /Input/SearchPath {src tb}
    flow package require /SCVerify
    solution options set /Output/OutputVHDL false

    solution file add src/${top}.cpp -type C++
    solution file add tb/testbench.cpp -type C++ -exclude true
    ${hasVectors ? 'flow package option set /SCVerify/INVOKE_ARGS "--inputs tb/inputs.txt --expected tb/expected.txt"' : ''}
    go analyze
    go compile

    solution library add mgc_Xilinx-FPGA-generic -- -rtlsyntool Vivado -part ${mapping.part}
    go libraries
    directive set -CLOCKS {clk {-CLOCK_PERIOD ${mapping.clockNs} -CLOCK_UNCERTAINTY ${mapping.clockUncertaintyNs} -CLOCK_EDGE rising -RESET_KIND sync -RESET_SYNC_NAME rst}}
    # Tensors and weights of the latency strategy are registers and constants, not memories.
    directive set -REGISTER_THRESHOLD 65536
    directive set -MEM_MAP_THRESHOLD 65536
    go assembly
    ${depths}
    go architect
    go allocate
    go extract
  `;
}

function use(top: string): string {
  return text`
    Build with \`catapult -shell -file build.tcl\`. The script was written from Catapult's documentation and has not met the
    tool yet; the C++ is proven with g++ and the open headers of ac_types:

        g++ -std=c++14 -O1 -DNDEBUG -w -I AC_TYPES -I src -I tb src/${top}.cpp tb/testbench.cpp -o testbench
        ./testbench --inputs tb/inputs.txt --expected tb/expected.txt
  `;
}
