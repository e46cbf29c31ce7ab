import Glibc

/// What the fuzzer calls with each input; the reader is the one that PLUGIN_HOST_FUZZ names.
@c(LLVMFuzzerTestOneInput)
public func testOneInput(_ start: UnsafePointer<UInt8>?, _ count: Int) -> CInt {
    do {
        try reader.exercise(Array(UnsafeBufferPointer(start: start, count: count)))
    } catch {
        fatalError("\(error)")
    }
    return 0
}

private let reader: FuzzReader = {
    let name = getenv("PLUGIN_HOST_FUZZ").map { String(cString: $0) } ?? ""
    guard let reader = FuzzReader.all.first(where: { $0.name == name }) else {
        fatalError("PLUGIN_HOST_FUZZ has to be one of \(FuzzReader.all.map(\.name).joined(separator: ", "))")
    }
    return reader
}()
