import Foundation
import LinuxSystem
import Synchronization
import Testing

@testable import PluginHost

@Suite("Shared state (PL-6)")
struct SharedStateTests {
    private static let limits = SharedStateLimits(values: 3, bytes: 100)

    @Test("gives a key the value, type and version that it was set with last")
    func values() throws {
        let state = SharedState(Self.limits)
        #expect(state.value(of: "a") == nil)
        let first = try state.set("a", to: [1], type: "int")
        let second = try state.set("a", to: [2, 3])
        #expect(second > first)
        #expect(state.value(of: "a") == .init(type: "bytes", version: second, isKept: false, bytes: [2, 3]))
        try state.set("a/b", to: [])
        try state.set("z", to: [])
        #expect(state.keys(beginningWith: "a") == ["a", "a/b"])
        #expect(state.remove("a") && !state.remove("a"))
        // A key that comes again is another value.
        #expect(try state.set("a", to: []) > second)
    }

    @Test("is set by one of those who compare and set at once", .timeLimit(.minutes(10)))
    func contention() async throws {
        let state = SharedState(Self.limits)
        await withTaskGroup(of: Void.self) { group in
            for _ in 0..<4 {
                group.addTask {
                    for _ in 0..<250 {
                        while true {
                            let old = state.value(of: "n")
                            let number = old.map { Int($0.bytes[0]) + Int($0.bytes[1]) << 8 } ?? 0
                            let next = [UInt8(truncatingIfNeeded: number + 1), UInt8((number + 1) >> 8)]
                            if (try? state.compareAndSet("n", from: old?.version ?? 0, to: next).isSet) == true {
                                break
                            }
                        }
                    }
                }
            }
        }
        #expect(state.value(of: "n")?.bytes == [0xe8, 0x03])
        let (isSet, version) = try state.compareAndSet("n", from: 0, to: [])
        #expect(!isSet && version == state.value(of: "n")?.version)
    }

    @Test("refuses what is no key or type, and what there is no room for")
    func refusals() throws {
        let state = SharedState(Self.limits)
        for key in ["", "a b", "é", String(repeating: "k", count: 129), "a\n"] {
            #expect(throws: PluginError.self) { try state.set(key, to: []) }
        }
        #expect(throws: PluginError.self) { try state.set("a", to: [], type: "") }
        let large = #expect(throws: PluginError.self) { try state.set("a", to: Array(repeating: 0, count: 95)) }
        #expect(large?.code == .exhausted && large?.message.contains("maximumSharedBytes") == true)
        for key in ["a", "b", "c"] { try state.set(key, to: [1]) }
        let many = #expect(throws: PluginError.self) { try state.set("d", to: [1]) }
        #expect(many?.code == .exhausted && many?.message.contains("maximumSharedValues") == true)
        // One in the place of another needs no more room.
        try state.set("a", to: [2])
        state.remove("b")
        try state.set("d", to: [1])
    }

    @Test("tells a build on trial what it would be told, and stays as it is")
    func trial() throws {
        let state = SharedState(Self.limits)
        let service = SharedStateService(values: state)
        let version = try state.set("a", to: [1])
        func ask(_ method: String, _ input: String) throws -> String {
            String(decoding: try service.serve(.of(method, input, generation: 0)), as: UTF8.self)
        }
        #expect(try ask("set", "{\"key\":\"a\"}\nx") == #"{"set":true,"version":\#(version + 1)}"#)
        let swap = #"{"key":"a","version":\#(version)}"#
        #expect(try ask("compare-and-set", swap) == #"{"set":true,"version":\#(version + 1)}"#)
        #expect(try ask("compare-and-set", #"{"key":"b","version":7}"#) == #"{"set":false,"version":0}"#)
        #expect(try ask("remove", "a") == #"{"removed":true}"#)
        #expect(try ask("remove", "b") == #"{"removed":false}"#)
        #expect(throws: PluginError.self) { try ask("set", #"{"key":"a b"}"#) }
        let large = String(repeating: "x", count: 101)
        #expect(throws: PluginError.self) { try ask("set", "{\"key\":\"b\"}\n\(large)") }
        #expect(state.keys() == ["a"] && state.value(of: "a")?.version == version)
    }

    @Test("tells of changes in their order, with who has made them")
    func changes() async throws {
        let state = SharedState(Self.limits)
        let told = Mutex<[String]>([])
        state.onChange { change in
            told.withLock { $0.append("\(change.key) \(change.value?.bytes ?? []) \(change.plugin ?? "host")") }
        }
        var changes = state.changes().makeAsyncIterator()
        try state.set("a", to: [1])
        _ = try state.set("a", [2], "bytes", false, from: nil, by: "p")
        _ = state.remove("a", by: "q")
        #expect(told.withLock { $0 } == ["a [1] host", "a [2] p", "a [] q"])
        #expect(await changes.next()?.value?.bytes == [1])
        #expect(await changes.next()?.plugin == "p")
        #expect(await changes.next()?.value == nil)
        state.finish()
        #expect(await changes.next() == nil)
    }

    @Test("keeps what it is asked to keep, and nothing else", .timeLimit(.minutes(10)))
    func keeping() async throws {
        let path = NSTemporaryDirectory() + "shared-state-\(UUID().uuidString)"
        defer { try? FileManager.default.removeItem(atPath: path) }
        let storage = WorkerPool(name: "test", limit: 1)
        let keeper = SharedStateKeeper(path: path, storage: storage, calls: .live) { Issue.record("\($0)") }
        let state = SharedState(Self.limits, keeper: keeper, contents: keeper.load())
        let version = try state.set("kept", to: [7, 0, 10], type: "json", isKept: true)
        try state.set("lost", to: [1])
        await storage.run {}
        let contents = keeper.load()
        #expect(contents.values == ["kept": .init(type: "json", version: version, isKept: true, bytes: [7, 0, 10])])
        let next = SharedState(Self.limits, contents: contents)
        #expect(try next.set("kept", to: []) > version)
        state.remove("kept")
        await storage.run {}
        #expect(keeper.load().values.isEmpty)
        storage.stop()
    }

    @Test("sets a damaged file aside, says so, and begins without it")
    func damage() throws {
        let path = NSTemporaryDirectory() + "shared-state-\(UUID().uuidString)"
        defer { for name in [path, path + ".damaged"] { try? FileManager.default.removeItem(atPath: name) } }
        var contents = SharedStateFile.Contents(version: 3)
        contents.values["a"] = .init(type: "text", version: 2, isKept: true, bytes: [1])
        var bytes = try SharedStateFile.encode(contents)
        #expect(try SharedStateFile.decode(bytes) == contents)
        bytes[bytes.count / 2] ^= 1
        try Data(bytes).write(to: URL(fileURLWithPath: path))
        let said = Mutex<[String]>([])
        let keeper = SharedStateKeeper(path: path, storage: WorkerPool(name: "test", limit: 1), calls: .live) { text in
            said.withLock { $0.append(text) }
        }
        #expect(keeper.load() == SharedStateFile.Contents())
        #expect(said.withLock { $0.first }?.contains("set aside as \(path).damaged") == true)
        #expect(FileManager.default.fileExists(atPath: path + ".damaged"))
        // What is not there is no damage.
        #expect(keeper.load() == SharedStateFile.Contents())
        #expect(said.withLock { $0.count } == 1)
    }
}
