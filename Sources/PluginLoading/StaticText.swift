/// A text that C can keep for as long as the process lives.
struct StaticText: Sendable {
    let text: String
    private let address: UInt

    init(_ text: String) {
        self.text = text
        let bytes = Array(text.utf8CString)
        let copy = UnsafeMutableBufferPointer<CChar>.allocate(capacity: bytes.count)
        _ = unsafe copy.initialize(from: bytes)
        address = UInt(bitPattern: copy.baseAddress)
    }

    var pointer: UnsafePointer<CChar> {
        guard let pointer = unsafe UnsafePointer<CChar>(bitPattern: address) else {
            preconditionFailure("an allocation has an address")
        }
        return unsafe pointer
    }
}
