extension Generation {
    /// Runs a function of the instance, and then ends that if it was to be ended meanwhile.
    func run<Answer>(
        _ function: Int,
        leavesRunning: (_ hasSucceeded: Bool) -> Bool = { _ in true },
        undo: (() -> Void)? = nil,
        warn: (String) -> Void,
        _ body: () throws(PluginError) -> Answer
    ) throws(PluginError) -> Answer {
        var hasSucceeded = false
        defer {
            switch functions.returns(function, isRunning: leavesRunning(hasSucceeded)) {
            case .inTime: break
            case .late: undo?()
            case .last(let isRunning): GenerationEnd.end(instance, isRunning: isRunning, warn: warn)
            }
        }
        let answer = try body()
        hasSucceeded = true
        return answer
    }
}
