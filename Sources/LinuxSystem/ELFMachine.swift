/// The processor that an ELF file is for.
package struct ELFMachine: RawRepresentable, Hashable, Sendable, CustomStringConvertible {
    /// The number, as in `e_machine`.
    package let rawValue: UInt16

    package init(rawValue: UInt16) {
        self.rawValue = rawValue
    }

    package static let x86 = ELFMachine(rawValue: 3)
    package static let arm = ELFMachine(rawValue: 40)
    package static let x86_64 = ELFMachine(rawValue: 62)
    package static let arm64 = ELFMachine(rawValue: 183)
    package static let riscv = ELFMachine(rawValue: 243)

    #if arch(x86_64)
    /// The machine that this process runs on.
    package static let host = x86_64
    #elseif arch(arm64)
    /// The machine that this process runs on.
    package static let host = arm64
    #elseif arch(riscv64)
    /// The machine that this process runs on.
    package static let host = riscv
    #else
    #error("Name this machine's number (e_machine in the ELF header) here.")
    #endif

    /// The name that people use.
    package var description: String {
        switch self {
        case .x86: "x86"
        case .arm: "ARM"
        case .x86_64: "x86-64"
        case .arm64: "ARM64"
        case .riscv: "RISC-V"
        case ELFMachine(rawValue: 8): "MIPS"
        case ELFMachine(rawValue: 20): "PowerPC"
        case ELFMachine(rawValue: 21): "PowerPC 64"
        case ELFMachine(rawValue: 22): "IBM Z"
        case ELFMachine(rawValue: 258): "LoongArch"
        default: "machine \(rawValue)"
        }
    }
}
