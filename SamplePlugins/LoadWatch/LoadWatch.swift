// Looks at the machine's load every five seconds, and answers what it was in the last five minutes. The samples survive a
// reload, and so does the rhythm.

public import PluginSDK
internal import Glibc

final class LoadWatch: StatefulPlugin, ComponentPlugin {
    static let metadata = PluginMetadata(
        id: "load-watch",
        name: "Load watch",
        version: "1.0.0",
        description: "A rolling statistic of the machine's load."
    )

    /// What survives a reload: the load averages of one minute, the newest last.
    struct State: Codable {
        var samples: [Double] = []
    }
    var state = State()

    /// What is answered.
    struct Statistics: Codable {
        var samples: Int
        var least: Double
        var mean: Double
        var most: Double
    }

    private static let kept = 60

    init(context: PluginContext) {}

    var components: Components<LoadWatch> {
        // A look that was missed tells nothing of the present.
        ScheduledTask("sample", every: .seconds(5), missed: .skip, deadline: .seconds(2)) { watch, _ in
            try watch.sample()
        }
    }

    static func register(in methods: inout MethodTable<LoadWatch>) {
        methods.add("statistics", LoadWatch.statistics)
    }

    /// Takes one sample.
    func sample() throws {
        var load = 0.0
        guard getloadavg(&load, 1) == 1 else { throw PluginFailure("the kernel does not tell its load") }
        state.samples.append(load)
        state.samples.removeFirst(max(0, state.samples.count - Self.kept))
    }

    /// Answers what the samples come to.
    func statistics() throws -> Statistics {
        guard let least = state.samples.min(), let most = state.samples.max() else {
            throw PluginFailure("there is no sample yet; the first one is taken after five seconds")
        }
        let mean = state.samples.reduce(0, +) / Double(state.samples.count)
        return Statistics(samples: state.samples.count, least: least, mean: mean, most: most)
    }
}

/// The one function that the host looks for.
@c(ph_plugin_factory)
public func factory() -> PluginFactory { makeFactory(of: LoadWatch.self) }
