// What single parts of klatsch cost in one process, without network and store: see
// docs/PERFORMANCE.md, "Parts alone".
//
//   klatsch-microbench [--benchmark_filter=<pattern>] [Google Benchmark's other options]

#include <benchmark/benchmark.h>

BENCHMARK_MAIN();
