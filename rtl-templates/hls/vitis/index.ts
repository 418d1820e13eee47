/** A complete Vitis HLS project. */
import type { HlsDesign } from '../design.ts';
import { readme } from '../readme.ts';
import { type ProjectFiles, sharedFiles } from '../shared-files.ts';
import { testbenchFiles, type TestVectors } from '../testbench.ts';
import { text } from '../text.ts';
import { topHeader, topSource, type TopStyle } from '../top.ts';
import { buildScript } from './build-script.ts';
import { vitisDialect } from './dialect.ts';

export function vitisProject(design: HlsDesign, vectors?: TestVectors): ProjectFiles {
  const { top } = design;
  return new Map([
    ...sharedFiles(design, vitisDialect),
    [`src/${top}.h`, `${topHeader(design, vitisDialect)}\n`],
    [`src/${top}.cpp`, `${topSource(design, vitisDialect, style(design))}\n`],
    ...testbenchFiles(design, vitisDialect, `../src/${top}.h`, vectors),
    ['build.tcl', `${buildScript(design, vectors?.outputs !== undefined)}\n`],
    ['README.md', `${readme(design, 'Vitis HLS', use(top))}\n`],
  ]);
}

function style({ mapping }: HlsDesign): TopStyle {
  return {
    pragmas: ({ inputs, outputs }) => [
      ...(mapping.io === 'parallel'
        ? [
            ...inputs.map(({ id }) => `#pragma HLS ARRAY_RESHAPE variable=${id} complete`),
            ...outputs.map(({ id }) => `#pragma HLS ARRAY_PARTITION variable=${id} complete`),
            ...[...inputs, ...outputs].map(({ id }) => `#pragma HLS INTERFACE ap_vld port=${id}`),
          ]
        : [...inputs, ...outputs].map(({ id }) => `#pragma HLS INTERFACE axis port=${id}`)),
      '#pragma HLS DATAFLOW',
    ],
    declare: ({ id, depth }, declaration) => text`
      ${declaration}
      #pragma HLS ${mapping.io === 'parallel' ? `ARRAY_PARTITION variable=${id} complete` : `STREAM variable=${id} depth=${depth}`}
    `,
  };
}

function use(top: string): string {
  return text`
    Build with \`vitis-run --mode hls --tcl build.tcl\`, or \`vitis_hls -f build.tcl\` before Vitis 2023.2.
    \`STEPS="csim csynth"\` in the environment chooses the steps.

    C simulation without Vitis, with the open headers of ap_types:

        g++ -std=c++14 -O1 -DNDEBUG -fno-exceptions -w -I AP_TYPES -I src -I tb src/${top}.cpp tb/testbench.cpp -o testbench
        ./testbench --inputs tb/inputs.txt --expected tb/expected.txt
  `;
}
