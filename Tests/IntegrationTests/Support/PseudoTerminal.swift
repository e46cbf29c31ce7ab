import Foundation
import LinuxSystem
import Synchronization

/// A real terminal of the kernel, with a test at its other end.
final class PseudoTerminal: Sendable {
    private struct State {
        var emulator: TerminalEmulator
        var bytes: [UInt8] = []
    }

    /// What a program opens as its terminal.
    let path: String
    private let main: CInt
    /// Held open, so that the terminal goes on when a program has ended.
    private let side: CInt
    private let state: Mutex<State>

    init(columns: Int, rows: Int) throws {
        main = open("/dev/ptmx", O_RDWR | O_NOCTTY | O_CLOEXEC)
        // What unlockpt and ptsname do, which Swift's Glibc does not have: TIOCSPTLCK and TIOCGPTN.
        var isLocked: CInt = 0
        var number: CUnsignedInt = 0
        guard main >= 0, ioctl(main, 0x4004_5431, &isLocked) == 0, ioctl(main, 0x8004_5430, &number) == 0 else {
            throw SystemCallError.last("ioctl")
        }
        path = "/dev/pts/\(number)"
        side = open(path, O_RDWR | O_NOCTTY | O_CLOEXEC)
        guard side >= 0 else { throw SystemCallError.last("open") }
        state = Mutex(State(emulator: TerminalEmulator(columns: columns, rows: rows)))
        setSize(columns: columns, rows: rows)
        let main = main
        Thread.detachNewThread { [weak self] in
            var bytes = [UInt8](repeating: 0, count: 65_536)
            while true {
                let count = read(main, &bytes, bytes.count)
                guard count > 0, let self else { break }
                let taken = bytes.prefix(count)
                state.withLock { state in
                    state.emulator.take(taken)
                    state.bytes += taken
                }
            }
            close(main)
        }
    }

    deinit { close(side) }

    private func setSize(columns: Int, rows: Int) {
        var size = winsize(ws_row: UInt16(rows), ws_col: UInt16(columns), ws_xpixel: 0, ws_ypixel: 0)
        _ = ioctl(main, UInt(TIOCSWINSZ), &size)
    }

    /// Gives the window another size; the program has to be told by a signal, for it is not the terminal's session.
    func resize(columns: Int, rows: Int) {
        state.withLock { $0.emulator.resize(columns: columns, rows: rows) }
        setSize(columns: columns, rows: rows)
    }

    /// Presses keys.
    func press(_ keys: String) {
        var bytes = Array(keys.utf8)
        _ = write(main, &bytes, bytes.count)
    }

    /// What is on the screen.
    var emulator: TerminalEmulator { state.withLock { $0.emulator } }

    /// What has come since the last time, byte by byte.
    func takeBytes() -> [UInt8] {
        state.withLock { state in
            defer { state.bytes = [] }
            return state.bytes
        }
    }

    /// The flags that say how the terminal treats keys and output.
    var mode: [UInt32] {
        var mode = termios()
        tcgetattr(side, &mode)
        return [mode.c_iflag, mode.c_oflag, mode.c_cflag, mode.c_lflag]
    }

    /// Whether the terminal shows what a shell's user expects.
    var isAsBefore: Bool {
        let emulator = emulator
        return !emulator.isAlternate && emulator.hasCursor && emulator.wraps && !emulator.isInFrame
    }
}
