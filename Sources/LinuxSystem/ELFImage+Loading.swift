extension ELFImage {
    /// Checks, as far as the bytes tell, that the dynamic linker survives loading the image.
    ///
    /// The dynamic linker trusts what it maps: a table outside of the image ends the process, not the call. What can't
    /// be seen from outside is what the code itself does.
    package func checkLoading(_ table: ELFDynamicTable) throws(ELFError) {
        try checkSegments()
        try checkStrings(table)
        try checkSymbols(table)
        try checkCode(table)
        try checkNeededVersions(table)
        try checkRelocations(table)
    }

    private func checkSegments() throws(ELFError) {
        guard let first = loaded.first else { throw .noSegments }
        var end = first.address
        for (index, segment) in segments.enumerated() where segment.kind == .load {
            try checkLoaded(segment, index: index, after: end, first: first.address)
            end = segment.address + segment.memorySize
        }
        for (index, segment) in segments.enumerated() where segment.memorySize > 0 {
            switch segment.kind {
            case .note, .properties, .programHeaders, .unwinding:
                guard loaded.contains(where: { $0.holds(segment.address, count: segment.memorySize) }) else {
                    throw .badSegment(index: index, why: "lies outside of what is loaded")
                }
            case .readOnlyAfterRelocation:
                guard segment.address >= first.address, segment.address <= end,
                    segment.memorySize <= (end - segment.address + 65_535) & ~65_535
                else { throw .badSegment(index: index, why: "lies outside of what is loaded") }
            case .threadLocal:
                guard segment.fileSize <= segment.memorySize, segment.memorySize <= 1 << 30,
                    segment.alignment & (segment.alignment &- 1) == 0, segment.alignment <= 1 << 16,
                    segment.fileSize == 0
                        || loaded.contains(where: { $0.holds(segment.address, count: segment.fileSize) })
                else { throw .badSegment(index: index, why: "is no image of thread-local variables") }
            case .load, .dynamic, .interpreter, nil: break
            }
        }
    }

    private func checkLoaded(
        _ segment: ELFSegment,
        index: Int,
        after end: UInt64,
        first: UInt64
    ) throws(ELFError) {
        guard segment.fileSize <= segment.memorySize else {
            throw .badSegment(index: index, why: "has more bytes in the file than in memory")
        }
        let (limit, overflow) = segment.address.addingReportingOverflow(segment.memorySize)
        guard !overflow, limit <= 1 << 46 else { throw .badSegment(index: index, why: "is larger than any memory") }
        guard segment.address >= end else { throw .badSegment(index: index, why: "overlaps the one before it") }
        let alignment = segment.alignment
        guard alignment >= 4096, alignment <= 1 << 30, alignment & (alignment - 1) == 0,
            (segment.address &- segment.offset) & (alignment - 1) == 0
        else { throw .badSegment(index: index, why: "has an alignment that can't be mapped") }
    }

    private func checkStrings(_ table: ELFDynamicTable) throws(ELFError) {
        guard let strings = table[.strings], let size = table[.stringsSize], size > 0,
            let offset = offset(ofAddress: strings, count: size), bytes.byte(at: offset + size - 1) == 0
        else { throw .outsideSegments(what: "string table") }
        for index in table.neededNames + [table[.name], table[.runPath], table[.searchPath]].compactMap({ $0 }) {
            guard index < size else { throw .badDynamicEntry(name: "a name", value: index) }
        }
    }

    private func checkSymbols(_ table: ELFDynamicTable) throws(ELFError) {
        guard let symbols = table[.symbols], offset(ofAddress: symbols, count: ELFSymbol.size) != nil else {
            throw .outsideSegments(what: "symbol table")
        }
        if let size = table[.symbolSize], size != ELFSymbol.size {
            throw .badDynamicEntry(name: "DT_SYMENT", value: size)
        }
        if let address = table[.gnuHash] {
            guard let start = offset(ofAddress: address, count: 16), let buckets = bytes.word32(at: start),
                let words = bytes.word32(at: start + 8)
            else { throw .outsideSegments(what: "hash table") }
            // The dynamic linker ends the process over a filter whose size is no power of two.
            guard words > 0, words & (words - 1) == 0 else {
                throw .badDynamicEntry(name: "the words of DT_GNU_HASH's filter", value: UInt64(words))
            }
            guard offset(ofAddress: address, count: 16 + UInt64(words) * 8 + UInt64(buckets) * 4) != nil else {
                throw .outsideSegments(what: "hash table")
            }
        }
        if let address = table[.hash] {
            guard let start = offset(ofAddress: address, count: 8), let buckets = bytes.word32(at: start),
                let chains = bytes.word32(at: start + 4),
                offset(ofAddress: address, count: 8 + (UInt64(buckets) + UInt64(chains)) * 4) != nil
            else { throw .outsideSegments(what: "hash table") }
        }
        for tag in [ELFDynamicTable.Tag.symbolVersions, .definedVersions, .neededVersions] {
            if let address = table[tag], offset(ofAddress: address, count: 2) == nil {
                throw .outsideSegments(what: "version table")
            }
        }
    }

    private func checkCode(_ table: ELFDynamicTable) throws(ELFError) {
        for tag in [ELFDynamicTable.Tag.initialiser, .finaliser] {
            if let address = table[tag], !isCode(address) { throw .outsideSegments(what: "initialiser") }
        }
        let lists: [(ELFDynamicTable.Tag, ELFDynamicTable.Tag)] = [
            (.initialisers, .initialisersSize), (.finalisers, .finalisersSize),
        ]
        for (start, size) in lists {
            guard let address = table[start] else { continue }
            let size = table[size] ?? 0
            guard size % 8 == 0, size == 0 || offset(ofAddress: address, count: size) != nil else {
                throw .outsideSegments(what: "list of initialisers")
            }
        }
    }

    /// Whether an address lies in a segment that can be executed, in bytes of the file.
    package func isCode(_ address: UInt64) -> Bool {
        loaded.contains { $0.isExecutable && $0.holds(address, count: 1) }
    }

    /// Follows the lists that the dynamic linker follows, which run until an entry says that it is the last.
    private func checkNeededVersions(_ table: ELFDynamicTable) throws(ELFError) {
        guard var library = table[.neededVersions] else { return }
        let strings = table[.stringsSize] ?? 0
        var steps = 0
        while true {
            guard let place = offset(ofAddress: library, count: 16), let file = bytes.word32(at: place + 4),
                let first = bytes.word32(at: place + 8), let next = bytes.word32(at: place + 12),
                UInt64(file) < strings
            else { throw .badVersions }
            var version = library + UInt64(first)
            while true {
                guard let place = offset(ofAddress: version, count: 16), let name = bytes.word32(at: place + 8),
                    let next = bytes.word32(at: place + 12), UInt64(name) < strings
                else { throw .badVersions }
                steps += 1
                guard steps <= 65_536 else { throw .badVersions }
                if next == 0 { break }
                version += UInt64(next)
            }
            if next == 0 { return }
            library += UInt64(next)
        }
    }
}
