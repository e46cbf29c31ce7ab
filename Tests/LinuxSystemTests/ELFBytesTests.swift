import LinuxSystem
import Testing

@Suite("The bytes of a file, read by place")
struct ELFBytesTests {
    private let bytes = ELFBytes(Array("abc\0defghi".utf8))

    @Test("are little-endian, at any place")
    func words() {
        #expect(bytes.byte(at: 1) == 0x62)
        #expect(bytes.word16(at: 1) == 0x6362)
        #expect(bytes.word32(at: 1) == 0x6400_6362)
        #expect(bytes.word64(at: 1) == 0x6867_6665_6400_6362)
    }

    @Test("end where the file ends, whatever place and size are asked for")
    func ends() {
        for place: UInt64 in [10, 11, 1 << 63, .max - 7, .max - 1, .max] {
            #expect(bytes.byte(at: place) == nil)
            #expect(bytes.word16(at: place) == nil)
            #expect(bytes.word32(at: place) == nil)
            #expect(bytes.word64(at: place) == nil)
            #expect(bytes.string(at: place) == nil)
            #expect(!bytes.hasString("a", at: place))
        }
        #expect(bytes.word16(at: 9) == nil)
        #expect(bytes.word64(at: 3) == nil)
        #expect(bytes.range(at: 2, count: .max) == nil)
        #expect(bytes.range(at: 10, count: 0) == 10..<10)
    }

    @Test("hold texts up to a zero byte")
    func texts() {
        #expect(bytes.string(at: 0) == "abc")
        #expect(bytes.string(at: 3) == "")
        #expect(bytes.string(at: 4) == nil)
        #expect(bytes.string(at: 0, limit: 3) == nil)
        #expect(bytes.string(at: 0, limit: .max) == "abc")
        #expect(bytes.hasString("abc", at: 0))
        #expect(bytes.hasString("bc", at: 1))
        #expect(!bytes.hasString("ab", at: 0))
        #expect(!bytes.hasString("defghi", at: 4))
    }
}
