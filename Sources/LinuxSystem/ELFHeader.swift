/// The first 64 bytes of an ELF file: what it is, and where its tables are.
///
/// Of an image for another word size or byte order only machine, type, size and order of the words are told.
package struct ELFHeader: Hashable, Sendable {
    /// How many bytes the header of a 64-bit file has.
    package static let size = 64
    private static let magic: [UInt8] = [0x7F, 0x45, 0x4C, 0x46]

    /// What kind of image a file is.
    package enum Kind: Hashable, Sendable {
        case relocatable
        case executable
        case sharedObject
        case core
        case other(UInt16)
    }

    package let machine: ELFMachine
    package let kind: Kind
    /// 64, or 32.
    package let bits: Int
    package let isLittleEndian: Bool
    package let programHeaderOffset: UInt64
    /// The number of program headers; 65535 says that the first section knows it.
    package let programHeaderCount: UInt16
    package let programHeaderSize: UInt16
    package let sectionHeaderOffset: UInt64
    /// The number of section headers; 0 says that the first section knows it, if there is one.
    package let sectionHeaderCount: UInt16
    package let sectionHeaderSize: UInt16
    /// The section that holds the names of sections; 65535 says that the first section knows it.
    package let sectionNameIndex: UInt16

    /// Reads the header from the beginning of a file.
    package init(_ bytes: ELFBytes) throws(ELFError) {
        guard zip(bytes.storage, Self.magic).allSatisfy(==), bytes.count > 0 else { throw .notELF }
        guard bytes.count >= 20, let wordSize = bytes.byte(at: 4), let order = bytes.byte(at: 5),
            let type = bytes.word16(at: 16), let machineNumber = bytes.word16(at: 18)
        else { throw .truncated(missing: UInt64(Self.size) - min(bytes.count, UInt64(Self.size))) }

        guard order == 1 || order == 2 else { throw .badHeader(field: "EI_DATA", value: UInt64(order)) }
        guard wordSize == 1 || wordSize == 2 else { throw .badHeader(field: "EI_CLASS", value: UInt64(wordSize)) }
        isLittleEndian = order == 1
        bits = wordSize == 2 ? 64 : 32
        machine = ELFMachine(rawValue: order == 1 ? machineNumber : machineNumber.byteSwapped)
        kind =
            switch order == 1 ? type : type.byteSwapped {
            case 1: .relocatable
            case 2: .executable
            case 3: .sharedObject
            case 4: .core
            case let other: .other(other)
            }

        let isReadable = order == 1 && wordSize == 2
        guard !isReadable || bytes.count >= UInt64(Self.size) else {
            throw .truncated(missing: UInt64(Self.size) - bytes.count)
        }
        programHeaderOffset = isReadable ? bytes.word64(at: 32) ?? 0 : 0
        sectionHeaderOffset = isReadable ? bytes.word64(at: 40) ?? 0 : 0
        programHeaderSize = isReadable ? bytes.word16(at: 54) ?? 0 : 0
        programHeaderCount = isReadable ? bytes.word16(at: 56) ?? 0 : 0
        sectionHeaderSize = isReadable ? bytes.word16(at: 58) ?? 0 : 0
        sectionHeaderCount = isReadable ? bytes.word16(at: 60) ?? 0 : 0
        sectionNameIndex = isReadable ? bytes.word16(at: 62) ?? 0 : 0
    }
}
