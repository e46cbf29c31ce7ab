internal import CPluginABI

/// Why a manifest's section is no manifest.
enum ImageManifestError: Error, Hashable {
    /// The section holds something else.
    case foreign
    /// A record was written for another version of the contract.
    case wrongABI(UInt32)
    /// Two records say different things of the same field.
    case contradiction(field: String)
    /// The oldest schema is newer than the newest.
    case emptySchemaRange(UInt32, UInt32)
}

extension ImageManifest {
    /// A plugin has a record or two; what is larger is something else.
    private static let largestSection = 65_536

    /// Reads all records of the section.
    init(section: ArraySlice<UInt8>) throws(ImageManifestError) {
        guard section.count <= Self.largestSection else { throw .foreign }
        self.init()
        var isEmpty = true
        var place = 0
        while place < section.count {
            guard section.count - place >= 4 else { throw .foreign }
            // Linkers may fill the room between two records with zeros.
            if Self.word(section, at: place) == 0 {
                place += 4
                continue
            }
            guard Self.word(section, at: place) == PH_MANIFEST_MAGIC,
                section.count - place >= MemoryLayout<ph_manifest_v1_t>.size,
                Self.word(section, at: place + 4) == UInt32(MemoryLayout<ph_manifest_v1_t>.size)
            else { throw .foreign }
            try add(recordAt: place, of: section)
            isEmpty = false
            place += MemoryLayout<ph_manifest_v1_t>.size
        }
        guard !isEmpty else { throw .foreign }
        if let minimum = stateSchemaMinimum, let maximum = stateSchemaMaximum, minimum > maximum {
            throw .emptySchemaRange(minimum, maximum)
        }
    }

    private mutating func add(recordAt place: Int, of section: ArraySlice<UInt8>) throws(ImageManifestError) {
        let major = Self.word(section, at: place + 8)
        if major != 0 {
            guard major == PH_ABI_MAJOR else { throw .wrongABI(major) }
            abiMajor = major
            // A minor version counts only beside its major one; the newest of several is what the plugin may look for.
            abiMinor = max(abiMinor ?? 0, Self.word(section, at: place + 12))
        }
        let compiler = Self.word(section, at: place + 16)
        if compiler != 0 { swiftVersion = max(swiftVersion ?? 0, compiler) }
        if Self.word(section, at: place + 20) & PH_MANIFEST_SWIFT != 0 { isSwift = true }
        let minimum = Self.word(section, at: place + 24)
        let maximum = Self.word(section, at: place + 28)
        guard minimum != 0 || maximum != 0 else { return }
        guard stateSchemaMaximum == nil || (stateSchemaMinimum == minimum && stateSchemaMaximum == maximum) else {
            throw .contradiction(field: "the state schemas")
        }
        stateSchemaMinimum = minimum
        stateSchemaMaximum = maximum
    }

    private static func word(_ section: ArraySlice<UInt8>, at place: Int) -> UInt32 {
        let start = section.startIndex + place
        return UInt32(section[start]) | UInt32(section[start + 1]) << 8 | UInt32(section[start + 2]) << 16
            | UInt32(section[start + 3]) << 24
    }
}
