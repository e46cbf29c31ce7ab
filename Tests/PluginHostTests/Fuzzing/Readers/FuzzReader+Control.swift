import LinuxSystem

@testable import PluginHost
@testable import PluginHostCommands

extension FuzzReader {
    /// What a client sends to the control socket; the first byte says in pieces of which size it arrives.
    static let control = FuzzReader(name: "control", longest: 1024) { bytes throws(Violation) in
        guard let size = bytes.first.map({ Int($0) + 1 }) else { return }
        let stream = Array(bytes.dropFirst())
        let lines = cut(stream, pieces: stream.count, limit: 1024)
        try hold(lines == cut(stream, pieces: size, limit: 1024), "pieces of \(size) bytes make other lines")
        try hold(lines.allSatisfy { $0.count <= 1024 && !$0.contains(0x0A) }, "a line is no line")
        // Each request waits for a task of the host: a few are as good as many.
        for line in lines.prefix(4) { try answer(line) }
    }

    /// The lines up to the first that is too long.
    private static func cut(_ stream: [UInt8], pieces: Int, limit: Int) -> [[UInt8]] {
        var splitter = LineSplitter(limit: limit)
        var lines: [[UInt8]] = []
        var start = 0
        do {
            while start < stream.count {
                let end = min(stream.count, start + pieces)
                splitter.append(Array(stream[start..<end]))
                while let line = try splitter.next() { lines.append(line) }
                start = end
            }
            if let rest = splitter.rest() { lines.append(rest) }
        } catch {
            // What was there of a line that is too long depends on the pieces, and is never looked at.
        }
        return lines
    }

    private static func answer(_ line: [UInt8]) throws(Violation) {
        let outcome = ControlDispatcher(host: FuzzHost()).handle(line)
        let bytes: [UInt8]?
        switch outcome {
        case .answer(let answer): bytes = answer
        case .follow(let answer, _, _): bytes = answer
        case .followLog(let answer, _, _, _): bytes = answer
        }
        guard let bytes else { return }
        try hold(bytes.count <= 16 * line.count + 8192, "\(line.count) bytes are answered by \(bytes.count)")
        try hold(bytes.last == 0x0A && !bytes.dropLast().contains(0x0A), "the answer is no line")
        let value = try succeed("the answer") { try JSONCoding.decode([String: JSONValue].self, from: bytes) }
        try hold(value["jsonrpc"] == .string("2.0"), "the answer is no JSON-RPC")
        try hold((value["result"] == nil) != (value["error"] == nil), "the answer has not one of result and error")
        guard case .object(let request)? = try? JSONCoding.decode(JSONValue.self, from: line) else { return }
        switch request["id"] {
        case .string, .integer: try hold(value["id"] == request["id"], "the answer is for another request")
        default: break
        }
    }
}
