extension ELFImage {
    /// How many bytes a relocation has.
    private static let relocationSize: UInt64 = 24

    /// Checks that each relocation writes to the image and names a symbol that is there.
    func checkRelocations(_ table: ELFDynamicTable) throws(ELFError) {
        // The dynamic linker asserts all of these, and an assertion ends the process.
        if let size = table[.relocationSize], size != Self.relocationSize {
            throw .badDynamicEntry(name: "DT_RELAENT", value: size)
        }
        if let kind = table[.procedureRelocationKind], kind != ELFDynamicTable.Tag.relocations.rawValue {
            throw .badDynamicEntry(name: "DT_PLTREL", value: kind)
        }
        if let address = table[.shortRelocations] {
            throw .badDynamicEntry(name: "DT_REL", value: address)
        }
        if let size = table[.relativeRelocationSize], size != 8 {
            throw .badDynamicEntry(name: "DT_RELRENT", value: size)
        }
        if let address = table[.relativeRelocations] {
            guard let size = table[.relativeRelocationsSize], size % 8 == 0,
                offset(ofAddress: address, count: size) != nil
            else { throw .outsideSegments(what: "relocation table") }
        }
        try checkRelocations(at: table[.relocations], count: table[.relocationsSize], table)
        try checkRelocations(at: table[.procedureRelocations], count: table[.procedureRelocationsSize], table)
    }

    /// The last of the segments that does not begin behind an address; they are in order, which was checked before.
    private static func segment(of address: UInt64, among loaded: [ELFSegment]) -> ELFSegment? {
        var range = loaded.startIndex..<loaded.endIndex
        while !range.isEmpty {
            let middle = range.lowerBound + range.count / 2
            range =
                loaded[middle].address <= address ? middle + 1..<range.upperBound : range.lowerBound..<middle
        }
        return range.lowerBound == loaded.startIndex ? nil : loaded[range.lowerBound - 1]
    }

    private func checkRelocations(
        at address: UInt64?,
        count size: UInt64?,
        _ table: ELFDynamicTable
    ) throws(ELFError) {
        guard let address, let size, size > 0 else { return }
        guard let place = offset(ofAddress: address, count: size), let range = bytes.range(at: place, count: size)
        else {
            throw .outsideSegments(what: "relocation table")
        }
        let loaded = loaded
        var current = loaded.last
        var highest: UInt64 = 0
        var bad: Int?
        unsafe bytes.storage.withUnsafeBytes { memory in
            guard let base = memory.baseAddress else { return }
            var entry = range.lowerBound
            while entry + Int(Self.relocationSize) <= range.upperBound {
                let target = unsafe base.loadUnaligned(fromByteOffset: entry, as: UInt64.self)
                // The upper half of the second word is the symbol; the kind, in the lower, the dynamic linker checks.
                let symbol = unsafe base.loadUnaligned(fromByteOffset: entry + 12, as: UInt32.self)
                let kind = unsafe base.loadUnaligned(fromByteOffset: entry + 8, as: UInt32.self)
                if UInt64(symbol) > highest { highest = UInt64(symbol) }
                // Most relocations lie in the segment of the one before; kind 0 does nothing, wherever it points.
                if kind != 0, current?.occupies(target, count: 8) != true {
                    current = Self.segment(of: target, among: loaded)
                    guard current?.occupies(target, count: 8) == true else {
                        bad = (entry - range.lowerBound) / Int(Self.relocationSize)
                        return
                    }
                }
                entry += Int(Self.relocationSize)
            }
        }
        if let bad { throw .badRelocation(index: bad) }
        guard let symbols = table[.symbols],
            offset(ofAddress: symbols, count: (highest + 1) * ELFSymbol.size) != nil
        else { throw .outsideSegments(what: "symbol table") }
        if let versions = table[.symbolVersions], offset(ofAddress: versions, count: (highest + 1) * 2) == nil {
            throw .outsideSegments(what: "version table")
        }
    }
}
