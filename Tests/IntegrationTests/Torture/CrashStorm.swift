import Foundation
import PluginHost
import TestSupport
import Testing

/// Crashes without end, and what they may cost the host.
final class CrashStorm: Sendable {
    /// What one crash may leave: the lane of its generation, which is never freed.
    private static let perCrash = 1.0
    /// Kilobytes that arenas and caches take once, however many crashes there are.
    private static let once = 2_000.0

    private let crashes: Int
    private let shop: Workshop

    init(crashes: Int) throws {
        self.crashes = crashes
        shop = try Workshop()
    }

    /// Crashes so often, and writes what that cost to a file; it wants a process in which nothing else happens.
    func run(report: String) async throws {
        // One ends by a signal, with a backtrace each time, and the other, which is far cheaper, by itself.
        for (id, fault) in [("a", "crash"), ("b", "quit")] {
            try shop.install("id=\(id);saves=1;\(fault)=execute;while=\(trap(id))", as: "lib\(id).so")
        }
        let configuration = shop.isolated {
            $0.restartLimits = RestartLimits(maximumRestarts: 1_000_000, maximumDelay: .zero)
        }
        try await TestHost.run(configuration) { test async throws in
            for id in ["a", "b"] { #expect(try await increment(test, id) == 1) }
            let warm = max(4, crashes / 10)
            for number in 1...warm { try await crash(number, test) }
            let (before, files) = (try ProcessFigures.now(), try countFiles())
            let descriptors = try Leftovers.now()
            let began = ContinuousClock.now
            for number in warm + 1...warm + crashes { try await crash(number, test) }
            let each = (ContinuousClock.now - began) / crashes
            // A runner that is kept ready may be there now, and may not have been before.
            let spare = 8
            // The last one's process may still be on its way out.
            let after = try await ProcessFigures.settled {
                $0.descriptors <= before.descriptors + spare && $0.mappings <= before.mappings + 10
                    && $0.threads <= before.threads + 1
            }
            let text = """
                \(crashes) crashes, \(each) each
                before \(before), \(files) files
                after  \(after), \(try countFiles()) files

                """
            try Data(text.utf8).write(to: URL(fileURLWithPath: report))
            let more = try Leftovers.now().more(than: descriptors)
            #expect(after.descriptors <= before.descriptors + spare, "\(more)")
            #expect(after.threads <= before.threads + 1)
            // A sanitizer keeps notes of all that there was.
            if !Sanitizer.isThere {
                #expect(after.mappings <= before.mappings + 10)
                #expect(Double(after.anonymous - before.anonymous) <= Self.once + Self.perCrash * Double(crashes))
            }
            #expect(try countFiles() <= files + 60, "reports and snapshots have limits of their own")
        }
    }

    private func trap(_ id: String) -> String { "\(shop.root)/trap-\(id)" }

    /// Crashes one of the plugins once, and waits until it serves again.
    private func crash(_ number: Int, _ test: TestHost) async throws {
        let id = number % 10 == 0 ? "a" : "b"
        let value = try #require(try await increment(test, id))
        _ = FileManager.default.createFile(atPath: trap(id), contents: nil)
        await #expect(throws: PluginError.self) { try await self.increment(test, id) }
        try FileManager.default.removeItem(atPath: trap(id))
        #expect(try await increment(test, id) == value + 1)
    }

    private func increment(_ test: TestHost, _ id: String) async throws -> Int? {
        let handle = try await test.host.plugin(id)
        return Int(try await OnThread { try handle.call("increment", text: "") }.value)
    }

    private func countFiles() throws -> Int {
        try FileManager.default.subpathsOfDirectory(atPath: shop.state).count
    }
}
