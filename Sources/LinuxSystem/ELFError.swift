/// What is wrong with the bytes of a file that should be an ELF image.
package enum ELFError: Error, Hashable {
    /// The bytes don't begin as an ELF file does.
    case notELF
    /// The file ends before its own tables say that it does.
    case truncated(missing: UInt64)
    /// The image is for a machine of another word size.
    case wrongClass(ELFHeader)
    /// The image is for a machine of another byte order.
    case wrongByteOrder(ELFHeader)
    /// A field of the header has a value that no linker writes.
    case badHeader(field: String, value: UInt64)
    /// An offset and a size add up to more than a number can hold.
    case wrapped(what: String)
    /// A part of the image lies outside of every segment that is loaded.
    case outsideSegments(what: String)
    /// A segment can't be loaded as it is described.
    case badSegment(index: Int, why: String)
    /// No segment of the image is loaded.
    case noSegments
    /// The image has no dynamic section, or one without an end.
    case noDynamicSection
    /// An entry of the dynamic section has a value that the dynamic linker does not survive.
    case badDynamicEntry(name: String, value: UInt64)
    /// The table of needed versions runs in circles or out of its segment.
    case badVersions
    /// A relocation writes outside of the image, or names a symbol outside of it.
    case badRelocation(index: Int)
}

extension ELFError: CustomStringConvertible {
    package var description: String {
        switch self {
        case .notELF: "it does not begin as an ELF file does"
        case .truncated(let missing): "\(missing) bytes are missing at its end"
        case .wrongClass(let header): "it is a \(header.bits)-bit image"
        case .wrongByteOrder: "its byte order is big-endian"
        case .badHeader(let field, let value): "its header says \(field) = \(value)"
        case .wrapped(let what): "the place of its \(what) is beyond any file"
        case .outsideSegments(let what): "its \(what) lies outside of what is loaded"
        case .badSegment(let index, let why): "its program header \(index) \(why)"
        case .noSegments: "none of its segments is loaded"
        case .noDynamicSection: "it has no dynamic section"
        case .badDynamicEntry(let name, let value): "its dynamic section says \(name) = \(value)"
        case .badVersions: "its table of needed versions is no list"
        case .badRelocation(let index): "its relocation \(index) points outside of the image"
        }
    }
}
