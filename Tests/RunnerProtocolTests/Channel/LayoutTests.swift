import Glibc
import LinuxSystem
import Synchronization
import Testing

@testable import RunnerProtocol

@Suite("The layout of a channel")
struct LayoutTests {
    @Test("is what a runner of the same version knows")
    func offsets() {
        #expect(ChannelLayout.version == 1)
        let page = [
            ChannelLayout.magicOffset, ChannelLayout.versionOffset, ChannelLayout.laneCountOffset,
            ChannelLayout.payloadLimitOffset, ChannelLayout.firstLane,
        ]
        #expect(page == [0, 8, 12, 16, 4096])
        let request = [
            ChannelLayout.requestWord, ChannelLayout.serverSleeps, ChannelLayout.callerProcessor, ChannelLayout.kind,
            ChannelLayout.flags, ChannelLayout.methodSize, ChannelLayout.callID, ChannelLayout.deadline,
            ChannelLayout.inputSize, ChannelLayout.requestAuxiliary, ChannelLayout.inputPlace,
            ChannelLayout.requestArea,
        ]
        #expect(request == [0, 4, 8, 12, 16, 20, 24, 32, 40, 48, 56, 64])
        let answer = [
            ChannelLayout.answerWord, ChannelLayout.callerSleeps, ChannelLayout.serverProcessor, ChannelLayout.status,
            ChannelLayout.answerSize, ChannelLayout.secondSize, ChannelLayout.answerAuxiliary,
            ChannelLayout.answerPlace, ChannelLayout.answerArea,
        ]
        #expect(answer.map { $0 - 0x20100 } == [0, 4, 8, 12, 16, 24, 32, 36, 64])
        #expect(ChannelLayout.takenWord == 0x20080)
        #expect(ChannelLayout.areaSize == 131_072)
        #expect(ChannelLayout.laneStride == 266_240)
        #expect(ChannelLayout.largestPayload == 1_073_741_824)
        #expect(ChannelLayout.requestRange(0) == 1 << 30)
        #expect(ChannelLayout.answerRange(0) == 2 << 30)
        #expect(ChannelLayout.requestRange(1) == 4 << 30)
        #expect(ChannelLayout.fileSize(lanes: 33) == 100 << 30)
    }

    @Test("has room for all, on lines of their own, and each number where its kind may lie")
    func room() {
        #expect(MemoryLayout<Atomic<UInt32>>.size == 4 && MemoryLayout<Atomic<UInt32>>.alignment == 4)
        #expect(MemoryLayout<Atomic<UInt64>>.size == 8 && MemoryLayout<Atomic<UInt64>>.alignment == 8)
        let lines = [ChannelLayout.requestWord, ChannelLayout.takenWord, ChannelLayout.answerWord]
        for line in lines { #expect(line.isMultiple(of: 128)) }
        #expect(ChannelLayout.requestArea + ChannelLayout.areaSize <= ChannelLayout.takenWord)
        #expect(ChannelLayout.answerArea + ChannelLayout.areaSize <= ChannelLayout.laneStride)
        #expect(ChannelLayout.laneStride.isMultiple(of: 4096))
        let longs = [
            ChannelLayout.callID, ChannelLayout.deadline, ChannelLayout.inputSize, ChannelLayout.requestAuxiliary,
            ChannelLayout.answerSize, ChannelLayout.secondSize,
        ]
        for long in longs { #expect(long.isMultiple(of: 8)) }
        #expect(ChannelLayout.mappedSize(lanes: ChannelMemory.mostLanes) <= ChannelLayout.largestPayload)
        #expect(MemoryLayout<CallerLane>.stride == 128)
    }

    @Test("is checked by the runner before it uses anything")
    func checked() throws {
        let memory = try ChannelMemory(lanes: 3, payloadLimit: 4711)
        let adopted = try ChannelMemory(adopting: memory.duplicate())
        #expect(adopted.lanes == 3)
        #expect(adopted.payloadLimit == 4711)
        #expect(adopted.size == 10 << 30)
    }

    @Test(
        "is refused with what is wrong with it",
        arguments: [
            (0, 1, "the file is no channel"),
            (8, 2, "its layout has version 2, this program knows 1"),
            (12, 4, "4 lanes do not fit 10737418240 bytes"),
            (12, .max, "4294967295 lanes do not fit 10737418240 bytes"),
            (16, 0, "a payload can't have 0 bytes"),
            (20, .max, "a payload can't have 9223372036854775807 bytes"),
        ] as [(Int, UInt32, String)]
    )
    func refused(offset: Int, value: UInt32, reason: String) throws {
        let memory = try ChannelMemory(lanes: 3)
        let page = try memory.file.map(count: 4096, access: .writing)
        if offset == 16 { SharedFields(page.start).store64(16, 0) }
        SharedFields(page.start).store32(offset, value)
        #expect(throws: ChannelSetupError.incompatible(reason)) {
            try ChannelMemory(adopting: memory.duplicate())
        }
    }

    @Test("is not looked for in files of other kinds")
    func otherFiles() throws {
        #expect(throws: ChannelSetupError.self) {
            try ChannelMemory(adopting: OwnedFileDescriptor(adopting: open("/dev/null", O_RDWR)))
        }
        let small = try SharedFile(name: "small", size: 100)
        #expect(throws: ChannelSetupError.incompatible("the file has only 100 bytes")) {
            try ChannelMemory(adopting: small.withNumber { OwnedFileDescriptor(adopting: dup($0)) })
        }
    }

    @Test("is of a size that nobody can change")
    func sealed() throws {
        let memory = try ChannelMemory(lanes: 2)
        memory.withNumber { number in
            #expect(ftruncate(number, 0) != 0)
            #expect(ftruncate(number, off_t(memory.size) * 2) != 0)
            // No child inherits it by accident, and none is given another file under its number.
            #expect(fcntl(number, F_GETFD) & FD_CLOEXEC != 0)
            #expect(number >= 64)
        }
    }
}

extension ChannelMemory {
    /// Another descriptor of the file, as a runner inherits it.
    func duplicate() -> OwnedFileDescriptor {
        withNumber { OwnedFileDescriptor(adopting: dup($0)) }
    }
}
