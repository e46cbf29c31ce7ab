/// A symbol that an image shows to others.
package struct ELFExport: Hashable, Sendable {
    /// Its name.
    package let name: String
    /// What it stands for; `nil` for what no linker for Linux writes.
    package let kind: ELFSymbol.Kind?
    /// Whether all images of a process share one copy of it, also those that were opened apart (`STB_GNU_UNIQUE`).
    package let isUnique: Bool

    package init(name: String, kind: ELFSymbol.Kind?, isUnique: Bool) {
        self.name = name
        self.kind = kind
        self.isUnique = isUnique
    }
}

extension ELFImage {
    /// The binding of symbols that exist once in a process.
    private static let uniqueBinding: UInt8 = 10

    /// All symbols that the image shows to others, in the order of its table.
    package var exports: [ELFExport] {
        guard let section = sections.first(where: { $0.kind == .dynamicSymbols }), Int(section.link) < sections.count,
            case let strings = sections[Int(section.link)], strings.kind == .strings
        else { return [] }
        // No linker writes more; the bound is for files that lie.
        let count = min(section.size / ELFSymbol.size, 1 << 20)
        var exports: [ELFExport] = []
        for index in 0..<count {
            let place = section.offset + index * ELFSymbol.size
            guard let symbol = ELFSymbol(bytes, at: place), symbol.isExported, let info = bytes.byte(at: place + 4),
                let nameOffset = bytes.word32(at: place), UInt64(nameOffset) < strings.size,
                let name = bytes.string(at: strings.offset + UInt64(nameOffset)), !name.isEmpty
            else { continue }
            exports.append(ELFExport(name: name, kind: symbol.kind, isUnique: info >> 4 == Self.uniqueBinding))
        }
        return exports
    }
}
