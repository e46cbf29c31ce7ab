import Testing

@testable import RunnerProtocol

@Suite("A frame")
struct FrameTests {
    @Test("gives back what was put into it, in order")
    func roundTrip() throws {
        var writer = FrameWriter()
        writer.append(UInt8(0xa5))
        writer.append(UInt32(0xdead_beef))
        writer.append(UInt64.max - 1)
        writer.append("Grüße")
        writer.append([] as [UInt8])
        writer.append([1, 2, 3] as [UInt8])
        var reader = FrameReader(writer.bytes)
        #expect(try reader.readUInt8() == 0xa5)
        #expect(try reader.readUInt32() == 0xdead_beef)
        #expect(try reader.readUInt64() == .max - 1)
        #expect(try reader.readText() == "Grüße")
        #expect(try reader.readBytes() == [])
        #expect(try reader.readBytes() == [1, 2, 3])
        try reader.finish()
    }

    @Test("has numbers with the lowest byte first, and lengths in eight bytes")
    func layout() {
        var writer = FrameWriter()
        writer.append(UInt32(0x0403_0201))
        writer.append([9] as [UInt8])
        #expect(writer.bytes == [1, 2, 3, 4, 1, 0, 0, 0, 0, 0, 0, 0, 9])
    }

    @Test("refuses a length that goes past its end", arguments: [4, 5, 1 << 31, 1 << 32, 1 << 62, 1 << 63, UInt64.max])
    func lengths(size: UInt64) {
        var writer = FrameWriter()
        writer.append(size)
        var reader = FrameReader(writer.bytes + [1, 2, 3])
        #expect(throws: FrameError("\(size) bytes were announced, where 3 are left")) { try reader.readBytes() }
    }

    @Test("refuses to end within a number, and to go on behind what was expected")
    func ends() {
        var short = FrameReader([1, 2, 3])
        #expect(throws: FrameError("it ends within a number")) { try short.readUInt32() }
        var empty = FrameReader([])
        #expect(throws: FrameError.self) { try empty.readUInt8() }
        let long = FrameReader([1, 2])
        #expect(throws: FrameError("2 bytes too many")) { try long.finish() }
    }

    @Test("replaces what is no UTF-8")
    func text() throws {
        var writer = FrameWriter()
        writer.append([0x61, 0xff, 0x62] as [UInt8])
        var reader = FrameReader(writer.bytes)
        #expect(try reader.readText() == "a\u{fffd}b")
    }
}
