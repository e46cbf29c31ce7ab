internal import LinuxSystem

extension ProgramKeeper {
    /// How much of one program's output is taken before others have their turn.
    private static let portion = 1 << 18
    /// The most that a pipe holds of what was printed before the end.
    private static let pipeSize = 1 << 20

    /// Takes what a program has printed.
    func readOutput(of id: String, _ process: ChildProcess) {
        guard let program = program(id), program.process === process else { return }
        guard drain(program, process, limit: Self.portion) == .end else { return scheduleNotice(of: program) }
        // It may close its outputs and go on; a loop that waited for them would never sleep again.
        if let watch = program.outputWatch { loop.cancel(watch) }
        program.outputWatch = nil
        finish(program)
    }

    /// Takes what a program has printed before its end, though others may still hold the pipe.
    func readRest(of program: ManagedProgram, _ process: ChildProcess) {
        _ = drain(program, process, limit: Self.pipeSize)
        finish(program)
    }

    private func drain(_ program: ManagedProgram, _ process: ChildProcess, limit: Int) -> OutputPipe.Rest {
        process.output?.drain(limit: limit) { bytes in
            for line in program.output.take(bytes, now: .now) { log(LogRecord(.info, program.name, line)) }
        } ?? .end
    }

    private func finish(_ program: ManagedProgram) {
        for line in program.output.end() { log(LogRecord(.info, program.name, line)) }
    }

    /// Says what was dropped, also when nothing more is printed.
    private func scheduleNotice(of program: ManagedProgram) {
        guard program.noticeTimer == nil, let time = program.output.noticeTime else { return }
        let id = program.id
        program.noticeTimer = loop.schedule(at: time) { [weak self] in
            self?.here { keeper in
                guard let program = keeper.program(id) else { return }
                program.noticeTimer = nil
                if let notice = program.output.notice(now: .now) {
                    keeper.log(LogRecord(.warning, program.name, notice))
                }
                keeper.scheduleNotice(of: program)
            }
        }
    }
}
