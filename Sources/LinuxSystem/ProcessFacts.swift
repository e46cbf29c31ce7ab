internal import CLinux
internal import Glibc

/// What this process was given when it was started.
package enum ProcessFacts {
    /// The environment variables; those that aren't UTF-8 are left out.
    package static var environment: [String: String] {
        var result: [String: String] = [:]
        var entry = unsafe environ
        while let text = unsafe entry.pointee {
            if let pair = unsafe String(validatingCString: text), let sign = pair.firstIndex(of: "=") {
                result[String(pair[..<sign])] = String(pair[pair.index(after: sign)...])
            }
            unsafe entry += 1
        }
        return result
    }

    /// Goes to another directory; says `false` if that can't be.
    package static func changeDirectory(to path: String) -> Bool {
        unsafe chdir(path) == 0
    }

    /// Ends this process, without running anything more of it.
    package static func exitAtOnce(_ status: Int32) -> Never {
        clinux_end_process(status)
    }

    /// Whether there is no such process, or it has ended and only its parent has not heard of that yet.
    package static func hasEnded(_ process: Int32) -> Bool {
        let number = clinux_open_process(process)
        guard number >= 0 else { return errno == ESRCH }
        let descriptor = OwnedFileDescriptor(adopting: number)
        var entry = pollfd(fd: descriptor.number, events: Int16(POLLIN), revents: 0)
        return unsafe poll(&entry, 1, 0) > 0
    }

    /// How many processors there are to run on.
    package static var processorCount: Int {
        max(1, sysconf(Int32(_SC_NPROCESSORS_ONLN)))
    }

    /// How many bytes a file may have that this process writes to; a write beyond them ends it by SIGXFSZ.
    ///
    /// It is asked for once, since it stands in the way of large calls: who limits a process does so before.
    package static let fileSizeLimit: Int64 = {
        var limit = rlimit()
        guard unsafe getrlimit(__rlimit_resource_t(RLIMIT_FSIZE.rawValue), &limit) == 0 else { return .max }
        return Int64(clamping: limit.rlim_cur)
    }()

    /// How many threads this process has; 1 if that can't be told.
    package static var threads: Int {
        // Each thread is a directory in there, which links to the one above. To list them takes the kernel twenty times longer.
        var status = stat()
        guard unsafe stat("/proc/self/task", &status) == 0, status.st_nlink > 2 else { return 1 }
        return Int(status.st_nlink) - 2
    }

    /// The path of the running program.
    package static var executable: String? {
        unsafe withResult { unsafe readlink("/proc/self/exe", $0, $1) }
    }

    /// The directory that relative paths begin at.
    package static var currentDirectory: String? {
        unsafe withResult { unsafe getcwd($0, $1).map { unsafe strlen($0) } ?? -1 }
    }

    private static func withResult(_ body: (UnsafeMutablePointer<CChar>, Int) -> Int) -> String? {
        unsafe withUnsafeTemporaryAllocation(of: CChar.self, capacity: 8192) { buffer in
            guard let start = buffer.baseAddress else { return nil }
            let count = unsafe body(start, buffer.count - 1)
            guard count > 0, count < buffer.count else { return nil }
            unsafe start[count] = 0
            return unsafe String(validatingCString: start)
        }
    }
}
