import Foundation
import PluginTesting
import Synchronization

/// A call on a thread of its own: two calls that wait for each other must not share one.
final class MeterCall: Sendable {
    private let plugin: TestedPlugin<Meter>

    init(_ plugin: TestedPlugin<Meter>) {
        self.plugin = plugin
    }

    var value: Int {
        get async throws {
            try await withCheckedThrowingContinuation { continuation in
                Thread.detachNewThread { [plugin] in
                    continuation.resume(with: Result { try plugin.call("measure", as: Int.self) })
                }
            }
        }
    }
}
