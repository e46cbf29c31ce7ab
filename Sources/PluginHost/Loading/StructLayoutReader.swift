internal import LinuxSystem

/// Finds the C structs that the Swift code of an image has imported, and their layouts, in the bytes of the file.
///
/// The Swift runtime keeps one type per name for all images of a process, so that two images that disagree about a struct
/// corrupt each other's memory. Two traces in the file tell what an image believes: the descriptions for reflection, which
/// survive stripping, and the value witness tables, which only the full symbol table names.
struct StructLayoutReader {
    /// No image imports more; the bound is for files that lie.
    private static let mostStructs = 65_536

    let image: ELFImage

    /// The layouts by the name of the struct in C.
    func read() -> [String: StructLayout] {
        var layouts: [String: StructLayout] = [:]
        readWitnessTables(into: &layouts)
        readReflection(into: &layouts)
        return layouts
    }

    // MARK: Reflection

    /// Each record is the place of the type's name, size, alignment with flags, stride and a count of spare values.
    private func readReflection(into layouts: inout [String: StructLayout]) {
        guard let section = image.section(named: "swift5_builtin"), section.isInFile else { return }
        let (end, overflow) = section.address.addingReportingOverflow(section.size)
        guard !overflow else { return }
        var record = section.address
        var records = 0
        while end - record >= 20, records < Self.mostStructs,
            let place = image.offset(ofAddress: record, count: 20)
        {
            if let size = image.bytes.word32(at: place + 4), let alignment = image.bytes.word32(at: place + 8),
                let stride = image.bytes.word32(at: place + 12), let mangled = relative(record),
                let name = importedName(mangledAt: mangled)
            {
                layouts[name] = StructLayout(
                    size: UInt64(size),
                    stride: UInt64(stride),
                    alignment: UInt64(alignment & 0xFFFF)
                )
            }
            record += 20
            records += 1
        }
    }

    /// The name of the type, if it was imported from C: a mangled name that refers to a type's description (1), and the
    /// distance to it, whose parent is the module of C.
    private func importedName(mangledAt address: UInt64) -> String? {
        guard let place = image.offset(ofAddress: address, count: 5), image.bytes.byte(at: place) == 1,
            let description = relative(address + 1), let parent = relative(description + 4),
            let module = relative(parent + 8), let moduleOffset = image.offset(ofAddress: module),
            image.bytes.hasString("__C", at: moduleOffset), let name = relative(description + 8),
            let nameOffset = image.offset(ofAddress: name)
        else { return nil }
        return image.bytes.string(at: nameOffset, limit: 512)
    }

    /// Follows a 32-bit distance that is measured from where it stands.
    private func relative(_ address: UInt64) -> UInt64? {
        guard let place = image.offset(ofAddress: address, count: 4), let word = image.bytes.word32(at: place) else {
            return nil
        }
        let (target, overflow) = address.addingReportingOverflow(
            UInt64(bitPattern: Int64(Int32(bitPattern: word)))
        )
        // A distance backwards wraps, and must.
        guard overflow == (Int32(bitPattern: word) < 0), target < 1 << 62 else { return nil }
        return target
    }

    // MARK: Value witness tables

    /// A table is eight functions, then size and stride, then flags whose low byte is the alignment less one.
    private func readWitnessTables(into layouts: inout [String: StructLayout]) {
        image.forEachSymbol(named: "$sSo") { symbol, entry in
            guard let name = Self.structName(ofWitnessTable: symbol), entry.isDefined,
                let place = image.offset(ofAddress: entry.address, count: 88),
                let size = image.bytes.word64(at: place + 64), let stride = image.bytes.word64(at: place + 72),
                let flags = image.bytes.word32(at: place + 80)
            else { return }
            layouts[name] = StructLayout(size: size, stride: stride, alignment: UInt64(flags & 0xFF) + 1)
        }
    }

    /// Takes the struct's name out of the symbol of its table, such as `$sSo3cfgVWV`; a typedef has `a` for the `V`.
    ///
    /// A name that repeats a word of its own is written with substitutions; it is then kept as it is mangled.
    static func structName(ofWitnessTable symbol: String) -> String? {
        guard symbol.hasPrefix("$sSo"), symbol.hasSuffix("VWV") || symbol.hasSuffix("aWV") else { return nil }
        let mangled = symbol.dropFirst(4).dropLast(3)
        guard let first = mangled.first, first.isASCII, first.isWholeNumber else { return nil }
        if first == "0" { return String(mangled) }
        let digits = mangled.prefix { $0.isASCII && $0.isWholeNumber }
        let name = mangled.dropFirst(digits.count)
        guard let length = Int(digits), length == name.utf8.count else { return nil }
        return String(name)
    }
}
