internal import LinuxSystem
internal import PluginRunner

// Plugins have threads of their own and may have left anything behind: nothing of theirs is run to end the process.
ProcessFacts.exitAtOnce(RunnerProgram.run(environment: ProcessFacts.environment))
