internal import Glibc

extension ELFImage {
    /// Looks up a symbol as `dlsym` does: through the image's own hash table.
    package func dynamicSymbol(_ name: StaticString, _ table: ELFDynamicTable) -> ELFSymbol? {
        guard let symbols = table[.symbols], let strings = table[.strings], let stringsSize = table[.stringsSize],
            let names = offset(ofAddress: strings, count: stringsSize), let start = offset(ofAddress: symbols),
            let segment = loaded.first(where: { $0.holds(symbols, count: 1) })
        else { return nil }
        let most = (segment.fileSize - (symbols - segment.address)) / ELFSymbol.size
        let candidate = { (index: UInt32) -> ELFSymbol? in
            guard UInt64(index) < most else { return nil }
            let place = start + UInt64(index) * ELFSymbol.size
            guard let nameIndex = bytes.word32(at: place), UInt64(nameIndex) < stringsSize,
                bytes.hasString(name, at: names + UInt64(nameIndex)), let symbol = ELFSymbol(bytes, at: place),
                symbol.isDefined
            else { return nil }
            return symbol
        }
        if let address = table[.gnuHash] {
            return gnuLookUp(name, in: address, most: most, candidate)
        }
        if let address = table[.hash] {
            return classicLookUp(name, in: address, candidate)
        }
        return nil
    }

    private func gnuLookUp(
        _ name: StaticString,
        in address: UInt64,
        most: UInt64,
        _ candidate: (UInt32) -> ELFSymbol?
    ) -> ELFSymbol? {
        guard let start = offset(ofAddress: address, count: 16), let buckets = bytes.word32(at: start), buckets > 0,
            let first = bytes.word32(at: start + 4), let filterWords = bytes.word32(at: start + 8)
        else { return nil }
        var hash: UInt32 = 5381
        for index in 0..<name.utf8CodeUnitCount {
            hash = unsafe hash &* 33 &+ UInt32(name.utf8Start[index])
        }
        let bucketTable = start + 16 + UInt64(filterWords) * 8
        let chains = bucketTable + UInt64(buckets) * 4
        guard var index = bytes.word32(at: bucketTable + UInt64(hash % buckets) * 4), index >= first else { return nil }
        while UInt64(index) < most, let link = bytes.word32(at: chains + UInt64(index - first) * 4) {
            if link | 1 == hash | 1, let symbol = candidate(index) { return symbol }
            if link & 1 == 1 { return nil }
            index += 1
        }
        return nil
    }

    private func classicLookUp(
        _ name: StaticString,
        in address: UInt64,
        _ candidate: (UInt32) -> ELFSymbol?
    ) -> ELFSymbol? {
        guard let start = offset(ofAddress: address, count: 8), let buckets = bytes.word32(at: start), buckets > 0,
            let chainCount = bytes.word32(at: start + 4)
        else { return nil }
        var hash: UInt32 = 0
        for index in 0..<name.utf8CodeUnitCount {
            hash = unsafe (hash << 4) &+ UInt32(name.utf8Start[index])
            let high = hash & 0xF000_0000
            hash = (hash ^ (high >> 24)) & ~high
        }
        let chains = start + 8 + UInt64(buckets) * 4
        // A chain that runs in a circle ends after as many steps as there are symbols.
        var steps: UInt64 = 0
        var index = bytes.word32(at: start + 8 + UInt64(hash % buckets) * 4) ?? 0
        while index != 0, steps < min(UInt64(chainCount), bytes.count / 4) {
            if let symbol = candidate(index) { return symbol }
            guard let next = bytes.word32(at: chains + UInt64(index) * 4) else { return nil }
            index = next
            steps += 1
        }
        return nil
    }

    /// Whether a symbol of that name is defined in a symbol table, exported or not; a stripped image has none.
    package func definesLocally(_ name: StaticString) -> Bool {
        var found = false
        forEachSymbol(named: name) { _, symbol in
            if symbol.isDefined { found = true }
        }
        return found
    }

    /// Calls the body with each symbol, and its name, whose name begins with a text.
    package func forEachSymbol(named prefix: StaticString, _ body: (String, ELFSymbol) -> Void) {
        // A linker writes one table of each kind, and names are short; the bounds are for files that lie.
        for kind in [ELFSection.Kind.symbols, .dynamicSymbols] {
            guard let section = sections.first(where: { $0.kind == kind }) else { continue }
            for place in places(ofSymbols: section, beginningWith: prefix).prefix(65_536) {
                guard let symbol = ELFSymbol(bytes, at: place.symbol),
                    let name = bytes.string(at: place.name, limit: 512)
                else {
                    continue
                }
                body(name, symbol)
            }
        }
    }

    /// Finds the symbols of a section by name; one pass over raw memory, for large tables and slow builds.
    private func places(
        ofSymbols section: ELFSection,
        beginningWith prefix: StaticString
    ) -> [(symbol: UInt64, name: UInt64)] {
        guard Int(section.link) < sections.count, case let strings = sections[Int(section.link)],
            strings.kind == .strings, let symbols = bytes.range(at: section.offset, count: section.size),
            let names = bytes.range(at: strings.offset, count: strings.size)
        else { return [] }
        let length = prefix.utf8CodeUnitCount
        guard length >= 4, names.count > length else { return [] }
        var found: [(symbol: UInt64, name: UInt64)] = []
        unsafe bytes.storage.withUnsafeBytes { memory in
            guard let base = memory.baseAddress else { return }
            let text = unsafe prefix.utf8Start
            let wanted = unsafe UnsafeRawPointer(text).loadUnaligned(as: UInt32.self)
            let lastName = names.count - length
            var place = symbols.lowerBound
            while place + 24 <= symbols.upperBound {
                let index = unsafe Int(UInt32(littleEndian: base.loadUnaligned(fromByteOffset: place, as: UInt32.self)))
                if index < lastName {
                    let name = unsafe base + (names.lowerBound + index)
                    if unsafe name.loadUnaligned(as: UInt32.self) == wanted, unsafe memcmp(name, text, length) == 0 {
                        found.append((UInt64(place), UInt64(names.lowerBound + index)))
                    }
                }
                place += 24
            }
        }
        return found
    }
}
