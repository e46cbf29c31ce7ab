internal import Glibc
internal import LinuxSystem
internal import PluginHost
internal import Synchronization

/// A thread that calls without pause for as long as the storm lasts.
final class StormCaller: Sendable {
    private let handle: PluginHandle
    private let weather: StormWeather
    private let intervals: Int
    private let count = Atomic(0)
    private let result = Mutex<StormRecord?>(nil)

    init(_ handle: PluginHandle, _ weather: StormWeather, intervals: Int) {
        self.handle = handle
        self.weather = weather
        self.intervals = intervals
    }

    /// How many calls were made.
    var calls: Int { count.load(ordering: .relaxed) }

    var isRunning: Bool { result.withLock { $0 == nil } }

    func start() {
        DetachedThread.start(name: "storm") { [self] in
            let record = run()
            result.withLock { $0 = record }
        }
    }

    /// Waits for the end of the thread.
    func record() -> StormRecord {
        while true {
            if let record = result.withLock({ $0 }) { return record }
            usleep(1000)
        }
    }

    private func run() -> StormRecord {
        var record = StormRecord(intervals: intervals)
        while !weather.isOver, record.failure == nil {
            let tag = weather.tag
            let began = weather.interval
            let watch = Stopwatch()
            do throws(PluginError) {
                let answer = try handle.call("count")
                let time = watch.microseconds
                record.note(time, from: began, to: weather.interval)
                record.take(answer, notBefore: tag)
            } catch {
                record.failure = "a call was lost: \(error.message)"
            }
            count.wrappingAdd(1, ordering: .relaxed)
        }
        return record
    }
}
