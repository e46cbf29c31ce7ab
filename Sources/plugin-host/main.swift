internal import Glibc
internal import PluginHostCommands

exit(await CommandLineTool.main())
