import Glibc
import RunnerSandbox

/// Tries out what a sandbox lets through.
enum SandboxProbe {
    /// Applies rules, which come in hexadecimal digits, and prints the report in the same way; if it is said so, with those
    /// prepared that all plugins have.
    static func enter(rules: String, prepares: Bool) {
        guard let bytes = bytes(rules), let rules = SandboxRules(decoding: bytes) else {
            say("no rules")
            exit(64)
        }
        do {
            let prepared = prepares ? Sandbox.prepare(.plugin(data: nil, images: [])) : nil
            say("report", text(try Sandbox.apply(rules, prepared: prepared).encoded()))
        } catch {
            say("refused", "\(error)")
            exit(65)
        }
    }

    /// Does one thing, such as `read=/etc/passwd`, and says `ok`, an error number, or what it found out.
    static func perform(_ action: String) -> String {
        let parts = action.split(separator: "=", maxSplits: 1).map(String.init)
        let argument = parts.count > 1 ? parts[1] : ""
        switch parts.first {
        case "read": return opening(argument, O_RDONLY)
        case "list": return opening(argument, O_RDONLY | O_DIRECTORY)
        case "write": return opening(argument, O_WRONLY)
        case "make": return opening(argument, O_WRONLY | O_CREAT | O_EXCL)
        case "truncate": return outcome(truncate(argument, 0))
        case "remove": return outcome(unlink(argument))
        case "directory": return outcome(mkdir(argument, 0o700))
        case "run": return run(argument)
        case "connect": return withAddress(argument) { outcome(connect($0, $1, $2)) }
        case "bind": return withAddress(argument) { outcome(bind($0, $1, $2)) }
        case "signal": return outcome(kill(pid_t(argument) ?? 0, 0))
        case "abstract": return connectAbstract(argument)
        case "allocate": return malloc(Int(argument) ?? 0).map { memset($0, 1, 4096) } == nil ? "no memory" : "ok"
        case "open": return openMany(Int(argument) ?? 0)
        case "limit": return limit(argument)
        case "status": return status(argument)
        case "trap":
            say("about to trap")
            return trap(argument)
        case "libraries": return dlopen(argument, RTLD_NOW) == nil ? String(cString: dlerror()) : "ok"
        case "spin": while true {}
        case "print":
            say(argument)
            return "ok"
        default: return "unknown"
        }
    }

    @inline(never)
    private static func trap(_ argument: String) -> String {
        let numbers = [1, 2, 3]
        return String(numbers[(Int(argument) ?? 0) + 3])
    }

    private static func outcome(_ result: CInt) -> String {
        result >= 0 ? "ok" : String(errno)
    }

    private static func opening(_ path: String, _ flags: CInt) -> String {
        let number = open(path, flags | O_CLOEXEC, 0o600)
        let said = outcome(number)
        if number >= 0 { close(number) }
        return said
    }

    private static func run(_ path: String) -> String {
        var process: pid_t = 0
        var words: [UnsafeMutablePointer<CChar>?] = [strdup(path), nil]
        let code = posix_spawn(&process, path, nil, nil, &words, environ)
        guard code == 0 else { return String(code) }
        var status: CInt = 0
        waitpid(process, &status, 0)
        return "ok"
    }

    private static func withAddress(
        _ port: String,
        _ body: (CInt, UnsafePointer<sockaddr>, socklen_t) -> String
    ) -> String {
        let socket = socket(AF_INET, Int32(SOCK_STREAM.rawValue), 0)
        defer { close(socket) }
        var address = sockaddr_in()
        address.sin_family = sa_family_t(AF_INET)
        address.sin_port = in_port_t(UInt16(port) ?? 0).bigEndian
        address.sin_addr.s_addr = in_addr_t(0x7F00_0001).bigEndian
        return withUnsafePointer(to: &address) {
            $0.withMemoryRebound(to: sockaddr.self, capacity: 1) {
                body(socket, $0, socklen_t(MemoryLayout<sockaddr_in>.size))
            }
        }
    }

    private static func connectAbstract(_ name: String) -> String {
        let socket = socket(AF_UNIX, Int32(SOCK_STREAM.rawValue), 0)
        defer { close(socket) }
        var address = sockaddr_un()
        address.sun_family = sa_family_t(AF_UNIX)
        withUnsafeMutableBytes(of: &address.sun_path) { $0[1...].copyBytes(from: name.utf8) }
        return withUnsafePointer(to: &address) {
            $0.withMemoryRebound(to: sockaddr.self, capacity: 1) {
                outcome(connect(socket, $0, socklen_t(MemoryLayout<sa_family_t>.size + 1 + name.utf8.count)))
            }
        }
    }

    private static func openMany(_ count: Int) -> String {
        var numbers: [CInt] = []
        defer { for number in numbers { close(number) } }
        for _ in 0..<count {
            let number = open("/dev/null", O_RDONLY)
            guard number >= 0 else { return String(errno) }
            numbers.append(number)
        }
        return "ok"
    }

    private static func limit(_ name: String) -> String {
        let resources = [
            "core": RLIMIT_CORE, "files": RLIMIT_NOFILE, "memory": RLIMIT_DATA, "space": RLIMIT_AS,
            "size": RLIMIT_FSIZE,
            "cpu": RLIMIT_CPU,
        ]
        var limit = rlimit()
        guard let resource = resources[name], getrlimit(__rlimit_resource_t(resource.rawValue), &limit) == 0 else {
            return "unknown"
        }
        return "\(limit.rlim_cur)/\(limit.rlim_max)"
    }

    private static func status(_ field: String) -> String {
        var bytes = [UInt8](repeating: 0, count: 16_384)
        let file = open("/proc/self/status", O_RDONLY)
        let count = read(file, &bytes, bytes.count)
        close(file)
        let lines = String(decoding: bytes.prefix(max(0, count)), as: UTF8.self).split(separator: "\n")
        let line = lines.first { $0.hasPrefix(field + ":") }
        return line.map { String($0.drop { $0 != "\t" }.dropFirst()) } ?? "nothing"
    }

    private static func bytes(_ digits: String) -> [UInt8]? {
        var bytes: [UInt8] = []
        var rest = Substring(digits)
        while !rest.isEmpty {
            guard let byte = UInt8(rest.prefix(2), radix: 16) else { return nil }
            bytes.append(byte)
            rest = rest.dropFirst(2)
        }
        return bytes
    }

    private static func text(_ bytes: [UInt8]) -> String {
        bytes.map { ($0 < 16 ? "0" : "") + String($0, radix: 16) }.joined()
    }
}
