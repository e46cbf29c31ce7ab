internal import LinuxSystem
internal import PluginHost

/// Calls a second: the difference of two counts by the time between them.
struct TopRates: Sendable {
    private struct Sample {
        var process: Int32
        var uptime: Double
        var time: MonotonicInstant
        var calls: [String: UInt64]
    }

    private var last: Sample?
    /// By plugin; nothing for one that was not counted twice yet.
    private(set) var perSecond: [String: Double] = [:]

    /// Takes new counts.
    ///
    /// Counts that come sooner than the time given after those before are left out: over a moment, a rate says little. Those of
    /// another host begin anew.
    mutating func take(_ status: HostStatus, at time: MonotonicInstant, after least: Duration) {
        let calls = Dictionary(status.plugins.map { ($0.id, $0.calls) }) { first, _ in first }
        let sample = Sample(process: status.host.pid, uptime: status.host.uptimeSeconds, time: time, calls: calls)
        guard let last, last.process == sample.process, last.uptime <= sample.uptime else {
            perSecond = [:]
            self.last = sample
            return
        }
        let seconds = last.time.duration(to: time).inSeconds
        guard seconds >= least.inSeconds, seconds > 0 else { return }
        perSecond = calls.reduce(into: [:]) { rates, entry in
            // A plugin that was removed and came back counts from the beginning.
            guard let before = last.calls[entry.key], before <= entry.value else { return }
            rates[entry.key] = Double(entry.value - before) / seconds
        }
        self.last = sample
    }
}
