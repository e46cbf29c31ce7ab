internal import Glibc
internal import PluginHostCommands

// First, while there is one thread: the small process around a host never becomes more than that.
if let status = CommandLineTool.supervise() { exit(status) }
exit(await CommandLineTool.main())
