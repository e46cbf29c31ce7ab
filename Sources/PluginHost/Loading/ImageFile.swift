internal import Glibc
internal import LinuxSystem

/// Reads the file of an image, whatever may lie at its path.
package enum ImageFile {
    /// No plugin is larger than this; what is, is something else.
    package static let largest = 1 << 30

    /// Reads a regular file, without opening anything else: a pipe, a device or a socket is only looked at.
    package static func read(_ path: String) throws(PluginError) -> [UInt8] {
        do throws(SystemCallError) {
            // To open some devices is to do something with them. Whatever comes in between is opened without waiting.
            if let kind = try FileStatus.of(path)?.kind { try check(kind) }
            let descriptor = try OwnedFileDescriptor.open(path, flags: O_RDONLY | O_NONBLOCK | O_NOCTTY)
            try check(try descriptor.status().kind)
            return try descriptor.readToEnd(limit: largest)
        } catch {
            throw refusal(path, error)
        }
    }

    private static func check(_ kind: FileStatus.Kind) throws(SystemCallError) {
        switch kind {
        case .regular: break
        case .directory: throw SystemCallError(call: "open", code: EISDIR)
        case .symbolicLink, .other: throw SystemCallError(call: "open", code: ENODEV)
        }
    }

    /// Reads the file that a path led to.
    package static func read(_ walk: TrustWalk, _ path: String) throws(PluginError) -> [UInt8] {
        do throws(SystemCallError) {
            switch walk.file {
            case .success(let file): return try file.descriptor.readToEnd(limit: largest)
            case .failure(.directory): throw SystemCallError(call: "open", code: EISDIR)
            case .failure(.notAFile): throw SystemCallError(call: "open", code: ENODEV)
            case .failure(.system(let error, _)): throw error
            }
        } catch {
            throw refusal(path, error)
        }
    }

    private static func refusal(_ path: String, _ cause: SystemCallError) -> PluginError {
        switch cause.code {
        case ENOENT, ENOTDIR: PluginError(code: .notFound, message: "\(path): there is no such file; check the path")
        case EISDIR: ImageRefusal(path: path).otherFile("a directory")
        case ENODEV, ENXIO: ImageRefusal(path: path).otherFile("a pipe, a socket or a device")
        case EFBIG: ImageRefusal(path: path).otherFile("a file of more than \(largest >> 20) MiB")
        default:
            PluginError(
                code: .storage,
                message: "\(path): it can't be read (\(cause)); check that this user may read it"
            )
        }
    }
}
