internal import CPluginABI
internal import LinuxSystem

/// Words the refusals of a file: which file, why, and what to do about it.
struct ImageRefusal {
    let path: String

    private func error(_ code: PluginError.Code, _ why: String, _ remedy: String) -> PluginError {
        PluginError(code: code, message: "\(path): \(why); \(remedy)")
    }

    // MARK: Not a plugin

    func otherFile(_ what: String) -> PluginError {
        error(.notAPlugin, "this is \(what)", "put a shared object (.so) here that exports \(PH_FACTORY_SYMBOL)")
    }

    var program: PluginError {
        error(
            .notAPlugin,
            "this is a program, which can't be loaded into another",
            "link it as a shared object: a product .library(type: .dynamic) in Package.swift, or -shared"
        )
    }

    func damaged(_ why: String) -> PluginError {
        error(.notAPlugin, "the file is damaged: \(why)", "build it again")
    }

    // MARK: The factory

    var noFactory: PluginError {
        error(
            .noFactory,
            "it does not export \(PH_FACTORY_SYMBOL)",
            "write before the function: in Swift @c(\(PH_FACTORY_SYMBOL)) public func, in C PH_EXPORT, in C++ extern \"C\" too"
        )
    }

    var hiddenFactory: PluginError {
        error(
            .noFactory,
            "it has \(PH_FACTORY_SYMBOL), but does not export it",
            "in Swift make the function public, since an internal one is exported in debug builds only; in C write PH_EXPORT"
        )
    }

    func badFactory(_ why: String) -> PluginError {
        error(.noFactory, "its \(PH_FACTORY_SYMBOL) \(why)", "define it as an ordinary function, as in plugin_abi.h")
    }

    // MARK: The machine

    func wrongMachine(_ header: ELFHeader) -> PluginError {
        error(
            .wrongMachine,
            "it is for \(describe(header)), and this host runs on \(ELFMachine.host)",
            "build it for \(ELFMachine.host)"
        )
    }

    private func describe(_ header: ELFHeader) -> String {
        var text = header.machine.description
        if header.bits != 64 { text = "32-bit \(text)" }
        if !header.isLittleEndian { text += " in big-endian byte order" }
        return text
    }

    // MARK: What the readers found

    func of(_ error: ELFError, _ bytes: [UInt8]) -> PluginError {
        switch error {
        case .notELF:
            return bytes.isEmpty
                ? self.error(.incomplete, "the file is empty", "wait until it is written, or copy it again")
                : otherFile(Self.describe(bytes))
        case .truncated(let missing):
            return self.error(
                .incomplete,
                "the file is cut off: \(missing) bytes are missing behind its \(bytes.count)",
                "copy it again, under another name first, and rename it when it is complete"
            )
        case .wrongClass(let header), .wrongByteOrder(let header): return wrongMachine(header)
        case .badHeader, .wrapped, .outsideSegments, .badSegment, .noSegments, .noDynamicSection, .badDynamicEntry,
            .badVersions, .badRelocation:
            return damaged(error.description)
        }
    }

    func of(_ error: ImageManifestError) -> PluginError {
        switch error {
        case .foreign:
            self.error(
                .notAPlugin,
                "its section \(PH_MANIFEST_SECTION) holds something else than manifests",
                "write the manifest with the SDK, or with PH_MANIFEST in C"
            )
        case .wrongABI(let major):
            self.error(
                .wrongABI,
                "it was built for version \(major) of the plugin ABI, and this host speaks \(PH_ABI_MAJOR)",
                "build it against the SDK of this host"
            )
        case .contradiction(let field):
            self.error(
                .badDescriptor,
                "two records in its section \(PH_MANIFEST_SECTION) contradict each other about \(field)",
                "write one of them only"
            )
        case .emptySchemaRange(let minimum, let maximum):
            self.error(
                .badDescriptor,
                "the range of its state schemas, \(minimum) to \(maximum), is empty",
                "put the older number first in the manifest"
            )
        }
    }

    /// Guesses what a file is that is no ELF file.
    private static func describe(_ bytes: [UInt8]) -> String {
        if bytes.starts(with: Array("#!".utf8)) { return "a script" }
        if bytes.starts(with: Array("!<arch>\n".utf8)) { return "an archive of object files (.a)" }
        if bytes.starts(with: Array("!<thin>\n".utf8)) { return "a thin archive of object files (.a)" }
        if bytes.starts(with: [0xCF, 0xFA, 0xED, 0xFE]) || bytes.starts(with: [0xCA, 0xFE, 0xBA, 0xBE]) {
            return "a library for macOS"
        }
        if bytes.starts(with: Array("MZ".utf8)) { return "a library or program for Windows" }
        if bytes.starts(with: Array("\0asm".utf8)) { return "a WebAssembly module" }
        if bytes.starts(with: [0x1F, 0x8B]) || bytes.starts(with: Array("PK".utf8)) { return "a compressed file" }
        let beginning = bytes.prefix(512)
        let isText = beginning.allSatisfy { $0 >= 0x20 || $0 == 0x0A || $0 == 0x0D || $0 == 0x09 }
        return isText ? "a text" : "no ELF file"
    }
}
