import CLinux
import Foundation
import LinuxSystem
import Synchronization

/// A plugin's file in a hosted directory, and everything that writers do to it.
final class TorturedFile: Sendable {
    /// A way to put a new content in place.
    enum Operation: CaseIterable {
        case rewrite, overwrite, rename, renameInside, hardLink, otherName, symbolicLink, exchange, swap, recreate,
            touch
        // These close a file that is not finished, and go on with it later.
        case appendPieces, overwritePieces, cut, empty

        static let inOneGo: [Operation] = [
            .rewrite, .overwrite, .rename, .renameInside, .hardLink, .otherName, .symbolicLink, .exchange, .swap,
            .recreate, .touch,
        ]
    }

    let plugin: String
    let path: String
    private let directory: String
    private let outside: String
    private let window: Duration
    private let template: Data
    private let serial = Atomic(0)
    private let made = Mutex<[String: String]>([:])
    private let pace: Mutex<WriterPace>

    init(_ plugin: String, in shop: Workshop, window: Duration) throws {
        self.plugin = plugin
        self.window = window
        directory = shop.plugins
        path = shop.path("lib\(plugin).so")
        outside = "\(shop.root)/outside-\(plugin)"
        template = try Workshop.adaptable("id=\(plugin);tag=")
        pace = Mutex(WriterPace(limit: window * 0.6))
        try FileManager.default.createDirectory(atPath: outside, withIntermediateDirectories: true)
        var generator = SeededGenerator(seed: 0)
        rename(file(make(&generator)), path)
    }

    // MARK: Contents

    /// Makes a build that differs from all others in its beginning, its middle and its length.
    private func make(_ generator: inout SeededGenerator) -> [UInt8] {
        let number = serial.wrappingAdd(1, ordering: .relaxed).newValue
        var bytes = template
        if let place = bytes.range(of: Data("tag=".utf8)) {
            let tag = Data("\(number)".utf8) + Data([0])
            bytes.replaceSubrange(place.upperBound..<place.upperBound + tag.count, with: tag)
        }
        // What follows the last section is never mapped, but it is part of what was written.
        let filling = Int.random(in: 100...20_000, using: &generator)
        bytes += Data(repeating: UInt8(truncatingIfNeeded: number), count: filling) + Data("build \(number)".utf8)
        let build = [UInt8](bytes)
        made.withLock { $0[SHA256(of: build).description] = "build \(number)" }
        return build
    }

    /// Whether a writer has ever made this content.
    func isWhole(_ build: String) -> Bool {
        made.withLock { $0[build] != nil }
    }

    /// The hash of what stands in the file.
    var buildOnDisk: String? {
        (try? Data(contentsOf: URL(fileURLWithPath: path))).map { SHA256(of: [UInt8]($0)).description }
    }

    /// Whether the writers kept a half-written file from looking finished, since the round began.
    var keptPace: Bool { pace.withLock { !$0.wasTooSlow } }

    func startRound() {
        pace.withLock { $0.startRound() }
    }

    /// Makes sure that what stands in the file is a build.
    func finish(_ generator: inout SeededGenerator) {
        if buildOnDisk.map(isWhole) != true { perform(.rename, &generator) }
    }

    // MARK: Operations

    func perform(_ operation: Operation, _ generator: inout SeededGenerator) {
        pace.withLock { $0.begin() }
        defer { pace.withLock { $0.end() } }
        let build = make(&generator)
        switch operation {
        case .rewrite:
            write(build, to: path, flags: O_WRONLY | O_CREAT | O_TRUNC, &generator)
        case .overwrite:
            write(build, to: path, flags: O_WRONLY | O_CREAT, &generator)
        case .rename:
            put(file(build))
        case .renameInside:
            let hidden = "\(directory)/.lib\(plugin).so.\(Int.random(in: 0...1, using: &generator))"
            rename(file(build), hidden)
            put(hidden)
        case .hardLink:
            let (whole, name) = (file(build), fresh())
            link(whole, name)
            put(name)
        case .otherName:
            let (other, name) = (file(make(&generator)), fresh())
            link(other, name)
            put(name)
            pause(upTo: 0.3, &generator)
            write(build, to: other, flags: O_WRONLY, &generator)
        case .symbolicLink:
            let (whole, name) = (file(build), fresh())
            symlink(whole, name)
            put(name)
        case .exchange:
            let whole = file(build)
            // Without a file there is nothing to exchange it with.
            step { if clinux_renameat2(AT_FDCWD, whole, AT_FDCWD, path, 2) != 0 { rename(whole, path) } }
        case .swap:
            let whole = file(build)
            step { rename(path, fresh()) }
            pause(upTo: 0.3, &generator)
            put(whole)
        case .recreate:
            step { unlink(path) }
            pause(upTo: 0.3, &generator)
            write(build, to: path, flags: O_WRONLY | O_CREAT | O_TRUNC, &generator)
        case .touch:
            chmod(path, Bool.random(using: &generator) ? 0o755 : 0o700)
            utimensat(AT_FDCWD, path, nil, 0)
            put(file(build))
            utimensat(AT_FDCWD, path, nil, 0)
        case .appendPieces:
            step { close(open(path, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0o755)) }
            writePieces(build, flags: O_WRONLY | O_CREAT | O_APPEND, &generator)
        case .overwritePieces:
            writePieces(build, flags: O_WRONLY | O_CREAT, &generator)
        case .cut:
            let start = ContinuousClock.now
            step { truncate(path, off_t.random(in: 0...40_000, using: &generator)) }
            pause(upTo: 0.2, &generator)
            put(file(build))
            pace.withLock { $0.paused(since: start) }
        case .empty:
            let start = ContinuousClock.now
            step { unlink(path) }
            step { close(open(path, O_WRONLY | O_CREAT | O_CLOEXEC, 0o755)) }
            pause(upTo: 0.2, &generator)
            put(file(build))
            pace.withLock { $0.paused(since: start) }
        }
    }

    /// Lets the file be, sometimes for longer than the window.
    func rest(_ generator: inout SeededGenerator) {
        // Half a file must not rest.
        guard pace.withLock({ $0.isWhole }) else { return }
        pause(upTo: Int.random(in: 0..<4, using: &generator) == 0 ? 2 : 0.3, &generator)
    }

    /// Writes in pieces by one descriptor, with pauses as long as they come.
    private func write(
        _ build: [UInt8],
        to path: String,
        flags: CInt,
        _ generator: inout SeededGenerator
    ) {
        var file: CInt = -1
        step { file = open(path, flags | O_CLOEXEC, 0o755) }
        guard file >= 0 else { return }
        let inode = inode(of: "/proc/self/fd/\(file)") ?? 0
        pace.withLock { $0.opened(inode) }
        for piece in pieces(of: build, &generator) {
            put(build, piece, into: file, appending: false)
            pause(upTo: Int.random(in: 0..<8, using: &generator) == 0 ? 1.5 : 0.1, &generator)
        }
        ftruncate(file, off_t(build.count))
        step { close(file) }
        pace.withLock { $0.closed(inode) }
    }

    /// Writes in pieces by a descriptor for each, with short pauses.
    private func writePieces(_ build: [UInt8], flags: CInt, _ generator: inout SeededGenerator) {
        var start = ContinuousClock.now
        for piece in pieces(of: build, &generator) {
            pause(upTo: 0.2, &generator)
            step {
                let file = open(path, flags | O_CLOEXEC, 0o755)
                put(build, piece, into: file, appending: flags & O_APPEND != 0)
                let last = start
                start = .now
                close(file)
                pace.withLock { $0.paused(since: last) }
            }
        }
        step { truncate(path, off_t(build.count)) }
        pace.withLock { $0.paused(since: start) }
    }

    private func put(_ build: [UInt8], _ piece: Range<Int>, into file: CInt, appending: Bool) {
        build[piece].withUnsafeBytes { bytes in
            _ =
                appending
                ? Glibc.write(file, bytes.baseAddress, bytes.count)
                : pwrite(file, bytes.baseAddress, bytes.count, off_t(piece.lowerBound))
        }
    }

    private func pieces(of build: [UInt8], _ generator: inout SeededGenerator) -> [Range<Int>] {
        let cuts = (0..<Int.random(in: 0...5, using: &generator)).map { _ in
            Int.random(in: 1..<build.count, using: &generator)
        }
        let ends = Set(cuts).sorted() + [build.count]
        return zip([0] + ends, ends).map { $0..<$1 }
    }

    // MARK: Pauses, which are part of what is written

    private func pause(upTo windows: Double, _ generator: inout SeededGenerator) {
        let longest = Int((window * windows) / .microseconds(1))
        usleep(UInt32(Int.random(in: 0...max(0, longest), using: &generator)))
    }

    // MARK: Steps

    /// Does something to the file, and remembers when.
    private func step(_ body: () -> Void) {
        let start = ContinuousClock.now
        let before = inode(of: path)
        let wasOpen = pace.withLock { $0.isOpen(before) }
        body()
        pace.withLock { $0.step(since: start, wasOpen: wasOpen) }
    }

    /// Renames a file into the place of the plugin's.
    private func put(_ other: String) {
        step { rename(other, path) }
    }

    private func inode(of path: String) -> UInt64? {
        ((try? FileStatus.of(path)) ?? nil)?.inode
    }

    // MARK: Files

    /// A path outside the directory that was never used.
    private func fresh() -> String {
        "\(outside)/\(serial.wrappingAdd(1, ordering: .relaxed).newValue)"
    }

    /// Writes a build to a file outside the directory.
    private func file(_ build: [UInt8]) -> String {
        let path = fresh()
        try? Workshop.write(Data(build), to: path)
        return path
    }
}
