/// The backtrace that the runtime's backtracer has printed, found among the lines of a process.
struct CrashTrace: Hashable, Sendable {
    /// One frame.
    private struct Frame {
        var symbol: String
        var image: String
        var place: String?
    }

    /// Where it begins; after the last line if there is none.
    let start: Int
    /// The lines from there on, empty ones at the end left out.
    let lines: [String]
    /// What the runtime said was wrong, such as `Index out of range`.
    let message: String?
    /// The first place in code that is neither the runtime's, the system's nor the host's, in one line.
    ///
    /// There is none where the backtracer has not come so far: it can't see past what was built without frame pointers, as the
    /// C library is through which a program aborts.
    let summary: String?

    init(_ output: [String]) {
        // The runtime begins one line, `*** Signal 4: Backtracing from …`, and the backtracer ends it.
        let start =
            output.firstIndex { $0.hasPrefix("*** Signal ") || $0.hasPrefix("*** Program crashed") } ?? output.count
        self.start = start
        var lines = Array(output[start...])
        while lines.last?.isEmpty == true { lines.removeLast() }
        self.lines = lines
        let mark = "Fatal error: "
        message =
            output[..<start].suffix(4).compactMap { line in
                line.range(of: mark).map { String(line[$0.upperBound...]) }
            }.last
        let crashed = lines.firstIndex { $0.hasPrefix("Thread ") && $0.hasSuffix(" crashed:") }
        let frames = lines[(crashed.map { $0 + 1 } ?? lines.endIndex)...].prefix { !$0.hasPrefix("Thread ") }
            .compactMap(Self.frame)
        let own = frames.first { !Self.isForeign($0.image) }
        summary = own.map { frame in frame.symbol + (frame.place.map { " at \($0)" } ?? " in \(frame.image)") }
    }

    /// Reads a line such as `3 [ra] 0x55ac28306bb7 Greeter.greet(_:) + 246 in libGreeter.so at /src/Greeter.swift:56:30`.
    private static func frame(_ line: String) -> Frame? {
        let words = line.split(separator: " ")
        guard let number = words.first, number.allSatisfy(\.isNumber),
            let address = words.firstIndex(where: { $0.hasPrefix("0x") })
        else { return nil }
        let rest = words[(address + 1)...].joined(separator: " ")
        guard let inImage = rest.range(of: " in ", backwards: true) else { return nil }
        let symbol = rest[..<inImage.lowerBound]
        let plus = symbol.range(of: " + ", backwards: true)
        let parts = rest[inImage.upperBound...].split(separator: " ", maxSplits: 2).map(String.init)
        guard let image = parts.first else { return nil }
        return Frame(
            symbol: String(symbol[..<(plus?.lowerBound ?? symbol.endIndex)]),
            image: image,
            place: parts.count > 2 && !parts[2].contains("<compiler-generated>") ? place(parts[2]) : nil
        )
    }

    /// The name of the file and the line, without directories and column.
    private static func place(_ text: String) -> String {
        let name = text.split(separator: "/").last.map(String.init) ?? text
        return name.split(separator: ":").prefix(2).joined(separator: ":")
    }

    private static func isForeign(_ image: String) -> Bool {
        [
            "libswift", "libc.so", "libc-", "libpthread", "libstdc++", "libgcc_s", "ld-linux", "libm.so", "libdispatch",
            "[vdso]", "plugin-runner", "plugin-host",
        ].contains { image.hasPrefix($0) }
    }
}

extension StringProtocol {
    /// Where a text is found in this one.
    fileprivate func range(of text: String, backwards: Bool = false) -> Range<Index>? {
        backwards ? ranges(of: text).last : firstRange(of: text)
    }
}
