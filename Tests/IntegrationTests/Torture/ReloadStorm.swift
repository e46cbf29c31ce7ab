import Foundation
import PluginHost
import Synchronization
import TestSupport
import Testing

/// Reloads without end, under calls, and what they may cost.
final class ReloadStorm: Sendable {
    /// Which numbers were answered, in as much memory for ten as for ten million.
    ///
    /// Count, sum and sum of squares are those of 1 to n only if each of them is there once, but for chance.
    private struct Answers: Sendable, Equatable {
        var count = 0
        var sum: UInt64 = 0
        var squares: UInt64 = 0
        /// How many came from a generation that had been replaced before the call began.
        var stale = 0

        mutating func take(_ number: Int) {
            let number = UInt64(bitPattern: Int64(number))
            count += 1
            sum &+= number
            squares &+= number &* number
        }

        static func all(to count: Int) -> Answers {
            var answers = Answers()
            for number in 0..<count { answers.take(number + 1) }
            return answers
        }

        static func + (left: Answers, right: Answers) -> Answers {
            Answers(
                count: left.count + right.count,
                sum: left.sum &+ right.sum,
                squares: left.squares &+ right.squares,
                stale: left.stale + right.stale
            )
        }
    }

    /// What one retired generation of the fixture may cost: 4.0, 13.1 and 37.2 were measured.
    ///
    /// Of what is resident, 24 are the code of the fixture, which grows with what it can do; of the mappings, one is a page that
    /// the linker leaves out between code and data, or not. The room that is left is less than one page, or one mapping, with
    /// each reload.
    struct Budget {
        var mappings = 4.5
        var anonymous = 14.5
        var resident = 40.5
        /// Kilobytes that arenas and caches take once, however many reloads there are.
        var once = 800.0
    }

    private let reloads: Int
    private let shop: Workshop
    /// The build that serves for certain: no call that begins now may meet an older one.
    private let switched = Atomic(0)
    private let isOver = Flag()

    init(reloads: Int) throws {
        self.reloads = reloads
        shop = try Workshop()
    }

    /// Reloads so many times, and writes what that cost to a file.
    ///
    /// It wants a process of its own, because retired generations stay.
    func run(report: String) async throws {
        try shop.install("id=a;tag=0;concurrent=1")
        let configuration = shop.configuration {
            $0.strategy = .immediate
            // At twice as many it would warn again.
            $0.retiredGenerationsWarning = reloads / 2 + 1
        }
        try await TestHost.run(configuration) { test async throws in
            let handle = try await test.host.plugin("a")
            let callers = (0..<2).map { _ in OnThread { [self] in try call(handle) } }
            // What is made once, such as threads and buffers, is there after some reloads.
            let warm = reloads / 10
            try await reload(1...warm, test)
            // What is ready for the next copy is made when a reload is over.
            try await test.until("there is room for the next copy") { [shop] in
                try FileManager.default.contentsOfDirectory(atPath: shop.state + "/images").contains {
                    $0.hasPrefix("spare.")
                }
            }
            let before = try ProcessFigures.now()
            let began = ContinuousClock.now
            try await reload(warm + 1...reloads, test)
            let took = began.duration(to: .now)
            // The watcher may still have the last file open, to see whether it is what serves; a thread may be on its way out.
            let after = try await ProcessFigures.settled {
                $0.descriptors <= before.descriptors && $0.threads <= before.threads + 1
            }
            isOver.set()
            var answers = Answers()
            for caller in callers { answers = answers + (try await caller.value) }
            // Nothing lost, nothing doubled, nothing answered by who served no more.
            #expect(answers == Answers.all(to: answers.count))
            #expect(Int(try await test.call("value")) == answers.count)
            try judge(before, after, calls: answers.count, took: took, report: report)

            let status = try await test.status()
            #expect(status.reloads == reloads && status.retiredGenerations == reloads && status.failedReloads == 0)
            #expect(test.log.filter { $0.message.contains("retired generations are mapped") }.count == 1)
        }
    }

    private func reload(_ tags: ClosedRange<Int>, _ test: TestHost) async throws {
        for tag in tags {
            try shop.install("id=a;tag=\(tag);concurrent=1")
            // The watcher may have been faster; then this has nothing left to do.
            let result = try #require(await test.host.reload(["a"]).first)
            try #require(result.success, "\(result)")
            switched.store(tag, ordering: .releasing)
        }
    }

    private func call(_ handle: PluginHandle) throws -> Answers {
        var answers = Answers()
        while !isOver.isSet {
            answers.take(Int(try handle.call("increment", text: "")) ?? -1)
            let least = switched.load(ordering: .acquiring)
            if (Int(try handle.call("tag", text: "")) ?? -1) < least { answers.stale += 1 }
            // Two threads that never pause would leave the reloads none of two processors.
            usleep(20)
        }
        return answers
    }

    private func judge(
        _ before: ProcessFigures,
        _ after: ProcessFigures,
        calls: Int,
        took: Duration,
        report: String
    ) throws {
        let generations = Double(reloads - reloads / 10)
        func each(_ figure: KeyPath<ProcessFigures, Int>) -> Double {
            Double(after[keyPath: figure] - before[keyPath: figure]) / generations
        }
        let text = """
            \(reloads) reloads, \(calls) calls; each of the last \(Int(generations)) generations: \
            \(each(\.mappings)) mappings, \(each(\.anonymous)) KB anonymous, \(each(\.resident)) KB resident, \
            \(took / generations); descriptors \(before.descriptors) then \(after.descriptors), threads \
            \(before.threads) then \(after.threads)
            """
        try Data(text.utf8).write(to: URL(fileURLWithPath: report))
        let budget = Budget()
        // A file that was open for a moment may have been among those of before.
        #expect(after.descriptors <= before.descriptors, "\(text)")
        // The one that writes the log begins with the first record.
        #expect(after.threads <= before.threads + 1, "\(text)")
        // A sanitizer keeps notes of all that there was.
        guard !Sanitizer.isThere else { return }
        #expect(each(\.mappings) <= budget.mappings + 10 / generations, "\(text)")
        #expect(each(\.anonymous) <= budget.anonymous + budget.once / generations, "\(text)")
        #expect(each(\.resident) <= budget.resident + budget.once / generations, "\(text)")
    }
}
