/** A complete oneAPI project: arithmetic in standard C++, and the thin SYCL wrapper around it. */
import type { HlsDesign } from '../design.ts';
import { readme } from '../readme.ts';
import { type ProjectFiles, sharedFiles } from '../shared-files.ts';
import { testbenchFiles, type TestVectors } from '../testbench.ts';
import { text } from '../text.ts';
import { topHeader, topSource } from '../top.ts';
import { oneapiDialect } from './dialect.ts';
import { syclSource } from './sycl.ts';

export function oneapiProject(design: HlsDesign, vectors?: TestVectors): ProjectFiles {
  const { top } = design;
  const style = { pragmas: () => [], declare: (_buffer: unknown, declaration: string) => declaration };
  return new Map([
    ...sharedFiles(design, oneapiDialect),
    [`src/${top}.h`, `${topHeader(design, oneapiDialect)}\n`],
    [`src/${top}.cpp`, `${topSource(design, oneapiDialect, style)}\n`],
    [`src/${top}.sycl.cpp`, `${syclSource(design)}\n`],
    ...testbenchFiles(design, oneapiDialect, `../src/${top}.h`, vectors),
    ['CMakeLists.txt', `${cmake(design)}\n`],
    ['README.md', `${readme(design, 'oneAPI', use(top))}\n`],
  ]);
}

function cmake({ top, model, mapping }: HlsDesign): string {
  const sycl = `src/${top}.sycl.cpp`;
  const mhz = Math.round(1000 / mapping.clockNs);
  return text`
    # ${model.name}: targets emulator, report, simulator, hardware. Needs icpx with its FPGA add-on.
    cmake_minimum_required(VERSION 3.16)
    set(CMAKE_CXX_COMPILER icpx)
    project(${top} CXX)
    set(CMAKE_CXX_STANDARD 17)
    include_directories(src tb)

    set(PART "${mapping.part}" CACHE STRING "device or board of the design")
    set(SYCL_FLAGS -fsycl -fintelfpga -qactypes)
    set(HARDWARE_FLAGS -Xshardware -Xstarget=\${PART} -Xsclock=${mhz}MHz)

    add_executable(emulator ${sycl})
    target_compile_options(emulator PRIVATE \${SYCL_FLAGS})
    target_link_options(emulator PRIVATE \${SYCL_FLAGS})

    add_executable(report EXCLUDE_FROM_ALL ${sycl})
    target_compile_options(report PRIVATE \${SYCL_FLAGS} -DFPGA_HARDWARE)
    target_link_options(report PRIVATE \${SYCL_FLAGS} \${HARDWARE_FLAGS} -fsycl-link=early)

    add_executable(simulator EXCLUDE_FROM_ALL ${sycl})
    target_compile_options(simulator PRIVATE \${SYCL_FLAGS} -DFPGA_SIMULATOR)
    target_link_options(simulator PRIVATE \${SYCL_FLAGS} -Xssimulation -Xstarget=\${PART} -Xsclock=${mhz}MHz)

    add_executable(hardware EXCLUDE_FROM_ALL ${sycl})
    target_compile_options(hardware PRIVATE \${SYCL_FLAGS} -DFPGA_HARDWARE)
    target_link_options(hardware PRIVATE \${SYCL_FLAGS} \${HARDWARE_FLAGS})
  `;
}

function use(top: string): string {
  return text`
    Build with CMake and \`icpx\`: \`cmake -B build && cmake --build build --target emulator\`, then
    \`build/emulator tb/inputs.txt results.txt\`.

    **Not compiled here:** \`src/${top}.sycl.cpp\`, the wrapper of pipes and tasks, needs Intel's compiler and has not met it yet.
    All arithmetic is in \`src/kernels/\`, in standard C++, and is proven with g++ and the open headers of ac_types:

        g++ -std=c++14 -O1 -DNDEBUG -w -I AC_TYPES -I src -I tb src/${top}.cpp tb/testbench.cpp -o testbench
        ./testbench --inputs tb/inputs.txt --expected tb/expected.txt
  `;
}
