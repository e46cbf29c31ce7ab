internal import Glibc
internal import PluginHostBenchmarks

exit(await BenchmarkTool.main())
